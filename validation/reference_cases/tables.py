"""Tables: made exams, small enough to read, of which every reference figure speaks.

The exams are made, not measured: no patient stands behind them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

Exam = tuple[str, str, int, str, str]  # site, sex, label, score, the comparator's score

COLUMNS: Final = ("site", "sex", "label", "score", "score_v1")

PLAN: Final = """\
schema = "cmr.protocol/1"
name = "Reference case"
purpose = "external testing"
sampling = "consecutive"
reference_standard = "made exams"

[columns]
site = "site"

[operating_point]
threshold = 0.5

[subgroups]
sex = "sex"

[comparators.other]
score = "score_v1"
threshold = 0.5

[costs]
false_negative = 10.0
false_positive = 1.0
set_by = "reference case"
set_on = "2026-11-25"
why = "a round ratio"

[population]
prevalence = 0.10
source = "reference case"

[intervals]
auroc = "{auroc}"
replicates = 200
"""

# Three hundred exams of five sites: for each site, sex and label the exams as
# score/score of the comparator*how many.
_HOSPITALS: Final = """\
A F 0:
    0.05/0.3*1 0.15/0.05*1 0.15/0.15*3 0.15/0.3*3 0.15/0.45*1 0.3/0.3*2 0.3/0.45*1
    0.3/0.6*1 0.45/0.3*5 0.45/0.45*1 0.6/0.6*1 0.6/0.75*2 0.75/0.45*1 0.75/0.9*1
A F 1:
    0.3/0.3*1 0.45/0.3*1 0.75/0.3*1 0.75/0.75*2 0.75/0.9*1 0.9/0.75*2 0.9/0.9*6
A M 0:
    0.15/0.05*2 0.3/0.15*2 0.3/0.75*1 0.45/0.3*1 0.45/0.45*2 0.45/0.6*1 0.6/0.45*2
    0.6/0.75*1 0.75/0.6*1
A M 1:
    0.6/0.75*1 0.75/0.6*1 0.75/0.75*2 0.9/0.75*1 0.9/0.9*4
B F 0:
    0.05/0.15*2 0.3/0.3*2 0.45/0.45*3 0.45/0.6*1 0.6/0.6*1 0.6/0.9*1
B F 1:
    0.3/0.15*1 0.6/0.3*1 0.6/0.6*1 0.6/0.75*1 0.75/0.9*1 0.9/0.75*2 0.9/0.9*6
B M 0:
    0.05/0.05*1 0.05/0.45*1 0.15/0.05*1 0.15/0.15*3 0.15/0.3*3 0.3/0.3*2 0.3/0.45*5
    0.3/0.6*1 0.45/0.6*5 0.45/0.75*1 0.6/0.45*1 0.75/0.6*1
B M 1:
    0.6/0.3*2 0.6/0.45*1 0.75/0.75*3 0.9/0.9*6
C F 0:
    0.05/0.05*2 0.05/0.15*3 0.05/0.3*3 0.15/0.05*1 0.15/0.15*3 0.15/0.3*4 0.3/0.15*1
    0.3/0.3*1 0.3/0.45*2 0.45/0.75*1 0.6/0.3*1 0.6/0.6*1 0.6/0.75*1 0.75/0.6*1
    0.75/0.75*1 0.75/0.9*1
C F 1:
    0.15/0.15*1 0.3/0.3*1 0.3/0.45*1 0.45/0.15*1 0.45/0.3*1 0.9/0.75*2
C M 0:
    0.05/0.05*1 0.15/0.3*2 0.15/0.45*1 0.3/0.15*2 0.3/0.6*1 0.45/0.6*3 0.6/0.45*1
    0.6/0.6*1 0.75/0.9*1
C M 1:
    0.3/0.15*2 0.45/0.45*1 0.75/0.6*1 0.75/0.75*2 0.75/0.9*2 0.9/0.6*1 0.9/0.75*1
    0.9/0.9*3
D F 0:
    0.05/0.05*1 0.05/0.15*4 0.15/0.15*4 0.15/0.3*1 0.15/0.45*1 0.3/0.15*2 0.3/0.3*3
    0.3/0.45*3 0.45/0.3*1 0.45/0.45*1 0.75/0.6*2 0.75/0.9*1 0.9/0.75*1
