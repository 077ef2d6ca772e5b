"""Tallies over the API: handed in, and who vouches for their parts."""

from pathlib import Path
from uuid import uuid4

import pytest

from registry.domain.people import Role
from registry.faces import worker
from tests.factories.callers import Api, problem
from tests.factories.evidence import make_evidence, make_signed_protocol
from tests.factories.people import Registry
from tests.factories.records import make_model, make_sites, make_version
from tests.registry.services.test_tallied import made, plan
from validation.tallies.files import write

UPLOAD = "models/heart-cad/versions/1/evidence"
SAID = {"custodian": "Data office", "location": "archive", "custody": "from the author"}


@pytest.fixture
def registry(registry: Registry) -> Registry:
    """Return a registry with four sites, one model and one version of it."""
    make_sites(registry)
    make_model(registry)
    make_version(registry)
    return registry


def sent(registry: Registry, api: Api, protocol: str, content: bytes) -> str:
    """Hand a tally in over the API, measure it, and return the path of the evidence."""
    said = SAID | {"protocol": protocol}
    header = api.signed_in(Role.DATA_STEWARD)
    answer = api.client.post(UPLOAD, params=said, content=content, headers=header)
    assert answer.status_code == 202, answer.text
    worker.drain(registry.workshop)
    return f"evidence/{answer.json()['id']}"


class TestIntake:
    """A tally instead of a table."""

    def test_unsigned_is_claimed(self, registry: Registry, api: Api, tmp_path: Path) -> None:
        """It is attached, counts for no gate, says why, and comes back as it was sent."""
        protocol = make_signed_protocol(registry)
        content = write(made(tmp_path, plan(registry, protocol), "Hungary"))
        path = sent(registry, api, protocol, content)
        header = api.signed_in(Role.AUDITOR)
        found = api.client.get(path, headers=header).json()
        assert (found["state"], found["custody"], found["counts"]) == ("attached", "claimed", False)
        assert "the tally is not signed" in found["because"]
        assert api.client.get(f"{path}/tally", headers=header).content == content
        (part,) = api.client.get(f"{path}/parts", headers=header).json()
        assert (part["sites"], part["key"], part["standing"]) == (["Hungary"], None, "claimed")

    def test_of_an_unknown_plan(self, registry: Registry, api: Api, tmp_path: Path) -> None:
        """It is refused with the reason, and has no parts to look at."""
        other = make_signed_protocol(registry, name="Other", point="threshold = 0.4")
        content = write(made(tmp_path, plan(registry, other), "Hungary"))
        path = sent(registry, api, make_signed_protocol(registry), content)
        header = api.signed_in(Role.AUDITOR)
        found = api.client.get(path, headers=header).json()
        assert found["state"] == "refused"
        assert "measure digest" in found["refusal"]
        assert problem(api.client.get(f"{path}/parts", headers=header))[:2] == (422, "bad-input")


class TestParts:
    """Who vouches."""

    def test_of_a_table(self, registry: Registry, api: Api) -> None:
        """No site sent a tally for it."""
        found = make_evidence(registry, make_signed_protocol(registry))
        answer = api.client.get(f"evidence/{found}/parts", headers=api.signed_in(Role.AUDITOR))
        assert (answer.status_code, answer.json()) == (200, [])

    def test_of_nothing(self, registry: Registry, api: Api) -> None:
        """There is no such evidence."""
        assert registry.people
        answer = api.client.get(f"evidence/{uuid4()}/parts", headers=api.signed_in(Role.AUDITOR))
        assert problem(answer)[:2] == (404, "not-found")
