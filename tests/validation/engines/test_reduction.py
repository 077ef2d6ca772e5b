"""Tests of the reduction: what rows come to, against a plain count and however they are read."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.rows import MemoryRows
from tests.factories.tallies import (
    COSTS,
    comparators,
    make_protocol,
    make_tally,
    subgroups,
)
from validation.engines.cube import Room
from validation.engines.reduction import Limits, Reduced, reduce
from validation.errors import TableError
from validation.metrics.discrimination import auroc, average_precision
from validation.protocols.shape import (
    Columns,
    Finding,
    Grid,
    OperatingPoint,
    Protocol,
    Reader,
    ScoreKind,
)
from validation.strata import Strata
from validation.tallies import INDETERMINATE, Cells, Pairs, Persons, Tally
from validation.tallies.cells import MISS, SCALES, SCORE, WEIGHT, gathered
from validation.tallies.content import Place
from validation.tallies.grids import coarsened, edges

Rows = list[dict[str, Any]]

PLAIN = Columns(exam="exam", patient="patient", site="site", partition="split")
TWO = tuple(
    Finding(
        name=name,
        label=f"label_{name}",
        score=f"score_{name}",
        operating_point=OperatingPoint(threshold=0.5),
        costs=COSTS,
        population=None,
    )
    for name in ("a", "b")
)
BY = {"subgroups": subgroups("sex", "view"), "intersections": (("sex", "view"),)}


def plan(**changes: Any) -> Protocol:  # noqa: ANN401  (a test may change anything)
    """Return a protocol with patients, and with whatever columns are named."""
    columns = {name: changes.pop(name) for name in list(changes) if hasattr(PLAIN, name)}
    return make_protocol(columns=replace(PLAIN, **columns), **{**BY, **changes})


PLANS = {
    "plain": plan(),
    "ranks": plan(score_kind=ScoreKind.RANK),
    "weights": plan(weight="weight"),
    "severity": plan(severity="severity"),
    "two findings": plan(findings=TWO),
    "two findings, graded and weighted": plan(findings=TWO, severity="grade", weight="weight"),
    "comparators": plan(comparators=comparators(old=0.25, older=None)),
    "readers": plan(readers=(Reader(name="r1", column="r1"), Reader(name="r2", column="r2"))),
    "costs": plan(cost_of_miss="m", cost_of_alarm="f"),
    "costs of misses": plan(cost_of_miss="m"),
    "costs of alarms": plan(cost_of_alarm="f", weight="weight"),
}
EVERY = pytest.mark.parametrize("protocol", PLANS.values(), ids=PLANS)
SCORES = st.one_of(st.none(), st.sampled_from([0.0, 0.25, 0.5, 0.501, 1.0]), st.floats(0, 1))
CALLS = st.sampled_from([0, 1, None])
OF_FINDING = {
    "label": st.sampled_from([0, 1, 0, 1, None, INDETERMINATE]),
    "score": SCORES,
    "severity": st.sampled_from(["grave", "mild", None]),
    "old": SCORES,
    "older": SCORES,
    "r1": CALLS,
    "r2": CALLS,
}
OF_EXAM = {
    "patient": st.sampled_from(["P1", "P2", "P3", "P4"]),
    "site": st.sampled_from(["Kiel", "Ulm"]),
    "partition": st.sampled_from(["external testing", "internal testing"]),
    "sex": st.sampled_from(["F", "M"]),
    "view": st.sampled_from(["AP", None]),
    "weight": st.sampled_from([0.25, 1.0, 3.5]),
    "cost_of_miss": st.sampled_from([0.5, 7.0]),
    "cost_of_alarm": st.sampled_from([0.0, 1.25]),
}
EXAMS = st.lists(
    st.tuples(
        st.fixed_dictionaries(OF_EXAM),
        st.fixed_dictionaries(OF_FINDING),
        st.fixed_dictionaries(OF_FINDING),
    ),
    min_size=1,
    max_size=14,
)


def rows_of(exams: Sequence[Any], protocol: Protocol) -> Rows:
    """Return one row per exam and finding."""
    findings = protocol.findings
    columns = protocol.columns
    unsaid = {
        name: None
        for name in ("cost_of_miss", "cost_of_alarm")
        if getattr(columns, name) is None or columns.cost_of_miss == columns.cost_of_alarm
    }
    rows = []
    for place, (exam, *said) in enumerate(exams):
        for finding, values in zip(findings, said, strict=False):
            row = {"exam": f"E{place}", "finding": finding.name, **exam, **values}
            if columns.weight is None:
                del row["weight"]
            rows.append({name: value for name, value in row.items() if name not in unsaid})
    return rows


def quiet(_share: float) -> None:
    """Tell nobody."""


def reduced(rows: Rows, protocol: Protocol, *, at_once: int = 1000, **limits: Any) -> Reduced:  # noqa: ANN401  (of several kinds)
    """Return what some rows come to."""
    source = MemoryRows(rows, protocol, at_once=at_once)
    return reduce(source, protocol, quiet, limits=Limits(**limits))


def tally_of(found: Reduced) -> Tally:
    """Return the tally of what rows came to."""
    return Tally(
        measure_digest="sha256:0",
        table_digest="sha256:0",
        rows=None,
        levels=found.levels,
        views=found.views,
        pairs=found.pairs,
        persons=found.persons,
    )


def names_of(cells: Cells, levels: Any) -> list[tuple[object, ...]]:  # noqa: ANN401  (a mapping)
    """Return what tells each cell apart, in names."""
    columns: list[list[object]] = [
        [levels[name][code] for code in cells.codes[name]] for name in sorted(cells.codes)
    ]
    columns.append(cells.label.tolist())
    numbers = [cells.score, *(cells.comparators[name] for name in sorted(cells.comparators))]
    columns += [[None if np.isnan(x) else float(x) for x in column] for column in numbers]
    columns += [cells.readers[name].tolist() for name in sorted(cells.readers)]
    return list(zip(*columns, strict=True))


def told(cells: Cells, levels: Any) -> dict[tuple[object, ...], int]:  # noqa: ANN401  (a mapping)
    """Return how many exams each cell holds; a cell that stands there twice fails."""
    names = names_of(cells, levels)
    assert len(set(names)) == len(names)
    return dict(zip(names, cells.exams.tolist(), strict=True))


def told_pairs(pairs: Pairs | None, cells: Cells, levels: Any) -> Counter[frozenset[object]]:  # noqa: ANN401  (a mapping)
    """Return how often two cells meet in one patient."""
    names, found = names_of(cells, levels), Counter[frozenset[object]]()
    assert pairs is not None
    for one, other, count in zip(pairs.first, pairs.second, pairs.count, strict=True):
        assert one <= other
        found[frozenset({names[one], names[other]})] += int(count)
    return found


def told_persons(persons: dict[Place, Persons]) -> dict[Place, Persons]:
    """Return patients per stratum; that of no severity is nobody's question."""
    return {place: one for place, one in persons.items() if ("severity", "") not in place[2]}


