"""Governance over the API: the whole way, and what refusals look like."""

import hashlib
from typing import Any

import pytest

from registry.domain.people import Role
from registry.domain.policies import Meaning
from registry.services.work import Workshop
from tests.factories.callers import Api, problem
from tests.factories.people import PASSWORD
from tests.factories.reviews import SIGNERS, Case, make_case
from tests.registry.services.test_policies import NEXT

SCOPE = {"sites": ["Hungary"], "population": "Adults", "use": "Order the list", "rung": "pilot"}
VERSION = "models/heart-cad/versions/1"


@pytest.fixture
def case(workshop: Workshop) -> Case:
    """Return a registry in which version 1 lacks nothing but a review."""
    return make_case(workshop)


@pytest.fixture
def api(case: Case) -> Api:
    """Return its API."""
    return Api.over(case.registry)


def opened(api: Api) -> dict[str, Any]:
    """Open a review as the model owner and return it."""
    header = api.signed_in(Role.MODEL_OWNER)
    answer = api.client.post(f"{VERSION}/reviews", json=SCOPE, headers=header)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def signature(role: Role, dossier: str, meaning: Meaning | None = None) -> dict[str, str]:
    """Return the body of a sign-off."""
    said = meaning or SIGNERS[role]
    return {"role": role, "meaning": said, "dossier": dossier, "password": PASSWORD}


class TestReviews:
    """Open, sign, decide, check."""

    def test_the_whole_way(self, api: Api) -> None:
        """From an open review to a version that may be used."""
        review = opened(api)
        path, digest = f"reviews/{review['id']}", review["dossier"]["digest"]
        for role in SIGNERS:
            header = api.signed_in(role)
            answer = api.client.post(
                f"{path}/signoffs", json=signature(role, digest), headers=header
            )
            assert answer.status_code == 201, answer.text
        header = api.signed_in(Role.CLINICAL_LEAD)
        said = {"outcome": "approve", "reasons": "The bounds hold.", "password": PASSWORD}
        decided = api.client.post(f"{path}/decision", json=said, headers=header).json()
        assert (decided["state"], decided["missing"]) == ("approve", [])
        found = api.client.get(f"{VERSION}/check?site=Hungary", headers=header).json()
        assert (found["answer"], found["basis"]) == ("permitted", "approval")
        standing = api.client.get(f"{VERSION}/standing", headers=header).json()
        assert (standing["state"], standing["dossier"]) == ("current", digest)

    def test_dossier_bytes(self, api: Api) -> None:
        """The bytes that are served are those that were hashed."""
        review = opened(api)
        header = api.signed_in(Role.AUDITOR)
        answer = api.client.get(f"reviews/{review['id']}/dossier", headers=header)
        digest = f"sha256:{hashlib.sha256(answer.content).hexdigest()}"
        assert digest == review["dossier"]["digest"]

    def test_waiting(self, api: Api) -> None:
        """An approval without sign-offs names for whom it waits."""
        review = opened(api)
        said = {"outcome": "approve", "reasons": "Soon.", "password": PASSWORD}
        answer = api.client.post(
            f"reviews/{review['id']}/decision",
            json=said,
            headers=api.signed_in(Role.CLINICAL_LEAD),
        )
        assert problem(answer) == (409, "waiting", None)
        assert len(answer.json()["waits_for"]) == len(SIGNERS)

    def test_other_dossier(self, api: Api) -> None:
        """Signing what one has not seen is a conflict."""
        review = opened(api)
        body = signature(Role.CLINICAL_LEAD, "sha256:" + "0" * 64)
        answer = api.client.post(
            f"reviews/{review['id']}/signoffs",
            json=body,
            headers=api.signed_in(Role.CLINICAL_LEAD),
        )
        assert problem(answer) == (409, "stale-dossier", None)

    def test_unknown_rung(self, api: Api) -> None:
        """A word that is not one of the rungs is named as the field at fault."""
        header = api.signed_in(Role.MODEL_OWNER)
        body = SCOPE | {"rung": "everywhere"}
        answer = api.client.post(f"{VERSION}/reviews", json=body, headers=header)
        assert problem(answer) == (422, "bad-input", "rung")

    def test_no_route_sets_a_stage(self, api: Api) -> None:
        """No body of any route has a field for a stage or a standing's state."""
        schemas = api.client.get("http://test/api/v1/openapi.json").json()["components"]["schemas"]
        bodies = {name: shape for name, shape in schemas.items() if name.endswith("In")}
        assert "ReviewIn" in bodies
        found = {n for n, s in bodies.items() if {"stage", "state"} & set(s["properties"])}
        # How far an incident has come, and the word by which a login comes back: neither of both.
        assert found == {"IncidentIn", "IncidentRecordIn", "ReturnIn"}


class TestPolicies:
    """Policies over the API."""

    def test_registered_and_shown(self, api: Api) -> None:
        """A registered policy comes into force and can be read back."""
        header = api.signed_in(Role.ADMINISTRATOR)
        made = api.client.post("policies", json={"text": NEXT}, headers=header)
        assert (made.status_code, made.json()["in_force"]) == (201, True)
        shown = api.client.get("policies/standard/2", headers=header).json()
        assert shown == made.json()
        assert len(api.client.get("policies", headers=header).json()) == 2

    def test_unknown(self, api: Api) -> None:
        """A policy that is not there is a problem that names those there are."""
        answer = api.client.get("policies/ward/1", headers=api.signed_in(Role.AUDITOR))
        assert problem(answer) == (404, "not-found", None)
        assert "standard/1" in answer.json()["detail"]
