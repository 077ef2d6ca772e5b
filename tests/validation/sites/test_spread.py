"""Spread: metrics over hospitals."""

import csv
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.factories.tallies import make_protocol, make_tally
from validation.measures import measure_one
from validation.protocols.shape import Intervals, OperatingPoint, Protocol, ScoreKind
from validation.sites import Pooled, pool, spread_between_sites
from validation.sites.spread import pooled_alone
from validation.strata import Strata

AUDIT = Path(__file__).resolve().parents[4] / "shared/data/more/auditc_2x2_by_study.csv"


def site(name: str, tp: int, fn: int, fp: int, tn: int) -> list[dict[str, object]]:
    """Return a site with four groups of exams, two scores to a side so that ranks overlap."""
    return [
        {"site": name, "label": 1, "score": 0.8, "n": tp},
        {"site": name, "label": 1, "score": 0.2, "n": fn},
        {"site": name, "label": 0, "score": 0.7, "n": fp},
        {"site": name, "label": 0, "score": 0.1, "n": tn},
    ]


def spread(rows: list[dict[str, object]], protocol: Protocol) -> dict[str, Pooled]:
    """Return the summaries by metric."""
    rows = [row for row in rows if row["n"]]
    strata = Strata(make_tally(rows, protocol), protocol)
    found = spread_between_sites(strata, protocol, protocol.findings[0])
    return {one.metric: one for one in found}


THREE = [*site("A", 40, 10, 5, 45), *site("B", 30, 20, 10, 40), *site("C", 45, 5, 8, 42)]


