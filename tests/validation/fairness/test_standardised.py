"""Site-standardised gaps: levels compared within the same sites."""

from itertools import product

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from tests.factories.tallies import make_protocol, make_tally, subgroups
from tests.validation.fairness.test_comparing import group
from validation.fairness import Gap, find_gaps, find_standardised_gaps
from validation.protocols.shape import (
    Columns,
    Minimum,
    OperatingPoint,
    Protocol,
    ScoreKind,
)
from validation.strata import Strata

Rows = list[dict[str, object]]
PROTOCOL = make_protocol(subgroups=subgroups("race"))


def at(site: str, *groups: Rows) -> Rows:
    """Return exams of a site."""
    return [{**row, "site": site} for rows in groups for row in rows]


def gaps(rows: Rows, protocol: Protocol = PROTOCOL) -> dict[str, Gap]:
    """Return the standardised gaps by metric."""
    strata = Strata(make_tally(rows, protocol), protocol)
    found = find_standardised_gaps(strata, protocol, protocol.findings[0], "race")
    return {gap.metric: gap for gap in found}


def crude(rows: Rows, protocol: Protocol = PROTOCOL) -> dict[str, Gap]:
    """Return the crude gaps by metric."""
    strata = Strata(make_tally(rows, protocol), protocol)
    found = find_gaps(strata, protocol, protocol.findings[0], "race", by={})
    return {gap.metric: gap for gap in found}


# Bern is better for everybody and has most of A: a gap between hospitals, none within them.
SIMPSON = [
    *at("Bern", group("A", tp=90, fn=10, fp=9, tn=81), group("B", tp=18, fn=2, fp=2, tn=18)),
    *at("Rome", group("A", tp=10, fn=10, fp=8, tn=12), group("B", tp=50, fn=50, fp=36, tn=54)),
]


