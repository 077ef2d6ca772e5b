"""Tallies made from plain rows in memory, and the protocols that shape them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from validation.counts import ScoreCounts, count_scores
from validation.protocols import measure_digest
from validation.protocols.edges import comparator_edges, score_edges
from validation.protocols.shape import (
    Columns,
    Comparator,
    Costs,
    Finding,
    OperatingPoint,
    Partition,
    Population,
    Protocol,
    Subgroup,
)
from validation.tallies import MISSING, UNLABELLED, Cells, Pairs, Persons, Tally, View
from validation.tallies.cells import (
    ALARM,
    ALARM_SQUARED,
    MISS,
    MISS_SQUARED,
    SCALES,
    SCORE,
    SCORE_SQUARED,
    SEVERITY,
    WEIGHT,
    WEIGHT_SQUARED,
)
from validation.tallies.content import EXACT, By, Place
from validation.tallies.grids import coarsened, edges

Row = Mapping[str, Any]

COSTS = Costs(
    false_negative=10.0, false_positive=1.0, set_by="Dr Berg", set_on="2026-01-05", why="audit"
)
POPULATION = Population(prevalence=0.10, range=(0.05, 0.20), source="referral audit 2025")


def make_protocol(**changes: Any) -> Protocol:  # noqa: ANN401  # a test may change anything
    """Return a whole protocol: external testing at 0.5, with sites and costs; change at will.

    The one finding inherits operating point, costs and population unless `findings` is given.
    """
    plain: dict[str, Any] = {
        "name": "Test protocol",
        "purpose": Partition.EXTERNAL_TESTING,
        "columns": Columns(site="site", exam="exam"),
        "operating_point": OperatingPoint(threshold=0.5),
        "costs": COSTS,
        "population": POPULATION,
    }
    plain |= changes
    if "findings" not in plain:
        plain["findings"] = (
            Finding(
                name=None,
                label="label",
                score="score",
                operating_point=plain["operating_point"],
                costs=plain["costs"],
                population=plain["population"],
            ),
        )
    return Protocol(**plain)


def subgroups(*names: str) -> tuple[Subgroup, ...]:
    """Return subgroups whose column has their own name."""
    return tuple(Subgroup(name=name, column=name) for name in names)


def comparators(**thresholds: float | None) -> tuple[Comparator, ...]:
    """Return comparators by name, with their thresholds."""
    return tuple(
        Comparator(name=name, score=f"score_{name}", threshold=threshold)
        for name, threshold in thresholds.items()
    )


def make_tally(rows: Iterable[Row], protocol: Protocol, *, grid: str = EXACT) -> Tally:
    """Return the tally of some rows.

    A row has `label` (1, 0, `INDETERMINATE` or None), `score` (or None), and where the protocol
    has them `site`, `partition`, `finding`, `patient`, `weight`, `severity`, `cost_of_miss`,
    `cost_of_alarm`, each subgroup, and each comparator's and reader's name; `n` says for how many
    exams it stands, all of the same patient.
    """
    rows = list(rows)
    names = ["finding", "partition", "site", *(group.name for group in protocol.subgroups)]
    names += [SEVERITY] * (protocol.columns.severity is not None)
    levels = {name: tuple(sorted({_level(row, name) for row in rows})) for name in names}
    lower = (
        None if grid == EXACT else edges(grid, score_edges(protocol, protocol.findings[0])).lower
    )

    theirs = {
        one.name: None
        if grid == EXACT
        else edges(grid, comparator_edges(one, protocol.findings[0])).lower
        for one in protocol.comparators
    }

    def lowered(score: float | None, begins: npt.NDArray[np.float64] | None) -> float | None:
        if begins is None or score is None:
            return score
        return float(coarsened(np.array([score]), begins)[0])

    def place(row: Row) -> tuple[Any, ...]:
        return (
            *(levels[name].index(_level(row, name)) for name in names),
            _call(row.get("label")),
            lowered(_number(row.get("score")), lower),
            *(
                lowered(_number(row.get(one.name)), theirs[one.name])
                for one in protocol.comparators
            ),
            *(_call(row.get(one.name)) for one in protocol.readers),
        )

    places = [place(row) for row in rows]
    keys = sorted(
        set(places), key=lambda key: tuple(-9.0 if part is None else part for part in key)
    )
    where = {key: i for i, key in enumerate(keys)}
    at = np.array([where[key] for key in places], dtype=np.int64)
    width = len(names) + 2 + len(protocol.comparators) + len(protocol.readers)
    table = np.array(
        [[np.nan if part is None else part for part in key] for key in keys], dtype=np.float64
    ).reshape(len(keys), width)
    start = len(names) + 2
    cells = Cells(
        codes={name: table[:, i].astype(np.int32) for i, name in enumerate(names)},
        label=table[:, len(names)].astype(np.int8),
        score=table[:, len(names) + 1],
        comparators={one.name: table[:, start + i] for i, one in enumerate(protocol.comparators)},
        readers={
            one.name: table[:, start + len(protocol.comparators) + i].astype(np.int8)
            for i, one in enumerate(protocol.readers)
        },
        exams=_total(at, [_exams(row) for row in rows], len(keys)).astype(np.int64),
        sums=_sums(rows, at, protocol, size=len(keys), merged=lower is not None),
    )
    return Tally(
        measure_digest=measure_digest(protocol),
        table_digest="sha256:" + "0" * 64,
        rows=sum(_exams(row) for row in rows),
        levels=levels,
        views=(View(attributes=tuple(sorted(names[3:])), grid=grid, cells=cells),),
        persons=_persons(rows, protocol),
        pairs=_pairs(rows, at, protocol),
    )


def _level(row: Row, name: str) -> str:
    """Return the level of an attribute that a row has."""
    found = row.get(name)
    if name == SEVERITY and row.get("label") != 1:
        return ""
    if name in {"finding", "partition", "site"}:
        return str(found or "")
    return MISSING if found in {None, ""} else str(found)


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))


def _call(value: object) -> int:
    """Return a label or a reader's call as cells keep it."""
    return UNLABELLED if value is None else int(str(value))


