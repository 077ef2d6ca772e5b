"""Comparing: gaps between levels, point values against fairlearn."""

import itertools
import warnings

import numpy as np
import pytest
from fairlearn import metrics as fairlearn
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import precision_score, roc_auc_score

from tests.factories.tallies import make_protocol, make_tally, subgroups
from validation.fairness import find_gaps
from validation.fairness.gaps import Gap, interval_of_gap, range_over_levels, widening
from validation.protocols.shape import Minimum, OperatingPoint, Protocol, ScoreKind
from validation.strata import Strata

PROTOCOL = make_protocol(subgroups=subgroups("race"))
RNG = np.random.default_rng(51)
N = 1200
RACE = RNG.choice(["A", "B", "C"], N, p=[0.5, 0.3, 0.2])
LABELS = RNG.binomial(1, 0.4, N)
SCORES = np.round(
    np.clip(0.35 * LABELS + 0.1 * (RACE == "B") + RNG.normal(0.3, 0.18, N), 0.01, 0.99), 2
)
FLAGS = (SCORES >= 0.5).astype(int)
ROWS: list[dict[str, object]] = [
    {"race": str(r), "label": int(y), "score": float(s)}
    for r, y, s in zip(RACE, LABELS, SCORES, strict=True)
]


def group(race: str, *, tp: int = 0, fn: int = 0, fp: int = 0, tn: int = 0) -> list[
    dict[str, object]
]:  # fmt: skip
    """Return the exams of a level: flagged ones at 0.9, the others at 0.1."""
    cells = [(1, 0.9, tp), (1, 0.1, fn), (0, 0.9, fp), (0, 0.1, tn)]
    return [{"race": race, "label": y, "score": s, "n": n} for y, s, n in cells if n]


def gaps(rows: list[dict[str, object]], protocol: Protocol = PROTOCOL) -> dict[str, Gap]:
    """Return the gaps by metric."""
    strata = Strata(make_tally(rows, protocol), protocol)
    found = find_gaps(strata, protocol, protocol.findings[0], "race", by={})
    return {gap.metric: gap for gap in found}


FOUND = gaps(ROWS)


class TestPointValues:
    """Twelve hundred exams of three groups, against fairlearn on the rows."""

    @pytest.mark.parametrize("form", ["difference", "ratio"])
    @pytest.mark.parametrize("stem", ["demographic_parity", "equalized_odds", "equal_opportunity"])
    def test_named_disparities(self, stem: str, form: str) -> None:
        """The same as fairlearn's own function on 1,200 rows."""
        measure = getattr(fairlearn, f"{stem}_{form}")
        expected = measure(LABELS, FLAGS, sensitive_features=RACE)
        assert FOUND[f"{stem}_{form}"].value == pytest.approx(expected, abs=1e-12)

    @pytest.mark.parametrize(
        ("stem", "metric"),
        [
            ("false_positive_rate", fairlearn.false_positive_rate),
            ("predictive_parity", precision_score),
        ],
    )
    def test_framed_disparities(self, stem: str, metric: object) -> None:
        """The same as a MetricFrame on 1,200 rows."""
        frame = fairlearn.MetricFrame(
            metrics=metric, y_true=LABELS, y_pred=FLAGS, sensitive_features=RACE
        )
        assert FOUND[f"{stem}_difference"].value == pytest.approx(frame.difference(), abs=1e-12)
        assert FOUND[f"{stem}_ratio"].value == pytest.approx(frame.ratio(), abs=1e-12)

    def test_auroc(self) -> None:
        """The range of scikit-learn's AUROCs, and lowest over highest."""
        areas = [roc_auc_score(LABELS[r == RACE], SCORES[r == RACE]) for r in "ABC"]
        assert FOUND["auroc_difference"].value == pytest.approx(max(areas) - min(areas))
        assert FOUND["auroc_ratio"].value == pytest.approx(min(areas) / max(areas))

    def test_calibration(self) -> None:
        """The range over groups of observed minus mean predicted risk."""
        excess = [(LABELS - SCORES)[r == RACE].mean() for r in "ABC"]
        assert FOUND["calibration_gap"].value == pytest.approx(max(excess) - min(excess))


