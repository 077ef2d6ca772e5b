"""Rates: what gaps between decisions rest on, for many levels at once.

The definitions are fairlearn's public ones, computed here on arrays of counts: its own functions
take tens of milliseconds for each gap, and the tests hold ours against them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

from validation.bootstrap import Draws
from validation.counts import Confusion
from validation.protocols.shape import Minimum

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Rate:
    """A rate of the decisions.

    Attributes
    ----------
    hits, of : tuple of int
        Places, among true and false positives, false and true negatives, of what is counted
        and of what it is a share of.
    empty, counted : str
        Said where there is none, and of how many there are.
    least : callable
        The fewest that a protocol's minimum asks for.
    more_is_better : bool
    """

    hits: tuple[int, ...]
    of: tuple[int, ...]
    empty: str
    counted: str
    least: Callable[[Minimum], int]
    more_is_better: bool = True

    def drawn(self, draws: Draws) -> Draws:
        """Return replicates of the rate from those of the four cells, in the last place."""
        hits, of = (
            reduce(np.add, [draws[..., cell] for cell in cells]) for cells in (self.hits, self.of)
        )
        return np.asarray(hits / of)


def _either(minimum: Minimum) -> int:
    return max(minimum.positives, minimum.negatives)


RATES: Final[Mapping[str, Rate]] = MappingProxyType(
    {
        "flags": Rate(
            hits=(0, 1),
            of=(0, 1, 2, 3),
            empty="no labelled exam",
            counted="exams",
            least=_either,
        ),
        "sensitivity": Rate(
            hits=(0,),
            of=(0, 2),
            empty="no positives",
            counted="positives",
            least=lambda minimum: minimum.positives,
        ),
        "alarms": Rate(
            hits=(1,),
            of=(1, 3),
            empty="no negatives",
            counted="negatives",
            least=lambda minimum: minimum.negatives,
            more_is_better=False,
        ),
        "ppv": Rate(
            hits=(0,),
            of=(0, 1),
            empty="nothing flagged",
            counted="flagged exams",
            least=_either,
        ),
    }
)
DISPARITIES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "demographic_parity": ("flags",),
        "equalized_odds": ("sensitivity", "alarms"),
        "equal_opportunity": ("sensitivity",),
        "false_positive_rate": ("alarms",),
        "predictive_parity": ("ppv",),
    }
)


def cells(tables: Sequence[Confusion]) -> Array:
    """Return the counts of decisions, shape (levels, 4)."""
    rows = [(t.tp, t.fp, t.fn, t.tn) for t in tables]
    return np.array(rows, dtype=np.float64).reshape(len(rows), 4)


def masses(tables: Sequence[Confusion]) -> Array:
    """Return what the exams of each decision count for, shape (levels, 4)."""
    return np.array([t.mass for t in tables], dtype=np.float64).reshape(len(tables), 4)


def reason_against(
    counts: Array, rates: Sequence[str], minimum: Minimum | None = None
) -> str | None:
    """Return why the decisions in `counts`, shape (4,), give no rate to compare; None if they do.

    Without a minimum only an empty denominator is a reason.
    """
    for name in rates:
        if not any(counts[cell] for cell in RATES[name].of):
            return RATES[name].empty
    for name in rates if minimum is not None else ():
        found = sum(counts[cell] for cell in RATES[name].of)
        least = 0 if minimum is None else RATES[name].least(minimum)
        if found < least:
            return f"below the minimum: {found:,.0f} {RATES[name].counted} of {least:,} required"
    return None


def ends(rates: Array, *, more_is_better: bool) -> tuple[int, int]:
    """Return the places of the worst and the best level."""
    lowest, highest = int(rates.argmin()), int(rates.argmax())
    return (lowest, highest) if more_is_better else (highest, lowest)
