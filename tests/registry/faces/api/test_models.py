"""Facts about models over the API."""

from registry.domain.people import Role
from tests.factories.callers import Api, problem
from tests.factories.people import Registry
from tests.factories.records import (
    make_model,
    model_in,
)


class TestModels:
    """Models."""

    def test_register_show_supersede(self, api: Api) -> None:
        """The record comes back, and the corrected one beside it."""
        header = api.signed_in(Role.MODEL_OWNER)
        body = model_in().model_dump(mode="json")
        assert api.client.post("models", json=body, headers=header).status_code == 201
        correction = {k: v for k, v in body.items() if k != "name"}
        correction |= {"title": "Other title", "why": "typing error"}
        path = "models/heart-cad"
        made = api.client.post(f"{path}/records", json=correction, headers=header)
        assert made.json()["record"] == 2
        assert api.client.get(path, headers=header).json()["title"] == "Other title"
        history = api.client.get(f"{path}/records", headers=header).json()
        assert [old["title"] for old in history] == [body["title"], "Other title"]
        assert [m["name"] for m in api.client.get("models", headers=header).json()] == ["heart-cad"]

    def test_unknown_field_is_refused(self, api: Api) -> None:
        """A misspelt field is not dropped in silence."""
        body = model_in().model_dump(mode="json") | {"intended_users_": "x"}
        answer = api.client.post("models", json=body, headers=api.signed_in(Role.MODEL_OWNER))
        assert problem(answer) == (422, "bad-input", "intended_users_")

    def test_silence_about_regulators_is_refused(self, api: Api) -> None:
        """At least one jurisdiction is named."""
        body = model_in().model_dump(mode="json") | {"regulatory": []}
        answer = api.client.post("models", json=body, headers=api.signed_in(Role.MODEL_OWNER))
        assert problem(answer) == (422, "bad-input", "regulatory")

    def test_taken_name_and_unknown_model(self, registry: Registry, api: Api) -> None:
        """Each has its own status."""
        make_model(registry)
        header = api.signed_in(Role.MODEL_OWNER)
        body = model_in().model_dump(mode="json")
        assert problem(api.client.post("models", json=body, headers=header))[:2] == (
            409,
            "conflict",
        )
        assert problem(api.client.get("models/none", headers=header))[:2] == (404, "not-found")
