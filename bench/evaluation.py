"""Evaluation: the whole report of a prediction table, beside the floor and beside the peers."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench.measuring import LARGE, Sizes, Used, use
from bench.tables import make_table

REPLICATES = 100  # what the peers are computed for
FLOORS = {"reduce": "floor", "report": "floor",
          "reduce-patients": "floor-patients", "report-patients": "floor-patients"}  # fmt: skip
WORDS = {
    "floor": "merely read the columns (pyarrow)",
    "floor-patients": "merely read the columns, exam and patient too",
    "reduce": "reduced to a tally",
    "report": "the whole report",
    "reduce-patients": "reduced, patients told apart",
    "report-patients": "the whole report, clustered by patient",
    "sixteen": "ours: 16 groups, AUROC and 4 rates with intervals",
    "sixteen-whole": "ours: the same groups and their margins, everything",
    "confidenceinterval": "confidenceinterval: the same 16 groups, AUROC and 4 rates",
    "fairlearn": "fairlearn MetricFrame: 16 groups, 5 metrics, no interval",
    "scikit-learn": "scikit-learn loop: 16 groups, 5 metrics, no interval",
}


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One step on one table.

    Attributes
    ----------
    computed : str
        From what the figures were reckoned; "" where they were measured.
    """

    step: str
    words: str
    rows: int
    used: Used
    computed: str = ""


@dataclass(frozen=True, kw_only=True)
class Target:
    """What was to be reached, and how near it came."""

    words: str
    reached: bool
    found: str


@dataclass(kw_only=True)
class Evaluation:
    """Everything measured, in order."""

    measured: list[Measured] = field(default_factory=list)

    def find(self, step: str, rows: int) -> Used | None:
        """Return what a step used on the table of so many rows."""
        found = (one.used for one in self.measured if (one.step, one.rows) == (step, rows))
        return next(found, None)

    def over_floor(self, one: Measured) -> float | None:
        """Return the CPU of a step as a multiple of merely reading its columns."""
        floor = self.find(FLOORS.get(one.step, ""), one.rows)
        return None if floor is None else one.used.cpu / floor.cpu


def measure(sizes: Sizes, folder: Path, into: Evaluation) -> Iterator[str]:
    """Measure every step, yielding what is being measured."""
    for rows in sizes.rows:
        table = make_table(folder, rows=rows)
        repeats = sizes.repeats if rows <= 1_000_000 else 1
        for step in ("floor", "floor-patients", "reduce", "report", "reduce-patients",
                     "report-patients"):  # fmt: skip
            yield f"{rows:,} rows: {WORDS[step]}"
            _add(into, step, table, rows, repeats=repeats)
        if rows in sizes.peers:
            yield from _peers(sizes, table, rows, into)
        table.unlink()
    if sizes.reduced is not None:
        yield f"{sizes.reduced:,} rows: making the table"
        table = make_table(folder, rows=sizes.reduced)
        for step in ("floor", "reduce"):
            yield f"{sizes.reduced:,} rows: {WORDS[step]}"
            _add(into, step, table, sizes.reduced, repeats=1)
        table.unlink()


def _add(into: Evaluation, step: str, table: Path, rows: int, *, repeats: int) -> Used:
    used = use(step, table, repeats=repeats)
    into.measured.append(Measured(step=step, words=WORDS[step], rows=rows, used=used))
    return used


def _peers(sizes: Sizes, table: Path, rows: int, into: Evaluation) -> Iterator[str]:
    """Measure the peers on one table; what many replicates would take is computed from few."""
    for step in ("sixteen", "sixteen-whole", "confidenceinterval"):
        yield f"{rows:,} rows: {WORDS[step]}"
        _add(into, step, table, rows, repeats=sizes.repeats)
    drawn = 2 if rows == min(sizes.peers) else 1
    for step in ("fairlearn", "scikit-learn"):
        yield f"{rows:,} rows: {WORDS[step]}"
        plain = _add(into, step, table, rows, repeats=1)
        yield f"{rows:,} rows: {step} with {drawn} replicates"
        few = use(step, table, drawn)
        # The peers begin their bootstrap with the plain figures once more, or once: both are
        # taken off, so that only what each further replicate takes is multiplied.
        each = max(few.cpu - plain.cpu, 0.0) / drawn
        whole = Used(
            cpu=plain.cpu + REPLICATES * each,
            wall=plain.wall + REPLICATES * max(few.wall - plain.wall, 0.0) / drawn,
            peak=few.peak,
        )
        into.measured.append(
            Measured(
                step=f"{step}-{REPLICATES}",
                words=f"{step}: the same with {REPLICATES} replicates ({each:.3g} CPU s each)",
                rows=rows,
                used=whole,
                computed=f"computed from {drawn} measured",
            )
        )


def targets(found: Evaluation, sizes: Sizes) -> list[Target]:
    """Return what was to be reached, for the sizes that were measured."""
    reached = []
    ours, theirs = found.find("sixteen", 100_000), found.find("confidenceinterval", 100_000)
    if ours and theirs:
        reached.append(
            Target(
                words="100,000 rows: the sixteen groups in no more CPU than confidenceinterval",
                reached=ours.cpu <= theirs.cpu,
                found=f"{ours.cpu:.2f} against {theirs.cpu:.2f} CPU s",
            )
        )
    ours, theirs = found.find("report", 1_000_000), found.find("fairlearn-100", 1_000_000)
    if ours and theirs:
        reached.append(
            Target(
                words="1,000,000 rows: 1,000 times less CPU than fairlearn's 100 replicates",
                reached=theirs.cpu >= 1000 * ours.cpu,
                found=f"{theirs.cpu / ours.cpu:,.0f} times less ({ours.cpu:.2f} CPU s)",
            )
        )
    ours = found.find("report", 10_000_000)
    if ours:
        reached.append(
            Target(
                words="10,000,000 rows: the whole report in at most 6 CPU s",
                reached=ours.cpu <= 6,
                found=f"{ours.cpu:.2f} CPU s",
            )
        )
    if sizes.reduced == LARGE:
        ours, floor = found.find("reduce", LARGE), found.find("floor", LARGE)
        if ours and floor:
            reached.append(
                Target(
                    words="100,000,000 rows: reduced within 4 times the floor and 1.5 GB",
                    reached=ours.cpu <= 4 * floor.cpu and ours.peak <= 1536,
                    found=f"{ours.cpu / floor.cpu:.1f} times the floor, {ours.peak:,.0f} MB",
                )
            )
    return reached
