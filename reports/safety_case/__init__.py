"""Safety case: a Clinical Safety Case Report as a document, set with the blocks of the card."""

from reports.safety_case.content import (
    CaseContent,
    CaseSection,
    Claim,
    Evidence,
    Sign,
)
from reports.safety_case.html import render_case
from reports.safety_case.writing import described, to_json, write_case

__all__ = [
    "CaseContent",
    "CaseSection",
    "Claim",
    "Evidence",
    "Sign",
    "described",
    "render_case",
    "to_json",
    "write_case",
]
