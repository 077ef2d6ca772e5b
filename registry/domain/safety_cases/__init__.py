"""Safety cases: the argument that a version is safe enough, and the records on which it rests.

A case is written by people and stands on what the registry knows. What follows from records is
frozen into it as they were; the argument and the summary are authored, and the clinical safety
officer signs the whole. One is about a version as it is released (DCB0129); another, of a hospital,
about a version as it is deployed there (DCB0160).
"""

from registry.domain.safety_cases.authored import (
    LINKS,
    RELEASE_PHASES,
    SITE_PHASES,
    Linkable,
    Phase,
    require_authored,
)
from registry.domain.safety_cases.documents import SCHEMA, Facts, assemble, changes, generated
from registry.domain.safety_cases.lacking import lacks, lacks_of_records, open_points
from registry.domain.safety_cases.requiring import require
from registry.domain.safety_cases.states import (
    CaseState,
    banner,
    check_signer,
    check_writer,
    signer_of,
    state_of,
)

__all__ = [
    "LINKS",
    "RELEASE_PHASES",
    "SCHEMA",
    "SITE_PHASES",
    "CaseState",
    "Facts",
    "Linkable",
    "Phase",
    "assemble",
    "banner",
    "changes",
    "check_signer",
    "check_writer",
    "generated",
    "lacks",
    "lacks_of_records",
    "open_points",
    "require",
    "require_authored",
    "signer_of",
    "state_of",
]
