"""Tests of the comparison: what is within tolerance passes, and everything else fails."""

import dataclasses
from typing import Any

import pytest

from validation.reference_cases import checking
from validation.reference_cases.checking import canonical_json, check, found, same
from validation.reference_cases.figures import FIGURES, Figure
from validation.reference_cases.tables import HOSPITALS

FIGURE = Figure(
    id="f",
    what="AUROC",
    source="by hand",
    table=HOSPITALS,
    path=("estimates", "auroc", "value"),
    expected=0.8,
    tolerance=1e-9,
)


def document(value: object) -> dict[str, Any]:
    """Return an assessment with one AUROC overall, and another at a site."""
    return {
        "strata": [
            {"by": {"site": "A"}, "estimates": {"auroc": {"value": 0.1}}},
            {"by": {}, "estimates": {"auroc": {"value": value}}},
        ]
    }


class TestFound:
    """Where a figure is."""

    def test_of_its_stratum(self) -> None:
        """The value overall is found, not that of the site before it."""
        assert found(FIGURE, document(0.8)) == 0.8

    @pytest.mark.parametrize(
        "assessment",
        [{}, {"strata": []}, {"strata": [{"by": {}}]}, {"strata": [{"by": {}, "estimates": 1}]}],
    )
    def test_nowhere(self, assessment: dict[str, Any]) -> None:
        """What is not there is not found."""
        assert found(FIGURE, assessment) is None

    def test_undefined(self) -> None:
        """An undefined estimate is no number."""
        assert found(FIGURE, document(None)) is None


class TestCheck:
    """One figure against an assessment."""

    @pytest.mark.parametrize(
        ("value", "passed"),
        [(0.8, True), (0.8 + 9e-10, True), (0.8 + 2e-9, False), (0.8 - 2e-9, False), (None, False)],
    )
    def test_tolerance(self, value: float | None, passed: bool) -> None:
        """Within tolerance is passed; beyond it on either side, or not there, is failed."""
        checked = check(FIGURE, document(value))
        assert (checked.passed, checked.got) == (passed, value)

    def test_not_finite(self) -> None:
        """A number that is none passes nothing, whatever is expected."""
        endless = dataclasses.replace(FIGURE, expected=float("inf"))
        assert not check(endless, document(float("inf"))).passed

    def test_every_figure_can_fail(self) -> None:
        """No figure is in an empty assessment."""
        assert not any(check(one, {}).passed for one in FIGURES)


class TestSame:
    """Two texts."""

    def test_same(self) -> None:
        """The same text passes and another fails."""
        told = ("id", "what", "source")
        assert same(*told, expected="a", got="a").passed
        assert not same(*told, expected="a", got="b").passed


class TestCanonicalJson:
    """RFC 8785."""

    def test_sample_of_the_standard(self) -> None:
        """The sample document of the standard has the bytes that it prints."""
        assert canonical_json().passed
        assert checking.RFC_8785_BYTES.startswith(b'{"literals":[null,true,false],"numbers":[333')
