"""Facts about what a hazard counts as, and about issues of the log."""

import pytest

from registry.domain.errors import BadInputError, ConflictError
from registry.domain.hazards import (
    Matrix,
    changed_since,
    for_version,
    issue,
    judged,
    require_issuable,
    transferred,
)
from tests.factories.hazards import MAJOR_MEDIUM, MAJOR_RARE, control, on_log, shown_by

HOLDS = {**shown_by(document="sha256:1"), "problem": None}
FAILS = {**shown_by(document="sha256:1"), "problem": "no artifact is kept"}


class TestJudged:
    """The rating that counts."""

    def test_unverified_control_counts_for_nothing(self) -> None:
        """Said to be 2, counts as the initial 3."""
        found = judged(on_log(), Matrix())
        assert (found["initial"]["rating"], found["residual"]["rating"]) == (3, 2)
        assert (found["rating"], found["because"]) == (3, "no control is verified")
        assert found["unverified"] == 1

    def test_verified_control_counts(self) -> None:
        """Once it is shown to work the residual rating counts."""
        found = judged(on_log(controls=[control(verification=[HOLDS])]), Matrix())
        assert (found["rating"], found["because"], found["unverified"]) == (2, "", 0)

    def test_link_that_no_longer_holds_counts_for_nothing(self) -> None:
        """What showed it is gone, so that the initial rating counts again."""
        found = judged(on_log(controls=[control(verification=[FAILS])]), Matrix())
        assert found["rating"] == 3
        assert judged(on_log(controls=[control(verification=[FAILS, HOLDS])]), Matrix())[
            "rating"
        ] == (2)

    def test_control_that_is_not_there_counts_for_nothing(self) -> None:
        """A plan to do something is nothing done."""
        found = judged(
            on_log(controls=[control(implemented=False, verification=[HOLDS])]), Matrix()
        )
        assert found["rating"] == 3

    def test_no_residual_risk_stated(self) -> None:
        """Then nothing was reduced."""
        found = judged(on_log(residual=None), Matrix())
        assert (found["rating"], found["because"]) == (3, "no residual risk is stated")

    def test_higher_residual_counts_at_once(self) -> None:
        """Bad news needs no verification."""
        found = judged(on_log(initial=MAJOR_RARE, residual=MAJOR_MEDIUM), Matrix())
        assert found["rating"] == 3

    def test_words_of_another_matrix_are_unrated(self) -> None:
        """A plan with other words leaves the hazard unrated until somebody rates it anew."""
        words = [{"word": f"S{n}", "means": "ours"} for n in range(5)]
        found = judged(on_log(), Matrix.read({"severities": words}))
        assert found["rating"] is None
        assert "rate it anew" in found["because"]

    def test_what_makes_it_impossible_comes_first(self) -> None:
        """Controls stand in the order of their kinds."""
        kinds = ["training", "information for safety", "design", "test"]
        found = judged(on_log(controls=[control(kind=kind) for kind in kinds]), Matrix())
        assert [one["kind"] for one in found["controls"]] == [
            "design",
            "test",
            "training",
            "information for safety",
        ]


class TestForVersion:
    """One version's hazards."""

    def test_other_versions_hazards_are_left_out(self) -> None:
        """An empty list of versions is every version."""
        found = for_version(
            [on_log(), on_log(number=2, versions=[1]), on_log(number=3, versions=[2])],
            Matrix(),
            version=2,
        )
        assert [one["number"] for one in found] == [1, 3]

    def test_what_was_shown_on_another_version_shows_nothing(self) -> None:
        """Evidence on version 1 verifies no control of version 2; a document does."""
        link = {**shown_by(evidence="e", version=1), "problem": None}
        hazard = on_log(controls=[control(verification=[link])])
        assert for_version([hazard], Matrix(), version=1)[0]["rating"] == 2
        second = for_version([hazard], Matrix(), version=2)[0]
        assert second["rating"] == 3
        assert "version 1" in second["controls"][0]["verification"][0]["problem"]
        shown = on_log(controls=[control(verification=[link, HOLDS])])
        assert for_version([shown], Matrix(), version=2)[0]["rating"] == 2


class TestIssues:
    """Issues of the log."""

    def test_empty_log_is_not_issued(self) -> None:
        """No model is without a hazard."""
        with pytest.raises(ConflictError, match="prompts"):
            require_issuable([], overall="fine")

    def test_overall_must_be_said(self) -> None:
        """The sum of risks is stated in words."""
        with pytest.raises(BadInputError, match="as a whole"):
            require_issuable([judged(on_log(), Matrix())], overall=" ")

    def test_unrated_hazard_is_named(self) -> None:
        """A hazard whose words no longer stand on the matrix stops the issue."""
        with pytest.raises(BadInputError, match="hazard 1"):
            require_issuable([{**on_log(), "rating": None}], overall="fine")

    def test_issue_counts_and_lists(self) -> None:
        """Counts by rating, the highest, and what was handed over to whom."""
        to = {"to": "Hungary", "must_do": "Keep the wait short", "accepted_by": "Dr Kovács"}
        found = [
            judged(on_log(), Matrix()),
            judged(
                on_log(number=2, status="transferred", transfer=to, initial=MAJOR_RARE), Matrix()
            ),
        ]
        plan = {"model": "heart-cad", "number": 1, "acceptable_rating": 2}
        made = issue(found, plan=plan, plan_digest="d", number=1, overall=" few ", issued={})
        assert made["counts"] == {"1": 0, "2": 1, "3": 1, "4": 0, "5": 0}
        assert (made["highest"], made["overall"]) == (3, "few")
        assert made["transferred"][0] == {
            "number": 2,
            "name": "Missed obstruction",
            "rating": 2,
            **to,
        }
        assert transferred(found, "Cleveland") == []

    def test_changes_since_an_issue(self) -> None:
        """Added hazards and newer records are told; the rest is not."""
        then = [on_log(), on_log(number=2)]
        now = [on_log(), on_log(number=2, name="x") | {"record": 2}, on_log(number=3)]
        assert [(one["number"], one["what"]) for one in changed_since(then, now)] == [
            (2, "recorded anew"),
            (3, "added"),
        ]
