"""Facts about plans, hazards and logs over the API."""

import hashlib

from registry.domain.people import Role
from tests.factories.callers import Api, problem
from tests.factories.hazards import control, fields, plan_in
from tests.factories.people import PASSWORD, Registry
from tests.factories.records import make_model

MODEL = "models/heart-cad"


class TestHazards:
    """A plan, a hazard, an issue, two approvals."""

    def test_from_prompt_to_approved_log(self, registry: Registry, api: Api) -> None:
        """Written by the owner, approved by the safety officer, readable by the auditor."""
        make_model(registry)
        owner = api.signed_in(Role.MODEL_OWNER)
        officer = api.signed_in(Role.CLINICAL_SAFETY_OFFICER)
        auditor = api.signed_in(Role.AUDITOR)
        prompts = api.client.get("hazard-prompts", headers=auditor).json()
        assert "drift" in {one["slug"] for one in prompts}
        plan = plan_in().model_dump(mode="json", exclude_none=True)
        made = api.client.post(f"{MODEL}/hazard-plans", json=plan, headers=owner).json()
        approval = {"digest": made["digest"], "password": PASSWORD}
        path = f"{MODEL}/hazard-plans/1/approval"
        refused = api.client.post(path, json=approval, headers=owner)
        assert problem(refused) == (403, "forbidden", None)
        assert api.client.post(path, json=approval, headers=officer).status_code == 201
        said = api.client.post(f"{MODEL}/hazards", json=fields(), headers=owner)
        assert (said.status_code, said.json()["rating"]) == (201, 3)
        newer = fields(controls=[control(kind="design")]) | {"why": "A better kind"}
        path = f"{MODEL}/hazards/1/records"
        assert api.client.post(path, json=newer, headers=owner).json()["record"] == 2
        body = {"overall": "Few wait longer."}
        log = api.client.post(f"{MODEL}/hazard-logs", json=body, headers=owner).json()
        approval["digest"] = log["digest"]
        path = f"{MODEL}/hazard-logs/1"
        approved = api.client.post(f"{path}/approval", json=approval, headers=officer)
        assert approved.json()["approved"]["by"]["name"] == "Clinical Safety Officer"
        document = api.client.get(f"{path}/document", headers=auditor)
        assert "sha256:" + hashlib.sha256(document.content).hexdigest() == log["digest"]
        for path in ("hazard-plans", "hazards", "hazard-logs"):
            assert len(api.client.get(f"{MODEL}/{path}", headers=auditor).json()) == 1
            assert api.client.get(f"{MODEL}/{path}/1", headers=auditor).status_code == 200

    def test_unknown_word_names_its_field(self, registry: Registry, api: Api) -> None:
        """A severity that is not on the matrix is refused where it stands."""
        make_model(registry)
        owner = api.signed_in(Role.MODEL_OWNER)
        plan = plan_in().model_dump(mode="json", exclude_none=True)
        api.client.post(f"{MODEL}/hazard-plans", json=plan, headers=owner)
        wrong = fields(initial={"severity": "grave", "likelihood": "low"})
        answer = api.client.post(f"{MODEL}/hazards", json=wrong, headers=owner)
        assert problem(answer) == (422, "bad-input", "initial.severity")
