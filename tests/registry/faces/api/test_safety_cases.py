"""Facts about safety cases over the API."""

import hashlib

from registry.domain.people import Role
from registry.services.work import Workshop
from tests.factories.callers import Api, problem
from tests.factories.hazards import make_hazard, make_log, make_plan
from tests.factories.people import PASSWORD
from tests.factories.reviews import make_case
from tests.factories.safety_cases import authored, claim, link


def test_outlined_written_signed_and_read(workshop: Workshop) -> None:
    """What a client does from the outline to a signed case, and what it is refused."""
    case = make_case(workshop)
    api = Api.over(case.registry)
    officer = api.signed_in(Role.CLINICAL_SAFETY_OFFICER)
    asked = {"version": "heart-cad/1"}
    none = api.client.get("safety-case-outline", params=asked, headers=officer)
    assert problem(none) == (409, "waiting", None)
    case.open()
    make_plan(case.registry)
    make_hazard(case.registry)
    make_log(case.registry)
    outline = api.client.get("safety-case-outline", params=asked, headers=officer).json()
    assert [one["number"] for one in outline["hazards"]] == [1]
    assert {one["verdict"] for one in outline["criteria"]} == {"met"}

    body = authored() | asked
    dangling = body | {"claims": [claim(link(statement=99))]}
    refused = api.client.post("safety-cases", json=dangling, headers=officer)
    assert problem(refused) == (422, "bad-input", "claims.1.evidence.1.statement")
    made = api.client.post("safety-cases", json=body, headers=officer)
    assert made.status_code == 201, made.text
    said = made.json()
    path = f"safety-cases/{said['id']}"
    document = api.client.get(f"{path}/document", headers=officer)
    assert "sha256:" + hashlib.sha256(document.content).hexdigest() == said["digest"]
    signature = {"digest": said["digest"], "password": PASSWORD}
    lead = api.signed_in(Role.CLINICAL_LEAD)
    other = api.client.post(f"{path}/signature", json=signature, headers=lead)
    assert problem(other) == (403, "forbidden", None)
    signed = api.client.post(f"{path}/signature", json=signature, headers=officer)
    assert signed.status_code == 201, signed.text
    assert api.client.get(path, headers=officer).json()["signed"]["meaning"].startswith("approval")
    (listed,) = api.client.get("safety-cases", params=asked, headers=officer).json()
    assert (listed["state"], listed["stale"], "document" in listed) == ("signed", [], False)
    absent = api.client.get(f"{path}/file", headers=officer)
    assert problem(absent)[:2] == (404, "not-found")
    job = api.client.post(f"{path}/file", headers=officer)
    assert (job.status_code, job.json()["kind"]) == (202, "safety_cases.print")
