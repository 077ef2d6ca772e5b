"""Confusion: the four counts of a decision, and how far they vary.

The four cells stand in the order true positives, false positives, false negatives, true
negatives wherever they are an array.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from validation.errors import EmptyStratumError

Array = npt.NDArray[np.float64]

TP, FP, FN, TN = range(4)
ALL: Final = (TP, FP, FN, TN)


@dataclass(frozen=True, kw_only=True, eq=False)
class Spread:
    """How decisions vary where exams are weighted, or several are of one patient.

    Attributes
    ----------
    weigh, form : callable
        Give `mass` and `products`; asked only where they are needed.
    effects : mapping of str to float
        Design effects per metric, stated by whoever held the rows.
    kind : str
        What intervals heed, as `ScoreCounts.kind` says it.
    """

    weigh: Callable[[], Array]
    form: Callable[[], Array]
    effects: Mapping[str, float]
    kind: str

    @cached_property
    def mass(self) -> Array:
        """What the exams of each cell count for, shape (4,)."""
        return self.weigh()

    @cached_property
    def products(self) -> Array:
        """Per two cells, the products of what a patient's exams count for, summed over patients.

        Shape (4, 4). With P the products, u'Pu is the variance of a sum of influences u.
        """
        return self.form()


@dataclass(frozen=True, kw_only=True)
class Confusion:
    """The four counts of a decision against the reference standard.

    Attributes
    ----------
    spread : Spread or None
        None where every exam counts as one and is independent of the others.
    shares : dict
        Proportions that were formed once; many metrics rest on the same.
    """

    tp: int
    fp: int
    fn: int
    tn: int
    spread: Spread | None = field(default=None, compare=False, repr=False)
    shares: dict[tuple[str, tuple[int, ...], tuple[int, ...]], "Share"] = field(
        default_factory=dict, compare=False, repr=False
    )

    @cached_property
    def positives(self) -> int:
        """Exams with the finding."""
        return self.tp + self.fn

    @cached_property
    def negatives(self) -> int:
        """Exams without the finding."""
        return self.fp + self.tn

    @property
    def flagged(self) -> int:
        """Exams that the decision flags."""
        return self.tp + self.fp

    @cached_property
    def total(self) -> int:
        """All exams."""
        return self.positives + self.negatives

    @cached_property
    def counts(self) -> Array:
        """The four counts, shape (4,)."""
        return np.array([self.tp, self.fp, self.fn, self.tn], dtype=np.float64)

    @property
    def mass(self) -> Array:
        """What the exams of the four cells count for, shape (4,): their counts, or weights."""
        return self.counts if self.spread is None else self.spread.mass

    @property
    def kind(self) -> str:
        """What intervals heed, as their methods' names end; "" for independent exams."""
        return "" if self.spread is None else self.spread.kind

    def variance(self, metric: str, influences: Array) -> float:
        """Return the variance of a sum of influences, shape (4,), per unit of weight."""
        if self.spread is None:
            return float(self.counts @ influences**2)
        found = float(influences @ self.spread.products @ influences)
        return max(0.0, found) * self.spread.effects.get(metric, 1.0)


@dataclass(frozen=True, kw_only=True)
class Share:
    """A proportion of decisions, and how many independent exams tell as much.

    Attributes
    ----------
    value : float
        Weighted, if exams are.
    size : float
        The effective number of exams; `n` where they are independent and count as one each.
    hits : float
        The share of `size` that is counted.
    n, events : int
        The exams themselves.
    """

    value: float
    size: float
    hits: float
    n: int
    events: int


def share(
    table: Confusion, metric: str, *, events: Sequence[int], of: Sequence[int], empty: str
) -> Share:
    r"""Return a proportion of decisions with its effective size.

    Where exams are weighted or of the same patients, the proportion is a ratio of two sums over
    patients, :math:`\hat p = \sum x_i / \sum n_i`, and its size is
    :math:`\hat p(1 - \hat p) / v` with the variance of that ratio,

    .. math:: v = \frac{k}{k - 1} \frac{n - 1}{n}
              \frac{\sum_i (x_i - \hat p n_i)^2}{(\sum_i n_i)^2}

    where k is the effective number of patients, :math:`(\sum n_i)^2 / \sum n_i^2`, which is never
    more than their number and is known of flagged exams too. At 0 and 1 nothing varies that v
    could measure, and the size is k: as if all exams of a patient had to be alike. The size is
    never more than the exams: a design effect below 1 is taken for chance.

    Parameters
    ----------
    table : Confusion
    metric : str
        Under whose name a design effect may be stated.
    events, of : sequence of int
        The cells that are counted, and those of which they are a part.
    empty : str
        What is said where there is nobody to form a proportion of.

    Raises
    ------
    EmptyStratumError
        When there is no exam in `of`.

    References
    ----------
    Rao JNK, Scott AJ. A simple method for the analysis of clustered binary data.
    Biometrics 1992;48(2):577-585. doi:10.2307/2532311
    Kish L. Survey Sampling. Wiley 1965 (effective sizes).
    Parker JD, Talih M, Malec DJ, et al. National Center for Health Statistics Data Presentation
    Standards for Proportions. Vital Health Stat 2017;2(175) (no design effect below 1).
    """
    asked = (metric, tuple(events), tuple(of))
    if asked not in table.shares:
        table.shares[asked] = _share(table, metric, events, of, empty=empty)
    return table.shares[asked]


def _share(
    table: Confusion, metric: str, events: Sequence[int], of: Sequence[int], *, empty: str
) -> Share:
    """Return a proportion of decisions with its effective size, in plain floats for speed."""
    counts = (table.tp, table.fp, table.fn, table.tn)
    n, found = sum(counts[cell] for cell in of), sum(counts[cell] for cell in events)
    if n == 0:
        raise EmptyStratumError(empty)
    if table.spread is None:
        return Share(value=found / n, size=float(n), hits=float(found), n=n, events=found)
    mass, products = table.spread.mass.tolist(), table.spread.products.tolist()
    whole = sum(mass[cell] for cell in of)
    value = sum(mass[cell] for cell in events) / whole
    rest = {cell: (cell in events) - value for cell in of}
    stated = table.spread.effects.get(metric, 1.0)
    size = whole**2 / sum(products[one][other] for one in of for other in of) / stated
    if size > 1 and 0 < value < 1:
        squares = sum(rest[one] * rest[other] * products[one][other] for one in of for other in of)
        variance = stated * squares / whole**2 * size / (size - 1) * (n - 1) / n
        size = value * (1 - value) / variance if variance > 0 else float(n)
    size = min(size, float(n))
    return Share(value=value, size=size, hits=value * size, n=n, events=found)
