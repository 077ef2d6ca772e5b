"""Tables as hospitals export them, with everything that a protocol may declare, drawn from a seed.

They are made for engines to be held against each other: each name stands for a protocol that asks
for something else, over rows with repeated patients, rows that stand there twice, excluded rows,
unscored and unlabelled exams, blanks around names, and names in two Unicode forms.
"""

from pathlib import Path
from typing import Any, Final

import numpy as np

from tests.factories.tables import HEAD, write_table

_COLUMNS: Final = 'exam = "exam"\npatient = "patient"\nsite = "site"\npartition = "split"\n'
_EXCLUDED: Final = 'excluded = "why"\ntime = "day"\n'
_GROUPS: Final = """\
[subgroups]
sex = "sex"
age = { column = "age", edges = [0, 45, 65, 120] }
ward = "ward"
intersections = [["sex", "age"]]
"""
_COSTS: Final = """\
[costs]
false_negative = 10
false_positive = 1.5
set_by = "A"
set_on = 2026-01-05
why = "b"
"""
_WIDE: Final = """\
[findings.a]
label = "label"
score = "score"
[findings.b]
label = "label_b"
score = "score_b"
"""
_OLD: Final = '[comparators.old]\nscore = "old"\nthreshold = 0.25\n'
_READERS: Final = '[readers]\none = "r1"\ntwo = "r2"\n'
_DYADIC: Final = '[cells]\ngrid = "dyadic"\n'
_AT: Final = "[operating_point]\nthreshold = 0.3\n"


def _plan(
    columns: str = "", *, top: str = "", exam: bool = True, patient: bool = True, more: str = ""
) -> str:
    named = _COLUMNS if exam else _COLUMNS.replace('exam = "exam"\n', "")
    named = named if patient else named.replace('patient = "patient"\n', "")
    return f"{HEAD}{top}[columns]\n{named}{columns}{_AT}{_GROUPS}{more}"


_RANK: Final = 'score_kind = "rank"\nindeterminate = ["Unclear"]\n'
PLANS: Final = {
    "exact": _plan(_EXCLUDED, top='indeterminate = ["Unclear"]\n'),
    "dyadic": _plan(_EXCLUDED, top='indeterminate = ["Unclear"]\n', more=_DYADIC),
    "ranks": _plan(top=_RANK, more=_DYADIC),
    "nobody is named": _plan(
        top='indeterminate = ["Unclear"]\n', exam=False, patient=False, more=_DYADIC
    ),
    "weights": _plan(
        f'weight = "w"\n{_EXCLUDED}', top='indeterminate = ["Unclear"]\n', more=_DYADIC
    ),
    "severity": _plan('severity = "grade"\n', top='indeterminate = ["Unclear"]\n', more=_DYADIC),
    "costs": _plan(
        'cost_of_miss = "m"\nweight = "w"\n', top='indeterminate = ["Unclear"]\n',
        more=_DYADIC + _COSTS,
    ),
    "costs of alarms": _plan(
        'cost_of_alarm = "m"\n', top='indeterminate = ["Unclear"]\n', more=_COSTS
    ),
    "beside others": _plan(
        top='indeterminate = ["Unclear"]\n', more=_OLD + _READERS + _DYADIC
    ),
    "two findings": _plan(
        'severity = "grade"\n', top='indeterminate = ["Unclear"]\n', more=_WIDE + _DYADIC
    ),
}  # fmt: skip
ROWS: Final = 300
_NAMES: Final = ("Zürich", "Zu\u0308rich", " Kiel", "Kiel", "São\u00a0Paulo ", "O'Brien's", "a\\b$")
HEADER: Final = (
    "exam", "patient", "site", "split", "sex", "age", "ward", "why", "day", "w", "grade", "m",
    "r1", "r2", "label", "score", "label_b", "score_b", "old",
)  # fmt: skip


def exams(seed: int = 0, rows: int = ROWS) -> list[list[str]]:
    """Return the rows of a table, in the order of `HEADER`; a few stand there twice."""
    draw = np.random.default_rng(seed)

    def one(*values: str) -> str:
        return str(draw.choice(np.array(values, dtype=object)))

    def score() -> str:
        drawn = draw.random() ** 3
        return one("", "0", "1", "0.3", "0.25", "1e-3", *[repr(float(drawn))] * 9)

    found = []
    for place in range(rows):
        row: dict[str, Any] = {
            "exam": f"E{place}",
            "patient": f"Änne {int(draw.integers(rows // 2))}",
            "site": one(*_NAMES),
            "split": one("external", "test"),
            "sex": one("F", "M", "", "N/A"),
            "age": one("0", "44.5", "45", "120", "65.0", "NA"),
            "ward": one("β-1", "\u200bICU", "ICU", "ICU ", "none", "\u3000ER"),
            "why": one("", "", "", "", "", "no consent", "blurred"),
            "day": one("2026-03-29T02:30", "2025-12-01", "", "2024-02-29 10:00:00+01:00"),
            "w": one("0.25", "1", "3.3333333333333335", "100.1"),
            "grade": one("grave", "mild", ""),
            "m": one("0", "2.5", "7.1"),
            "r1": one("1", "0", "", "true"),
            "r2": one("1", "0", "FALSE"),
            "label": one("1", "0", "0", "true", "", "unclear"),
            "score": score(),
            "label_b": one("1", "0", "0.0", "-"),
            "score_b": score(),
            "old": score(),
        }
        found.append([row[name] for name in HEADER])
        if draw.random() < 0.05:
            found.append(found[-1])
    return found


def write_export(folder: Path, *, seed: int = 0, rows: int = ROWS) -> Path:
    """Return the path of such a table as CSV."""
    return write_table(folder, exams(seed, rows), columns=HEADER)