class TestStandardisedGaps:
    """Two hospitals, two groups."""

    found = gaps(SIMPSON)

    def test_a_gap_between_hospitals_goes(self) -> None:
        """Crude 100/120 - 68/120; within each hospital none."""
        gap = self.found["equal_opportunity_difference"]
        assert crude(SIMPSON)[gap.metric].value == pytest.approx(32 / 120)
        assert gap.value == pytest.approx(0)
        assert gap.low == 0
        assert gap.basis == "site-standardised"

    def test_hand_worked_weights(self) -> None:
        """Weights 1/(1/30 + 1/15) = 10 and 1/(1/20 + 1/20) = 10: half each."""
        rows = [
            *at("X", group("A", tp=24, fn=6), group("B", tp=9, fn=6)),
            *at("Y", group("A", tp=14, fn=6), group("B", tp=10, fn=10)),
        ]
        gap = gaps(rows)["equal_opportunity_difference"]
        assert gap.value == pytest.approx((0.8 + 0.7) / 2 - (0.6 + 0.5) / 2)
        assert (gap.worst, gap.best) == ("B", "A")

    def test_two_levels_are_mantel_haenszel(self) -> None:
        """The difference is the Mantel-Haenszel risk difference, weights a·b/(a + b)."""
        rows = [
            *at("X", group("A", tp=24, fn=6), group("B", tp=4, fn=6)),
            *at("Y", group("A", tp=14, fn=26), group("B", tp=10, fn=25)),
        ]
        sizes = np.array([[30, 10], [40, 35]], dtype=float)
        weights = sizes.prod(axis=1) / sizes.sum(axis=1)
        apart = np.array([24 / 30 - 4 / 10, 14 / 40 - 10 / 35])
        gap = gaps(rows)["equal_opportunity_difference"]
        assert gap.value == pytest.approx(weights @ apart / weights.sum())

    def test_one_site_is_crude(self) -> None:
        """Within one hospital the values are those of the crude gaps."""
        rows = at("X", group("A", tp=40, fn=10, fp=5, tn=45), group("B", tp=25, fn=15, fp=9, tn=31))
        plain = crude(rows)
        for metric, gap in gaps(rows).items():
            assert gap.value == pytest.approx(plain[metric].value)
            assert gap.high == pytest.approx(plain[metric].high, abs=0.03)
            assert gap.expected_by_chance == pytest.approx(
                plain[metric].expected_by_chance, abs=0.02
            )

    def test_the_interval_holds_the_value(self) -> None:
        """In every metric."""
        for gap in self.found.values():
            assert gap.low is not None
            assert gap.value is not None
            assert gap.high is not None
            assert gap.low <= gap.value <= gap.high

    def test_names_of_groups_do_not_matter(self) -> None:
        """Exchanged groups have the same gaps."""
        other = {"A": "B", "B": "A"}
        swapped = gaps([{**row, "race": other[str(row["race"])]} for row in SIMPSON])
        for metric, gap in self.found.items():
            assert swapped[metric].value == pytest.approx(gap.value)

    def test_sites_that_lack_a_group_are_named(self) -> None:
        """Or the class of a group; what is compared is compared elsewhere."""
        rows = [
            *SIMPSON,
            *at("Lund", group("A", tp=9, fn=1, fp=1, tn=9)),
            *at("Zug", group("A", tp=9, fn=1, fp=1, tn=9), group("B", fp=1, tn=9)),
        ]
        gap = gaps(rows)["equal_opportunity_difference"]
        assert gap.sites_left_out == {"Lund": "no exam of B", "Zug": "no positives of B"}
        assert gap.value == pytest.approx(0)

    def test_no_site_has_all(self) -> None:
        """Groups that never meet cannot be compared within sites."""
        rows = [
            *at("X", group("A", tp=20, fn=5, fp=5, tn=20)),
            *at("Y", group("B", tp=20, fn=5, fp=5, tn=20)),
        ]
        gap = gaps(rows)["equal_opportunity_difference"]
        assert gap.value is None
        assert gap.undefined == "no site holds every level that is compared"
        assert set(gap.sites_left_out) == {"X", "Y"}

    def test_small_groups_are_named(self) -> None:
        """A group below the minimum is left out, and does not keep sites out."""
        gap = gaps([*SIMPSON, *at("Bern", group("C", tp=3))])["equal_opportunity_difference"]
        assert gap.left_out == {"C": "below the minimum: 3 positives of 10 required"}
        assert gap.sites_left_out == {}

    def test_one_group(self) -> None:
        """One group alone has no gap."""
        rows = at("X", group("A", tp=20, fn=5, fp=5, tn=20))
        assert gaps(rows)["equal_opportunity_ratio"].undefined == (
            "fewer than two levels can be compared"
        )

    def test_many_tiny_sites_do_not_pull_to_one_half(self) -> None:
        """Two hundred sites with two positives of each group: the interval lies around 0.9."""
        rows = [
            row
            for i in range(100)
            for row in at(
                f"S{i:03}", group("A", tp=2, tn=1), group("B", tp=2 - i % 2, fn=i % 2, tn=1)
            )
        ]
        protocol = make_protocol(
            subgroups=subgroups("race"), minimum=Minimum(positives=1, negatives=1)
        )
        gap = gaps(rows, protocol)["equal_opportunity_difference"]
        assert gap.value == pytest.approx(0.25)
        assert gap.low is not None
        assert gap.high is not None
        assert 0.12 < gap.low < 0.25 < gap.high < 0.38

    def test_without_an_operating_point(self) -> None:
        """No decision, no gap."""
        protocol = make_protocol(subgroups=subgroups("race"), operating_point=OperatingPoint())
        assert gaps(SIMPSON, protocol)["equal_opportunity_ratio"].undefined == (
            "the protocol declares no operating point"
        )

    def test_without_sites(self) -> None:
        """Where no site is declared there is nothing to compare within."""
        protocol = make_protocol(subgroups=subgroups("race"), columns=Columns())
        assert gaps(SIMPSON, protocol) == {}


