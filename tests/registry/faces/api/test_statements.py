"""Facts about statements over the API."""

from registry.domain.people import Role
from tests.factories.callers import Api, problem
from tests.factories.people import Registry
from tests.factories.records import (
    make_model,
    make_statements,
    make_version,
)

VERSION = "models/heart-cad/versions/1"


class TestStatements:
    """Statements."""

    def test_make_list_confirm(self, registry: Registry, api: Api) -> None:
        """Made for version 1, carried to version 2, confirmed there."""
        make_model(registry)
        make_version(registry)
        make_statements(registry)
        parent = {"model": "heart-cad", "number": 1, "relation": "retrained from"}
        make_version(registry, parents=[parent], carry_statements=True)
        header = api.signed_in(Role.ML_ENGINEER)
        path = "models/heart-cad/versions/2/statements"
        assert api.client.get(path, headers=header).json()[6]["carried_from"] == 1
        made = api.client.post(f"{path}/7/confirmation", headers=header)
        assert (made.status_code, made.json()["carried_from"]) == (201, None)
        body = {"consideration": 8, "kind": "not available", "reason": "Not tested elsewhere"}
        assert api.client.post(path, json=body, headers=header).status_code == 201
        assert api.client.get(path, headers=header).json()[7]["kind"] == "not available"

    def test_fourteenth_consideration_is_refused(self, registry: Registry, api: Api) -> None:
        """There are thirteen."""
        make_model(registry)
        make_version(registry)
        answer = api.client.post(
            f"{VERSION}/statements",
            json={"consideration": 14, "text": "x"},
            headers=api.signed_in(Role.ML_ENGINEER),
        )
        assert problem(answer) == (422, "bad-input", "consideration")
