"""Press: what prints safety cases, loaded where and when one is printed."""

from pathlib import Path

from registry.services.safety_cases.documents import CaseDocuments
from reports.safety_case.content import CaseContent


def printed(documents: CaseDocuments, templates: Path) -> tuple[CaseContent, bytes]:
    """Return what a report says and its bytes, as `registry.services.safety_cases.printing`."""
    from registry.services.safety_cases import printing

    return printing.printed(documents, templates)
