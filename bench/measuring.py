"""Measuring: what a step costs, in this process or in one of its own."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """How much is measured.

    Attributes
    ----------
    rows : tuple of int
        Of the tables of which the whole report is made, ascending.
    peers : tuple of int
        Of those tables, which the peers are given as well: they take far longer.
    reduced : int or None
        Rows of a table that is only reduced; None: no such table.
    appends, entries : int
        Events appended one by one, and entries of the trail that is verified.
    mebibytes : int
        Of the artifact that is uploaded.
    repeats : int
        Of which the fastest counts.
    """

    rows: tuple[int, ...]
    peers: tuple[int, ...]
    reduced: int | None
    appends: int
    entries: int
    mebibytes: int
    repeats: int


FULL = Sizes(
    rows=(100_000, 1_000_000, 10_000_000), peers=(100_000, 1_000_000), reduced=None,
    appends=300, entries=20_000, mebibytes=64, repeats=3,
)  # fmt: skip
QUICK = Sizes(
    rows=(20_000,), peers=(20_000,), reduced=None,
    appends=20, entries=200, mebibytes=2, repeats=1,
)  # fmt: skip
LARGE = 100_000_000  # rows of the table that is only reduced


@dataclass(frozen=True, kw_only=True)
class Line:
    """What we do, what stands beside it, and how long each takes.

    Attributes
    ----------
    subject : str
        What the line belongs to, such as "trail"; lines of one subject stand together.
    ours, peer : float
        Seconds.
    """

    subject: str
    what: str
    against: str
    ours: float
    peer: float

    @property
    def ratio(self) -> float:
        """Our time over the other's: below 1 we are faster."""
        return self.ours / self.peer


@dataclass(frozen=True, kw_only=True)
class Used:
    """What one step used in a process of its own, its imports not counted.

    Attributes
    ----------
    cpu : float
        Seconds of all its threads, in user and system mode.
    wall : float
        Seconds by the clock.
    peak : float
        The most memory that the process held, imports included, in MB.
    """

    cpu: float
    wall: float
    peak: float


def use(step: str, *arguments: object, repeats: int = 1) -> Used:
    """Run a step of `bench.steps` in a process of its own; the run with the least CPU counts."""
    command = [sys.executable, "-m", "bench.steps", step, *map(str, arguments)]
    found = []
    for _ in range(repeats):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            msg = f"the step {step} of the bench failed:\n{done.stderr}"
            raise RuntimeError(msg)
        found.append(Used(**json.loads(done.stdout.splitlines()[-1])))
    return min(found, key=lambda used: used.cpu)


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
