"""Measuring: CPU seconds of a step, and a line that sets two of them side by side."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """How much is measured.

    Attributes
    ----------
    rows : int
        Of the prediction table read against the floor.
    peer_rows : int
        Of the table that fairlearn and scikit-learn are given: they take far longer.
    drawn : int
        Bootstrap replicates that the peers really draw; the rest is extrapolated.
    appends, entries : int
        Events appended one by one, and entries of the trail that is verified.
    mebibytes : int
        Of the artifact that is uploaded.
    repeats : int
        Of which the fastest counts.
    """

    rows: int
    peer_rows: int
    drawn: int
    appends: int
    entries: int
    mebibytes: int
    repeats: int


FULL = Sizes(
    rows=100_000, peer_rows=20_000, drawn=2, appends=300, entries=20_000, mebibytes=64, repeats=3
)
QUICK = Sizes(rows=4_000, peer_rows=1_000, drawn=1, appends=20, entries=200, mebibytes=2, repeats=1)


@dataclass(frozen=True, kw_only=True)
class Line:
    """What we do, what stands beside it, and how long each takes.

    Attributes
    ----------
    subject : str
        What the line belongs to, such as "trail"; lines of one subject stand together.
    ours, peer : float
        Seconds.
    extrapolated : str
        What of the peer's time was not measured, and from what it was reckoned; "" if nothing.
    """

    subject: str
    what: str
    against: str
    ours: float
    peer: float
    extrapolated: str = ""

    @property
    def ratio(self) -> float:
        """Our time over the other's: below 1 we are faster."""
        return self.ours / self.peer


def cpu_seconds(step: Callable[[], object], *, repeats: int) -> float:
    """Return the CPU seconds of a step, all threads of this process, the fastest of several.

    CPU seconds, unlike those of a clock, do not grow when others use the machine.
    """
    return _fastest(step, clock=time.process_time, repeats=repeats)


def clock_seconds(step: Callable[[], object], *, repeats: int) -> float:
    """Return the seconds that pass during a step: for what waits on a disk."""
    return _fastest(step, clock=time.perf_counter, repeats=repeats)


def _fastest(step: Callable[[], object], *, clock: Callable[[], float], repeats: int) -> float:
    taken = []
    for _ in range(repeats):
        start = clock()
        step()
        taken.append(clock() - start)
    return min(taken)
