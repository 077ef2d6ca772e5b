"""Judging: criteria of a protocol held against a tally."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest

from tests.factories.tallies import (
    COSTS,
    comparators,
    make_protocol,
    make_tally,
    subgroups,
)
from validation.comparisons.paired import compare
from validation.criteria import CriterionVerdict, Verdict
from validation.fairness import find_gaps
from validation.fairness.gaps import Gap
from validation.federation.hiding import hide, plan_of
from validation.intervals import sidak
from validation.judging import judge_all
from validation.protocols.shape import (
    Basis,
    Columns,
    Criterion,
    Finding,
    Minimum,
    OperatingPoint,
    Population,
    Protocol,
    Source,
)
from validation.strata import Strata
from validation.tallies.grids import COARSE


def group(tp: int, fn: int, fp: int, tn: int, **levels: object) -> list[dict[str, object]]:
    """Return exams of four kinds; scores overlap so that ranks are not perfect."""
    cells = [(1, 0.8, tp), (1, 0.3, fn), (0, 0.7, fp), (0, 0.2, tn)]
    return [{"label": y, "score": s, "n": n, **levels} for y, s, n in cells if n]


ROWS = [
    *group(90, 10, 10, 90, site="Oslo", sex="F"),
    *group(92, 8, 12, 88, site="Bern", sex="M"),
    *group(85, 15, 9, 91, site="Rome", sex="M"),
]
SWISS = group(30, 4, 1, 7, site="Zug", sex="F")
PROTOCOL = make_protocol(subgroups=subgroups("sex"))


def judge_one(
    criterion: Criterion, rows: Iterable[dict[str, object]] = ROWS, protocol: Protocol = PROTOCOL
) -> CriterionVerdict:
    """Return the verdict of one criterion."""
    protocol = replace(protocol, criteria=(criterion,))
    return judge_all(Strata(make_tally(rows, protocol), protocol), protocol)[0]


def criterion(metric: str, source: Source = Source.ESTIMATE, **changes: object) -> Criterion:
    """Return a criterion on a metric."""
    return Criterion(id="it", source=source, metric=metric, **changes)  # type: ignore[arg-type]  # a test's own


class TestOverStrata:
    """Sensitivity and specificity over hospitals."""

    def test_every_site_met(self) -> None:
        """Three of three, and the worst is named."""
        found = judge_one(criterion("sensitivity", at_least=0.75, over="every site"))
        assert found.verdict is Verdict.MET
        assert found.by == {"site": "Rome"}
        assert found.because.startswith("3 of 3 strata; the worst, Rome: 100 positives; ")

    def test_eight_negatives(self) -> None:
        """One small hospital leaves it open, by name and count."""
        found = judge_one(
            criterion("specificity", at_least=0.8, over="every site"), [*ROWS, *SWISS]
        )
        assert found.verdict is Verdict.INSUFFICIENT
        assert found.by == {"site": "Zug"}
        assert found.because.startswith("Zug: 8 negatives, fewer than the 10 required; ")

    def test_each_stratum_is_there(self) -> None:
        """So that a scope can be judged later."""
        found = judge_one(
            criterion("specificity", at_least=0.8, over="every site"), [*ROWS, *SWISS]
        )
        assert {one.by["site"]: one.verdict for one in found.strata} == {
            "Bern": Verdict.MET,
            "Oslo": Verdict.MET,
            "Rome": Verdict.MET,
            "Zug": Verdict.INSUFFICIENT,
        }

    def test_not_met_leads_and_open_ones_follow(self) -> None:
        """What blocks most is said first."""
        rows = [*ROWS, *SWISS, *group(90, 10, 60, 40, site="Bad", sex="F")]
        found = judge_one(criterion("specificity", at_least=0.8, over="every site"), rows)
        assert found.verdict is Verdict.NOT_MET
        assert found.because.startswith("Bad: 100 negatives; ")
        assert found.because.endswith("Also open: Zug")

    @pytest.mark.parametrize("over", ["every site", "worst site"])
    def test_a_site_that_sent_nothing(self, over: str) -> None:
        """Three of three is not every site where a fourth was expected."""
        plan = replace(PROTOCOL, criteria=(criterion("sensitivity", at_least=0.75, over=over),))
        tally = replace(make_tally(ROWS, plan), absent=("Lund",))
        (found,) = judge_all(Strata(tally, plan), plan)
        assert found.verdict is Verdict.NOT_ASSESSED
        assert found.by == {"site": "Lund"}
        assert found.because == "Lund: expected, and not there"
        assert len(found.strata) == 4

    def test_the_worst_level(self) -> None:
        """Judged like every level, and the worst one is measured."""
        found = judge_one(criterion("sensitivity", at_least=0.8, over="worst sex"))
        assert found.by == {"sex": "M"}
        assert found.measured == pytest.approx(177 / 200)

    def test_at_one_place(self) -> None:
        """One site alone, or one that is not there."""
        found = judge_one(criterion("sensitivity", at_least=0.75, at={"site": "Rome"}))
        assert found.measured == pytest.approx(0.85)
        absent = judge_one(criterion("sensitivity", at_least=0.75, at={"site": "Lund"}))
        assert absent.verdict is Verdict.NOT_ASSESSED
        assert absent.because == "no exam with site Lund; present: Bern, Oslo, Rome"

    def test_many_strata_are_not_all_listed(self) -> None:
        """Four are named, the rest are counted."""
        rows = [row for i in range(12) for row in group(3, 3, 3, 3, site=f"S{i:02}", sex="F")]
        found = judge_one(criterion("sensitivity", at_least=0.9, over="every site"), rows)
        assert found.because.endswith("And 8 more")
        absent = judge_one(criterion("sensitivity", at_least=0.9, at={"site": "X"}), rows)
        assert absent.because.endswith("S07 and 4 more")

    def test_no_level_at_all(self) -> None:
        """A subgroup that nobody has is not assessed."""
        protocol = make_protocol(columns=Columns())
        found = judge_one(criterion("sensitivity", at_least=0.5, over="every site"), ROWS, protocol)
        assert found.verdict is Verdict.NOT_ASSESSED
        assert found.because == "the table holds no exam for every site"

    def test_any_site_with_simultaneous_intervals(self) -> None:
        """One of three is enough, at the level of three intervals together."""
        found = judge_one(criterion("sensitivity", at_least=0.83, over="every site", needs="any"))
        alone = judge_one(criterion("sensitivity", at_least=0.83, at={"site": "Bern"}))
        bern = next(one for one in found.strata if one.by == {"site": "Bern"})
        assert found.level == pytest.approx(sidak(0.95, strata=3))
        assert bern.low is not None
        assert alone.low is not None
        assert bern.low < alone.low

    def test_width_is_asked_at_the_protocols_level(self) -> None:
        """Simultaneous intervals are wider; that does not make the evidence less."""
        one = criterion("sensitivity", at_least=0.6, over="every site", needs="any")
        widths = [
            high - low
            for found in [judge_one(criterion("sensitivity", at_least=0.6, over="every site"))]
            for place in found.strata
            if (low := place.low) is not None and (high := place.high) is not None
        ]
        protocol = replace(PROTOCOL, minimum=Minimum(max_width={"sensitivity": max(widths)}))
        assert judge_one(one, ROWS, protocol).verdict is Verdict.MET
        assert all(place.verdict is Verdict.MET for place in judge_one(one, ROWS, protocol).strata)
        narrow = replace(PROTOCOL, minimum=Minimum(max_width={"sensitivity": min(widths) - 0.01}))
        assert judge_one(one, ROWS, narrow).verdict is Verdict.INSUFFICIENT

    def test_width_of_what_is_undefined(self) -> None:
        """A stratum without a number has no width to be asked."""
        protocol = replace(PROTOCOL, minimum=Minimum(max_width={"sensitivity": 0.5}))
        rows = [*ROWS, *group(0, 0, 5, 50, site="Zug", sex="F")]
        one = criterion("sensitivity", at_least=0.99, over="every site", needs="any")
        assert judge_one(one, rows, protocol).verdict is Verdict.INSUFFICIENT

    @pytest.mark.parametrize(
        "one",
        [
            criterion("sensitivity", at_least=0.9, over="every site", needs="any"),
            criterion("npv", at_most=0.1, over="difference by sex", needs="any"),
        ],
    )
    def test_the_level_counts_the_strata(self, one: Criterion) -> None:
        """Three strata are Šidák's three; a gap is one."""
        found = judge_one(one)
        assert found.level == pytest.approx(sidak(0.95, strata=len(found.strata)))

    @pytest.mark.parametrize(
        "one",
        [
            criterion(
                "equal_opportunity_difference", Source.FAIRNESS, at_most=0.1, attribute="sex",
                over="every site", needs="any",
            ),
            criterion(
                "sensitivity", Source.COMPARISON, at_least=-0.1, comparator="old",
                over="every site", needs="any",
            ),
        ],
    )  # fmt: skip
    def test_every_source_is_at_that_level(self, one: Criterion) -> None:
        """Wider than with needs = “all”, in each hospital."""
        rows = [
            {**row, "sex": sex, "old": 0.6 if int(str(row["n"])) > 50 else 0.4}
            for row in ROWS
            for sex in ("F", "M")
        ]
        protocol = replace(PROTOCOL, comparators=comparators(old=0.5))
        together = judge_one(one, rows, protocol)
        alone = judge_one(replace(one, needs="all"), rows, protocol)
        assert len(together.strata) == 3
        for wide, plain in zip(together.strata, alone.strata, strict=True):
            assert wide.low is not None
            assert wide.high is not None
            assert plain.low is not None
            assert plain.high is not None
            assert wide.high - wide.low > plain.high - plain.low

    def test_over_a_crossing(self) -> None:
        """Every combination that occurs is judged."""
        protocol = make_protocol(
            subgroups=subgroups("sex", "race"), intersections=(("sex", "race"),)
        )
        rows = [{**row, "race": race} for row in ROWS for race in "AB"]
        found = judge_one(
            criterion("sensitivity", at_least=0.7, over="every sex × race"), rows, protocol
        )
        assert len(found.strata) == 4
        assert found.adjusted == "none: every stratum must hold (intersection-union)"


