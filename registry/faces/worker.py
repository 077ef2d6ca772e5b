"""Worker: takes up durable jobs one after the other and sees each to its end.

Several may run at once, in threads, processes or on machines: a job is leased by one of them,
and whoever falls silent loses it to another. What a lost attempt would have written is refused.
"""

import logging
import os
import random
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Final, Self

from registry.domain.errors import BusyError, RegistryError
from registry.domain.jobs import LEASE, LONGEST_PAUSE, Job, LostJobError
from registry.services import cards, deployments, evidence, jobs, notices, reviews, safety_cases
from registry.services.work import Work, Workshop
from reports.errors import ReportError, SealAwayError
from validation.errors import ValidationError

logger = logging.getLogger(__name__)

POLL_SECONDS: Final = 0.1
REPORT_SECONDS: Final = 0.2
SWEEP_SECONDS: Final = 600.0
CHECKPOINT_SECONDS: Final = 60.0
TROUBLE_SECONDS: Final = 5.0

Report = Callable[[str, float], None]

# What our own code refuses it would refuse again; anything else may have been bad luck.
OURS: Final = (RegistryError, ReportError, ValidationError)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What is done for one kind of job.

    Attributes
    ----------
    run : callable
        Does the work and ends the job in the transaction of its effects.
    abandon : callable
        Records what follows from giving the job up, in the transaction that does so.
    tidy : callable
        Cleans up outside the database once a job was given up.
    longest_pause : timedelta
        How long to wait at most between two attempts.
    """

    run: Callable[[Workshop, Job, Report], None]
    abandon: Callable[[Work, Job, str], None]
    tidy: Callable[[Workshop], object]
    longest_pause: timedelta = LONGEST_PAUSE


def _measure(workshop: Workshop, job: Job, report: Report) -> None:
    """Measure a table; the statistics are loaded with the first one."""
    from registry.services.evidence import measuring

    measuring.assess(workshop, job, report)


KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        cards.JOB: Kind(run=cards.render, abandon=cards.abandon, tidy=cards.tidy),
        safety_cases.JOB: Kind(
            run=safety_cases.render, abandon=safety_cases.abandon, tidy=safety_cases.tidy
        ),
        reviews.JOB: Kind(run=reviews.run, abandon=reviews.abandon, tidy=reviews.tidy),
        evidence.JOB: Kind(run=_measure, abandon=evidence.abandon, tidy=evidence.sweep),
        notices.JOB: Kind(
            run=notices.deliver,
            abandon=notices.abandon,
            tidy=notices.tidy,
            longest_pause=notices.LONGEST_PAUSE,
        ),
    }
)

# What time alone brings, in this order, every `SWEEP_SECONDS` and when a worker begins.
SWEEPS: Final[tuple[Callable[[Workshop], object], ...]] = (
    evidence.sweep,
    reviews.sweep,
    deployments.sweep,
    notices.sweep,
)


class Heartbeat:
    """Keeps the lease on a job alive from a thread of its own, and tells how far the job is."""

    def __init__(self, workshop: Workshop, job: Job, *, lease: timedelta) -> None:
        self._workshop, self._job, self._lease = workshop, job, lease
        self._told: tuple[str, float] = ("", 0.0)
        self._lost = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> Self:
        """Begin to beat."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop, and wait for the last beat to be through."""
        self._stop.set()
        self._thread.join()

    def report(self, step: str, progress: float) -> None:
        """Say what is being done and how far it is, in [0, 1].

        Raises
        ------
        LostJobError
            When another worker has taken the job over: there is no use in going on.
        """
        if self._lost.is_set():
            raise LostJobError(self._job.id)
        self._told = (step, min(1.0, max(0.0, progress)))

    def _beat(self) -> None:
        """Prolong the lease every third of it, and at once when there is news."""
        written, due = self._told, time.monotonic() + self._lease.total_seconds() / 3
        while not self._stop.wait(REPORT_SECONDS):
            told = self._told
            if told == written and time.monotonic() < due:
                continue
            try:
                with self._workshop.begin(None) as work:
                    jobs.hold(work, self._job, step=told[0], progress=told[1], lease=self._lease)
            except LostJobError:
                self._lost.set()
                return
            except BusyError:
                continue  # the database is locked, perhaps by the job itself; beat again soon
            except Exception:
                logger.exception("the lease on job %s could not be prolonged", self._job.id)
                continue
            written, due = told, time.monotonic() + self._lease.total_seconds() / 3


def name() -> str:
    """Return the name of this worker: machine, process and thread."""
    return f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}"[:120]