def _exams(row: Row) -> int:
    return int(row.get("n", 1))


def _total(at: npt.NDArray[np.int64], amounts: list[float], size: int) -> npt.NDArray[np.float64]:
    """Return the sum of the amounts of the rows of each cell."""
    return np.bincount(at, weights=amounts, minlength=size).astype(np.float64)


def _sums(
    rows: list[Row], at: npt.NDArray[np.int64], protocol: Protocol, *, size: int, merged: bool
) -> dict[str, npt.NDArray[np.int64]]:
    """Return the sums that the protocol asks for, in fixed point."""
    columns, costs = (
        protocol.columns,
        protocol.findings[0].costs or Costs(false_negative=0.0, false_positive=0.0),
    )
    weight = [float(row.get("weight", 1.0)) for row in rows]
    asked: dict[str, list[float]] = {}
    if columns.weight is not None:
        asked |= {WEIGHT: weight, WEIGHT_SQUARED: [w * w for w in weight]}
    if merged:
        score = [float(row["score"] or 0.0) for row in rows]
        asked[SCORE] = [w * s for w, s in zip(weight, score, strict=True)]
        asked[SCORE_SQUARED] = [w * s * s for w, s in zip(weight, score, strict=True)]
    if columns.cost_of_miss is not None or columns.cost_of_alarm is not None:
        miss = [float(row.get("cost_of_miss", costs.false_negative)) for row in rows]
        alarm = [float(row.get("cost_of_alarm", costs.false_positive)) for row in rows]
        if columns.weight is not None:
            weight = [float(row["weight"]) for row in rows]
            miss = [c * w for c, w in zip(miss, weight, strict=True)]
            alarm = [c * w for c, w in zip(alarm, weight, strict=True)]
        asked |= {MISS: miss, MISS_SQUARED: [c * c for c in miss]}
        asked |= {ALARM: alarm, ALARM_SQUARED: [c * c for c in alarm]}
    exams = [_exams(row) for row in rows]
    return {
        name: _total(
            at,
            [n * round(v * 2 ** SCALES[name]) for n, v in zip(exams, values, strict=True)],
            size,
        ).astype(np.int64)
        for name, values in asked.items()
    }


