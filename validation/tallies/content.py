"""Content: a tally as a whole, and the digest it is known by."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import rfc8785

from validation.tallies.cells import SCALES, WEIGHT, Cells, in_order

EXACT: Final = "exact"

By = tuple[tuple[str, str], ...]  # attribute and level, sorted by attribute
Place = tuple[str, str, By]  # finding, partition, and the stratum within


@dataclass(frozen=True, kw_only=True)
class Persons:
    """Patients of one stratum, by what their labelled exams show.

    Attributes
    ----------
    patients, repeated : int
        All of them, and those with several exams.
    with_positives, with_negatives : int or None
        Those with at least one scored positive exam, and one scored negative exam; None where
        it was not counted.
    """

    patients: int
    repeated: int
    with_positives: int | None = None
    with_negatives: int | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class View:
    """The same exams, counted by some attributes at one resolution of the score.

    Attributes
    ----------
    attributes : tuple of str
        What its cells are told apart by besides finding, partition and site, sorted.
    grid : str
        "exact", or the name of the grid on which scores were merged (`grids`).
    cells : Cells
    """

    attributes: tuple[str, ...]
    grid: str = EXACT
    cells: Cells


@dataclass(frozen=True, kw_only=True, eq=False)
class Pairs:
    """How often two exams of one patient fell into two cells of the finest-parted view.

    Every unordered pair of different labelled exams of one patient, finding and partition counts
    once. With them the variance of a sum over exams is that of a sum over patients.

    Attributes
    ----------
    first, second : int32 array, shape (p,)
        Indices into the cells of the tally's last view; ``first <= second``.
    count : int64 array, shape (p,)
        How many pairs; where rows are weighted, the sum of the products of their weights in
        units of 2**-20.
    """

    first: npt.NDArray[np.int32]
    second: npt.NDArray[np.int32]
    count: npt.NDArray[np.int64]

    def mass(
        self, kept: npt.NDArray[Any] | slice = slice(None), *, weighted: bool
    ) -> npt.NDArray[np.float64]:
        """Return what each of the pairs kept counts for: products of weights, if there are any."""
        return np.asarray(self.count[kept] * (2.0 ** -SCALES[WEIGHT] if weighted else 1.0))


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """Rows that enter no cell: said to be excluded, or there twice."""

    finding: str
    partition: str
    site: str
    because: str
    exams: int


@dataclass(frozen=True, kw_only=True)
class Period:
    """From when to when the exams of one partition and site were made, as ISO dates."""

    partition: str
    site: str
    first: str
    last: str


@dataclass(frozen=True, kw_only=True)
class Withheld:
    """What a site did not tell: exams by some attributes, because too few would have been told.

    `what` is "withheld" where nothing is told by these attributes, "joined" where some levels
    are told together as "other".
    """

    finding: str
    partition: str
    site: str
    attributes: tuple[str, ...]
    what: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Tally:
    """What is counted of one table under one measure digest, with what is needed to check it.

    Attributes
    ----------
    measure_digest : str
        Of the protocol that shaped the cells.
    table_digest : str
        SHA-256 of the bytes that were read, "sha256:" and 64 hex digits.
    rows : int or None
        Rows of the table, whatever became of them; None where telling would tell too much.
    levels : mapping of str to tuple of str
        Names behind `Cells.codes`: bands by their edges, other levels sorted, and `MISSING`,
        the level of an attribute that was not recorded, last.
    views : tuple of View
        The same exams at different resolutions: the first that keeps the attributes of a
        stratum is the finest for it. The last tells exams apart by every attribute that any
        view knows, by comparators and readers.
    persons : mapping of Place to Persons
        Empty where no patient column is declared. Under the finding "" the same exam counts
        once, whatever the number of findings.
    pairs : Pairs or None
        None where no patient column is declared, or the table left its site.
    effects : mapping of Place to mapping of str to float
        Design effects per stratum and metric, stated by whoever held the rows, where the pairs
        did not leave with the counts.
    hidden : mapping of Place to tuple of str
        Strata of which the positives, negatives, unscored or unlabelled exams are too few to be
        told, and which of them; those exams are in no cell.
    minimum_cell : int
        No count below it can be read off the tally; 1 where nothing was hidden.
    left_out : tuple of LeftOut
    periods : tuple of Period
    producer : str
        Engine and version, for the record; not part of the digest.
    thresholds : mapping of str to tuple of float
        Per finding, the registered thresholds that begin a score cell: with them tallies on
        different grids can be brought to one. Empty where the table was not to leave its site.
    withheld : tuple of Withheld
    absent : tuple of str
        Sites that were expected and sent nothing.
    """

    measure_digest: str
    table_digest: str
    rows: int | None
    levels: Mapping[str, tuple[str, ...]]
    views: tuple[View, ...]
    persons: Mapping[Place, Persons] = field(default_factory=dict)
    pairs: Pairs | None = None
    effects: Mapping[Place, Mapping[str, float]] = field(default_factory=dict)
    hidden: Mapping[Place, tuple[str, ...]] = field(default_factory=dict)
    minimum_cell: int = 1
    left_out: tuple[LeftOut, ...] = ()
    periods: tuple[Period, ...] = ()
    producer: str = ""
    thresholds: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    withheld: tuple[Withheld, ...] = ()
    absent: tuple[str, ...] = ()

    @cached_property
    def digest(self) -> str:
        """Return the SHA-256 of what was counted: "sha256:" and 64 hex digits.

        The bytes that were read and the engine that read them are not part of it: the same
        counts have the same digest, in whatever order the rows stood.
        """
        return content_digest(self)

    @property
    def base(self) -> View:
        """The view that tells exams apart by everything."""
        return self.views[-1]

    @property
    def grid(self) -> str:
        """The grid of the finest view."""
        return self.views[0].grid


def content_digest(tally: Tally) -> str:
    """Return the SHA-256 of everything but the table's digest and the producer."""
    header = {**header_of(tally), "digest": None, "table_digest": None, "producer": None}
    content = hashlib.sha256(rfc8785.dumps(header))
    for view in tally.views:
        cells = in_order(view.cells)
        for codes in cells.codes.values():
            content.update(codes.astype("<i4").tobytes())
        content.update(cells.label.astype("<i1").tobytes())
        for scores in (cells.score, *cells.comparators.values()):
            # One way to write "no score" and one to write zero.
            plain = np.where(np.isnan(scores), np.nan, scores + 0.0)
            content.update(plain.astype("<f8").tobytes())
        for calls in cells.readers.values():
            content.update(calls.astype("<i1").tobytes())
        for amounts in (cells.exams, *cells.sums.values()):
            content.update(amounts.astype("<i8").tobytes())
    if tally.pairs is not None:
        for places in (tally.pairs.first, tally.pairs.second):
            content.update(places.astype("<i4").tobytes())
        content.update(tally.pairs.count.astype("<i8").tobytes())
    return f"sha256:{content.hexdigest()}"


