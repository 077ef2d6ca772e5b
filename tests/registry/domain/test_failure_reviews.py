"""Facts about reviews of failures: how many there are, how many were looked at, what is left."""

from typing import Any

import pytest

from registry.domain.errors import BadInputError
from registry.domain.failure_reviews import failures_of, require, require_review, total
from registry.domain.hazards import Matrix
from registry.domain.policies import FailureReviewRules
from validation.protocols.shape import Partition

EXTERNAL = Partition.EXTERNAL_TESTING


def assessment(**estimates: dict[str, Any]) -> dict[str, Any]:
    """Return an assessment: 9 of 10 positives found, 80 of 100 negatives spared."""
    rates = {"sensitivity": {"n": 10, "events": 9}, "specificity": {"n": 100, "events": 80}}
    return {"strata": [{"by": {}, "estimates": {**rates, **estimates}}, {"by": {"site": "x"}}]}


def group(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- any field may be changed
    """Return one missed finding that was settled."""
    whole = {
        "kind": "missed",
        "cause": "atypical presentation",
        "severity": "major",
        "count": 1,
        "done": "Hazard 1 covers it",
        "resolved": True,
        "hazard": None,
        "remark": "",
    }
    return whole | changes


def evidence(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- likewise
    """Return counting external evidence with 21 failures."""
    whole = {"number": 1, "purpose": "external testing", "counts": True}
    return {**whole, "assessment": assessment(), **changes}


def review(*groups: dict[str, Any]) -> dict[str, Any]:
    """Return a review of evidence 1 as a dossier has it."""
    looked = sum(one["count"] for one in groups)
    return {"evidence": 1, "number": 1, "groups": list(groups), "looked_at": looked}


class TestFailuresOf:
    """How many there are."""

    def test_counted_from_the_rates(self) -> None:
        """1 of 10 positives missed, 20 of 100 negatives flagged."""
        found = failures_of(assessment())
        assert found == {"missed": 1, "false alert": 20}
        assert total(found) == 21

    def test_hidden_rates_are_unknown(self) -> None:
        """What is not told is not zero."""
        found = failures_of(assessment(specificity={"value": None, "undefined": "hidden"}))
        assert found == {"missed": 1, "false alert": None}
        assert total(found) is None
        assert failures_of({"strata": []}) == {"missed": None, "false alert": None}


class TestRequireReview:
    """What a review may claim."""

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"severity": "bad"}, "groups.1.severity"),
            ({"done": " "}, "groups.1.done"),
            ({"cause": "other"}, "groups.1.remark"),
            ({"count": 2}, "groups"),
        ],
    )
    def test_claim_without_ground(self, changes: dict[str, Any], field: str) -> None:
        """More than there is, settled by nothing, or a cause without a word."""
        with pytest.raises(BadInputError) as caught:
            require_review({"groups": [group(**changes)]}, failures_of(assessment()), Matrix())
        assert caught.value.field == field

    def test_fewer_than_there_are_may_be_looked_at(self) -> None:
        """How many must be is for the policy to say."""
        require_review({"groups": [group()]}, failures_of(assessment()), Matrix())


class TestRequire:
    """What is asked."""

    def test_nothing_recorded_and_nothing_asked(self) -> None:
        """Then nothing is required."""
        assert list(require([], [evidence()], None)) == []

    @pytest.mark.parametrize(
        ("at_least", "looked", "status"),
        [
            ("all", 21, "met"),
            ("all", 20, "missing"),
            (5, 5, "met"),
            (5, 4, "missing"),
            (50, 21, "met"),
        ],
    )
    def test_so_many_must_be_looked_at(self, at_least: Any, looked: int, status: str) -> None:  # noqa: ANN401
        """All of them, or a number; where there are fewer, all of them."""
        rules = FailureReviewRules(evidence=EXTERNAL, at_least=at_least)
        found = list(require([review(group(count=looked))], [evidence()], rules))
        assert found[0]["status"] == status

    def test_no_review_no_evidence_no_number(self) -> None:
        """Each lack is told apart."""
        rules = FailureReviewRules(evidence=EXTERNAL)
        hidden = evidence(assessment={"strata": []})
        statuses = [
            next(require([], found, rules))["status"]
            for found in ([evidence()], [], [hidden], [evidence(counts=False)])
        ]
        assert statuses == ["missing", "missing", "insufficient evidence", "missing"]

    def test_unresolved_failure_cannot_be_implemented(self) -> None:
        """Whatever a policy asks, it is not met and named."""
        (found,) = require([review(group(resolved=False))], [evidence()], None)
        assert found["status"] == "not met"
        assert "1 missed (atypical presentation, major)" in found["because"]
