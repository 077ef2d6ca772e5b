"""Facts about what may be recorded of a hazard, and about plans and prompts."""

from datetime import date
from typing import Any

import pytest

from registry.domain.errors import BadInputError, NotFoundError
from registry.domain.hazards import PROMPTS, Matrix, prompt, require_hazard, require_plan
from tests.factories.hazards import control, fields, plan_in, shown_by

TODAY = date(2026, 11, 30)
DONE = control(verification=[shown_by(document="sha256:1")])
SITE: dict[str, Any] = {"to": "Hungary", "must_do": "Keep the wait short", "accepted_by": None}
ACCEPTED: dict[str, Any] = {**SITE, "accepted_by": "Dr Kovács"}


class TestRequireHazard:
    """What a hazard may claim."""

    @pytest.mark.parametrize(
        ("changes", "field", "message"),
        [
            ({"initial": {"severity": "bad", "likelihood": "low"}}, "initial.severity", "matrix"),
            (
                {"residual": {"severity": "minor", "likelihood": "x"}},
                "residual.likelihood",
                "matrix",
            ),
            (
                {"controls": [control(implemented=False, verification=[shown_by(document="x")])]},
                "controls.1.implemented",
                "cannot have been verified",
            ),
            (
                {"controls": [control(verification=[shown_by()])]},
                "controls.1.verification.1",
                "exactly one",
            ),
            (
                {"controls": [control(verification=[shown_by(document="x", criterion="y")])]},
                "controls.1.verification.1",
                "needs the evidence",
            ),
            ({"controls": [control(introduces=[1])]}, "controls.1.introduces", "its own"),
            ({"transfer": SITE}, "status", "transferred"),
            ({"status": "transferred"}, "transfer", "to which site"),
            ({"status": "closed"}, "controls.1", "is not verified"),
            ({"status": "closed", "residual": None}, "residual", "what risk remains"),
            ({"status": "closed", "controls": []}, "justification", "why nothing is done"),
            (
                {"status": "closed", "controls": [DONE], "transfer": SITE},
                "status",
                "nobody has accepted",
            ),
        ],
    )
    def test_claim_without_ground(self, changes: dict[str, Any], field: str, message: str) -> None:
        """Each claim that nothing stands behind is named by its field."""
        with pytest.raises(BadInputError, match=message) as caught:
            require_hazard(fields(**changes), Matrix(), number=1)
        assert caught.value.field == field

    @pytest.mark.parametrize(
        "changes",
        [
            {},
            {"status": "closed", "controls": [DONE]},
            {"status": "closed", "controls": [], "justification": "Rated 1 from the start"},
            {"status": "transferred", "transfer": SITE},
            {
                "status": "closed",
                "controls": [DONE],
                "transfer": ACCEPTED,
            },
        ],
    )
    def test_grounded_claim(self, changes: dict[str, Any]) -> None:
        """What is shown may be recorded."""
        require_hazard(fields(**changes), Matrix(), number=1)


class TestRequirePlan:
    """What a plan must hold."""

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"acceptable_rating": 5}, "acceptable_rating"),
            ({"people": [{"name": "A", "role": "clinical lead"}]}, "people"),
            ({"review_by": "2026-11-30"}, "review_by"),
        ],
    )
    def test_plan_that_binds_nobody(self, changes: dict[str, Any], field: str) -> None:
        """It accepts everything, names no safety officer, or was to be reviewed already."""
        plan = plan_in(**changes).model_dump(mode="json", exclude_none=True)
        with pytest.raises(BadInputError) as caught:
            require_plan(plan, today=TODAY)
        assert caught.value.field == field

    def test_sound_plan_gives_its_matrix(self) -> None:
        """The matrix is the shipped one unless another is declared."""
        plan = plan_in().model_dump(mode="json", exclude_none=True)
        assert require_plan(plan, today=TODAY) == Matrix()


class TestPrompts:
    """Questions to begin with."""

    def test_each_is_whole_and_once(self) -> None:
        """At least 25 questions, each under a slug of its own."""
        assert len({one.slug for one in PROMPTS}) == len(PROMPTS) >= 25
        assert all(one.asks.endswith("?") and one.causes and one.controls for one in PROMPTS)

    def test_unknown_prompt_names_the_nearest(self) -> None:
        """A slip of the pen is answered with the right word."""
        with pytest.raises(NotFoundError, match="automation-bias"):
            prompt("automation-bais")
