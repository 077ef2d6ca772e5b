"""Tests of operating points found by a rule."""

from typing import Any

import pytest

from tests.factories.tallies import make_protocol, make_tally
from validation.errors import ProtocolError, UndefinedError
from validation.protocols.rules import Rule, parse_rule, resolve_threshold
from validation.tallies import Cells

# Ten positives at 0.1, 0.2 … 1.0 and five negatives at 0.1, 0.3 … 0.9, one positive unscored.
ROWS: list[dict[str, Any]] = [
    *({"label": 1, "score": step / 10, "site": "A"} for step in range(1, 11)),
    *({"label": 0, "score": step / 10, "site": "A"} for step in range(1, 10, 2)),
    {"label": 1, "score": None, "site": "A"},
]


def cells() -> Cells:
    """Return the cells of these rows."""
    return make_tally(ROWS, make_protocol()).base.cells


class TestParseRule:
    """The two rules there are."""

    def test_parts(self) -> None:
        """Metric, bound and evidence are told apart, whatever the case."""
        assert parse_rule("Sensitivity at least 0.90 in evidence 7") == Rule(
            metric="sensitivity", bound=0.9, evidence="evidence 7"
        )

    @pytest.mark.parametrize("rule", ["ppv at least 0.9 in x", "sensitivity at least 0.9", "best"])
    def test_other_words(self, rule: str) -> None:
        """Anything else is refused with the form to use."""
        with pytest.raises(ProtocolError, match=r"sensitivity at least 0\.90 in <evidence>"):
            parse_rule(rule)

    @pytest.mark.parametrize("bound", ["0", "1.5", "90"])
    def test_no_rate(self, bound: str) -> None:
        """A bound outside (0, 1] is no rate."""
        with pytest.raises(ProtocolError, match="not a rate"):
            parse_rule(f"sensitivity at least {bound} in x")


class TestResolveThreshold:
    """Ten scored positives at 0.1 to 1.0, five negatives between."""

    def test_sensitivity(self) -> None:
        """At 0.2 nine of ten positives are flagged; at 0.3 only eight."""
        found = resolve_threshold("sensitivity at least 0.9 in Cleveland", cells())
        assert found.threshold == 0.2
        assert "9 of 10" in found.origin
        assert "Cleveland" in found.origin

    def test_sensitivity_above(self) -> None:
        """With ">" the exam at the threshold is negative, so that it must lie one lower."""
        found = resolve_threshold("sensitivity at least 0.9 in x", cells(), positive_when=">")
        assert found.threshold == 0.1

    def test_specificity(self) -> None:
        """Negatives lie at 0.1, 0.3, 0.5, 0.7, 0.9: four of five are below 0.8 first."""
        found = resolve_threshold("specificity at least 0.8 in x", cells())
        assert found.threshold == 0.8

    def test_specificity_above(self) -> None:
        """With ">" the negative at 0.7 is negative at 0.7 already."""
        found = resolve_threshold("specificity at least 0.8 in x", cells(), positive_when=">")
        assert found.threshold == 0.7

    def test_stratum(self) -> None:
        """A stratum without exams has no threshold."""
        with pytest.raises(UndefinedError, match="no scored positive"):
            resolve_threshold("sensitivity at least 0.9 in x", cells(), where={"site": 1})

    def test_out_of_reach(self) -> None:
        """Nothing lies above a negative at the top, so that no score is specific enough."""
        top = make_tally([{"label": 0, "score": 1.0, "site": "A"}], make_protocol()).base.cells
        with pytest.raises(UndefinedError, match="no score of the table reaches"):
            resolve_threshold("specificity at least 0.9 in x", top)
