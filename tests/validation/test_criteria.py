"""Criteria: what bound, interval and counts amount to."""

from typing import Literal

import pytest

from validation.criteria import Bound, Measured, Verdict, aggregate, judge

AT_LEAST = Bound(at_least=0.8)
AT_MOST = Bound(at_most=0.2)
MET, NOT_MET = Verdict.MET, Verdict.NOT_MET
INSUFFICIENT, NOT_ASSESSED = Verdict.INSUFFICIENT, Verdict.NOT_ASSESSED


def measured(low: float | None, high: float | None, **changes: object) -> Measured:
    """Return an interval around its middle, resting on fifty positives."""
    middle = None if low is None or high is None else (low + high) / 2
    plain: dict[str, object] = {"value": middle, "low": low, "high": high}
    return Measured(**({**plain, "rests_on": "50 positives"} | changes))  # type: ignore[arg-type]  # a test's own


class TestJudge:
    """One stratum against one bound."""

    @pytest.mark.parametrize(
        ("low", "high", "bound", "expected"),
        [
            (0.81, 0.9, AT_LEAST, MET),
            (0.8, 0.9, AT_LEAST, MET),
            (0.7, 0.79, AT_LEAST, NOT_MET),
            (0.7, 0.8, AT_LEAST, INSUFFICIENT),
            (0.7, 0.9, AT_LEAST, INSUFFICIENT),
            (0.1, 0.2, AT_MOST, MET),
            (0.21, 0.3, AT_MOST, NOT_MET),
            (0.2, 0.3, AT_MOST, INSUFFICIENT),
            (0.1, 0.3, AT_MOST, INSUFFICIENT),
        ],
    )
    def test_the_whole_interval_counts(
        self, low: float, high: float, bound: Bound, expected: Verdict
    ) -> None:
        """Met only wholly on the good side, not met only wholly on the bad; the bound is good."""
        assert judge(measured(low, high), bound)[0] is expected

    def test_straddling_names_count_and_bound(self) -> None:
        """As a person would say it."""
        _, because = judge(measured(0.53, 0.98, rests_on="8 negatives"), AT_LEAST)
        assert because == "8 negatives; the interval 0.53 to 0.98 straddles 0.80"

    def test_met_says_what_holds(self) -> None:
        """Never a bare pass."""
        _, because = judge(measured(0.85, 0.95), AT_LEAST)
        assert because == "50 positives; the interval 0.85 to 0.95 holds at least 0.80"

    def test_not_met_says_what_is_missed(self) -> None:
        """With the side of the bound."""
        _, because = judge(measured(0.3, 0.4), AT_MOST)
        assert because == "50 positives; the interval 0.30 to 0.40 misses at most 0.20"

    def test_undefined_is_insufficient(self) -> None:
        """With its reason."""
        found = judge(measured(None, None, undefined="no negative exam"), AT_LEAST)
        assert found == (INSUFFICIENT, "no negative exam")

    def test_no_interval_is_insufficient(self) -> None:
        """A number alone is held against nothing."""
        verdict, because = judge(measured(None, None, value=0.9), AT_LEAST)
        assert verdict is INSUFFICIENT
        assert because == "0.90 without an interval cannot be held against 0.80"

    @pytest.mark.parametrize(("low", "high"), [(0.85, 0.95), (0.1, 0.2)])
    def test_too_few_is_insufficient_either_way(self, low: float, high: float) -> None:
        """Below the minimum nothing is known, good or bad."""
        shortage = "8 negatives, fewer than the 10 required"
        verdict, because = judge(measured(low, high, shortage=shortage), AT_LEAST)
        assert verdict is INSUFFICIENT
        assert because.startswith(shortage)

    def test_too_wide_is_insufficient(self) -> None:
        """An interval wider than allowed cannot be met."""
        verdict, because = judge(measured(0.81, 0.99, max_width=0.1), AT_LEAST)
        assert verdict is INSUFFICIENT
        assert because == "50 positives; the interval is 0.18 wide; at most 0.10 is allowed"

    def test_wide_and_wholly_bad_is_not_met(self) -> None:
        """What is surely bad stays bad, however uncertain how bad."""
        assert judge(measured(0.1, 0.5, max_width=0.1), AT_LEAST)[0] is NOT_MET

    def test_small_numbers_keep_their_digits(self) -> None:
        """0.0125 is not printed as 0.01."""
        _, because = judge(measured(0.0125, 0.05), Bound(at_least=0.0))
        assert "0.013 to 0.05" in because


class TestAggregate:
    """Several strata together."""

    @pytest.mark.parametrize(
        ("verdicts", "needs", "expected"),
        [
            ([MET, MET], "all", MET),
            ([MET, INSUFFICIENT, NOT_MET], "all", NOT_MET),
            ([MET, INSUFFICIENT, NOT_ASSESSED], "all", INSUFFICIENT),
            ([MET, NOT_ASSESSED], "all", NOT_ASSESSED),
            ([], "all", NOT_ASSESSED),
            ([], "any", NOT_ASSESSED),
            ([NOT_MET, MET], "any", MET),
            ([NOT_MET, INSUFFICIENT], "any", INSUFFICIENT),
            ([NOT_MET, NOT_ASSESSED], "any", NOT_ASSESSED),
            ([NOT_MET], "any", NOT_MET),
        ],
    )
    def test_the_rule(
        self, verdicts: list[Verdict], needs: Literal["all", "any"], expected: Verdict
    ) -> None:
        """For all, the most blocking; for any, one met is enough; of none, nothing."""
        assert aggregate(verdicts, needs) is expected


class TestBound:
    """The side on which a number is good."""

    def test_severity_grows_to_the_bad_side(self) -> None:
        """Below a floor, above a ceiling."""
        assert AT_LEAST.severity(0.5) == pytest.approx(0.3)
        assert AT_MOST.severity(0.5) == pytest.approx(0.3)

    def test_neither(self) -> None:
        """A bound without a number is a mistake of ours."""
        with pytest.raises(ValueError, match="lower or an upper"):
            Bound().required  # noqa: B018  # reading it is the test