class TestAgainstFairlearnOnCounts:
    """The same disparities of counts that fairlearn is given as weights."""

    rows = (
        *group("A", tp=31, fp=7, fn=9, tn=53),
        *group("B", tp=12, fp=11, fn=14, tn=63),
        *group("C", tp=25, fp=3, fn=10, tn=22),
    )

    @pytest.mark.parametrize("form", ["difference", "ratio"])
    @pytest.mark.parametrize("stem", ["demographic_parity", "equalized_odds", "equal_opportunity"])
    def test_weights_are_counts(self, stem: str, form: str) -> None:
        """Fairlearn's own function with sample_weight."""
        found = gaps(list(self.rows))[f"{stem}_{form}"]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # pandas' own, inside fairlearn
            expected = getattr(fairlearn, f"{stem}_{form}")(
                np.array([row["label"] for row in self.rows]),
                np.array([row["score"] == 0.9 for row in self.rows]).astype(int),
                sensitive_features=np.array([row["race"] for row in self.rows]),
                sample_weight=np.array([row["n"] for row in self.rows]),
            )
        assert found.value == pytest.approx(expected, abs=1e-12)

    @settings(deadline=None, max_examples=6)
    @given(st.permutations(["A", "B", "C"]))
    def test_names_do_not_matter(self, names: list[str]) -> None:
        """Groups that exchange their names have the same gaps."""
        other = dict(zip("ABC", names, strict=True))
        swapped = gaps([{**row, "race": other[str(row["race"])]} for row in self.rows])
        for metric, gap in gaps(list(self.rows)).items():
            assert swapped[metric].value == pytest.approx(gap.value)

    @settings(deadline=None, max_examples=10)
    @given(st.integers(12, 36))
    def test_a_worse_group_widens_the_gap(self, tp: int) -> None:
        """The fewer of C's forty are found, the larger the gap to A."""
        base = [*group("A", tp=36, fn=4, tn=30), *group("C", tp=tp, fn=41 - tp, tn=30)]
        less = [*group("A", tp=36, fn=4, tn=30), *group("C", tp=tp - 1, fn=42 - tp, tn=30)]
        key = "equal_opportunity_difference"
        one, other = gaps(base)[key].value, gaps(less)[key].value
        assert one is not None
        assert other is not None
        assert other > one


class TestCrossed:
    """Two subgroups crossed, as one attribute."""

    protocol = make_protocol(subgroups=subgroups("race", "sex"), intersections=(("race", "sex"),))
    rows = tuple(
        {**row, "sex": sex}
        for sex, rows in {
            "F": (*group("A", tp=20, fn=5, tn=20), *group("B", tp=10, fn=15, tn=20)),
            "M": (*group("A", tp=15, fn=10, tn=20), *group("B", tp=23, fn=2, tn=20)),
        }.items()
        for row in rows
    )

    def test_levels_are_pairs(self) -> None:
        """The worst and the best of four, though neither attribute alone shows them."""
        strata = Strata(make_tally(self.rows, self.protocol), self.protocol)
        found = find_gaps(strata, self.protocol, self.protocol.findings[0], "race × sex", by={})
        gap = next(gap for gap in found if gap.metric == "equal_opportunity_difference")
        assert gap.value == pytest.approx(23 / 25 - 10 / 25)
        assert (gap.worst, gap.best) == ("B × F", "B × M")
        assert gap.attribute == "race × sex"