def header_of(tally: Tally) -> dict[str, Any]:
    """Return everything of a tally but its arrays, as JSON in canonical order."""
    return {
        "schema": "cmr.tally/1",
        "measure_digest": tally.measure_digest,
        "table_digest": tally.table_digest,
        "rows": tally.rows,
        "levels": {name: list(levels) for name, levels in tally.levels.items()},
        "views": [_view_as_json(view) for view in tally.views],
        "persons": [
            {
                **place_as_json(place),
                "patients": persons.patients,
                "repeated": persons.repeated,
                "with_positives": persons.with_positives,
                "with_negatives": persons.with_negatives,
            }
            for place, persons in sorted(tally.persons.items(), key=lambda item: item[0])
        ],
        "pairs": None if tally.pairs is None else int(tally.pairs.count.size),
        "effects": [
            {**place_as_json(place), "effects": dict(sorted(effects.items()))}
            for place, effects in sorted(tally.effects.items(), key=lambda item: item[0])
        ],
        "hidden": [
            {**place_as_json(place), "counts": list(counts)}
            for place, counts in sorted(tally.hidden.items())
        ],
        "minimum_cell": tally.minimum_cell,
        "left_out": [
            {"finding": o.finding, "partition": o.partition, "site": o.site,
             "because": o.because, "exams": o.exams}
            for o in tally.left_out
        ],
        "periods": [
            {"partition": p.partition, "site": p.site, "first": p.first, "last": p.last}
            for p in tally.periods
        ],
        "producer": tally.producer,
        **_federated(tally),
    }  # fmt: skip


def _federated(tally: Tally) -> dict[str, Any]:
    """Return what only tallies that left a site have to say; nothing of any other."""
    said: dict[str, Any] = {
        "thresholds": {name: list(edges) for name, edges in tally.thresholds.items()},
        "withheld": [
            {"finding": w.finding, "partition": w.partition, "site": w.site,
             "attributes": list(w.attributes), "what": w.what}
            for w in tally.withheld
        ],
        "absent": list(tally.absent),
    }  # fmt: skip
    return {name: value for name, value in said.items() if value}


def _view_as_json(view: View) -> dict[str, Any]:
    cells = in_order(view.cells.where(np.zeros(len(view.cells), dtype=np.bool_)))
    return {
        "attributes": list(view.attributes),
        "grid": view.grid,
        "cells": len(view.cells),
        "codes": list(cells.codes),
        "comparators": list(cells.comparators),
        "readers": list(cells.readers),
        "sums": list(cells.sums),
    }


def place_as_json(place: Place) -> dict[str, Any]:
    """Return where something is counted, as JSON."""
    finding, partition, by = place
    return {"finding": finding, "partition": partition, "by": [list(pair) for pair in by]}


def place_from_json(content: Mapping[str, Any]) -> Place:
    """Return where something is counted, from its JSON."""
    by = tuple((str(name), str(level)) for name, level in content["by"])
    return str(content["finding"]), str(content["partition"]), by
