"""Tallies made from plain rows in memory, and the protocols that shape them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from validation.counts import ScoreCounts, count_scores
from validation.protocols import measure_digest
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
from validation.tallies import MISSING, UNLABELLED, Cells, Persons, Tally, View
from validation.tallies.content import Place

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


def make_tally(rows: Iterable[Row], protocol: Protocol) -> Tally:
    """Return the tally of some rows.

    A row has `label` (1, 0 or None), `score` (or None), and where the protocol has them
    `site`, `partition`, `finding`, `patient`, each subgroup, and each comparator's name; `n`
    says for how many exams it stands.
    """
    rows = list(rows)
    names = ["finding", "partition", "site", *(group.name for group in protocol.subgroups)]

    def level(row: Row, name: str) -> str:
        found = row.get(name)
        if name in {"finding", "partition", "site"}:
            return str(found or "")
        return MISSING if found in {None, ""} else str(found)

    levels = {name: tuple(sorted({level(row, name) for row in rows})) for name in names}
    counted: Counter[tuple[Any, ...]] = Counter()
    for row in rows:
        key = (
            *(levels[name].index(level(row, name)) for name in names),
            UNLABELLED if row.get("label") is None else int(row["label"]),
            _number(row.get("score")),
            *(_number(row.get(one.name)) for one in protocol.comparators),
        )
        counted[key] += int(row.get("n", 1))
    keys = sorted(counted, key=lambda key: tuple(-1.0 if part is None else part for part in key))
    table = np.array(
        [[np.nan if part is None else part for part in key] for key in keys], dtype=np.float64
    ).reshape(len(keys), len(names) + 2 + len(protocol.comparators))
    cells = Cells(
        codes={name: table[:, i].astype(np.int32) for i, name in enumerate(names)},
        label=table[:, len(names)].astype(np.int8),
        score=table[:, len(names) + 1],
        comparators={
            one.name: table[:, len(names) + 2 + i] for i, one in enumerate(protocol.comparators)
        },
        exams=np.array([counted[key] for key in keys], dtype=np.int64),
    )
    return Tally(
        measure_digest=measure_digest(protocol),
        table_digest="sha256:" + "0" * 64,
        rows=sum(int(row.get("n", 1)) for row in rows),
        levels=levels,
        views=(View(attributes=tuple(sorted(names[3:])), cells=cells),),
        persons=_persons(rows, protocol),
    )


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))


def _persons(rows: list[Row], protocol: Protocol) -> dict[Place, Persons]:
    """Return patients of each partition, overall and by each single attribute."""
    if protocol.columns.patient is None:
        return {}
    exams: dict[Place, Counter[str]] = {}
    for row in rows:
        partition = str(row.get("partition") or "")
        singles = ["site", *(group.name for group in protocol.subgroups)]
        for by in [(), *(((name, str(row.get(name) or MISSING)),) for name in singles)]:
            exams.setdefault(("", partition, by), Counter())[str(row["patient"])] += 1
    return {
        key: Persons(patients=len(found), repeated=sum(n > 1 for n in found.values()))
        for key, found in exams.items()
    }


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
