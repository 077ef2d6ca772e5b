"""Tally: the counts to which a prediction table is reduced, and all that is kept of it.

A tally holds one row per *cell*: a finding, a partition, a site, a level of every declared
subgroup, a label, a score and the comparators' scores that occurred together, with the number
of exams for which they did. Every margin (overall, by site, by subgroup, by intersection) is a
sum of cells, so that no number is counted twice in two ways.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import rfc8785

MISSING = "not recorded"  # the level of an attribute that a row leaves empty
UNLABELLED = -1


@dataclass(frozen=True, kw_only=True, eq=False)
class Cells:
    """k cells as parallel arrays, in canonical order.

    Attributes
    ----------
    codes : mapping of str to int32 array, shape (k,)
        For "finding", "partition", "site" and each subgroup: index into `levels`. A table
        without findings, partitions or sites has the one level "" there.
    label : int8 array, shape (k,)
        1, 0, or `UNLABELLED`.
    score : float64 array, shape (k,)
        NaN where the model gave none.
    comparators : mapping of str to float64 array, shape (k,)
        The comparators' scores on the same exams; NaN where there is none.
    exams : int64 array, shape (k,)
        How many exams fell into the cell; at least 1.
    """

    codes: Mapping[str, npt.NDArray[np.int32]]
    label: npt.NDArray[np.int8]
    score: npt.NDArray[np.float64]
    comparators: Mapping[str, npt.NDArray[np.float64]]
    exams: npt.NDArray[np.int64]

    def __len__(self) -> int:
        """Count the cells."""
        return int(self.exams.size)

    def where(self, mask: npt.NDArray[np.bool_]) -> "Cells":
        """Return the cells for which `mask`, shape (k,), is true."""
        return Cells(
            codes={name: codes[mask] for name, codes in self.codes.items()},
            label=self.label[mask],
            score=self.score[mask],
            comparators={name: scores[mask] for name, scores in self.comparators.items()},
            exams=self.exams[mask],
        )


@dataclass(frozen=True, kw_only=True)
class Persons:
    """Patients of one stratum: how many, and how many of them have several exams."""

    patients: int
    repeated: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Tally:
    """The cells of one table under one measure digest, with what is needed to check them.

    Attributes
    ----------
    measure_digest : str
        Of the protocol that shaped the cells.
    table_digest : str
        SHA-256 of the bytes that were read, "sha256:" and 64 hex digits.
    rows : int
        Rows of the table, whatever became of them.
    levels : mapping of str to tuple of str
        Names behind `Cells.codes`: bands by their edges, other levels sorted, and `MISSING`,
        the level of an attribute that was not recorded, last.
    cells : Cells
    persons : mapping
        (partition, attributes as sorted pairs) → `Persons`; empty where no patient column is
        declared. The same exam counts once, whatever the number of findings.
    producer : str
        Engine and version, for the record; not part of the digest.
    """

    measure_digest: str
    table_digest: str
    rows: int
    levels: Mapping[str, tuple[str, ...]]
    cells: Cells
    persons: Mapping[tuple[str, tuple[tuple[str, str], ...]], Persons] = field(default_factory=dict)
    producer: str = ""

    @property
    def digest(self) -> str:
        """Return the SHA-256 of what was counted: "sha256:" and 64 hex digits.

        The bytes that were read and the engine that read them are not part of it: the same
        counts have the same digest, in whatever order the rows stood.
        """
        return content_digest(self)


def in_order(cells: Cells) -> Cells:
    """Return the cells in canonical order.

    By finding, partition, site and the subgroups in the order of their names, then label, score
    and the comparators' scores in the order of theirs; what has no score stands last.
    """
    keys: list[npt.NDArray[Any]] = [cells.codes[name] for name in sorted_codes(cells.codes)]
    keys += [cells.label, cells.score]
    keys += [cells.comparators[name] for name in sorted(cells.comparators)]
    order = np.lexsort(keys[::-1])  # the last key is the first to sort by
    return Cells(
        codes={name: cells.codes[name][order] for name in sorted_codes(cells.codes)},
        label=cells.label[order],
        score=cells.score[order],
        comparators={name: cells.comparators[name][order] for name in sorted(cells.comparators)},
        exams=cells.exams[order],
    )


def sorted_codes(names: Mapping[str, object]) -> list[str]:
    """Return finding, partition and site, then the subgroups by name."""
    first = ["finding", "partition", "site"]
    return first + sorted(set(names).difference(first))


def content_digest(tally: Tally) -> str:
    """Return the SHA-256 of measure digest, rows, levels, persons and cells."""
    cells = in_order(tally.cells)
    header: dict[str, Any] = {
        "schema": "cmr.tally/1",
        "measure_digest": tally.measure_digest,
        "rows": tally.rows,
        "levels": {name: list(levels) for name, levels in tally.levels.items()},
        "persons": persons_as_json(tally.persons),
        "codes": list(cells.codes),
        "comparators": list(cells.comparators),
    }
    content = hashlib.sha256(rfc8785.dumps(header))
    for codes in cells.codes.values():
        content.update(codes.astype("<i4").tobytes())
    content.update(cells.label.astype("<i1").tobytes())
    for scores in (cells.score, *cells.comparators.values()):
        # One way to write "no score" and one to write zero.
        plain = np.where(np.isnan(scores), np.nan, scores + 0.0)
        content.update(plain.astype("<f8").tobytes())
    content.update(cells.exams.astype("<i8").tobytes())
    return f"sha256:{content.hexdigest()}"


def persons_as_json(
    persons: Mapping[tuple[str, tuple[tuple[str, str], ...]], Persons],
) -> list[dict[str, Any]]:
    """Return the patients per stratum as JSON, in canonical order."""
    return [
        {
            "partition": partition,
            "by": [list(pair) for pair in by],
            "patients": count.patients,
            "repeated": count.repeated,
        }
        for (partition, by), count in sorted(persons.items(), key=lambda item: item[0])
    ]
