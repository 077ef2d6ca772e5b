"""Jobs over the API: cancelled, done again, and refused."""

import pytest

from registry.domain.people import Role
from registry.faces import worker
from tests.factories.callers import Api, problem
from tests.factories.evidence import hand_in, make_evidence, make_signed_protocol
from tests.factories.people import Registry
from tests.factories.records import make_model, make_sites, make_version

WHY = {"why": "The export was of the wrong year."}


@pytest.fixture
def registry(registry: Registry) -> Registry:
    """Return a registry with four sites, one model and one version of it."""
    make_sites(registry)
    make_model(registry)
    make_version(registry)
    return registry


class TestCancellation:
    """POST /jobs/{id}/cancellation."""

    def test_cancelled(self, registry: Registry, api: Api) -> None:
        """The answer is the job as it ended; the evidence says why it was refused."""
        made = hand_in(registry, make_signed_protocol(registry))
        header = api.signed_in(Role.DATA_STEWARD)
        job = api.client.get(f"evidence/{made}", headers=header).json()["job"]
        answer = api.client.post(f"jobs/{job}/cancellation", json=WHY, headers=header)
        assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
        assert answer.json()["error"].endswith(WHY["why"])
        refused = api.client.get(f"evidence/{made}", headers=header).json()
        assert (refused["state"], refused["table"]["deleted_at"] is None) == ("refused", False)
        again = api.client.post(f"jobs/{job}/cancellation", json=WHY, headers=header)
        assert problem(again)[:2] == (409, "conflict")

    def test_refused(self, registry: Registry, api: Api) -> None:
        """Without a reason, by somebody else, of nothing, or by nobody."""
        made = hand_in(registry, make_signed_protocol(registry))
        header = api.signed_in(Role.DATA_STEWARD)
        job = api.client.get(f"evidence/{made}", headers=header).json()["job"]
        path = f"jobs/{job}/cancellation"
        empty = api.client.post(path, json={"why": " "}, headers=header)
        assert problem(empty) == (422, "bad-input", "why")
        other = api.client.post(path, json=WHY, headers=api.signed_in(Role.MODEL_OWNER))
        assert problem(other)[:2] == (403, "forbidden")
        nothing = "jobs/00000000-0000-0000-0000-000000000009/cancellation"
        absent = api.client.post(nothing, json=WHY, headers=header)
        assert problem(absent)[:2] == (404, "not-found")
        assert problem(api.client.post(path, json=WHY))[:2] == (401, "not-signed-in")


class TestRetry:
    """POST /jobs/{id}/retry."""

    def test_queued_and_done(self, registry: Registry, api: Api) -> None:
        """What waits may be taken up now; what is done is not done again."""
        made = hand_in(registry, make_signed_protocol(registry))
        header = api.signed_in(Role.DATA_STEWARD)
        job = api.client.get(f"evidence/{made}", headers=header).json()["job"]
        answer = api.client.post(f"jobs/{job}/retry", headers=header)
        assert (answer.status_code, answer.json()["status"]) == (200, "queued")
        worker.drain(registry.workshop)
        done = api.client.post(f"jobs/{job}/retry", headers=header)
        assert problem(done)[:2] == (409, "conflict")


class TestRecomputation:
    """GET /evidence/{id}/recomputation and GET /evidence?since=."""

    def test_same(self, registry: Registry, api: Api) -> None:
        """An auditor finds the evidence of a day, and nothing of it differs."""
        made = make_evidence(registry, make_signed_protocol(registry))
        header = api.signed_in(Role.AUDITOR)
        listed = api.client.get("evidence", params={"since": "2026-11-23"}, headers=header).json()
        assert [one["id"] for one in listed] == [str(made)]
        found = api.client.get(f"evidence/{made}/recomputation", headers=header).json()
        assert (found["differences"], found["rests"], found["impossible"]) == ([], [], None)
        later = api.client.get("evidence", params={"since": "2026-11-24"}, headers=header).json()
        assert later == []

    def test_who_may_not(self, registry: Registry, api: Api) -> None:
        """An ML engineer may not, and a day must be one."""
        made = make_evidence(registry, make_signed_protocol(registry))
        header = api.signed_in(Role.ML_ENGINEER)
        answer = api.client.get(f"evidence/{made}/recomputation", headers=header)
        assert problem(answer)[:2] == (403, "forbidden")
        wrong = api.client.get("evidence", params={"since": "lately"}, headers=header)
        assert problem(wrong) == (422, "bad-input", "since")
