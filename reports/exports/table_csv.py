"""CSV: every number of every assessment in one tidy table, safe to open in a spreadsheet."""

import csv
import io
from typing import Final

from reports.exports.record import Measurement, Record

HEAD: Final = (
    *("section", "model", "version", "evidence", "purpose", "counts_towards_gates"),
    *("finding", "partition", "site", "subgroup", "metric", "label", "value", "low", "high"),
    *("level", "method", "n", "events", "undefined", "verdict", "evidence_digest", "pointer"),
)
NOT_CARRIED: Final = (
    "intended use, warnings and everything else that is said in words",
    "curves, case mix and sample-size answers of the assessments",
    "hazards, incidents and their controls",
    "requirements that are not about a number",
    "sign-offs, objections, conditions and the decision",
    "where the data came from, beyond the digest of the assessment",
)
_FORMULA: Final = frozenset("=+-@\t\r\n")  # with these a spreadsheet begins a formula


def to_csv(record: Record) -> bytes:
    """Return the table: UTF-8, comma, a header, rows in the order of the assessments.

    Numbers are written as the assessment has them; an undefined one is an empty cell with its
    reason beside it. A text that a spreadsheet would take for a formula begins with an apostrophe.
    """
    out = io.StringIO(newline="")
    write = csv.writer(out, lineterminator="\n")
    write.writerow(HEAD)
    for one in record.measurements:
        write.writerow(_row(record, one))
    return out.getvalue().encode()


def _row(record: Record, one: Measurement) -> list[str]:
    site = next((level for name, level in one.by if name == "site"), "")
    groups = [f"{name}={level}" for name, level in one.by if name != "site"]
    texts = [one.section, record.model, str(record.version), str(one.evidence), one.purpose]
    texts += ["yes" if one.counts else "no", one.finding or "", one.partition or "", site]
    texts += ["; ".join(groups), one.metric, one.label]
    numbers = [_number(value) for value in (one.value, one.low, one.high, one.level)]
    counts = ["" if value is None else str(value) for value in (one.n, one.events)]
    ends = [one.undefined or "", one.verdict or "", one.digest, one.pointer]
    return [*map(safe, texts), *numbers, safe(one.method or ""), *counts, *map(safe, ends)]


def safe(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula.

    >>> safe("=1+1")
    "'=1+1"
    """
    return f"'{text}" if text[:1] in _FORMULA or text.lstrip()[:1] in _FORMULA else text


def _number(value: float | None) -> str:
    return "" if value is None else repr(value)