RNG = np.random.default_rng(33)
SITE = RNG.choice(["X", "Y", "Z"], 900, p=[0.5, 0.3, 0.2])
RACE = RNG.choice(["A", "B"], 900)
LABEL = RNG.binomial(1, np.where(SITE == "X", 0.5, 0.3))
SCORE = np.round(
    np.clip(RNG.normal(0.35 + 0.2 * LABEL * (SITE != "Z") + 0.1 * (RACE == "A"), 0.2), 0, 1), 3
)
SCORED: Rows = [
    {"site": str(s), "race": str(r), "label": int(y), "score": float(p)}
    for s, r, y, p in zip(SITE, RACE, LABEL, SCORE, strict=True)
]


class TestGapsOfScores:
    """Nine hundred exams of two groups at three hospitals."""

    found = gaps(SCORED)

    def test_auroc_against_scikit_learn(self) -> None:
        """Each group's areas, weighed by 1/Σ(1/m + 1/n) over the groups."""
        areas, weights = [], []
        for site in "XYZ":
            chosen = [np.logical_and(site == SITE, race == RACE) for race in "AB"]
            areas.append([roc_auc_score(LABEL[c], SCORE[c]) for c in chosen])
            sizes = [1 / LABEL[c].sum() + 1 / (1 - LABEL[c]).sum() for c in chosen]
            weights.append(1 / sum(sizes))
        mean = np.average(areas, axis=0, weights=weights)
        assert self.found["auroc_difference"].value == pytest.approx(abs(mean[0] - mean[1]))
        assert self.found["auroc_ratio"].value == pytest.approx(mean.min() / mean.max())

    def test_calibration_by_hand(self) -> None:
        """Observed less predicted at each site, weighed by the exams of both groups."""
        excess, weights = [], []
        for site in "XYZ":
            chosen = [np.logical_and(site == SITE, race == RACE) for race in "AB"]
            excess.append([(LABEL[c] - SCORE[c]).mean() for c in chosen])
            weights.append(1 / sum(1 / c.sum() for c in chosen))
        mean = np.average(excess, axis=0, weights=weights)
        gap = self.found["calibration_gap"]
        assert gap.value == pytest.approx(abs(mean[0] - mean[1]))
        assert gap.worst == "AB"[int(np.abs(mean).argmax())]
        assert (gap.basis, gap.method) == ("site-standardised", "site-standardised-normal-draws")

    def test_one_site_is_crude(self) -> None:
        """Within one hospital values and intervals are those of the crude gaps."""
        rows = [row for row in SCORED if row["site"] == "X"]
        plain = crude(rows)
        for metric, gap in gaps(rows).items():
            if metric.startswith(("auroc", "calibration")):
                assert gap.value == pytest.approx(plain[metric].value)
                assert gap.high == pytest.approx(plain[metric].high, abs=0.02)

    def test_a_gap_between_hospitals_goes(self) -> None:
        """A is mostly where everything is ranked well, B where it is not; within each, alike."""
        rows = [
            {"site": site, "race": race, "label": y, "score": s, "n": n}
            for site, race, many in (("X", "A", 9), ("X", "B", 1), ("Y", "A", 1), ("Y", "B", 9))
            for y, s, n in (
                [(1, 0.9, 9 * many), (1, 0.2, many), (0, 0.3, 9 * many), (0, 0.95, many)]
                if site == "X"
                else [
                    (1, 0.9, 6 * many),
                    (1, 0.2, 4 * many),
                    (0, 0.3, 6 * many),
                    (0, 0.95, 4 * many),
                ]
            )
        ]
        apart = crude(rows)["auroc_difference"].value
        assert apart is not None
        assert apart > 0.1
        gap = gaps(rows)["auroc_difference"]
        assert gap.value == pytest.approx(0)
        assert gap.low == 0

    def test_sites_without_a_class_are_named(self) -> None:
        """They have no area; what was predicted there counts."""
        rows = [*SCORED, *at("W", group("A", tp=3, tn=3), group("B", fp=3, tn=3))]
        found = gaps(rows)
        assert found["auroc_difference"].sites_left_out == {"W": "no positives of B"}
        assert found["calibration_gap"].sites_left_out == {}

    def test_groups_that_never_meet(self) -> None:
        """Cannot be compared within sites."""
        rows = [row for row in SCORED if (row["site"] == "X") == (row["race"] == "A")]
        gap = gaps(rows)["auroc_difference"]
        assert gap.value is None
        assert gap.undefined == "no site holds every level that is compared"

    def test_ranked_perfectly_within_every_site(self) -> None:
        """An area of 1 has no error to compare with: undefined, not a gap without doubt."""
        rows = [
            {"site": site, "race": race, "label": y, "score": s + up, "n": 6}
            for site, up in (("X", 0.0), ("Y", 0.4))
            for race, low in (("A", 0.1), ("B", 0.45))
            for y, s in ((0, 0.2), (1, 0.5 if race == "A" else low))
        ]
        assert crude(rows)["auroc_difference"].value is not None
        gap = gaps(rows)["auroc_difference"]
        assert gap.value is None
        assert gap.undefined == "A: the AUROC is 1 in every site"

    def test_ranks_are_not_calibrated(self) -> None:
        """Scores that only rank have no gap of calibration."""
        protocol = make_protocol(subgroups=subgroups("race"), score_kind=ScoreKind.RANK)
        found = gaps(SCORED, protocol)
        assert found["calibration_gap"].value is None
        assert found["auroc_difference"].value == self.found["auroc_difference"].value


