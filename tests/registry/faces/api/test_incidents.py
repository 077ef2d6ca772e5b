"""Facts about incidents over the API."""

from registry.domain.people import Role
from tests.factories.callers import Api, problem
from tests.factories.incidents import incident_in
from tests.factories.people import Registry
from tests.factories.records import make_model, make_sites, make_version


class TestIncidents:
    """Reported by one, kept by another."""

    def test_report_and_keep(self, registry: Registry, api: Api) -> None:
        """A blinded report reads without its reporter; the safety officer makes it safe."""
        make_sites(registry)
        make_model(registry)
        make_version(registry)
        said = incident_in(blinded=True).model_dump(mode="json")
        engineer = api.signed_in(Role.ML_ENGINEER)
        made = api.client.post("incidents", json=said, headers=engineer)
        assert (made.status_code, made.json()["reported_by"]) == (201, None)
        newer = {key: value for key, value in said.items() if key not in {"model", "blinded"}}
        newer |= {"why": "The list is checked", "state": "made safe"}
        path = "incidents/1/records"
        officer = api.signed_in(Role.CLINICAL_SAFETY_OFFICER)
        refused = api.client.post(path, json=newer, headers=officer)
        assert problem(refused) == (422, "bad-input", "made_safe_on")
        newer["made_safe_on"] = "2026-11-22"
        assert api.client.post(path, json=newer, headers=officer).status_code == 201
        found = api.client.get("incidents?model=heart-cad", headers=engineer).json()
        assert [one["state"] for one in found] == ["made safe"]
        journal = api.client.get("incidents/1", headers=engineer).json()["journal"]
        assert [one["why"] for one in journal] == ["reported", "The list is checked"]
