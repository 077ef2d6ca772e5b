"""`cmr job cancel` and `cmr job retry` over an embedded registry."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from typer.testing import CliRunner, Result

from registry.domain.jobs import JobStatus
from registry.domain.people import Role
from registry.faces.cli.commands import whole
from registry.services import sessions
from registry.services.work import Workshop
from registry.settings import Settings
from registry.store import jobs
from tests.factories.people import PASSWORD, login_of, make_registry


@dataclass
class Cmr:
    """The command over one embedded registry with a job that is due in an hour."""

    workshop: Workshop
    home: Path
    job: UUID

    def run(self, *words: str, role: Role = Role.ADMINISTRATOR) -> Result:
        """Run `cmr job` as a role's person."""
        with self.workshop.begin(None) as work:
            opened = sessions.sign_in(work, login=login_of(role), password=PASSWORD).result()
        environment = {"CMR_HOME": str(self.home), "CMR_TOKEN": opened.secret, "COLUMNS": "200"}
        return CliRunner().invoke(whole(), ["job", *words], env=environment)


@pytest.fixture
def cmr(home: Path) -> Cmr:
    """Return the command over a registry with one job."""
    workshop = Workshop.open(Settings(home=home))
    make_registry(workshop)
    with workshop.begin(None) as work:
        due = work.now() + timedelta(hours=1)
        job = jobs.enqueue(work.session, "test.count", {}, "k", due, work.new_id()).id
    return Cmr(workshop=workshop, home=home, job=job)


class TestCancel:
    """Ending a job."""

    def test_cancelled(self, cmr: Cmr) -> None:
        """It is said how the job ended and why, and the list shows it."""
        ended = cmr.run("cancel", str(cmr.job), "--why", "No longer wanted.")
        assert ended.exit_code == 0, ended.output
        assert "test.count  cancelled" in ended.output
        assert "No longer wanted." in ended.output
        assert "cancelled" in cmr.run("list").output

    def test_needs_a_reason(self, cmr: Cmr) -> None:
        """Without a reason nothing is cancelled."""
        assert cmr.run("cancel", str(cmr.job)).exit_code == 2

    def test_refused(self, cmr: Cmr) -> None:
        """An auditor cancels nothing."""
        ended = cmr.run("cancel", str(cmr.job), "--why", "x", role=Role.AUDITOR)
        assert ended.exit_code != 0
        with cmr.workshop.begin(None, reads=True) as work:
            assert jobs.get(work.session, cmr.job).status is JobStatus.QUEUED


class TestRetry:
    """Having a job done again."""

    def test_after_it_was_given_up(self, cmr: Cmr) -> None:
        """A dead job is queued anew, in JSON as for people."""
        with cmr.workshop.begin(None) as work:
            jobs.withdraw(work.session, cmr.job, now=work.now(), error="given up")
        ended = cmr.run("retry", str(cmr.job), "--json")
        assert ended.exit_code == 0, ended.output
        assert '"status": "queued"' in ended.output

    def test_cancelled(self, cmr: Cmr) -> None:
        """A cancelled job is asked for anew, not retried."""
        cmr.run("cancel", str(cmr.job), "--why", "x")
        assert cmr.run("retry", str(cmr.job)).exit_code != 0
