"""Documents: all that a safety case report renders."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from registry.domain.judgements import cases
from registry.domain.judgements.exhibits import Document
from registry.domain.safety_cases import CaseState


@dataclass(frozen=True, kw_only=True)
class CaseDocuments:
    """All that a safety case report renders.

    Attributes
    ----------
    case, digest
        A ``cmr.safety_case/1`` and its digest.
    dossier : Document
        The ``cmr.dossier/1`` that it was written over.
    log : Document or None
        The issue of the hazard log that it rests on.
    state : CaseState
    stale : sequence of str
        What the records have left behind, in words.
    signed : Document or None
        Who signed the case, as what and when.
    signatures : Document or None
        That signature as a ``cmr.signature_bundle/1``, which is checked without the registry.
    site_dossier : Document or None
        Of a hospital's case: its ``cmr.site_dossier/1``, whole.
    """

    case: Document
    digest: str
    dossier: Document
    log: Document | None
    state: CaseState
    stale: Sequence[str] = ()
    signed: Document | None = None
    signatures: Document | None = None
    site_dossier: Document | None = None

    @cached_property
    def view(self) -> dict[str, Any]:
        """The dossier with hazards, incidents and failures as the case froze them."""
        return cases.view(self.case, self.dossier)

    @property
    def parts(self) -> Document:
        """What follows from the records."""
        found: Document = self.case["generated"]
        return found

    @property
    def authored(self) -> Document:
        """What people wrote."""
        found: Document = self.case["authored"]
        return found

    @property
    def about(self) -> str:
        """What the case is about."""
        name: str = self.case["version"]
        site = self.case["site"]
        return name if site is None else f"{name} at {site}"