class TestPartitions:
    """Only the partition that is the purpose is judged."""

    columns = Columns(site="site", partition="split")

    def test_development_is_not_judged(self) -> None:
        """A table of development exams alone assesses nothing, and says what it holds."""
        rows = [{**row, "partition": "development"} for row in ROWS]
        protocol = make_protocol(columns=self.columns)
        found = judge_one(criterion("sensitivity", at_least=0.5), rows, protocol)
        assert found.verdict is Verdict.NOT_ASSESSED
        assert found.because == (
            "the table holds no exam for external testing; it holds: development"
        )


class TestMinimum:
    """Too little for a verdict."""

    def test_calibration_needs_events(self) -> None:
        """Slope and O:E rest on a hundred of each class."""
        found = judge_one(criterion("observed_expected", at_most=5.0, at={"site": "Oslo"}))
        assert found.verdict is Verdict.MET
        few = judge_one(criterion("observed_expected", at_most=5.0), SWISS)
        assert few.verdict is Verdict.INSUFFICIENT
        assert few.because.startswith("34 positives, fewer than the 100 required; 8 negatives, ")

    def test_predictive_values_rest_on_flagged_exams(self) -> None:
        """A PPV of four flags is too little; the word is exams."""
        found = judge_one(criterion("ppv", at_least=0.2), group(4, 20, 0, 50, site="A"))
        assert found.because.startswith("4 exams, fewer than the 10 required; ")

    def test_one_is_singular(self) -> None:
        """And a missing class is said once."""
        found = judge_one(criterion("sensitivity", at_least=0.2), group(1, 0, 5, 50, site="A"))
        assert found.because.startswith("1 positive, fewer than the 10 required; ")
        nobody = judge_one(criterion("sensitivity", at_least=0.2), group(0, 0, 5, 50, site="A"))
        assert nobody.because == "no positive exam"

    def test_width(self) -> None:
        """A wide interval on the good side is not enough."""
        protocol = make_protocol(minimum=Minimum(max_width={"sensitivity": 0.05}))
        found = judge_one(
            criterion("sensitivity", at_least=0.5, at={"site": "Oslo"}), ROWS, protocol
        )
        assert found.verdict is Verdict.INSUFFICIENT
        assert "at most 0.05 is allowed" in found.because

    def test_no_interval(self) -> None:
        """ECE has none, so that nothing can be met by it."""
        assert judge_one(criterion("ece", at_most=0.9)).verdict is Verdict.INSUFFICIENT


