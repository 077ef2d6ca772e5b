"""Tally: the counts to which a prediction table is reduced, and all that is kept of it.

A tally holds one row per *cell*: a finding, a partition, a site, a level of every declared
subgroup, a label, a score and the comparators' scores that occurred together, with the number
of exams for which they did. Every margin (overall, by site, by subgroup, by intersection) is a
sum of cells, so that no number is counted twice in two ways.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

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
        Names behind `Cells.codes`, sorted; a missing attribute is `MISSING`.
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
