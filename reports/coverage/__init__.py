"""Coverage: where a record answers the items of a reporting guideline, and where it does not.

It links each item to what the registry holds on it. It never says that a guideline is followed:
that is for a reader to judge, and for authors to report.
"""

from reports.coverage.claim_2024 import CLAIM_2024
from reports.coverage.items import Guideline, Item
from reports.coverage.report import SCHEMA, to_json, to_markdown
from reports.coverage.tripod_ai import TRIPOD_AI

__all__ = ["GUIDELINES", "SCHEMA", "Guideline", "Item", "to_json", "to_markdown"]

GUIDELINES = {one.key: one for one in (TRIPOD_AI, CLAIM_2024)}
"""Key → guideline."""