class TestPrices:
    """Costs and net benefit, which depend on the prevalence."""

    def test_met_everywhere(self) -> None:
        """Observed, at each site, and over the range."""
        found = judge_one(criterion("expected_cost", at_most=3.0))
        assert found.verdict is Verdict.MET
        assert found.because.endswith("and so at every prevalence from 0.05 to 0.2")

    def test_depends_on_prevalence(self) -> None:
        """Net benefit of 0.1 is there at one half and not at a twentieth."""
        found = judge_one(criterion("net_benefit", at_least=0.1))
        assert found.verdict is Verdict.INSUFFICIENT
        assert found.because.startswith("depends on prevalence: met as observed (")
        assert "not met at prevalence 0.05" in found.because

    def test_met_nowhere(self) -> None:
        """Not met at one prevalence and open at another is insufficient, and held nowhere."""
        found = judge_one(criterion("cost_against_default", at_most=0.25, at={"site": "Rome"}))
        assert found.verdict is Verdict.INSUFFICIENT
        assert found.because.startswith("depends on prevalence: ")
        assert found.because.endswith("; met nowhere")

    def test_at_prevalence_is_judged_the_same(self) -> None:
        """A criterion on the population's prevalence must hold as observed, too."""
        found = judge_one(criterion("net_benefit_at_prevalence", at_least=0.3))
        assert found.verdict is Verdict.INSUFFICIENT
        assert "met at the observed prevalence" in found.because

    def test_a_site_of_other_prevalence(self) -> None:
        """A hospital where nearly everybody is ill counts, by name."""
        rows = [*ROWS, *group(900, 100, 1, 9, site="Ward", sex="F")]
        protocol = make_protocol(population=Population(prevalence=0.5))
        found = judge_one(criterion("expected_cost", at_most=0.85), rows, protocol)
        assert found.verdict is Verdict.INSUFFICIENT
        assert "Ward's prevalence" in found.because

    def test_at_one_site_other_sites_do_not_count(self) -> None:
        """A criterion on Oslo is about Oslo's prevalence and the population's, no one else's."""
        rows = [*ROWS, *group(900, 100, 1, 9, site="Ward", sex="F")]
        protocol = make_protocol(population=Population(prevalence=0.5))
        one = criterion("expected_cost", at_most=0.95, at={"site": "Oslo"})
        found = judge_one(one, rows, protocol)
        assert found.verdict is Verdict.MET

    def test_without_a_population(self) -> None:
        """Where nobody says where it is used, a price cannot be judged."""
        protocol = make_protocol(population=None)
        found = judge_one(criterion("expected_cost", at_most=3.0), ROWS, protocol)
        assert found.verdict is Verdict.INSUFFICIENT
        assert found.because.endswith("the protocol declares no population")
        open_still = judge_one(criterion("expected_cost", at_most=0.6), ROWS, protocol)
        assert "straddles" in open_still.because

    def test_without_a_threshold(self) -> None:
        """Without decisions there is no price, at any prevalence."""
        protocol = make_protocol(operating_point=OperatingPoint())
        found = judge_one(criterion("expected_cost", at_most=3.0), ROWS, protocol)
        assert found.verdict is Verdict.INSUFFICIENT
        assert found.because.startswith("the protocol declares no operating point")

    def test_nobody_labelled(self) -> None:
        """An unlabelled table has no observed prevalence."""
        rows: list[dict[str, object]] = [{"label": None, "score": 0.5, "site": "A"}]
        assert judge_one(criterion("net_benefit", at_least=0.1), rows).measured is None


