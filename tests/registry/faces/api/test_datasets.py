"""Facts about datasets and sites over the API."""

from registry.domain.people import Role
from tests.factories.callers import Api
from tests.factories.people import Registry
from tests.factories.records import (
    dataset_in,
    make_dataset,
    make_sites,
)


class TestDatasets:
    """Datasets and sites."""

    def test_register_patients_withdraw(self, registry: Registry, api: Api) -> None:
        """A dataset's way: registered, its patients taken over, withdrawn."""
        make_sites(registry, ["Cleveland"])
        header = api.signed_in(Role.DATA_STEWARD)
        body = dataset_in(partitions={"development": {"exams": 2, "patients": 2}})
        given = body.model_dump(mode="json", by_alias=True)
        made = api.client.post("datasets", json=given, headers=header)
        assert (made.status_code, made.json()["from"]) == (201, "1981-05-01")
        path = "datasets/cleveland-1988/1"
        taken = api.client.post(
            f"{path}/patients",
            params={"partition": "development", "column": "mrn"},
            content=b"name,mrn\nDoe,1\nRoe,2\n",
            headers=header,
        )
        assert taken.json() == {"partition": "development", "patients": 2}
        assert api.client.get(path, headers=header).json()["patient_keys"] == 2
        gone = api.client.post(f"{path}/withdrawal", json={"why": "consent"}, headers=header)
        assert gone.json()["withdrawn"]["why"] == "consent"
        assert len(api.client.get("datasets", headers=header).json()) == 1

    def test_days_in_the_wrong_order_are_refused(self, registry: Registry, api: Api) -> None:
        """A collection does not end before it begins."""
        make_sites(registry, ["Cleveland"])
        body = dataset_in().model_dump(mode="json", by_alias=True) | {"to": "1970-01-01"}
        answer = api.client.post("datasets", json=body, headers=api.signed_in(Role.DATA_STEWARD))
        assert answer.status_code == 422
        assert "lies before" in answer.json()["detail"]

    def test_supersede_dataset_and_site(self, registry: Registry, api: Api) -> None:
        """Both keep their first record."""
        make_sites(registry, ["Cleveland"])
        make_dataset(registry)
        header = api.signed_in(Role.DATA_STEWARD)
        body = dataset_in().model_dump(mode="json", by_alias=True, exclude={"name"})
        body |= {"devices": "Unknown", "why": "asked the custodian"}
        path = "datasets/cleveland-1988/1/records"
        assert api.client.post(path, json=body, headers=header).json()["record"] == 2
        site = {"aliases": ["CLE-2"], "time_zone": "America/New_York", "why": "new codes"}
        made = api.client.post("sites/Cleveland/records", json=site, headers=header)
        assert (made.json()["aliases"], made.json()["record"]) == (["CLE-2"], 2)
        assert api.client.get("sites/Cleveland", headers=header).json() == made.json()

    def test_site_is_registered_and_listed(self, api: Api) -> None:
        """Over the API as well."""
        header = api.signed_in(Role.DATA_STEWARD)
        body = {"name": "Vienna", "time_zone": "Europe/Vienna"}
        assert api.client.post("sites", json=body, headers=header).status_code == 201
        found = api.client.get("sites", headers=header).json()
        assert [site["name"] for site in found] == ["Vienna"]
