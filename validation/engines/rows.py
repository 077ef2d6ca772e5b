"""Rows: a table's rows as arrays of codes and numbers, batch by batch, whatever they came from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol as Interface

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Levels = dict[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Batch:
    """n rows of one finding.

    Attributes
    ----------
    codes : mapping of str to int array, shape (n,)
        For "finding", "partition", "site" and every attribute: index into the levels.
    label : int array, shape (n,)
        1, 0, `UNLABELLED` or `INDETERMINATE`.
    score : float64 array, shape (n,)
        NaN where the model gave none.
    comparators, readers : mapping of str to array, shape (n,)
        Likewise; readers' calls are labels.
    weight, miss, alarm : float64 array, shape (n,), or None
        Sampling weight, and what errors about the exam would cost, where rows say so.
    patient : int64 array, shape (n,), or None
        The same number for the same patient, over all batches.
    exam : int64 array, shape (n,), or None
        The same number for the same exam, whatever the finding; None where each row is an exam.
    """

    codes: Mapping[str, npt.NDArray[np.integer]]
    label: npt.NDArray[np.integer]
    score: Array
    comparators: Mapping[str, Array] = field(default_factory=dict)
    readers: Mapping[str, npt.NDArray[np.int8]] = field(default_factory=dict)
    weight: Array | None = None
    miss: Array | None = None
    alarm: Array | None = None
    patient: npt.NDArray[np.int64] | None = None
    exam: npt.NDArray[np.int64] | None = None

    def __len__(self) -> int:
        """Count the rows."""
        return int(self.score.size)


class Rows(Interface):
    """A table that can be read through, once and again.

    Attributes
    ----------
    levels : mapping of str to tuple of str
        What the codes mean; some may occur in no row.
    total : int
        Rows of the table, those left out among them.
    """

    @property
    def levels(self) -> Levels:
        """What the codes mean."""
        ...

    @property
    def total(self) -> int:
        """Rows of the table."""
        ...

    def batches(self) -> Iterator[Batch]:
        """Yield all rows that count, finding by finding."""
        ...
