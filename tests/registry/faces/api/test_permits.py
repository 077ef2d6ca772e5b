"""Permits over the API: a hospital's program asks by a token that can do nothing else."""

from registry.domain import permits as rules
from registry.domain.people import Role
from registry.domain.permits import Asked, Verdict
from registry.domain.policies import Rung
from registry.services.work import Workshop
from tests.factories.callers import Api, problem
from tests.factories.deployments import make_hospital

SAID = {"version": "heart-cad/1", "site": "Hungary", "rung": "silent"}


def test_a_program_asks(workshop: Workshop) -> None:
    """A no is an answer like a yes; another token, an unknown rung and a stranger are refused."""
    hospital = make_hospital(workshop)
    api = Api.over(hospital.registry)
    header = api.signed_in(Role.DATA_STEWARD)

    def token(scope: str) -> dict[str, str]:
        body = {"name": scope, "scopes": [scope], "days": 1}
        secret = api.client.post("tokens", json=body, headers=header).json()["secret"]
        return {"Authorization": f"Bearer {secret}"}

    asking = token("permits")
    refused = api.client.post("permits", json=SAID, headers=asking)
    assert (refused.status_code, refused.json()["permit"]) == (200, "no")
    hospital.running()
    answer = api.client.post("permits", json=SAID, headers=asking).json()
    asked = Asked(version="heart-cad/1", site="Hungary", rung=Rung.SILENT)
    public = workshop.keys.public()
    found, _ = rules.verify(answer, public=public, asked=asked, now=workshop.clock())
    assert found.verdict is Verdict.PERMITTED
    for body, caller, expected in (
        (SAID, token("read"), (403, "forbidden", None)),
        (SAID | {"rung": "everywhere"}, asking, (422, "bad-input", "rung")),
        (SAID | {"site": "Atlantis"}, asking, (404, "not-found", None)),
        (SAID, {}, (401, "not-signed-in", None)),
    ):
        assert problem(api.client.post("permits", json=body, headers=caller)) == expected
    away = {"reasons": "No.", "password": "x"}
    (deployment,) = api.client.get("deployments", headers=header).json()
    path = f"deployments/{deployment['id']}/suspension"
    assert problem(api.client.post(path, json=away, headers=asking))[0] == 403
