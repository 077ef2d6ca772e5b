"""Protocols as TOML texts: a whole one, a plain one, and criteria to put under them."""

import json

from tests.factories.tables import HEAD

FULL = """\
schema = "cmr.protocol/1"
name = "Obstructive coronary disease, external testing"
purpose = "external testing"
sampling = "consecutive"
reference_standard = "invasive angiography, at least 50 % narrowing"
score_kind = "probability"

[columns]
exam = "exam_id"
patient = "patient_id"
site = "site"
partition = "split"

[operating_point]
threshold = 0.5

[costs]
false_negative = 10.0
false_positive = 1.0
set_by = "Dr Berg"
set_on = 2026-01-05
why = "referral audit"

[population]
prevalence = 0.10
range = [0.05, 0.20]
source = "referral audit 2025"

[subgroups]
sex = "sex"
age_band = { column = "age", edges = [0, 45, 55, 65, 120] }
intersections = [["sex", "age_band"]]

[exploratory]
view = "view"

[comparators.in_use]
score = "score_v1"
version = "heart-cad/1"
threshold = 0.5

[curves]
thresholds = [0.3, 0.1]

[minimum]
max_width = { sensitivity = 0.20 }

[[criteria]]
id = "discrimination"
metric = "auroc"
at_least = 0.80
over = "every site"
"""
PLAIN = HEAD + "[operating_point]\nthreshold = 0.5\n"


def criterion(**values: object) -> str:
    """Return a criterion as TOML; sensitivity of at least 0.8 overall unless changed."""
    written = {"id": "c", "metric": "sensitivity", "at_least": 0.8} | values
    lines = [f"{key} = {json.dumps(value)}" for key, value in written.items() if value is not None]
    return "[[criteria]]\n" + "\n".join(lines) + "\n"
