"""Plans: the protocols of the demonstration, written before any external score exists.

The floors are chosen for what the model is for, not for what it reaches. An exercise ECG alone
finds 68 % of obstructive disease at a specificity of 77 % (Gianrossi 1989,
doi:10.1161/01.CIR.80.1.87); ordering a waiting list is worth doing only when clearly fewer are
missed, and a specificity below 40 % would order nothing. In elective angiography 37.6 % have
obstructive disease (Patel 2010, doi:10.1056/NEJMoa0907272).
"""

DEVELOPMENT = """
schema = "cmr.protocol/1"
name = "Obstructive coronary disease, development at Cleveland"
purpose = "development"
sampling = "verified only"
reference_standard = "invasive angiography, a major vessel narrowed by more than 50 %"

[columns]
exam = "exam_id"
patient = "patient_id"
site = "site"
label = "label"
score = "score"

[subgroups]
sex = "sex"
"""

EXTERNAL = """
schema = "cmr.protocol/1"
name = "Obstructive coronary disease, external testing of version {version}"
purpose = "external testing"
sampling = "verified only"
reference_standard = "invasive angiography, a major vessel narrowed by more than 50 %"

[columns]
exam = "exam_id"
patient = "patient_id"
site = "site"
label = "label"
score = "score"

[operating_point]
rule = "sensitivity at least 0.90 in {development}"

[costs]
false_negative = 10.0
false_positive = 1.0
unit = "needless early angiographies"
set_by = "Carla Moretti, clinical lead"
set_on = "{today}"
why = "a missed narrowing waits months; a needless early angiography takes one slot"

[population]
prevalence = 0.38
range = [0.25, 0.60]
source = "Patel 2010: 37.6 % of 398,978 elective angiographies"

[subgroups]
sex = "sex"
age_band = {{ column = "age", edges = [0, 45, 55, 65, 120] }}
cholesterol = "cholesterol"
intersections = [["sex", "age_band"]]
{comparator}
[curves]
thresholds = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]

[minimum]
positives = 10
negatives = 10

[[criteria]]
id = "discrimination"
source = "estimate"
metric = "auroc"
at_least = 0.75
over = "every site"
consideration = "generalization"

[[criteria]]
id = "missed disease"
source = "estimate"
metric = "sensitivity"
at_least = 0.80
over = "every site"
consideration = "relevant performance metrics"

[[criteria]]
id = "false alerts"
source = "estimate"
metric = "specificity"
at_least = 0.40
over = "every site"
consideration = "relevant performance metrics"

[[criteria]]
id = "missed disease, women and men"
source = "estimate"
metric = "sensitivity"
at_least = 0.70
over = "every sex"
consideration = "fairness and bias"

[[criteria]]
id = "cost against reading everything first"
source = "estimate"
metric = "cost_against_default"
at_most = 1.0
over = "every site"
consideration = "asymmetric misclassification costs"
"""

COMPARATOR = """
[comparators.version_1]
score = "score_version_1"
version = "heart-cad/1"
threshold = {threshold!r}
"""


def external(
    *, version: int, development: str, today: str, version_1_threshold: float | None = None
) -> str:
    """Return a version's external protocol; its threshold follows from development evidence."""
    comparator = (
        "" if version_1_threshold is None else COMPARATOR.format(threshold=version_1_threshold)
    )
    return EXTERNAL.format(
        version=version, development=development, today=today, comparator=comparator
    )