class TestIntervals:
    """How large, and how small, a gap may be."""

    @pytest.mark.parametrize("metric", FOUND)
    def test_it_holds_the_value(self, metric: str) -> None:
        """And its ends are in order."""
        gap = FOUND[metric]
        assert gap.low is not None
        assert gap.value is not None
        assert gap.high is not None
        assert gap.low <= gap.value <= gap.high

    def test_two_levels_agree_with_resampled_exams(self) -> None:
        """For a clear gap of two levels: bootstrapped rows give the same ends, ± 0.02."""
        kept = RACE != "C"
        race, flags = RACE[kept & (LABELS == 0)], FLAGS[kept & (LABELS == 0)]
        rng = np.random.default_rng(5)
        drawn = []
        for _ in range(2000):
            rows = rng.integers(0, race.size, race.size)
            r, f = race[rows], flags[rows]
            drawn.append(f[r == "B"].mean() - f[r == "A"].mean())
        gap = gaps([row for row in ROWS if row["race"] != "C"])["false_positive_rate_difference"]
        assert gap.low == pytest.approx(np.quantile(drawn, 0.025), abs=0.02)
        assert gap.high == pytest.approx(np.quantile(drawn, 0.975), abs=0.02)

    def test_noise_alone_does_not_exclude_equality(self) -> None:
        """Ten levels with one rate: the interval of the difference begins at 0."""
        rows = list(
            itertools.chain.from_iterable(
                group(name, tp=14 + i % 3, fn=6 - i % 3, fp=5, tn=15)
                for i, name in enumerate("ABCDEFGHIJ")
            )
        )
        gap = gaps(rows)["equal_opportunity_difference"]
        assert gap.low == 0
        assert gap.expected_by_chance is not None
        assert gap.value is not None
        assert gap.expected_by_chance > gap.value

    def test_the_order_of_levels_does_not_matter(self) -> None:
        """Reversed rows give the same gaps."""
        assert gaps(ROWS[::-1]) == FOUND


class TestWorstAndBest:
    """Which levels make the gap."""

    found = gaps([*group("F", tp=10, fn=10, fp=2, tn=28), *group("M", tp=45, fn=5, fp=20, tn=30)])

    def test_lower_sensitivity_is_worse(self) -> None:
        """Half against nine tenths."""
        gap = self.found["equal_opportunity_difference"]
        assert (gap.worst, gap.best) == ("F", "M")
        assert gap.value == pytest.approx(0.4)

    def test_more_false_alerts_are_worse(self) -> None:
        """Two fifths against a fifteenth."""
        gap = self.found["false_positive_rate_difference"]
        assert (gap.worst, gap.best) == ("M", "F")

    def test_equalized_odds_takes_the_larger(self) -> None:
        """0.4 of sensitivity against 0.33 of false alerts."""
        gap = self.found["equalized_odds_difference"]
        assert gap.worst == "F"
        assert gap.value == pytest.approx(0.4)

    def test_calibration_is_worst_farthest_from_zero(self) -> None:
        """F: 0.4 observed, 0.292 predicted; M: 0.5 observed, 0.62 predicted."""
        gap = self.found["calibration_gap"]
        assert gap.value == pytest.approx((0.4 - (12 * 0.9 + 38 * 0.1) / 50) + (0.62 - 0.5))
        assert gap.worst == "M"


