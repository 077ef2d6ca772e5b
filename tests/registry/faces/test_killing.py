"""Killing: workers that measure real tables are killed at work, and every table counts once."""

import dataclasses
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest

from registry.domain.jobs import JobStatus
from registry.domain.people import Role
from registry.services import evidence
from registry.services.work import Workshop
from registry.store import audit, jobs, protocols
from registry.store import evidence as kept
from registry.store.jobs import JobRow
from tests.factories.evidence import hand_in, make_signed_protocol, rows, table
from tests.factories.people import Registry, make_registry
from tests.factories.records import make_model, make_sites, make_version
from validation.engines.duckdb import tally_table
from validation.protocols import from_document
from validation.tallies import files as tally_files

ROOT = Path(__file__).resolve().parents[3]
EXAMS = 20_000  # measuring takes long enough to be hit


@pytest.fixture
def registry(workshop: Workshop) -> Registry:
    """Return a registry with one model and one version of it, and a clock that goes."""
    made = make_registry(dataclasses.replace(workshop, clock=lambda: datetime.now(UTC)))
    make_sites(made)
    make_model(made)
    make_version(made)
    return made


@dataclasses.dataclass
class Siege:
    """Tables that wait to be measured, and workers that are killed while they do it."""

    registry: Registry
    database: str
    home: Path
    contents: dict[UUID, bytes] = dataclasses.field(default_factory=dict)
    hits: int = 0  # kills of a worker that held a job at that moment

    def hand_in(self, protocol: str, tables: int) -> None:
        """Hand tables in, each with patients of its own."""
        for _ in range(tables):
            first = 1 + len(self.contents) * EXAMS
            content = table(rows(exams=EXAMS, first=first))
            self.contents[hand_in(self.registry, protocol, content)] = content

    def start(self) -> "subprocess.Popen[bytes]":
        """Start a worker."""
        module = "tests.registry.faces.assessing_worker"
        command = [sys.executable, "-m", module, self.database, str(self.home)]
        return subprocess.Popen(command, cwd=ROOT)

    def all_jobs(self) -> list[JobRow]:
        """Return every job as it stands."""
        with self.registry.workshop.begin(None, reads=True) as work:
            return list(jobs.newest(work.session, limit=500))

    def open(self) -> int:
        """Count the jobs that have not ended."""
        return sum(job.ended_at is None for job in self.all_jobs())

    def held_by(self, process: "subprocess.Popen[bytes]") -> list[JobRow]:
        """Return the jobs that a worker is at."""
        mine = f":{process.pid}:"
        return [
            job
            for job in self.all_jobs()
            if job.status is JobStatus.RUNNING and mine in str(job.worker)
        ]

    def kill_holder(self, *, after: float) -> None:
        """Start a worker, wait until it holds a job and a moment more, and kill it."""
        process = self.start()
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not self.held_by(process):
            time.sleep(0.01)
        time.sleep(after)
        self.kill(process)

    def kill(self, process: "subprocess.Popen[bytes]") -> None:
        """Kill a worker, and count whether it was at a job."""
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=10)
        self.hits += bool(self.held_by(process))

    def allow_attempts(self) -> None:
        """Let open jobs be begun often: so many kills are no fault of theirs."""
        with self.registry.workshop.begin(None) as work:
            for job in jobs.newest(work.session, limit=500):
                if job.ended_at is None:
                    job.max_attempts = 99
                    work.session.add(job)

    def finish(self) -> None:
        """Let `cmr worker` itself work until nothing is open, and stop it as one stops it."""
        environment = {
            **os.environ, "CMR_DATABASE_URL": self.database, "CMR_HOME": str(self.home),
        }  # fmt: skip
        run = "from registry.faces.cli.main import main; main()"
        command = [sys.executable, "-c", run, "worker"]
        with subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        ) as process:
            assert process.stdout is not None
            assert b"Waiting for jobs" in process.stdout.readline()  # now it can be stopped
            deadline = time.monotonic() + 120
            while time.monotonic() < deadline and self.open():
                time.sleep(0.05)
            process.terminate()
            assert process.wait(timeout=30) == 0
        evidence.sweep(self.registry.workshop)

    def require_each_once(self) -> None:
        """Require that no table was lost, none counted twice, none kept, and kills hit."""
        done = self.all_jobs()
        assert {job.status for job in done} == {JobStatus.DONE}
        assert self.hits > 0, "no kill hit a running job"
        # A worker that is alive but starved may lose its lease, too: then there are more.
        assert sum(job.attempts for job in done) >= len(done) + self.hits
        with self.registry.work(Role.AUDITOR) as work:
            entries = [json.loads(bytes(body)) for _, body, _ in audit.entries(work.session)]
            found = {one: kept.get(work.session, one) for one in self.contents}
        acts = Counter((one["act"], one["subject"]) for one in entries)
        for one, row in found.items():
            assert acts["evidence.attached", f"evidence {one}"] == 1
            assert acts["table.deleted", f"evidence {one}"] == 1
            assert row.rows == EXAMS
            assert not self.registry.workshop.staging.path(row.staged).exists()

    def require_same_tallies(self, protocol: str, folder: Path) -> None:
        """Require that what was kept under fire is what is counted in peace."""
        with self.registry.work(Role.AUDITOR) as work:
            plan = from_document(protocols.get(work.session, protocol).document)
            found = {one: kept.get(work.session, one).tally_digest for one in self.contents}
        for one, digest in found.items():
            path = folder / "again.csv"
            path.write_bytes(self.contents[one])
            stored = tally_files.read(self.registry.workshop.artifacts.read(str(digest)))
            assert stored.digest == tally_table(path, plan).digest


