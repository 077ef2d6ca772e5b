"""The bench: that it runs and prints ratios. How fast anything is, no test asserts."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from bench.measuring import Line
from bench.printing import ratio, seconds

ROOT = Path(__file__).resolve().parents[2]
RATIO = re.compile(r"[\d.,]+ ×( faster)?\s*$")


@pytest.fixture(scope="module")
def printed() -> str:
    """Return what the bench prints of its smallest run."""
    command = [sys.executable, "-m", "bench", "--quick"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


class TestMain:
    """``python -m bench --quick``."""

    @pytest.mark.parametrize("subject", ["trail", "card", "artifact"])
    def test_a_ratio_for_every_subject(self, printed: str, subject: str) -> None:
        """The first line of each subject ends in a ratio."""
        found = [line for line in printed.splitlines() if line.strip().startswith(f"{subject} ")]
        assert len(found) == 1
        assert RATIO.search(found[0])

    def test_every_comparison(self, printed: str) -> None:
        """Three of the trail, a card by itself and in the pool, an upload."""
        assert sum(bool(RATIO.search(line)) for line in printed.splitlines()) == 6

    def test_every_step(self, printed: str) -> None:
        """Reading, reducing and the whole report, without and with patients."""
        lines = [line.strip() for line in printed.splitlines()]
        found = [line for line in lines if line.startswith("20,000 ")]
        words = ("merely read the columns (", "reduced to a tally", "the whole report",
                 "exam and patient too", "patients told apart", "clustered by patient")  # fmt: skip
        assert all(any(word in line for line in found) for word in words)

    def test_what_is_computed_is_marked(self, printed: str) -> None:
        """What 100 replicates would take each peer is computed from two, and says so."""
        marked = [line for line in printed.splitlines() if "100 replicates" in line]
        assert len(marked) == 2
        assert all("~" in line for line in marked)
        assert printed.count("computed from 2") == 2

    def test_names_the_machine(self, printed: str) -> None:
        """The last line says on what it was measured."""
        assert re.search(r"\d+ cores, \d+ GiB, .*Python 3\.\d+\.\d+; load", printed)


class TestRatio:
    """How two times are set against each other."""

    @pytest.mark.parametrize(
        ("ours", "peer", "expected"),
        [(6.0, 2.0, "3.0 ×"), (2.0, 2.0, "1.0 ×"), (0.98, 1.0, "0.98 ×"),
         (1.0, 50.0, "50 × faster"), (1.0, 2345.0, "2,345 × faster"), (0.4, 1.0, "2.5 × faster")],
    )  # fmt: skip
    def test_as_a_multiple_or_as_faster(self, ours: float, peer: float, expected: str) -> None:
        """Slower is a multiple of the other's time, faster says so."""
        line = Line(subject="s", what="w", against="a", ours=ours, peer=peer)
        assert ratio(line) == expected


class TestSeconds:
    """How a time is printed."""

    @pytest.mark.parametrize(
        ("value", "expected"),
        [(5959.0, "5,959 s"), (1.5, "1.50 s"), (0.0205, "20.5 ms"), (0.00041, "410 µs"),
         (2e-7, "0.200 µs")],
    )  # fmt: skip
    def test_unit_suits_the_size(self, value: float, expected: str) -> None:
        """Three figures, in seconds, milliseconds or microseconds."""
        assert seconds(value) == expected