class TestLeftOut:
    """Levels that cannot be compared."""

    base = (*group("A", tp=20, fn=5, fp=5, tn=20), *group("B", tp=15, fn=10, fp=4, tn=21))

    def test_no_positives(self) -> None:
        """A level without positives has no sensitivity; fairlearn would make it 0."""
        found = gaps([*self.base, *group("X", fp=1, tn=30)])
        assert found["equal_opportunity_difference"].left_out == {"X": "no positives"}
        assert found["equal_opportunity_difference"].value == pytest.approx(0.2)
        assert found["auroc_difference"].left_out == {"X": "no positives"}

    def test_below_the_minimum(self) -> None:
        """Three positives of ten required say nothing about a level."""
        found = gaps([*self.base, *group("X", tp=3, fp=1, tn=30)])
        reason = "below the minimum: 3 positives of 10 required"
        assert found["equalized_odds_difference"].left_out == {"X": reason}
        assert found["false_positive_rate_difference"].left_out == {}

    def test_too_few_negatives(self) -> None:
        """Likewise for false alerts."""
        found = gaps([*self.base, *group("X", tp=12, fn=4, fp=1, tn=3)])
        reason = "below the minimum: 4 negatives of 10 required"
        assert found["false_positive_rate_ratio"].left_out == {"X": reason}

    def test_nothing_flagged(self) -> None:
        """A level without a flag has no PPV."""
        found = gaps([*self.base, *group("X", fn=12, tn=30)])
        assert found["predictive_parity_difference"].left_out == {"X": "nothing flagged"}

    def test_few_flags(self) -> None:
        """A PPV of three flagged exams is as little as a sensitivity of three positives."""
        found = gaps([*self.base, *group("X", tp=2, fn=12, fp=1, tn=30)])
        assert found["predictive_parity_difference"].left_out == {
            "X": "below the minimum: 3 flagged exams of 10 required"
        }

    def test_one_level_left(self) -> None:
        """With one level there is no gap."""
        found = gaps([*group("A", tp=20, fn=5, fp=5, tn=20), *group("X", tn=30)])
        gap = found["equal_opportunity_difference"]
        assert gap.value is None
        assert gap.undefined == "fewer than two levels can be compared"
        assert found["auroc_difference"].undefined == gap.undefined

    def test_perfect_separation(self) -> None:
        """An AUROC of 1 has no variance to compare with."""
        found = gaps([*self.base, *group("X", tp=12, tn=12)])
        assert found["auroc_difference"].left_out == {"X": "DeLong's variance is 0 or unknown"}

    def test_no_exam_scored(self) -> None:
        """Without a minimum, a level of one class is left out by name all the same."""
        protocol = make_protocol(
            subgroups=subgroups("race"), minimum=Minimum(positives=0, negatives=0)
        )
        rows: list[dict[str, object]] = [
            *self.base,
            {"race": "X", "label": 1, "score": None, "n": 12},
        ]
        found = gaps(rows, protocol)
        assert found["calibration_gap"].left_out == {"X": "no positives"}

    def test_no_ratio_of_nothing(self) -> None:
        """Where no level has a false alert, they do not differ, and there is no ratio."""
        found = gaps([*group("A", tp=15, fn=5, tn=20), *group("B", tp=12, fn=8, tn=20)])
        assert found["false_positive_rate_difference"].value == 0
        ratio = found["false_positive_rate_ratio"]
        assert ratio.undefined == "every level has a rate of 0: there is no ratio"


class TestWithinOneSite:
    """A gap within a stratum."""

    def test_only_levels_that_occur_there(self) -> None:
        """Who is elsewhere is neither compared nor left out."""
        protocol = make_protocol(subgroups=subgroups("race"))
        rows = [
            *({**row, "site": "Oslo"} for row in group("A", tp=20, fn=5, fp=5, tn=20)),
            *({**row, "site": "Oslo"} for row in group("B", tp=15, fn=10, fp=4, tn=21)),
            *({**row, "site": "Bern"} for row in group("C", tp=1, fn=24, fp=4, tn=21)),
        ]
        strata = Strata(make_tally(rows, protocol), protocol)
        found = find_gaps(strata, protocol, protocol.findings[0], "race", by={"site": "Oslo"})
        gap = next(gap for gap in found if gap.metric == "equal_opportunity_difference")
        assert gap.value == pytest.approx(0.2)
        assert gap.left_out == {}


