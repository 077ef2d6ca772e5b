"""A worker to be killed while it measures real tables: every kind of job, and a short lease."""

import sys
import time
from datetime import timedelta
from pathlib import Path

from registry.faces import worker
from registry.services.work import Workshop
from registry.settings import Settings


def main() -> None:
    """Take up jobs until killed."""
    database, home = sys.argv[1:]
    workshop = Workshop.open(Settings(database_url=database, home=Path(home)))
    while True:
        if not worker.run_one(workshop, lease=timedelta(seconds=1.5)):
            time.sleep(0.02)


if __name__ == "__main__":
    main()
