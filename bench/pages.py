"""Pages: the figures of a bench as a page of the documentation."""

import datetime as dt
from collections.abc import Sequence
from importlib.metadata import version

from bench.evaluation import Evaluation, Target
from bench.measuring import Line
from bench.printing import evaluation_cells, machine, ratio, seconds

PACKAGES = (
    "numpy",
    "scipy",
    "duckdb",
    "pyarrow",
    "fairlearn",
    "scikit-learn",
    "confidenceinterval",
)
HEAD = """\
# Benchmarks

Measured by `make bench ARGS="--out docs/reference/benchmarks.md"`, which writes this page;
`--large` adds the reduction of 100,000,000 rows.
CPU seconds are those of all threads, user and system, of a process of its own for each step, its
imports not counted; the peak is that of the whole process. What a step took beside another in the
same run is what counts: absolute times are those of one machine on one day.

"""
LIMIT = """
**The limit at 1,000,000 rows.** About a tenth of the report is reading and counting. The rest, some
3 CPU seconds whatever the number of rows, is the arithmetic of 474 strata, about 6 ms each: every
metric with its interval, curves with their redraws, gaps. Half of that would be a thousandth of
what the peer takes for five metrics of sixteen groups; it needs every metric computed over all
strata in one array.
"""
HOW = """
**The table.** Eight sites, two sexes, five age bands, four groups of origin; about six in a
hundred exams with the finding; single-precision scores, nearly all distinct; 1.6 exams per patient.
It is written as Parquet.

**The whole report** is every metric with its interval about 474 strata (everybody, the sites, every
attribute, their six pairs and the crossing of all four), gaps with 1,000 shared replicates, crude
and site-standardised, random effects between sites, curves, and the document.

**The peers** do less: five metrics of the sixteen groups site × sex. What 100 replicates would take
them is computed from the few that were run, as the table says.
"""


def page(
    found: Evaluation, reached: Sequence[Target], lines: Sequence[Line], *, taken: float
) -> str:
    """Return the page."""
    parts = [HEAD, "## Evaluating a prediction table\n\n"]
    parts.append("| rows | CPU | clock | peak | × floor | what |\n|---:|---:|---:|---:|---:|---|\n")
    for one in found.measured:
        words = one.words + (f" — {one.computed}" if one.computed else "")
        parts.append(f"| {' | '.join(evaluation_cells(found, one))} | {words} |\n")
    parts.append(HOW)
    if reached:
        parts.append("\n## Targets\n\n| reached | target | found |\n|---|---|---|\n")
        for target in reached:
            word = "yes" if target.reached else "**no**"
            parts.append(f"| {word} | {target.words} | {target.found} |\n")
        if not all(target.reached for target in reached):
            parts.append(LIMIT)
    if lines:
        parts.append("\n## The rest\n\n| subject | what | against | ours | theirs | ratio |\n")
        parts.append("|---|---|---|---:|---:|---:|\n")
        for line in lines:
            cells = [line.subject, line.what, line.against, seconds(line.ours)]
            parts.append(f"| {' | '.join([*cells, seconds(line.peer), ratio(line)])} |\n")
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    parts.append(f"\n{dt.datetime.now(tz=dt.UTC).date().isoformat()}. {machine()} {versions}. ")
    parts.append(f"The bench took {taken:.0f} s.\n")
    return "".join(parts)