class TestSources:
    """Fairness, sites and comparison."""

    def test_fairness(self) -> None:
        """The gap that is named, with the levels that make it."""
        found = judge_one(
            criterion("equal_opportunity_difference", Source.FAIRNESS, at_most=0.2, attribute="sex")
        )
        assert found.verdict is Verdict.MET
        assert found.because.startswith("F against M; ") or found.because.startswith("M against F")

    def test_fairness_names_who_is_left_out(self) -> None:
        """A gap between some is not a gap between all."""
        rows = [*ROWS, *group(0, 0, 3, 30, site="Oslo", sex="X")]
        found = judge_one(
            criterion(
                "equal_opportunity_difference", Source.FAIRNESS, at_most=0.2, attribute="sex"
            ),
            rows,
        )
        assert "left out: X (no positives)" in found.because

    def test_fairness_of_one_level(self) -> None:
        """One level left is insufficient, and says who was left out."""
        rows = [*ROWS[:4], *group(0, 0, 3, 30, site="Oslo", sex="X")]
        found = judge_one(
            criterion(
                "equal_opportunity_difference", Source.FAIRNESS, at_most=0.2, attribute="sex"
            ),
            rows,
        )
        assert found.verdict is Verdict.INSUFFICIENT
        assert found.because == (
            "fewer than two levels can be compared; left out: X (no positives)"
        )

    @pytest.mark.parametrize(
        ("metric", "expected"),
        [
            ("sensitivity", 0.9 - 177 / 200),
            ("npv", abs(90 / 100 - 179 / 202)),
            ("brier", None),
        ],
    )
    def test_difference_of_an_estimate(self, metric: str, expected: float | None) -> None:
        """Any metric may be bounded in its difference by subgroup."""
        found = judge_one(criterion(metric, at_most=0.2, over="difference by sex"))
        assert found.verdict is Verdict.MET
        if expected is not None:
            assert found.measured == pytest.approx(expected)

    def test_difference_leaves_small_levels_out(self) -> None:
        """Below the minimum, or undefined, by name."""
        rows = [
            *ROWS,
            *group(2, 2, 2, 2, site="Oslo", sex="X"),
            *group(0, 0, 0, 15, site="Oslo", sex="Y"),
        ]
        found = judge_one(criterion("npv", at_most=0.2, over="difference by sex"), rows)
        assert "X (4 exams, fewer than the 10 required)" in found.because
        ppv = judge_one(criterion("ppv", at_most=0.2, over="difference by sex"), rows)
        assert "Y (nothing flagged)" in ppv.because
        youden = judge_one(criterion("youden", at_most=0.3, over="difference by sex"), rows)
        assert "Y (no positive exam)" in youden.because

    def test_difference_at_one_site(self) -> None:
        """Within a site only the levels there are compared."""
        found = judge_one(
            criterion("npv", at_most=0.2, over="difference by sex", at={"site": "Oslo"})
        )
        assert found.because == "fewer than two levels can be compared"

    def test_pooled(self) -> None:
        """The mean over sites."""
        found = judge_one(criterion("sensitivity", at_least=0.5, over="pooled external"))
        assert found.verdict is Verdict.MET
        assert found.because.startswith("3 sites; ")

    @pytest.mark.parametrize("bound", ["prediction_low", "prediction_high"])
    def test_what_a_new_site_may_expect(self, bound: str) -> None:
        """Judged on the whole prediction interval."""
        found = judge_one(criterion("sensitivity", Source.SITES, at_least=0.99, bound=bound))
        assert found.verdict is Verdict.NOT_MET
        assert found.measured == (found.low if bound == "prediction_low" else found.high)

    def test_two_sites_predict_nothing(self) -> None:
        """Below three there is no prediction interval."""
        found = judge_one(
            criterion("sensitivity", Source.SITES, at_least=0.5, bound="prediction_low"), ROWS[:8]
        )
        assert found.because == "no prediction interval below three sites"

    def test_sites_without_sites(self) -> None:
        """Without a site column nothing is pooled."""
        protocol = make_protocol(columns=Columns())
        found = judge_one(criterion("auroc", Source.SITES, at_least=0.5), ROWS, protocol)
        assert found.verdict is Verdict.NOT_ASSESSED

    def test_comparison(self) -> None:
        """Not worse than the version in use by more than 0.05."""
        rows = [{**row, "old": 0.9 if row["label"] else 0.1} for row in ROWS]
        protocol = make_protocol(comparators=comparators(old=0.5))
        worse = criterion("sensitivity", Source.COMPARISON, at_least=-0.05, comparator="old")
        assert judge_one(worse, rows, protocol).verdict is Verdict.NOT_MET

    @pytest.mark.parametrize(
        ("bound", "verdict"),
        [(0.8, Verdict.MET), (0.98, Verdict.INSUFFICIENT), (1.2, Verdict.NOT_MET)],
    )
    def test_relative_predictive_value(self, bound: float, verdict: Verdict) -> None:
        """Flags that are as often right as those of the version in use, within a margin."""
        rows: list[dict[str, object]] = [
            {"label": label, "score": ours, "old": theirs, "n": n}
            for label, ours, theirs, n in [
                (1, 0.9, 0.9, 300), (1, 0.9, 0.1, 20), (1, 0.1, 0.9, 20), (1, 0.1, 0.1, 60),
                (0, 0.9, 0.9, 100), (0, 0.9, 0.1, 20), (0, 0.1, 0.9, 20), (0, 0.1, 0.1, 460),
            ]
        ]  # fmt: skip
        protocol = make_protocol(comparators=comparators(old=0.5))
        one = criterion("ppv_ratio", Source.COMPARISON, at_least=bound, comparator="old")
        found = judge_one(one, rows, protocol)
        assert found.verdict is verdict
        assert found.because.startswith("480 exams; ")
        assert found.measured == pytest.approx(1)

    def test_merged_scores_widen_a_difference(self) -> None:
        """A margin that the interval alone keeps is not met where merging may have moved it."""
        rows: list[dict[str, object]] = [
            {"label": label, "score": 0.5 + step, "old": 0.5 + (step + 0.3 * label) % 0.4}
            for label in (0, 1)
            for step in (i * 0.4 / 150 for i in range(150))
        ]
        protocol = make_protocol(comparators=comparators(old=0.5))
        stratum = Strata(make_tally(rows, protocol, grid=COARSE), protocol)
        whole = stratum.find(protocol.findings[0], None, {})
        assert whole is not None
        entry = compare(whole, protocol, protocol.comparators[0])[0]
        assert entry.low is not None
        assert entry.error_bound is not None
        verdicts = []
        for share in (0.5, 1.5):
            bound = entry.low - share * entry.error_bound
            one = criterion("auroc", Source.COMPARISON, at_least=bound, comparator="old")
            asked = replace(protocol, criteria=(one,))
            (found,) = judge_all(Strata(stratum.tally, asked), asked)
            verdicts.append(found.verdict)
            assert "because scores were merged" in found.because
        assert verdicts == [Verdict.INSUFFICIENT, Verdict.MET]

    def test_a_comparator_that_did_not_leave_its_site(self) -> None:
        """The criterion is open, and says why; it does not fail."""
        rows = [{**row, "old": 0.5, "exam": i} for i, row in enumerate(ROWS)]
        protocol = make_protocol(comparators=comparators(old=0.5))
        one = criterion("auroc", Source.COMPARISON, at_least=-0.05, comparator="old")
        asked = replace(protocol, criteria=(one,))
        told = hide(make_tally(rows, protocol), plan_of(protocol, minimum=10))
        (found,) = judge_all(Strata(told, asked), asked)
        assert found.verdict is Verdict.INSUFFICIENT
        assert found.because.startswith("the tally holds no scores of the comparator")

    @pytest.mark.parametrize(
        "changes", [{"comparator": "gone"}, {"comparator": "old", "metric": "f1"}]
    )
    def test_comparison_of_nothing(self, changes: dict[str, str]) -> None:
        """A comparator or metric that is not there is not assessed."""
        rows = [{**row, "old": 0.5} for row in ROWS]
        protocol = make_protocol(comparators=comparators(old=0.5))
        one = criterion("auroc", Source.COMPARISON, at_least=0.0)
        found = judge_one(replace(one, **changes), rows, protocol)  # type: ignore[arg-type]  # strings
        assert found.verdict is Verdict.NOT_ASSESSED


