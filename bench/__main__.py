"""The bench from the command line: ``python -m bench``, or ``--quick`` to see that it runs."""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console

from bench import cards, evaluation, trail, uploads
from bench.measuring import FULL, QUICK, Line, Sizes
from bench.printing import show


def measure(sizes: Sizes, folder: Path) -> Iterator[Line]:
    """Yield every line, subject by subject."""
    yield from evaluation.measure(sizes, folder)
    yield from trail.measure(sizes, folder)
    yield from cards.measure(sizes)
    yield from uploads.measure(sizes, folder)


def main(arguments: list[str] | None = None) -> None:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes: the ratios mean little")
    sizes = QUICK if parser.parse_args(arguments).quick else FULL
    begun, lines = time.monotonic(), list[Line]()
    console = Console(stderr=True, highlight=False)
    with (
        tempfile.TemporaryDirectory(prefix="cmr-bench-") as folder,
        console.status("measuring the evaluation") as status,
    ):
        for line in measure(sizes, Path(folder)):
            lines.append(line)
            status.update(f"measuring … {line.subject}: {line.what}")
    show(lines, taken=time.monotonic() - begun)


if __name__ == "__main__":
    main(sys.argv[1:])