class TestSpreadBetweenSites:
    """Three hospitals with a hundred exams each."""

    found = spread(THREE, make_protocol())

    def test_sensitivity_is_pooled_on_the_logit_scale(self) -> None:
        """Log-odds with variance 1/x + 1/(n - x), carried back."""
        values = np.log(np.array([40 / 10, 30 / 20, 45 / 5]))
        variances = np.array([1 / 40 + 1 / 10, 1 / 30 + 1 / 20, 1 / 45 + 1 / 5])
        effects = pool(values, variances, level=0.95)
        found = self.found["sensitivity"]
        assert found.pooled == pytest.approx(1 / (1 + math.exp(-effects.mean)))
        assert found.tau2 == pytest.approx(effects.tau2)

    def test_observed_expected_is_pooled_on_the_log_scale(self) -> None:
        """The pooled value lies among the sites' own."""
        found = self.found["observed_expected"]
        assert found.scale == "log"
        ratios = [
            50 / (0.8 * tp + 0.2 * fn + 0.7 * fp + 0.1 * tn)
            for tp, fn, fp, tn in ((40, 10, 5, 45), (30, 20, 10, 40), (45, 5, 8, 42))
        ]
        assert found.pooled is not None
        assert min(ratios) < found.pooled < max(ratios)

    def test_leaving_one_out(self) -> None:
        """Without the best hospital the pooled sensitivity falls, without the worst it rises."""
        found = self.found["sensitivity"]
        assert found.pooled is not None
        assert found.leave_one_out["C"].pooled < found.pooled < found.leave_one_out["B"].pooled

    def test_few_sites_are_unstable(self) -> None:
        """With three it is said."""
        note = self.found["auroc"].note
        assert note is not None
        assert "unstable below 5" in note

    def test_five_are_stable(self) -> None:
        """With five nothing needs to be said."""
        rows = [*THREE, *site("D", 35, 15, 6, 44), *site("E", 41, 9, 7, 43)]
        assert spread(rows, make_protocol())["auroc"].note is None

    def test_a_site_without_negatives_is_left_out(self) -> None:
        """By name and with the reason."""
        found = spread([*THREE, *site("Swiss", 9, 1, 0, 0)], make_protocol())
        assert found["specificity"].left_out == {"Swiss": "no negative exam"}
        assert found["auroc"].left_out == {"Swiss": "no negative exam has a score"}
        assert found["sensitivity"].k == 4

    def test_a_rate_of_one_is_corrected(self) -> None:
        """Half an exam is added, and it is said where."""
        found = spread([*THREE, *site("Small", 6, 1, 0, 8)], make_protocol())["specificity"]
        assert found.corrected == ("Small",)
        assert found.note is not None
        assert "half an exam added where a rate is 0 or 1: Small" in found.note

    def test_perfect_separation_has_no_variance(self) -> None:
        """A site whose AUROC is 1 is left out of the AUROC's spread."""
        found = spread([*THREE, *site("Small", 6, 0, 0, 8)], make_protocol())["auroc"]
        assert found.left_out == {"Small": "DeLong's variance is 0 or unknown"}

    def test_two_sites(self) -> None:
        """They are pooled, without prediction and without leaving one out."""
        found = spread(THREE[:8], make_protocol())["sensitivity"]
        assert found.pooled is not None
        assert found.prediction_low is None
        assert found.leave_one_out == {}
        assert found.note == "no prediction interval below three sites"

    def test_one_site(self) -> None:
        """One hospital has no spread."""
        found = spread(THREE[:4], make_protocol())["auroc"]
        assert found.pooled is None
        assert found.undefined == "1 site with an estimate; a spread needs two"

    def test_no_site_column(self) -> None:
        """Without sites there is nothing to say."""
        assert spread([], make_protocol()) == {}

    def test_ranks_have_no_calibration(self) -> None:
        """Nor has the spread of it."""
        found = spread(THREE, make_protocol(score_kind=ScoreKind.RANK))
        assert found["calibration_slope"].undefined is not None
        assert found["auroc"].pooled is not None

    def test_no_operating_point(self) -> None:
        """Every site is left out of what needs one."""
        found = spread(THREE, make_protocol(operating_point=OperatingPoint()))["sensitivity"]
        assert set(found.left_out) == {"A", "B", "C"}
        assert found.undefined == "0 sites with an estimate; a spread needs two"

    def test_leaving_one_out_has_intervals(self) -> None:
        """Each is the summary of the two that are left."""
        values = np.log(np.array([40 / 10, 45 / 5]))
        effects = pool(values, np.array([1 / 40 + 1 / 10, 1 / 45 + 1 / 5]), level=0.95)
        found = self.found["sensitivity"].leave_one_out["B"]
        assert (found.low, found.high) == pytest.approx(
            (1 / (1 + math.exp(-effects.low)), 1 / (1 + math.exp(-effects.high)))
        )

    def test_the_other_estimates_stand_beside(self) -> None:
        """REML is chosen; DL and PM show whether the choice matters."""
        found = self.found["sensitivity"]
        assert found.method == "REML+HKSJ"
        assert [one.method for one in found.also] == ["DL", "PM"]

    def test_the_protocol_chooses(self) -> None:
        """With PM chosen, PM is pooled and REML stands beside it."""
        protocol = make_protocol(intervals=Intervals(between_sites="PM"))
        found = spread(THREE, protocol)["sensitivity"]
        assert found.method == "PM+HKSJ"
        assert found.pooled == self.found["sensitivity"].also[1].pooled
        assert found.also[0].pooled == self.found["sensitivity"].pooled

    def test_the_worst_site_by_itself_is_its_stratum(self) -> None:
        """B has the lowest sensitivity, with Wilson's interval as in its stratum."""
        protocol = make_protocol()
        strata = Strata(make_tally(THREE, protocol), protocol)
        stratum = strata.find(protocol.findings[0], strata.judged, {"site": "B"})
        assert stratum is not None
        alone = measure_one("sensitivity", stratum, protocol, level=0.95)
        worst = self.found["sensitivity"].worst
        assert worst is not None
        assert (worst.site, worst.value, worst.low, worst.high) == (
            "B", alone.value, alone.low, alone.high,
        )  # fmt: skip

    def test_the_worst_site_is_drawn_to_the_others(self) -> None:
        """Between what it is by itself and the mean of all."""
        found = self.found["sensitivity"]
        assert found.worst is not None
        assert found.worst.value is not None
        assert found.pooled is not None
        assert found.worst.value < found.worst.shrunken < found.pooled
        assert found.worst.shrunken_low < found.worst.shrunken < found.worst.shrunken_high

    def test_the_worst_calibration_is_farthest_from_one(self) -> None:
        """Too few expected is as bad as too many."""
        low = [{**row, "score": float(str(row["score"])) / 4} for row in THREE[:4]]
        rows = [*low, *THREE[4:]]
        worst = spread(rows, make_protocol())["observed_expected"].worst
        assert worst is not None
        assert worst.site == "A"

    def test_few_sites_are_marked(self) -> None:
        """Three are unstable, and a machine can read it."""
        assert self.found["auroc"].is_unstable

    @pytest.mark.parametrize("metric", ["auroc", "sensitivity"])
    def test_one_metric_alone_is_the_same(self, metric: str) -> None:
        """Asked for by name, without the rest."""
        protocol = make_protocol()
        strata = Strata(make_tally(THREE, protocol), protocol)
        alone = pooled_alone(strata, protocol, protocol.findings[0], metric)
        assert alone == self.found[metric]

    def test_what_is_not_pooled(self) -> None:
        """A PPV is not."""
        protocol = make_protocol()
        strata = Strata(make_tally(THREE, protocol), protocol)
        assert pooled_alone(strata, protocol, protocol.findings[0], "ppv") is None

    def test_the_order_of_sites_does_not_matter(self) -> None:
        """Hospitals given backwards are the same hospitals."""
        again = spread(THREE[::-1], make_protocol())["sensitivity"]
        assert again == replace(self.found["sensitivity"])