class TestFindings:
    """A protocol with two findings."""

    findings = tuple(
        Finding(
            name=name, label="label", score="score", costs=COSTS, population=None,
            operating_point=OperatingPoint(threshold=0.5),
        )
        for name in ("effusion", "nodule")
    )  # fmt: skip
    protocol = make_protocol(findings=findings)
    rows = (
        *group(90, 10, 10, 90, finding="effusion", site="Oslo"),
        *group(50, 50, 10, 90, finding="nodule", site="Oslo"),
    )

    def test_without_a_finding_all_are_judged(self) -> None:
        """One of two is bad, so it is not met, and the finding is named."""
        found = judge_one(criterion("sensitivity", at_least=0.8), self.rows, self.protocol)
        assert found.verdict is Verdict.NOT_MET
        assert found.because.startswith("nodule: ")
        assert [one.finding for one in found.strata] == ["effusion", "nodule"]

    def test_one_finding(self) -> None:
        """Named, it alone is judged."""
        one = criterion("sensitivity", at_least=0.8, finding="effusion")
        assert judge_one(one, self.rows, self.protocol).verdict is Verdict.MET

    def test_a_finding_without_exams(self) -> None:
        """A table that lacks it does not assess it."""
        one = criterion("sensitivity", at_least=0.8, finding="nodule")
        found = judge_one(one, self.rows[:4], self.protocol)
        assert found.verdict is Verdict.NOT_ASSESSED
        assert found.because == "the table holds no exam of nodule"