D F 1:
    0.6/0.75*1 0.75/0.75*4 0.75/0.9*2 0.9/0.45*1 0.9/0.6*1 0.9/0.75*1 0.9/0.9*4
D M 0:
    0.15/0.3*1 0.3/0.3*2 0.3/0.45*2 0.45/0.45*2 0.6/0.45*1 0.6/0.6*1 0.75/0.75*1
D M 1:
    0.75/0.75*3 0.9/0.75*2 0.9/0.9*6
E F 0:
    0.05/0.15*1 0.15/0.15*4 0.15/0.3*1 0.15/0.45*1 0.3/0.15*1 0.3/0.3*1 0.45/0.45*1
    0.45/0.6*2 0.45/0.75*4 0.6/0.6*2
E F 1:
    0.45/0.45*1 0.6/0.3*1 0.6/0.6*1 0.75/0.75*2 0.9/0.75*1
E M 0:
    0.05/0.15*1 0.15/0.15*1 0.15/0.3*1 0.15/0.6*1 0.3/0.15*2 0.3/0.3*2 0.3/0.45*2
    0.3/0.6*1 0.45/0.45*2 0.6/0.6*3 0.75/0.6*1 0.75/0.75*3
E M 1:
    0.45/0.3*1 0.45/0.6*3 0.6/0.6*1 0.75/0.75*1 0.75/0.9*1 0.9/0.6*1 0.9/0.75*3
    0.9/0.9*5
"""
_HEADED: Final = 3  # words of a line that says of which site, sex and label the next ones are


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table of made exams and the protocol by which it is evaluated."""

    name: str
    exams: tuple[Exam, ...]
    plan: str

    def csv(self, *, reverse: bool = False) -> str:
        """Return the table as CSV, its rows backwards where that is asked."""
        rows = reversed(self.exams) if reverse else iter(self.exams)
        lines = [",".join(map(str, row)) for row in (COLUMNS, *rows)]
        return "\n".join(lines) + "\n"


def _hospitals() -> Iterator[Exam]:
    """Yield the exams of the five sites."""
    site = sex = label = ""
    for line in _HOSPITALS.splitlines():
        if line.endswith(":"):
            site, sex, label = line.removesuffix(":").split(maxsplit=_HEADED - 1)
            continue
        for cell in line.split():
            scores, _, exams = cell.partition("*")
            score, _, other = scores.partition("/")
            yield from [(site, sex, int(label), score, other)] * int(exams)


def decided(*, tp: int, fn: int, fp: int, tn: int) -> tuple[Exam, ...]:
    """Return exams of one site that a threshold of 0.5 divides so."""
    return (
        *[("A", "F", 1, "0.9", "0.9")] * tp,
        *[("A", "F", 1, "0.1", "0.1")] * fn,
        *[("A", "F", 0, "0.9", "0.9")] * fp,
        *[("A", "F", 0, "0.1", "0.1")] * tn,
    )


_LOGIT, _PLAIN = PLAN.format(auroc="delong-logit"), PLAN.format(auroc="delong")
HOSPITALS: Final = Table(name="five hospitals", exams=tuple(_hospitals()), plan=_LOGIT)
AS_PROC: Final = Table(name="five hospitals, as pROC", exams=tuple(_hospitals()), plan=_PLAIN)
RATES: Final = Table(
    name="81 of 263, 133 of 148", exams=decided(tp=81, fn=182, fp=15, tn=133), plan=_LOGIT
)
ENDS: Final = Table(name="0 of 20, 28 of 29", exams=decided(tp=0, fn=20, fp=1, tn=28), plan=_LOGIT)
PERFECT: Final = Table(name="perfect", exams=decided(tp=30, fn=0, fp=0, tn=30), plan=_LOGIT)
TABLES: Final = (HOSPITALS, AS_PROC, RATES, ENDS, PERFECT)


def many(rows: int) -> Iterator[str]:
    """Yield the lines of a table that a formula makes: large enough for several threads."""
    yield ",".join(COLUMNS)
    for row in range(rows):
        score = (row * 7919) % 10007 / 10007
        label = int((row * 104729) % 1009 < 1009 * score)
        yield f"{'ABCDE'[row % 5]},{'FM'[row % 2]},{label},{score:.4f},{1 - score:.4f}"
