"""The bench from the command line: ``python -m bench``; ``--quick`` only shows that it runs."""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from bench import cards, evaluation, pages, trail, uploads
from bench.evaluation import Evaluation
from bench.measuring import FULL, LARGE, QUICK, Line, Sizes
from bench.printing import show, show_evaluation


def measure_lines(sizes: Sizes, folder: Path) -> Iterator[Line]:
    """Yield every line of the subjects that are measured in this process."""
    yield from trail.measure(sizes, folder)
    yield from cards.measure(sizes)
    yield from uploads.measure(sizes, folder)


def main(arguments: list[str] | None = None) -> None:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes: the ratios mean little")
    parser.add_argument(
        "--large", action="store_true",
        help=f"also reduce {LARGE:,} rows (needs 2 GB of disk, and a quarter of an hour)",
    )  # fmt: skip
    parser.add_argument("--only-evaluation", action="store_true", help="leave the rest out")
    parser.add_argument("--out", type=Path, help="write the figures as a page, Markdown")
    asked = parser.parse_args(arguments)
    sizes = QUICK if asked.quick else FULL
    if asked.large:
        sizes = replace(sizes, reduced=LARGE)
    begun, lines, found = time.monotonic(), list[Line](), Evaluation()
    console = Console(stderr=True, highlight=False)
    with (
        tempfile.TemporaryDirectory(prefix="cmr-bench-") as folder,
        console.status("measuring the evaluation") as status,
    ):
        for words in evaluation.measure(sizes, Path(folder), found):
            status.update(f"measuring … {words}")
        if not asked.only_evaluation:
            for line in measure_lines(sizes, Path(folder)):
                lines.append(line)
                status.update(f"measuring … {line.subject}: {line.what}")
    reached = evaluation.targets(found, sizes)
    taken = time.monotonic() - begun
    show_evaluation(found, reached)
    show(lines, taken=taken)
    if asked.out is not None:
        asked.out.write_text(pages.page(found, reached, lines, taken=taken), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
