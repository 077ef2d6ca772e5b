"""Protocols, evidence and jobs over the API: what callers send and what they get back."""

import pytest

from registry.domain.digests import digest_of
from registry.domain.people import Role
from registry.faces import worker
from tests.factories.callers import Api, problem
from tests.factories.evidence import (
    make_evidence,
    make_protocol,
    make_signed_protocol,
    protocol_text,
    rows,
    table,
)
from tests.factories.people import PASSWORD, Registry
from tests.factories.records import make_model, make_sites, make_version
from validation.tallies import files as tally_files

UPLOAD = "models/heart-cad/versions/1/evidence"
SAID = {"custodian": "Data office", "location": "archive", "custody": "from the author"}


@pytest.fixture
def registry(registry: Registry) -> Registry:
    """Return a registry with four sites, one model and one version of it."""
    make_sites(registry)
    make_model(registry)
    make_version(registry)
    return registry


class TestProtocols:
    """Registering and signing."""

    def test_registered_signed_in_force(self, registry: Registry, api: Api) -> None:
        """A protocol's way: registered, signed by two, in force."""
        assert registry.people
        engineer = api.signed_in(Role.ML_ENGINEER)
        body = {"text": protocol_text()}
        made = api.client.post("models/heart-cad/protocols", json=body, headers=engineer)
        assert made.status_code == 201
        path = f"protocols/{made.json()['digest']}"
        for role in (Role.CLINICAL_LEAD, Role.INDEPENDENT_VALIDATOR):
            given = {"role": role.value, "password": PASSWORD}
            signed = api.client.post(f"{path}/signatures", json=given, headers=api.signed_in(role))
            assert signed.status_code == 201
        found = api.client.get(path, headers=engineer).json()
        assert found["needs_signatures"] == []
        assert found["in_force_since"] is not None
        listed = api.client.get("models/heart-cad/protocols", headers=engineer).json()
        assert [one["digest"] for one in listed] == [found["digest"]]

    def test_broken_protocol(self, api: Api, registry: Registry) -> None:
        """What is no protocol is refused at its place."""
        assert registry.people
        body = {"text": protocol_text() + "\n[costz]\nx = 1\n"}
        header = api.signed_in(Role.ML_ENGINEER)
        answer = api.client.post("models/heart-cad/protocols", json=body, headers=header)
        assert problem(answer) == (422, "protocol", "costz")

    def test_refused_by_the_policy(self, api: Api, registry: Registry) -> None:
        """A weaker floor than the policy's is a rule that is broken."""
        assert registry.people
        body = {"text": protocol_text(floor=0.5)}
        header = api.signed_in(Role.ML_ENGINEER)
        answer = api.client.post("models/heart-cad/protocols", json=body, headers=header)
        assert problem(answer) == (409, "rule", None)

    def test_wrong_password(self, api: Api, registry: Registry) -> None:
        """A wrong password signs nothing."""
        path = f"protocols/{make_protocol(registry)}/signatures"
        body = {"role": "clinical lead", "password": "wrong horse battery"}
        answer = api.client.post(path, json=body, headers=api.signed_in(Role.CLINICAL_LEAD))
        assert problem(answer)[:2] == (403, "forbidden")

    def test_other_role(self, api: Api, registry: Registry) -> None:
        """A role that signs no protocol does not fit the shape."""
        path = f"protocols/{make_protocol(registry)}/signatures"
        body = {"role": "auditor", "password": PASSWORD}
        answer = api.client.post(path, json=body, headers=api.signed_in(Role.CLINICAL_LEAD))
        assert problem(answer) == (422, "bad-input", "role")


