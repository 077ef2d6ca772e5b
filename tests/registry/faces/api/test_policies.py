"""Policies over the API: shipped, tried, compared, bound and released."""

from registry.domain.people import Role
from registry.services.work import Workshop
from tests.factories.callers import Api, problem
from tests.factories.people import make_registry
from tests.factories.records import make_model
from tests.registry.domain.test_policies import TEXT


def test_the_whole_way(workshop: Workshop) -> None:
    """A shipped policy is read, tried, kept beside, bound to a model, and released."""
    registry = make_registry(workshop)
    make_model(registry)
    api = Api.over(registry)
    officer, auditor = (
        api.signed_in(role) for role in (Role.CLINICAL_SAFETY_OFFICER, Role.AUDITOR)
    )
    offered = api.client.get("policies/shipped", headers=auditor).json()
    assert [one["name"] for one in offered] == ["abcds", "dcb", "minimal", "standard"]
    assert offered[-1]["text"] == TEXT

    tried = api.client.post("policies/trials", json={"shipped": "dcb"}, headers=auditor)
    assert tried.json() == {"policy": "dcb/1", "versions": [], "without": []}

    asked = {"from_name": "standard", "from_version": "1"}
    found = api.client.get("policies/dcb/1/differences", params=asked, headers=auditor).json()
    ways = {(one["tier"], one["what"]): one["effect"] for one in found}
    assert ways["fast track", "sign-off, top management"] == "stricter"
    assert ways["fast track", "permits"] == "looser"

    kept = api.client.post("policies", json={"shipped": "dcb", "beside": True}, headers=officer)
    assert (kept.status_code, kept.json()["in_force"]) == (201, False)
    body = {"policy": "dcb", "model": "heart-cad", "why": "made under DCB0129"}
    assert problem(api.client.post("policies/bindings", json=body, headers=auditor))[0] == 403
    bound = api.client.post("policies/bindings", json=body, headers=officer).json()
    assert bound["binds"] == "the model heart-cad"
    assert api.client.get("policies/bindings", headers=auditor).json() == [bound]
    seats = api.client.get("policies/seats", headers=auditor).json()
    assert {one["policy"] for one in seats} == {"standard/1", "dcb/1"}

    path = f"policies/bindings/{bound['id']}/release"
    gone = api.client.post(path, json={"why": "no longer made by us"}, headers=officer)
    assert gone.json()["released_at"] is not None
    again = api.client.post(path, json={"why": "again"}, headers=officer)
    assert problem(again)[:2] == (409, "conflict")


def test_neither_text_nor_name(workshop: Workshop) -> None:
    """A policy is given by its text or by the name of a shipped one."""
    api = Api.over(make_registry(workshop))
    header = api.signed_in(Role.CLINICAL_SAFETY_OFFICER)
    answer = api.client.post("policies", json={}, headers=header)
    assert problem(answer) == (422, "bad-input", "text")
