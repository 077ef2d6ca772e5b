"""Prediction tables as CSV text, and the protocol text that fits them."""

from collections.abc import Iterable, Sequence
from pathlib import Path

HEAD = """\
schema = "cmr.protocol/1"
name = "Test protocol"
purpose = "external testing"
sampling = "consecutive"
reference_standard = "angiography"
"""
PROTOCOL = f"""\
{HEAD}
[columns]
exam = "exam"
patient = "patient"
site = "site"
partition = "split"
[operating_point]
threshold = 0.5
[subgroups]
sex = "sex"
age_band = {{ column = "age", edges = [0, 45, 65, 120] }}
intersections = [["sex", "age_band"]]
"""
COLUMNS = ("exam", "patient", "site", "split", "sex", "age", "label", "score")
ROWS = (
    ("E1", "P1", "North", "external", "F", "40", "1", "0.9"),
    ("E2", "P1", "North", "external", "F", "45", "0", "0.2"),
    ("E3", "P2", "South", "external", "M", "65", "1", "0.4"),
    ("E4", "P3", "South", "external", "M", "120", "0", "0.6"),
    ("E5", "P4", "South", "external", "", "", "1", ""),
    ("E6", "P5", "South", "external", "M", "50", "", "0.5"),
)


def write_table(
    folder: Path,
    rows: Iterable[Sequence[str]] = ROWS,
    *,
    columns: Sequence[str] = COLUMNS,
    name: str = "table.csv",
) -> Path:
    """Return the path of a CSV table of these rows."""
    path = folder / name
    lines = [",".join(row) for row in (columns, *rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def changed(row: int, **values: str) -> list[list[str]]:
    """Return the rows with some fields of one row (1 is the first) changed."""
    rows = [list(one) for one in ROWS]
    for column, value in values.items():
        rows[row - 1][COLUMNS.index(column)] = value
    return rows