class TestBasis:
    """A gap between hospitals, and none within them."""

    rows = (
        *group(90, 10, 9, 81, site="Bern", sex="F"),
        *group(18, 2, 2, 18, site="Bern", sex="M"),
        *group(10, 10, 8, 12, site="Rome", sex="F"),
        *group(50, 50, 36, 54, site="Rome", sex="M"),
    )

    def judged(self, basis: Basis | None, **changes: object) -> CriterionVerdict:
        """Return the verdict on the gap of sensitivities."""
        plain: dict[str, object] = {
            "metric": "equal_opportunity_difference",
            "source": Source.FAIRNESS,
            "attribute": "sex",
            "at_most": 0.15,
        }
        return judge_one(criterion(**(plain | changes), basis=basis), self.rows)  # type: ignore[arg-type]  # a test's own

    def test_crude(self) -> None:
        """100/120 - 68/120: not met, and the basis is said also where the protocol does not."""
        words: tuple[Basis | None, ...] = (None, "crude")
        for basis in words:
            found = self.judged(basis)
            assert found.verdict is Verdict.NOT_MET
            assert found.measured == pytest.approx(32 / 120)
            assert found.basis == "crude"

    def test_within_the_same_sites(self) -> None:
        """None within either: the verdict is another, and says on what it rests."""
        found = self.judged("site-standardised", at_most=0.3)
        assert found.verdict is Verdict.MET
        assert found.measured == pytest.approx(0)
        assert found.basis == "site-standardised"
        assert "within the same sites" in found.because

    def test_over_difference_by(self) -> None:
        """A criterion on an estimate's difference is judged alike."""
        found = self.judged(
            "site-standardised", source=Source.ESTIMATE, metric="sensitivity", attribute=None,
            over="difference by sex", at_most=0.3,
        )  # fmt: skip
        assert (found.verdict, found.basis) == (Verdict.MET, "site-standardised")

    def test_sites_that_are_left_out_are_named(self) -> None:
        """Who decides must see on which hospitals the comparison does not rest."""
        rows = (*self.rows, *group(9, 1, 1, 9, site="Lund", sex="F"))
        found = judge_one(
            criterion(
                "equal_opportunity_difference", Source.FAIRNESS, at_most=0.3, attribute="sex",
                basis="site-standardised",
            ),
            rows,
        )  # fmt: skip
        assert "sites left out: Lund (no exam of M)" in found.because

    def test_many_left_out_are_counted(self) -> None:
        """Eight by name, and how many more."""
        more = [row for i in range(11) for row in group(9, 1, 1, 9, site=f"L{i:02}", sex="F")]
        found = judge_one(
            criterion(
                "equal_opportunity_difference", Source.FAIRNESS, at_most=0.3, attribute="sex",
                basis="site-standardised",
            ),
            (*self.rows, *more),
        )  # fmt: skip
        assert "L07 (no exam of M) and 3 more" in found.because

    def test_levels_and_sites_left_out(self) -> None:
        """Both are named where no gap is left."""
        rows = (
            *group(20, 5, 5, 20, site="Bern", sex="F"),
            *group(20, 5, 5, 20, site="Rome", sex="M"),
            *group(0, 0, 3, 30, site="Rome", sex="X"),
        )
        found = judge_one(
            criterion(
                "equal_opportunity_difference", Source.FAIRNESS, at_most=0.3, attribute="sex",
                basis="site-standardised",
            ),
            rows,
        )  # fmt: skip
        assert found.verdict is Verdict.INSUFFICIENT
        assert found.because == (
            "no site holds every level that is compared; left out: X (no positives); "
            "sites left out: Bern (no exam of M), Rome (no exam of F)"
        )

    def test_a_table_without_sites(self) -> None:
        """Nothing can be compared within what is not there."""
        protocol = make_protocol(subgroups=subgroups("sex"), columns=Columns())
        found = judge_one(
            criterion(
                "auroc_difference", Source.FAIRNESS, at_most=0.3, attribute="sex",
                basis="site-standardised",
            ),
            self.rows,
            protocol,
        )  # fmt: skip
        assert found.verdict is Verdict.NOT_ASSESSED
        assert found.because == "the table has no sites to compare groups within"

    def test_other_criteria_have_none(self) -> None:
        """A criterion that compares no groups has no basis."""
        assert judge_one(criterion("sensitivity", at_least=0.5)).basis is None