class TestCrossings:
    """Race crossed with sex, within two hospitals."""

    protocol = make_protocol(subgroups=subgroups("race", "sex"), intersections=(("race", "sex"),))
    rows = tuple(
        {**row, "sex": sex, "site": site}
        for site, better in (("X", 4), ("Y", 0))
        for race, sex in product("AB", "FM")
        for row in group(race, tp=14 + better + 2 * (race + sex == "BM"), fn=6, fp=4, tn=16)
    )

    def found(self, rows: tuple[dict[str, object], ...]) -> dict[str, Gap]:
        """Return the standardised gaps of the crossing."""
        strata = Strata(make_tally(rows, self.protocol), self.protocol)
        name = "race × sex"
        found = find_standardised_gaps(strata, self.protocol, self.protocol.findings[0], name)
        return {gap.metric: gap for gap in found}

    def test_levels_are_combinations(self) -> None:
        """B × M stands out by two more hits at each: 20/26 and 16/22 against 18/24 and 14/20."""
        gap = self.found(self.rows)["equal_opportunity_difference"]
        assert (gap.attribute, gap.best) == ("race × sex", "B × M")
        # Of B × M 26 and 22 positives, of the three others 24 and 20 each.
        x, y = 1 / (3 / 24 + 1 / 26), 1 / (3 / 20 + 1 / 22)
        best, others = (x * 20 / 26 + y * 16 / 22), (x * 18 / 24 + y * 14 / 20)
        assert gap.value == pytest.approx((best - others) / (x + y))

    def test_small_combinations_are_named(self) -> None:
        """Below the minimum they are not compared, and keep no site out."""
        few = ({**group("C", tp=3)[0], "sex": "F", "site": "X"},)
        gap = self.found((*self.rows, *few))["equal_opportunity_difference"]
        assert gap.left_out == {"C × F": "below the minimum: 3 positives of 10 required"}
        assert gap.sites_left_out == {}

    def test_a_site_without_a_combination_is_named(self) -> None:
        """What is compared is compared elsewhere."""
        rows = (*self.rows, *(row | {"site": "Z"} for row in self.rows if row["sex"] == "F"))
        found = self.found(rows)
        for metric in ("equal_opportunity_difference", "auroc_ratio", "calibration_gap"):
            assert found[metric].sites_left_out == {"Z": "no exam of A × M"}