class TestReduce:
    """Against a count in plain Python."""

    @EVERY
    @settings(max_examples=30, deadline=None)
    @given(exams=EXAMS)
    def test_cells(self, protocol: Protocol, exams: Any) -> None:  # noqa: ANN401  (drawn)
        """Each exam is in exactly the cell of its attributes, label, scores and calls."""
        rows = rows_of(exams, protocol)
        protocol = replace(protocol, grid=Grid.EXACT)
        found, plain = reduced(rows, protocol), make_tally(rows, protocol)
        assert told(found.views[-1].cells, found.levels) == told(plain.base.cells, plain.levels)

    @EVERY
    @settings(max_examples=30, deadline=None)
    @given(exams=EXAMS)
    def test_pairs(self, protocol: Protocol, exams: Any) -> None:  # noqa: ANN401  (drawn)
        """Every two labelled exams of one patient, finding and partition are a pair."""
        rows = rows_of(exams, protocol)
        protocol = replace(protocol, grid=Grid.EXACT)
        found, plain = reduced(rows, protocol), make_tally(rows, protocol)
        assert told_pairs(found.pairs, found.views[-1].cells, found.levels) == told_pairs(
            plain.pairs, plain.base.cells, plain.levels
        )

    @EVERY
    @settings(max_examples=30, deadline=None)
    @given(exams=EXAMS)
    def test_persons(self, protocol: Protocol, exams: Any) -> None:  # noqa: ANN401  (drawn)
        """Patients of each stratum, those with several exams, with positives and negatives."""
        rows = rows_of(exams, protocol)
        found, plain = reduced(rows, protocol), make_tally(rows, protocol)
        assert told_persons(found.persons) == told_persons(dict(plain.persons))

    @EVERY
    @settings(max_examples=15, deadline=None)
    @given(exams=EXAMS)
    def test_sums(self, protocol: Protocol, exams: Any) -> None:  # noqa: ANN401  (drawn)
        """Sums over the exams of each class are exact to half a unit an exam."""
        rows = rows_of(exams, protocol)
        for grid in (Grid.EXACT, Grid.DYADIC):
            found = reduced(rows, replace(protocol, grid=grid)).views[-1].cells
            for name in found.sums:
                for label in (0, 1):
                    chosen = [row for row in rows if row["label"] == label]
                    exact = sum(_brought(row, name, label) for row in chosen)
                    off = abs(found.amount(name)[found.label == label].sum() - exact)
                    assert off <= len(chosen) * 2.0 ** -(SCALES[name] + 1) + 1e-9

    @EVERY
    @settings(max_examples=15, deadline=None)
    @given(exams=EXAMS, data=st.data())
    def test_nothing_but_the_rows_counts(self, protocol: Protocol, exams: Any, data: Any) -> None:  # noqa: ANN401  (drawn)
        """Neither order, nor batches, nor what is held where, changes a bit of the digest."""
        exact = data.draw(st.sampled_from([0, 1000]))
        rows = rows_of(exams, protocol)
        expected = tally_of(reduced(rows, protocol, exact=exact)).digest
        other = reduced(
            data.draw(st.permutations(rows)),
            protocol,
            at_once=data.draw(st.integers(1, 5)),
            exact=exact,
            held=data.draw(st.integers(0, 5)),
            room=Room(
                dense=data.draw(st.sampled_from([0, 1 << 24])), pending=data.draw(st.integers(0, 4))
            ),
        )
        assert tally_of(other).digest == expected

    @EVERY
    @settings(max_examples=15, deadline=None)
    @given(exams=EXAMS)
    def test_views_agree(self, protocol: Protocol, exams: Any) -> None:  # noqa: ANN401  (drawn)
        """The fine view, made coarser, is the margin of the base view, sums and all."""
        if protocol.score_kind is ScoreKind.RANK:
            return  # it has one view
        rows = rows_of(exams, protocol)
        found = reduced(rows, replace(protocol, grid=Grid.DYADIC))
        fine, base = (view.cells for view in found.views)
        own = edges("dyadic-704", [*(t / 50 for t in range(1, 50)), 0.5]).lower
        lower = replace(fine, score=coarsened(fine.score, own))
        margin = replace(
            base,
            codes={name: base.codes[name] for name in fine.codes},
            comparators={},
            readers={},
        )
        one, other = gathered(lower), gathered(margin)
        assert told(one, found.levels) == told(other, found.levels)
        for name in one.sums:
            assert one.sums[name].tolist() == other.sums[name].tolist()

    @EVERY
    @settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(exams=EXAMS)
    def test_every_exam_once_in_each_view(self, protocol: Protocol, exams: Any) -> None:  # noqa: ANN401  (drawn)
        """No view loses an exam or counts one twice."""
        rows = rows_of(exams, protocol)
        for view in reduced(rows, replace(protocol, grid=Grid.DYADIC)).views:
            assert int(view.cells.exams.sum()) == len(rows)

    def test_exact_up_to_a_number_of_rows(self) -> None:
        """A table of three rows is kept exactly up to three rows, and on a grid up to two."""
        rows = [{"label": 1, "score": 0.1, "patient": "P"}] * 3
        assert [v.grid for v in reduced(rows, plan(), exact=3).views] == ["exact"]
        assert [v.grid for v in reduced(rows, plan(), exact=2).views] == [
            "dyadic-5632",
            "dyadic-704",
        ]
        ranks = plan(score_kind=ScoreKind.RANK)
        assert [v.grid for v in reduced(rows, ranks, exact=2).views] == ["float32-8"]

    @pytest.mark.parametrize(
        ("scores", "grid"),
        [([1.0, 3.0, None, -2.0], "exact"), ([1.0, 3.0, None, -2.001], "float32-8")],
    )
    def test_ranks_that_lose_nothing(self, scores: list[float | None], grid: str) -> None:
        """Few short numbers each begin their cell: that is exact, however many rows there are."""
        rows = [{"label": i % 2, "score": score, "patient": "P"} for i, score in enumerate(scores)]
        ranks = plan(score_kind=ScoreKind.RANK)
        for room in (Room(dense=0, pending=1), Room(dense=0, pending=100)):
            (view,) = reduced(rows, ranks, exact=2, room=room).views
            assert view.grid == grid

    def test_a_comparator_that_loses_something(self) -> None:
        """Its merged scores make the view merged, whatever this version's are."""
        rows = [{"label": i % 2, "score": 1.0, "old": 1 / 3, "patient": "P"} for i in range(4)]
        ranks = plan(score_kind=ScoreKind.RANK, comparators=comparators(old=0.25))
        assert reduced(rows, ranks, exact=2).views[0].grid == "float32-8"

    @settings(max_examples=40, deadline=None)
    @given(scores=st.lists(st.integers(0, 4000), min_size=8, max_size=40))
    def test_merged_ranks_keep_their_bound(self, scores: list[int]) -> None:
        """What ranks give unmerged lies within the bound that is published of merged ones."""
        rows = [{"label": i % 2, "score": 1 + one / 8000} for i, one in enumerate(scores)]
        ranks = plan(
            score_kind=ScoreKind.RANK, patient=None, site=None, subgroups=(), intersections=()
        )
        exact, merged = (
            Strata(tally_of(reduced(rows, ranks, exact=limit)), ranks).find(
                ranks.findings[0], None, {}
            )
            for limit in (100, 2)
        )
        assert exact is not None
        assert merged is not None
        for measure in (auroc, average_precision):
            truth, found = measure(exact.counts, level=0.95), measure(merged.counts, level=0.95)
            assert truth.error_bound is None
            assert truth.value is not None
            assert found.value is not None
            assert abs(truth.value - found.value) <= (found.error_bound or 0) + 1e-12

    def test_without_patients(self) -> None:
        """Where no patient is declared there are neither pairs nor persons."""
        found = reduced([{"label": 1, "score": 0.1}], plan(patient=None, site=None))
        assert (found.pairs, found.persons) == (None, {})

    def test_progress(self) -> None:
        """It tells which share of the rows is read, over all findings."""
        shares: list[float] = []
        rows = [
            {"exam": e, "patient": "P", "finding": f, "label": 1, "score": 0.1}
            for e in "12"
            for f in "ab"
        ]
        source = MemoryRows(rows, plan(findings=TWO), at_once=1)
        source.total = 2  # rows of a wide table
        reduce(source, plan(findings=TWO), shares.append)
        assert shares == [0.25, 0.5, 0.75, 1.0]

    @pytest.mark.parametrize("exact", [0, 1000])
    def test_nobody(self, exact: int) -> None:
        """A table all of whose rows are left out is refused."""
        protocol = plan(excluded="why")
        with pytest.raises(TableError, match="every row is excluded") as caught:
            reduced([], protocol, exact=exact)
        assert caught.value.column == "why"

    def test_sums_that_overflow(self) -> None:
        """Weights whose squares no whole number of 64 bits can add are refused, not wrapped."""
        row = {"label": 1, "score": 0.1, "patient": "P", "weight": 1e6}
        protocol = plan(weight="weight")
        assert reduced([row], protocol).views[-1].cells.amount(WEIGHT).tolist() == [1e6]
        with pytest.raises(TableError, match="cannot be added exactly"):
            reduced([row] * 5, protocol)

    def test_costs_that_overflow(self) -> None:
        """So is a single cost whose square is too large."""
        row = {"label": 1, "score": 0.1, "patient": "P", "cost_of_miss": 1e7}
        with pytest.raises(TableError, match="in a larger unit"):
            reduced([row], plan(cost_of_miss="m"))

    def test_cost_of_the_protocol(self) -> None:
        """An error whose cost no row states costs what the protocol says: 10 for a miss."""
        row = {"label": 1, "score": 0.1, "patient": "P", "cost_of_alarm": 2.0}
        cells = reduced([row], plan(cost_of_alarm="f")).views[-1].cells
        assert cells.amount(MISS).tolist() == [10.0]

    def test_levels_that_nobody_has(self) -> None:
        """Only levels of exams that count are kept, in the order of all."""
        rows = [
            {"label": 1, "score": s, "patient": "P", "sex": x} for s, x in ((0.1, "F"), (0.2, "X"))
        ]
        source = MemoryRows(rows, plan())
        source.levels["sex"] = ("A", "F", "M", "X")
        source.levels["site"] = ("", "Ulm")
        source._protocol = plan()  # noqa: SLF001  (its own levels)
        found = reduce(source, plan(), quiet)
        assert (found.levels["sex"], found.levels["site"]) == (("F", "X"), ("",))
        assert found.views[-1].cells.codes["sex"].tolist() == [0, 1]


def _brought(row: dict[str, Any], name: str, label: int) -> float:
    """Return what a row brings to a sum over its class."""
    weight, score = row.get("weight", 1.0), row["score"] or 0.0
    miss = row.get("cost_of_miss", COSTS.false_negative) * weight * (label == 1)
    alarm = row.get("cost_of_alarm", COSTS.false_positive) * weight * (label == 0)
    return float(
        {
            WEIGHT: weight,
            "weight²": weight**2,
            SCORE: weight * score,
            "score²": weight * score**2,
            MISS: miss,
            "miss²": miss**2,
            "alarm": alarm,
            "alarm²": alarm**2,
        }[name]
    )
