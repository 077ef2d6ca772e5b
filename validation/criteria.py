"""Criteria: what a bound, an interval and what it rests on amount to."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal


class Verdict(StrEnum):
    """What evidence says about a bound."""

    MET = "met"
    NOT_MET = "not met"
    INSUFFICIENT = "insufficient evidence"
    NOT_ASSESSED = "not assessed"


# From what blocks most to what blocks least.
BLOCKING = (Verdict.NOT_MET, Verdict.INSUFFICIENT, Verdict.NOT_ASSESSED, Verdict.MET)


@dataclass(frozen=True, kw_only=True)
class Bound:
    """The side on which a number is good; exactly one of the two is set."""

    at_least: float | None = None
    at_most: float | None = None

    @property
    def required(self) -> float:
        """The number itself."""
        bound = self.at_least if self.at_least is not None else self.at_most
        if bound is None:
            msg = "a bound has either a lower or an upper limit"
            raise ValueError(msg)
        return bound

    def holds(self, value: float) -> bool:
        """Say whether a value is on the good side; the bound itself is."""
        return value >= self.required if self.at_least is not None else value <= self.required

    def severity(self, value: float) -> float:
        """Return how far a value lies on the bad side; negative on the good side."""
        return self.required - value if self.at_least is not None else value - self.required


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What a criterion is judged on, in one stratum.

    Attributes
    ----------
    rests_on : str
        The count that matters, in words: "8 negatives".
    shortage : str or None
        Why there is too little, in words, where there is.
    width : float or None
        Of the interval at the protocol's level, where `low` and `high` are at another.
    """

    value: float | None
    low: float | None
    high: float | None
    undefined: str | None = None
    n: int | None = None
    events: int | None = None
    rests_on: str = ""
    shortage: str | None = None
    max_width: float | None = None
    width: float | None = None


@dataclass(frozen=True, kw_only=True)
class StratumVerdict:
    """One criterion in one stratum; `p` and `q` where the criterion is exploratory."""

    by: dict[str, str]
    finding: str | None
    verdict: Verdict
    because: str
    measured: float | None = None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    events: int | None = None
    p: float | None = None
    q: float | None = None


@dataclass(frozen=True, kw_only=True)
class CriterionVerdict:
    """One criterion over all its strata; `by` is the stratum that decided.

    Attributes
    ----------
    p, q : float or None
        Of an exploratory criterion: the smallest one-sided level at which it would be met, and
        the same adjusted for all exploratory criteria of the protocol.
    adjusted : str or None
        How the verdict, or `q`, allows for several strata or criteria.
    basis : {"crude", "site-standardised"} or None
        Of a gap between groups: whether they were compared as they are or within the same sites.
    """

    id: str
    verdict: Verdict
    metric: str
    over: str
    finding: str | None
    required: float
    because: str
    by: dict[str, str] = field(default_factory=dict)
    side: Literal["at least", "at most"] = "at least"
    level: float | None = None
    needs: Literal["all", "any"] = "all"
    measured: float | None = None
    low: float | None = None
    high: float | None = None
    basis: Literal["crude", "site-standardised"] | None = None
    consideration: str | None = None
    exploratory: bool = False
    p: float | None = None
    q: float | None = None
    adjusted: str | None = None
    strata: tuple[StratumVerdict, ...] = ()


def aggregate(verdicts: Iterable[Verdict], needs: Literal["all", "any"] = "all") -> Verdict:
    """Return one verdict over several strata.

    For all: any not met is not met; else any insufficient is insufficient; else any not
    assessed is not assessed; else met. For any: one met is enough; else what is still open
    keeps it open. Without strata nothing was assessed.
    """
    found = set(verdicts)
    if not found:
        return Verdict.NOT_ASSESSED
    if needs == "all":
        return next(verdict for verdict in BLOCKING if verdict in found)
    order = (Verdict.MET, Verdict.INSUFFICIENT, Verdict.NOT_ASSESSED, Verdict.NOT_MET)
    return next(verdict for verdict in order if verdict in found)


def judge(measured: Measured, bound: Bound) -> tuple[Verdict, str]:
    """Return the verdict of one stratum, and because of what.

    Met when the whole interval lies on the good side of the bound, not met when it lies
    wholly on the bad side; insufficient when it straddles the bound, or there is no number,
    or too few exams, or the interval is wider than the protocol allows.
    """
    required = _number(bound.required)
    if measured.value is None:
        return Verdict.INSUFFICIENT, _join(measured.undefined or "undefined", measured.shortage)
    if measured.low is None or measured.high is None:
        said = f"{_number(measured.value)} without an interval cannot be held against {required}"
        return Verdict.INSUFFICIENT, _join(measured.shortage, said)
    interval = f"{_number(measured.low)} to {_number(measured.high)}"
    good = bound.holds(measured.low) and bound.holds(measured.high)
    bad = not bound.holds(measured.low) and not bound.holds(measured.high)
    said = f"{'holds' if good else 'misses'} {_side(bound)}" if good or bad else "straddles"
    lies = f"the interval {interval} {said} {required}"
    if measured.shortage is not None:
        return Verdict.INSUFFICIENT, _join(measured.shortage, lies)
    lies = _join(measured.rests_on, lies)
    if bad:
        return Verdict.NOT_MET, lies
    width = measured.high - measured.low if measured.width is None else measured.width
    if measured.max_width is not None and width > measured.max_width:
        allowed = _number(measured.max_width)
        wide = f"the interval is {_number(width)} wide; at most {allowed} is allowed"
        return Verdict.INSUFFICIENT, _join(measured.rests_on, wide)
    return (Verdict.MET if good else Verdict.INSUFFICIENT), lies


def _side(bound: Bound) -> str:
    return "at least" if bound.at_least is not None else "at most"


def _join(*parts: str | None) -> str:
    return "; ".join(part for part in parts if part)


def _number(value: float) -> str:
    """Return a number as people write it: two decimals, more where it is small."""
    if value == 0 or abs(value) >= 0.1:  # noqa: PLR2004 below it two decimals lose the number
        return f"{value:.2f}"
    return f"{value:.2g}"