class TestKill:
    """kill -9 while real tables are measured."""

    def test_two_kills(self, registry: Registry, database: str, tmp_path: Path) -> None:
        """Two tables, two workers killed at work: each table is evidence exactly once."""
        siege = Siege(registry=registry, database=database, home=tmp_path / "home")
        protocol = make_signed_protocol(registry)
        siege.hand_in(protocol, 2)
        for after in (0.0, 0.2):
            siege.kill_holder(after=after)
        siege.finish()
        siege.require_each_once()
        siege.require_same_tallies(protocol, tmp_path)

    @pytest.mark.soak
    def test_forty_kills(self, registry: Registry, database: str, tmp_path: Path) -> None:
        """Forty workers killed at any moment, from the lease to just after the end."""
        siege = Siege(registry=registry, database=database, home=tmp_path / "home")
        protocol = make_signed_protocol(registry)
        for after in np.random.default_rng(20261125).uniform(0, 1.5, size=40):
            if siege.open() == 0:
                siege.hand_in(protocol, 2)
            siege.allow_attempts()
            siege.kill_holder(after=float(after))
        siege.finish()
        siege.require_each_once()
        siege.require_same_tallies(protocol, tmp_path)

    @pytest.mark.soak
    @pytest.mark.parametrize("database", ["postgresql"], indirect=True)
    def test_three_at_once(self, registry: Registry, database: str, tmp_path: Path) -> None:
        """Three workers side by side on PostgreSQL, one of them killed every second or so."""
        siege = Siege(registry=registry, database=database, home=tmp_path / "home")
        protocol = make_signed_protocol(registry)
        siege.hand_in(protocol, 8)
        siege.allow_attempts()
        draw = np.random.default_rng(20261126)
        workers = [siege.start() for _ in range(3)]
        for _ in range(12):
            time.sleep(float(draw.uniform(0.5, 3.0)))
            place = int(draw.integers(3))
            siege.kill(workers[place])
            workers[place] = siege.start()
        for process in workers:
            siege.kill(process)
        siege.finish()
        siege.require_each_once()
        siege.require_same_tallies(protocol, tmp_path)
