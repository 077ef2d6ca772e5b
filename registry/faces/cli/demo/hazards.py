"""Hazards of the demonstration: a plan, two hazards, and an issue of the log, approved."""

from datetime import date

from registry.faces.cli.demo import cast, records
from registry.faces.cli.demo.stage import Stage
from registry.shapes.hazard_plans import HazardApprovalIn, HazardPlanIn, HazardPlanOut
from registry.shapes.hazards import HazardIn, HazardLogIn, HazardLogOut, HazardOut

MODEL = f"/models/{records.MODEL}"
OVERALL = (
    "While nobody sees a score nothing can follow from it; before a pilot the hazards must be "
    "rated 2 or lower."
)


def log_hazards(stage: Stage, *, review_by: date) -> HazardLogOut:
    """Write the plan, put two hazards on the log, and have both approved; return the issue.

    The owner records, the clinical safety officer approves. Nobody has verified the one control
    there is, so that it counts for nothing yet.
    """
    owner = stage.enter(cast.OWNER)
    plan = owner.post(f"{MODEL}/hazard-plans", _plan(review_by), HazardPlanOut)
    for hazard in (_missed(), _women()):
        owner.post(f"{MODEL}/hazards", hazard, HazardOut)
    officer = stage.enter(cast.OFFICER)
    officer.post(f"{MODEL}/hazard-plans/1/approval", _approval(stage, plan.digest), HazardPlanOut)
    issue = stage.enter(cast.OWNER).post(
        f"{MODEL}/hazard-logs", HazardLogIn(overall=OVERALL), HazardLogOut
    )
    officer = stage.enter(cast.OFFICER)
    path = f"{MODEL}/hazard-logs/{issue.number}/approval"
    return officer.post(path, _approval(stage, issue.digest), HazardLogOut)


def _approval(stage: Stage, digest: str) -> HazardApprovalIn:
    """Return the officer's approval of what is known by a digest."""
    return HazardApprovalIn.model_validate(
        {"digest": digest, "password": stage.password(cast.OFFICER)}
    )


def _plan(review_by: date) -> HazardPlanIn:
    """Return the risk management plan."""
    return HazardPlanIn.model_validate(
        {
            "scope": f"{records.MODEL}, from testing to retirement",
            "acceptable_rating": 3,
            "criteria": "A rating of 3 only while nobody sees a score; a pilot needs 2.",
            "people": [
                {"name": cast.OFFICER.name, "role": "clinical safety officer"},
                {"name": cast.LEAD.name, "role": "clinical lead"},
            ],
            "review_by": review_by,
        }
    )


def _missed() -> HazardIn:
    """Return the hazard of a low score for somebody who is ill."""
    return HazardIn.model_validate(
        {
            "prompt": "missed-positive",
            "name": "Obstruction ranked low",
            "description": "A patient with an obstructed vessel is put low on the list.",
            "causes": ["Atypical symptoms", "Another prevalence than in Cleveland"],
            "harm": "Infarction while waiting.",
            "initial": {"severity": "major", "likelihood": "medium"},
            "residual": {"severity": "major", "likelihood": "very low"},
            "controls": [
                {
                    "text": "The cardiologist reads every referral; the longest wait stays",
                    "kind": "business process",
                    "owner": cast.LEAD.name,
                }
            ],
        }
    )


def _women() -> HazardIn:
    """Return the hazard of failing a group that had few in the training data."""
    return HazardIn.model_validate(
        {
            "prompt": "subgroup-failure",
            "name": "Women ranked too low",
            "description": "The model misses more of the women than of the men.",
            "causes": ["Few women with disease in Cleveland"],
            "harm": "Women wait longer; infarction while waiting.",
            "initial": {"severity": "major", "likelihood": "medium"},
        }
    )