class TestWithout:
    """What a protocol does not declare."""

    def test_no_operating_point(self) -> None:
        """Gaps of decisions are undefined; the AUROC's is not."""
        protocol = make_protocol(subgroups=subgroups("race"), operating_point=OperatingPoint())
        found = gaps(ROWS, protocol)
        gap = found["equalized_odds_ratio"]
        assert gap.undefined == "the protocol declares no operating point"
        assert found["auroc_difference"].value is not None

    def test_ranks(self) -> None:
        """Ranks have no calibration to differ in."""
        protocol = make_protocol(subgroups=subgroups("race"), score_kind=ScoreKind.RANK)
        assert gaps(ROWS, protocol)["calibration_gap"].undefined is not None


class TestRangeOverLevels:
    """A gap from intervals alone."""

    empty = Gap(by={}, finding=None, attribute="race", metric="npv")

    def test_hand_worked(self) -> None:
        """0.9 (0.8 to 0.95) and 0.6 (0.5 to 0.7): 0.3, ends by Pythagoras."""
        found = range_over_levels(self.empty, {"A": (0.9, 0.8, 0.95), "B": (0.6, 0.5, 0.7)})
        assert (found.value, found.low, found.high) == pytest.approx(
            (0.3, 0.3 - (0.1**2 + 0.1**2) ** 0.5, 0.3 + (0.05**2 + 0.1**2) ** 0.5)
        )
        assert (found.best, found.worst) == ("A", "B")

    def test_every_pair_counts_for_the_upper_end(self) -> None:
        """A third level with a wide interval may lie farther off than the two that make it."""
        found = range_over_levels(
            self.empty, {"A": (0.9, 0.88, 0.92), "B": (0.6, 0.58, 0.62), "C": (0.65, 0.1, 0.95)}
        )
        assert found.high == pytest.approx(0.25 + (0.02**2 + 0.55**2) ** 0.5)
        assert found.value == pytest.approx(0.3)

    def test_all_alike(self) -> None:
        """Equal levels have a gap of 0 that may be larger."""
        found = range_over_levels(self.empty, {"A": (0.5, 0.4, 0.6), "B": (0.5, 0.3, 0.7)})
        assert (found.value, found.low) == (0, 0)
        assert found.high is not None
        assert found.high > 0.2

    def test_one_level(self) -> None:
        """A single level has no gap."""
        assert range_over_levels(self.empty, {"A": (0.5, 0.4, 0.6)}).undefined is not None


class TestWidening:
    """How much farther noise drives the extremes of many levels apart."""

    def test_two_levels_are_a_pair(self) -> None:
        """Nothing is added where there is but one pair."""
        assert widening(2, 0.95) == pytest.approx(1)

    def test_published_quantiles(self) -> None:
        """Printed tables of the studentized range: 2.77 for 2, 3.31 for 3, 3.86 for 5 (5 %)."""
        assert widening(3, 0.95) == pytest.approx(3.31 / 2.77, abs=0.005)
        assert widening(5, 0.95) == pytest.approx(3.86 / 2.77, abs=0.005)


class TestIntervalOfGap:
    """What noise may not prove."""

    noise = np.linspace(0, 0.2, 1001)  # 95 % of it lies below 0.19

    def ends(self, *, apart: float, is_ratio: bool) -> tuple[float, float]:
        """Return the interval of a gap of two rates, the higher of them 1/2."""
        value = (0.5 - apart) / 0.5 if is_ratio else apart
        near = np.full(1001, value)
        return interval_of_gap(
            near, near, self.noise, value=value, apart=apart, level=0.95, is_ratio=is_ratio
        )

    def test_a_gap_within_the_noise_may_be_none(self) -> None:
        """Rates 0.18 apart are what noise makes in 1 of 20 or more: no gap stays possible."""
        assert self.ends(apart=0.18, is_ratio=False)[0] == 0
        assert self.ends(apart=0.18, is_ratio=True)[1] == 1

    def test_a_gap_beyond_it_is_one(self) -> None:
        """Rates 0.25 apart leave at least 0.06 between them, and a ratio below 1."""
        assert self.ends(apart=0.25, is_ratio=False)[0] == pytest.approx(0.06)
        assert self.ends(apart=0.25, is_ratio=True)[1] < 1
