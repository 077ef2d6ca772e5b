"""A worker to be killed: its jobs last long enough to be hit, and leave one entry on the trail."""

import sys
import time
from datetime import timedelta
from pathlib import Path

from registry.domain.jobs import Job
from registry.domain.trail import Act
from registry.faces import worker
from registry.faces.worker import Kind, Report
from registry.services.work import Work, Workshop
from registry.settings import Settings
from registry.store import jobs


def count(workshop: Workshop, job: Job, report: Report) -> None:
    """Take a moment, then record the effect and end the job in one transaction."""
    for step in range(4):
        report("counting", step / 4)
        time.sleep(0.1)
    with workshop.begin(None) as work:
        work.record(Act.ARTIFACT_KEPT, subject=str(job.id))
        jobs.finish(work.session, job, now=work.now(), result={})


def abandon(work: Work, job: Job, error: str) -> None:
    """Leave things as they were."""
    del work, job, error


def tidy(workshop: Workshop) -> None:
    """Leave things as they were."""
    del workshop


def main() -> None:
    """Take up jobs until killed."""
    database, home = sys.argv[1:]
    workshop = Workshop.open(Settings(database_url=database, home=Path(home)))
    kinds = {"test.count": Kind(run=count, abandon=abandon, tidy=tidy)}
    while True:
        if not worker.run_one(workshop, lease=timedelta(seconds=0.7), kinds=kinds):
            time.sleep(0.05)


if __name__ == "__main__":
    main()