def _pairs(rows: list[Row], at: npt.NDArray[np.int64], protocol: Protocol) -> Pairs | None:
    """Return the pairs of labelled exams of one patient, finding and partition."""
    if protocol.columns.patient is None:
        return None
    mates: dict[tuple[str, str, str], list[tuple[int, float, int]]] = {}
    for row, cell in zip(rows, at, strict=True):
        if row.get("label") in {0, 1}:
            key = (str(row["patient"]), _level(row, "finding"), _level(row, "partition"))
            mates.setdefault(key, []).append(
                (int(cell), float(row.get("weight", 1.0)), _exams(row))
            )
    weighted = protocol.columns.weight is not None
    counted: Counter[tuple[int, int]] = Counter()
    for exams in mates.values():
        for i, (cell, weight, n) in enumerate(exams):
            others = [(cell, weight, (n - 1) / 2), *exams[i + 1 :]]
            for other, its_weight, m in others:
                unit = round(weight * its_weight * 2**20) if weighted else 1
                counted[min(cell, other), max(cell, other)] += round(n * m * unit)
    kept = sorted(key for key, count in counted.items() if count)
    return Pairs(
        first=np.array([first for first, _ in kept], dtype=np.int32),
        second=np.array([second for _, second in kept], dtype=np.int32),
        count=np.array([counted[key] for key in kept], dtype=np.int64),
    )


def _persons(rows: list[Row], protocol: Protocol) -> dict[Place, Persons]:
    """Return patients overall, by each single attribute, and by each declared intersection."""
    if protocol.columns.patient is None:
        return {}
    exams: dict[Place, list[Row]] = {}
    singles = ["site", *(group.name for group in protocol.subgroups)]
    singles += [SEVERITY] * (protocol.columns.severity is not None)
    grave = {_level(row, SEVERITY) for row in rows} - {""}
    for row in rows:
        for names in [(), *((name,) for name in singles), *protocol.intersections]:
            for by in _places(row, names, grave):
                for finding in {"", _level(row, "finding")}:
                    exams.setdefault((finding, _level(row, "partition"), by), []).append(row)
    return {key: _persons_of(found) for key, found in exams.items()}


def _places(row: Row, names: Iterable[str], grave: set[str]) -> list[By]:
    """Return the strata by some attributes to which a row belongs; a negative to all severities."""
    by: list[By] = [()]
    for name in sorted(names):
        negative = name == SEVERITY and row.get("label") == 0
        found = sorted(grave) if negative else [_level(row, name)]
        by = [(*part, (name, level)) for part in by for level in found]
    return by


def _persons_of(rows: list[Row]) -> Persons:
    """Return the patients of some rows by what their exams show."""
    exams = Counter[str]()
    seen: set[object] = set()
    for row in rows:
        if row.get("exam") is None or row["exam"] not in seen:  # once, whatever its findings
            exams[str(row["patient"])] += _exams(row)
        seen.add(row.get("exam"))

    def having(label: int) -> int:
        return len(
            {
                str(row["patient"])
                for row in rows
                if row.get("label") == label and row.get("score") is not None
            }
        )

    return Persons(
        patients=len(exams),
        repeated=sum(n > 1 for n in exams.values()),
        with_positives=having(1),
        with_negatives=having(0),
    )


def score_counts(
    *cells: tuple[float, int, int], unscored_positives: int = 0, unscored_negatives: int = 0
) -> ScoreCounts:
    """Return counts from (score, positives, negatives)."""
    ordered = sorted(cells)
    return ScoreCounts(
        scores=np.array([score for score, _, _ in ordered], dtype=np.float64),
        positives=np.array([positives for _, positives, _ in ordered], dtype=np.float64),
        negatives=np.array([negatives for _, _, negatives in ordered], dtype=np.float64),
        unscored_positives=unscored_positives,
        unscored_negatives=unscored_negatives,
    )


def counts_of(labels: Iterable[int], scores: Iterable[float]) -> ScoreCounts:
    """Return the counts of labels and scores, one exam each."""
    protocol = make_protocol()
    pairs = zip(labels, scores, strict=True)
    rows = [{"label": int(label), "score": float(score)} for label, score in pairs]
    return count_scores(make_tally(rows, protocol).base.cells)