class TestAlcoholScreening:
    """AUDIT-C in 14 studies (Kriston 2008), as the R package mada carries them."""

    @pytest.fixture
    def found(self) -> dict[str, Pooled]:
        """Return what is pooled of the studies' tables."""
        if not AUDIT.exists():
            pytest.skip(f"{AUDIT} is not there")
        rows: list[dict[str, object]] = []
        with AUDIT.open(encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                rows += site(row["site"], *(int(row[key]) for key in ("TP", "FN", "FP", "TN")))
        return spread(rows, make_protocol())

    def test_metafor_prints_the_same(self, found: dict[str, Pooled]) -> None:
        """Metafor 3.8-1, measure="PLO", add=1/2, to="only0", REML, test="adhoc", on the logit."""
        one = found["sensitivity"]
        ends = (one.pooled, one.low, one.high, one.prediction_low, one.prediction_high)
        logits = [math.log(p / (1 - p)) for p in ends if p is not None]
        assert logits == pytest.approx(
            [2.20533698889, 1.33066182816, 3.08001214962, -0.49639108247, 4.90706506025], abs=1e-5
        )

    def test_metafor_agrees_on_the_spread(self, found: dict[str, Pooled]) -> None:
        """τ² 1.40004, I² 94.1173 % by τ², Q 82.1749; (Q - df) / Q by hand."""
        one = found["sensitivity"]
        measured = (one.tau2, one.i2_tau2, one.q)
        assert measured == pytest.approx((1.40004459, 0.94117335, 82.1749293761), abs=1e-5)
        assert one.i2 == pytest.approx((82.1749293761 - 13) / 82.1749293761)

    def test_metafor_agrees_without_one(self, found: dict[str, Pooled]) -> None:
        """leave1out(): without the eighth study 1.9133 (1.2667 to 2.5599)."""
        one = found["sensitivity"].leave_one_out["S08"]
        assert one.low is not None
        assert one.high is not None
        logits = [math.log(p / (1 - p)) for p in (one.pooled, one.low, one.high)]
        assert logits == pytest.approx([1.9133, 1.2667, 2.5599], abs=1e-4)

    def test_metafor_agrees_on_the_worst(self, found: dict[str, Pooled]) -> None:
        """blup(): the third study, observed at 0.655, 0.7955 on the logit."""
        one = found["sensitivity"].worst
        assert one is not None
        assert one.site == "S03"
        assert math.log(one.shrunken / (1 - one.shrunken)) == pytest.approx(0.7955, abs=1e-4)