class TestEvidence:
    """Handing tables in and reading what came out."""

    def test_from_upload_to_tally(self, registry: Registry, api: Api) -> None:
        """A table's way: accepted, measured by its job, assessment and tally handed out."""
        said = SAID | {"protocol": make_signed_protocol(registry)}
        header = api.signed_in(Role.DATA_STEWARD)
        made = api.client.post(UPLOAD, params=said, content=table(), headers=header)
        assert (made.status_code, made.json()["state"]) == (202, "waiting")
        job = f"jobs/{made.json()['job']}"
        assert api.client.get(job, headers=header).json()["status"] == "queued"
        worker.drain(registry.workshop)
        ended = api.client.get(job, headers=header).json()
        assert (ended["status"], ended["result"]["state"]) == ("done", "attached")
        path = f"evidence/{made.json()['id']}"
        found = api.client.get(path, headers=header).json()
        assert (found["state"], found["table"]["digest"]) == ("attached", digest_of(table()))
        assessed = api.client.get(f"{path}/assessment", headers=header).json()
        assert assessed["schema"] == "cmr.assessment/1"
        content = api.client.get(f"{path}/tally", headers=header).content
        assert tally_files.read(content).base.cells.exams.sum() == 40
        listed = api.client.get(UPLOAD, headers=header).json()
        assert [one["id"] for one in listed] == [found["id"]]
        assert len(api.client.get("jobs", headers=header).json()) == 1

    def test_refused_table(self, registry: Registry, api: Api) -> None:
        """A refused table says why, and has no assessment."""
        made = make_evidence(registry, make_signed_protocol(registry), table(rows(site="Charité")))
        header = api.signed_in(Role.AUDITOR)
        found = api.client.get(f"evidence/{made}", headers=header).json()
        assert found["state"] == "refused"
        answer = api.client.get(f"evidence/{made}/assessment", headers=header)
        assert problem(answer)[:2] == (422, "bad-input")
        assert "Charité" in answer.json()["detail"]

    def test_unsigned_protocol(self, registry: Registry, api: Api) -> None:
        """A protocol that is not in force waits for its signers, by name of role."""
        said = SAID | {"protocol": make_protocol(registry)}
        header = api.signed_in(Role.DATA_STEWARD)
        answer = api.client.post(UPLOAD, params=said, content=table(), headers=header)
        assert problem(answer)[:2] == (409, "waiting")
        assert len(answer.json()["waits_for"]) == 2

    def test_same_table_twice(self, registry: Registry, api: Api) -> None:
        """The same table by the same protocol is a conflict."""
        protocol = make_signed_protocol(registry)
        make_evidence(registry, protocol)
        header = api.signed_in(Role.DATA_STEWARD)
        said = SAID | {"protocol": protocol}
        answer = api.client.post(UPLOAD, params=said, content=table(), headers=header)
        assert problem(answer)[:2] == (409, "conflict")

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"custody": "trust me"}, "custody"),
            ({"dataset": "hungary"}, "dataset"),
            ({"custodian": ""}, "custodian"),
            ({"retained": "2036-01-01"}, "retained"),
        ],
    )
    def test_malformed_claim(
        self, registry: Registry, api: Api, change: dict[str, str], field: str
    ) -> None:
        """What is said about a table must fit; an unknown word or parameter is named."""
        said = SAID | {"protocol": make_signed_protocol(registry)} | change
        header = api.signed_in(Role.DATA_STEWARD)
        answer = api.client.post(UPLOAD, params=said, content=table(), headers=header)
        assert problem(answer) == (422, "bad-input", field)

    def test_nobody_signed_in(self, registry: Registry, api: Api) -> None:
        """Nobody hands nothing in."""
        said = SAID | {"protocol": make_signed_protocol(registry)}
        answer = api.client.post(UPLOAD, params=said, content=table())
        assert problem(answer)[:2] == (401, "not-signed-in")

    def test_unknown_evidence(self, api: Api) -> None:
        """Evidence and jobs that are not there are not found."""
        header = api.signed_in(Role.AUDITOR)
        nobody = "00000000-0000-0000-0000-000000000009"
        for path in (f"evidence/{nobody}", f"jobs/{nobody}"):
            assert problem(api.client.get(path, headers=header))[:2] == (404, "not-found")
