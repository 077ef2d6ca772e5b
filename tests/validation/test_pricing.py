"""Pricing: costs and net benefit at every prevalence that counts."""

from typing import Any

import pytest

from tests.factories.tallies import make_protocol, make_tally
from validation.assessment import assess
from validation.criteria import CriterionVerdict, Verdict
from validation.protocols.shape import (
    Columns,
    Criterion,
    OperatingPoint,
    Population,
    ScoreKind,
    Source,
)

# Half of 1,000 with the finding are flagged, and none of 1,000 without it.
ROWS: list[dict[str, Any]] = [
    {"label": 1, "score": 0.9, "n": 500, "weight": 1.0},
    {"label": 1, "score": 0.1, "n": 500, "weight": 1.0},
    {"label": 0, "score": 0.1, "n": 1000, "weight": 9.0},
]


def judged(metric: str, **changes: Any) -> CriterionVerdict:  # noqa: ANN401
    """Return the verdict of a criterion over the rows, the bound among the changes."""
    bound = {key: changes.pop(key) for key in ("at_least", "at_most") if key in changes}
    one = Criterion(id="c", source=Source.ESTIMATE, metric=metric, **bound)
    protocol = make_protocol(criteria=(one,), **changes)
    return assess(make_tally(ROWS, protocol), protocol).criteria[0]


class TestOverPrevalences:
    """`over_prevalences`."""

    def test_the_observed_prevalence_weighs(self) -> None:
        """By their weights a tenth has the finding: a cost of 5 · 0.1, not of 5 · 0.5."""
        found = judged(
            "expected_cost", at_most=1.0, columns=Columns(weight="weight"),
            population=Population(prevalence=0.1),
        )  # fmt: skip
        assert found.verdict is Verdict.MET
        assert found.measured == pytest.approx(0.5)
        plain = judged(
            "expected_cost", at_most=1.0, columns=Columns(), population=Population(prevalence=0.1)
        )
        assert plain.verdict is Verdict.INSUFFICIENT

    @pytest.mark.parametrize("metric", ["net_benefit", "interventions_avoided"])
    def test_priced_by_a_stated_threshold_probability(self, metric: str) -> None:
        """Scores that rank are judged at a stated risk, at every prevalence of the range."""
        point = OperatingPoint(threshold=0.5, threshold_probability=0.2)
        found = judged(
            metric, at_least=0.01, operating_point=point, score_kind=ScoreKind.RANK,
            columns=Columns(), population=Population(prevalence=0.1, range=(0.05, 0.15)),
        )  # fmt: skip
        assert found.because.endswith("at every prevalence from 0.05 to 0.15") == (
            found.verdict is Verdict.MET
        )
        assert found.verdict is (Verdict.MET if metric == "net_benefit" else Verdict.INSUFFICIENT)

    def test_where_avoided_interventions_hang_on_prevalence(self) -> None:
        """Observed, one half: 0.5 - 4 · 0.25 is below 0; at 0.05 it is 0.95 - 4 · 0.025."""
        point = OperatingPoint(threshold=0.5, threshold_probability=0.2)
        found = judged(
            "interventions_avoided", at_least=0.01, operating_point=point, columns=Columns(),
            population=Population(prevalence=0.1, range=(0.05, 0.15)),
        )  # fmt: skip
        assert found.measured == pytest.approx(-0.5)
        assert "met at prevalence 0.05" in found.because
