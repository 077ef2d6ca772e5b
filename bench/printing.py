"""Printing: the lines of a bench as one table, and the machine they were measured on."""

import os
import platform
from collections.abc import Sequence
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bench.evaluation import Evaluation, Measured, Target
from bench.measuring import Line

UNITS = (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6))
NO_FASTER = 0.95  # within a twentieth, nobody is faster
NARROWEST = 132  # columns: where the output is no terminal, lines are not broken to fit one


def show(lines: Sequence[Line], *, taken: float) -> None:
    """Print the table, how to read it, and what it was measured on."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=max(console.width, NARROWEST))
    console.print()
    console.print(_table(lines))
    console.print(
        Text(
            "Times are CPU seconds of the whole process, the fastest of several runs; “by the "
            "clock” is the time that passes.\nA ratio is our time over theirs, or how much faster "
            "we are. ~ is computed, from what is said beside it.",
            style="dim",
        )
    )
    console.print(Text(f"{machine()} The bench took {taken:.0f} s.", style="dim"))


def show_evaluation(found: Evaluation, reached: Sequence[Target]) -> None:
    """Print what evaluating tables took, and how near the targets it came."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=max(console.width, NARROWEST))
    table = Table(
        box=box.SIMPLE_HEAD, title="Evaluating a prediction table, each step in its own process",
        title_justify="left", title_style="bold", pad_edge=False, header_style="bold",
    )  # fmt: skip
    for name in ("rows", "CPU", "clock", "peak", "× floor"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("what")
    for place, one in enumerate(found.measured):
        after = found.measured[place + 1 :][:1]
        table.add_row(
            *evaluation_cells(found, one),
            one.words + (f" — {one.computed}" if one.computed else ""),
            end_section=bool(after) and after[0].rows != one.rows,
        )
    console.print()
    console.print(table)
    for target in reached:
        console.print(
            Text.assemble(
                ("reached  " if target.reached else "missed   ",
                 "bold green" if target.reached else "bold red"),
                f"{target.words}: {target.found}",
            )
        )  # fmt: skip


def evaluation_cells(found: Evaluation, one: Measured) -> tuple[str, ...]:
    """Return the printed figures of one step: rows, CPU, clock, peak, multiple of the floor."""
    over = found.over_floor(one)
    mark = "~" if one.computed else ""
    return (
        f"{one.rows:,}",
        mark + seconds(one.used.cpu),
        mark + seconds(one.used.wall),
        f"{one.used.peak:,.0f} MB",
        "" if over is None else f"{over:#.2g}",
    )


def _table(lines: Sequence[Line]) -> Table:
    """Return the lines as a table, subject by subject."""
    table = Table(
        box=box.SIMPLE_HEAD, title="Side by side, measured in this run", title_justify="left",
        title_style="bold", pad_edge=False, header_style="bold",
    )  # fmt: skip
    table.add_column("subject", style="bold", no_wrap=True)
    table.add_column("what", ratio=3)
    table.add_column("against", ratio=3)
    table.add_column("ours", justify="right", no_wrap=True)
    table.add_column("theirs", justify="right", no_wrap=True)
    table.add_column("ratio", justify="right", no_wrap=True)
    subject = what = ""
    for place, line in enumerate(lines):
        after = lines[place + 1].subject if place + 1 < len(lines) else line.subject
        table.add_row(
            line.subject if line.subject != subject else "",
            line.what if line.what != what else "",
            line.against,
            seconds(line.ours),
            seconds(line.peer),
            Text(ratio(line), style="green" if line.ratio < 1 else ""),
            end_section=after != line.subject,
        )
        subject, what = line.subject, line.what
    return table


def seconds(value: float) -> str:
    """Return a duration in the unit that suits it, with three figures."""
    unit, size = next((u for u in UNITS if value >= u[1]), UNITS[-1])
    amount = value / size
    return f"{amount:,.0f} {unit}" if amount >= 100 else f"{amount:#.3g} {unit}"


def ratio(line: Line) -> str:
    """Return how our time stands to the other: as a multiple of it, or how much faster."""
    if line.ratio > NO_FASTER:
        return f"{_short(line.ratio)} ×"
    return f"{_short(1 / line.ratio)} × faster"


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:#.2g}".rstrip(".")


def machine() -> str:
    """Return a sentence about this machine and how busy it is."""
    load = os.getloadavg()[0]
    return (
        f"{_processor()}, {os.cpu_count()} cores, {_memory()}, {platform.system()}, "
        f"Python {platform.python_version()}; load {load:.1f} at the end."
    )


def _processor() -> str:
    """Return the processor's name, as the system tells it."""
    known = Path("/proc/cpuinfo")
    if known.exists():
        for line in known.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _memory() -> str:
    """Return how much memory the machine has."""
    size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return f"{size / 2**30:.0f} GiB"
