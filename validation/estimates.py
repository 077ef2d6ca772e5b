"""Estimates: a number with its interval, or the reason why there is none."""

from collections.abc import Callable
from dataclasses import dataclass

from validation.errors import UndefinedError

CARRY_OVER = "if sensitivity and specificity carry over"


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """A value with its interval, and nothing else: what stands beside an estimate."""

    value: float | None
    low: float | None = None
    high: float | None = None
    method: str | None = None
    undefined: str | None = None


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """One number about one stratum.

    Attributes
    ----------
    value : float or None
        None where the number does not exist; then `undefined` says why.
    low, high : float or None
        The interval; None where none is given, and then `note` or `undefined` says why.
    level : float or None
        Of the interval, two-sided.
    method : str or None
        How the interval was made.
    n, events : int or None
        The exams on which the number rests, and how many of them are the event it counts.
    note : str or None
        What a reader must know to read the number rightly.
    among_scored : Bounds or None
        The same number among scored exams, where some exam has no score.
    error_bound : float or None
        How far the value may lie from that of the scores as they were, where scores were merged
        to cells; None where none were. The interval does not contain it.
    also : tuple of Bounds
        The same number with another interval (AUROC: on the other scale).
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    level: float | None = None
    method: str | None = None
    n: int | None = None
    events: int | None = None
    undefined: str | None = None
    note: str | None = None
    among_scored: Bounds | None = None
    error_bound: float | None = None
    also: tuple[Bounds, ...] = ()

    @property
    def bounds(self) -> Bounds:
        """The value and the interval alone."""
        return Bounds(
            value=self.value,
            low=self.low,
            high=self.high,
            method=self.method,
            undefined=self.undefined,
        )


def attempt(
    measure: Callable[[], Estimate], *, n: int | None = None, events: int | None = None
) -> Estimate:
    """Return what `measure` gives, or an undefined estimate that carries its reason."""
    try:
        return measure()
    except UndefinedError as reason:
        return Estimate(value=None, undefined=str(reason), n=n, events=events)
