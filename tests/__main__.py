"""All tests: the pure rooms, watched line by line and branch by branch, then everything else.

``python -m tests …`` hands its words on to pytest, twice. Watching costs half as much again as the
tests themselves, so only the rooms that are to be complete are watched; ``--cov`` watches all.
"""

import subprocess
import sys

from tests import databases

PURE = ("tests/validation", "tests/registry/domain")
WATCHED = ("--cov=validation", "--cov=registry/domain", "--cov-report=term")
PYTEST = (sys.executable, "-m", "pytest", "-n", "2", "--dist", "worksteal", "-rs")
NOTHING_TO_RUN = 5  # what pytest ends with where none of the words fits a test


def verdict(codes: list[int]) -> int:
    """Return what several runs of pytest come to: the first failure, if any.

    Parameters
    ----------
    codes : list of int
        What each run ended with. That one found nothing to run is no failure, unless all did.

    Returns
    -------
    int
        0 where every test that ran passed.
    """
    failed = [code for code in codes if code not in {0, NOTHING_TO_RUN}]
    if failed:
        return failed[0]
    return 0 if 0 in codes else NOTHING_TO_RUN


def main(words: list[str]) -> int:
    """Run all tests that the words pick; return what they come to."""
    pure = subprocess.run([*PYTEST, *WATCHED, *PURE, *words], check=False)
    others = [f"--ignore={folder}" for folder in PURE]
    rest = databases.main([*PYTEST, *others, *words])
    return verdict([pure.returncode, rest])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