def run_one(
    workshop: Workshop, *, lease: timedelta = LEASE, kinds: Mapping[str, Kind] = KINDS
) -> bool:
    """Take up one job that is due and see it to its end; tell whether there was one."""
    with workshop.begin(None, reads=True) as work:
        if not jobs.is_due(work):
            return False
    _bury_exhausted(workshop, kinds)
    with workshop.begin(None) as work:
        job = jobs.claim(work, worker=name(), lease=lease)
    if job is None:
        return False
    with Heartbeat(workshop, job, lease=lease) as heartbeat:
        failure = _attempt(workshop, job, heartbeat.report, kinds)
    if failure is not None:
        _fail(workshop, job, failure, kinds)
    return True


@dataclass(frozen=True, kw_only=True)
class Failure:
    """Why an attempt failed, and whether another would fail alike."""

    error: str
    final: bool


def _attempt(
    workshop: Workshop, job: Job, report: Report, kinds: Mapping[str, Kind]
) -> Failure | None:
    """Run a job; return why it failed, None where it ended or is another's by now."""
    kind = kinds.get(job.kind)
    if kind is None:
        error = f"This release does not know the job “{job.kind}”; is an older worker running?"
        return Failure(error=error, final=job.is_last_attempt)
    try:
        kind.run(workshop, job, report)
    except LostJobError as lost:
        logger.warning("%s", lost)
    except (BusyError, SealAwayError) as error:
        return Failure(error=str(error), final=job.is_last_attempt)
    except OURS as error:
        logger.warning("job %s (%s) cannot be done: %s", job.id, job.kind, error)
        return Failure(error=str(error), final=True)
    except Exception as error:
        logger.exception("job %s (%s), attempt %d, failed", job.id, job.kind, job.attempts)
        return Failure(error=f"{type(error).__name__}: {error}", final=job.is_last_attempt)
    return None


def _fail(workshop: Workshop, job: Job, failure: Failure, kinds: Mapping[str, Kind]) -> None:
    """Give a failed job back, or up where no further attempt is left or would help."""
    try:
        if failure.final:
            _give_up(workshop, job, failure.error, kinds)
        else:
            kind = kinds.get(job.kind)
            longest = LONGEST_PAUSE if kind is None else kind.longest_pause
            jitter = random.random()  # noqa: S311 -- spreads workers, guards nothing
            with workshop.begin(None) as work:
                jobs.give_back(work, job, error=failure.error, jitter=jitter, longest=longest)
    except LostJobError as lost:
        logger.warning("%s", lost)


def _give_up(workshop: Workshop, job: Job, error: str, kinds: Mapping[str, Kind]) -> None:
    """Record what follows from a job that is given up, and then give it up.

    A worker writes what its job is about before the job itself; whoever wrote the other way
    round could wait for one who waits for it.
    """
    kind = kinds.get(job.kind)
    with workshop.begin(None) as work:
        if kind is not None:
            kind.abandon(work, job, error)
        jobs.give_up(work, job, error=error)
    if kind is not None:
        kind.tidy(workshop)


def _bury_exhausted(workshop: Workshop, kinds: Mapping[str, Kind]) -> None:
    """Give up the jobs whose last attempt fell silent, such as one that kills its worker."""
    with workshop.begin(None, reads=True) as work:
        silent = jobs.exhausted(work)
    for job in silent:
        _give_up(workshop, job, "The worker fell silent during the last attempt.", kinds)


def run(workshop: Workshop, stop: threading.Event, *, poll: float = POLL_SECONDS) -> None:
    """Take up jobs until told to stop; trouble is logged and waited out, never the end."""
    sweep_at = checkpoint_at = time.monotonic()
    while not stop.is_set():
        try:
            if time.monotonic() >= sweep_at:
                for sweep in SWEEPS:
                    sweep(workshop)
                sweep_at = time.monotonic() + SWEEP_SECONDS
            if time.monotonic() >= checkpoint_at:
                workshop.checkpointing().if_due()
                checkpoint_at = time.monotonic() + CHECKPOINT_SECONDS
            if not run_one(workshop):
                stop.wait(poll)
        except Exception:
            logger.exception("the worker is in trouble and tries again in a moment")
            stop.wait(TROUBLE_SECONDS)


def drain(workshop: Workshop, *, poll: float = POLL_SECONDS) -> int:
    """Run every open job to its end, retries included; return how many attempts that took.

    It waits for nobody but the jobs' own pauses: with a clock that stands still it would wait
    for ever where an attempt fails.
    """
    attempts = 0
    while True:
        if run_one(workshop):
            attempts += 1
            continue
        with workshop.begin(None, reads=True) as work:
            if jobs.next_due(work) is None:
                return attempts
        time.sleep(poll)