RNG = np.random.default_rng(2)
# So close to each other that a cell of 1/2048 holds many of them.
CLOSE = [
    {"label": int(y), "score": float(0.3 + 0.002 * y + RNG.normal(0, 0.0008)), "sex": "FM"[i % 2]}
    for i, y in enumerate(RNG.binomial(1, 0.4, 800))
]


class TestMergedScores:
    """A gap of AUROCs whose scores were merged to cells."""

    plan = replace(
        PROTOCOL,
        criteria=(criterion("auroc_difference", Source.FAIRNESS, attribute="sex", at_most=0.3),),
    )

    def judged(self, grid: str) -> tuple[CriterionVerdict, Gap]:
        """Return the verdict, and the gap that it rests on."""
        strata = Strata(make_tally(CLOSE, self.plan, grid=grid), self.plan)
        gaps = find_gaps(strata, self.plan, self.plan.findings[0], "sex", by={})
        gap = next(gap for gap in gaps if gap.metric == "auroc_difference")
        return judge_all(strata, self.plan)[0], gap

    def test_the_interval_is_widened(self) -> None:
        """By what merging may have changed, so that no verdict rests on it."""
        found, gap = self.judged("dyadic-704")
        assert gap.high is not None
        assert gap.error_bound is not None
        assert gap.error_bound > 0
        assert found.high == pytest.approx(gap.high + gap.error_bound)
        assert found.low == max(0.0, (gap.low or 0.0) - gap.error_bound)
        assert "because scores were merged" in found.because

    def test_exact_scores_are_not(self) -> None:
        """Nothing was merged, nothing is widened."""
        found, gap = self.judged("exact")
        assert (found.low, found.high) == (gap.low, gap.high)
        assert "merged" not in found.because
