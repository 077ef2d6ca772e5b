"""Reference cases: made tables, what is known of them from elsewhere, and how the two compare."""

from validation.reference_cases.checking import Checked, canonical_json, check, same
from validation.reference_cases.figures import FIGURES, Figure
from validation.reference_cases.tables import HOSPITALS, TABLES, Table, many

__all__ = [
    "FIGURES",
    "HOSPITALS",
    "TABLES",
    "Checked",
    "Figure",
    "Table",
    "canonical_json",
    "check",
    "many",
    "same",
]
