"""Subjects: the stratum that figures are about, with its curves and its protocol."""

from collections.abc import Sequence
from dataclasses import dataclass

from registry.domain.judgements import exhibits, wording
from registry.domain.judgements.exhibits import Document, Exhibit

_PLACE = 30  # characters of a place's name in a caption


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What figures are about."""

    dossier: Document
    exhibit: Exhibit
    protocol: Document
    curves: Document

    @property
    def where(self) -> str:
        """Whom the figures are about."""
        return wording.stratum(self.exhibit.by)

    @property
    def place(self) -> str:
        """The same at the head of a caption."""
        return wording.capital(wording.squeezed(self.where, _PLACE))

    @property
    def threshold(self) -> float | None:
        """The score from which exams are flagged."""
        found: float | None = (self.protocol.get("operating_point") or {}).get("threshold")
        return found

    @property
    def level(self) -> float:
        """The level of the intervals."""
        return float((self.protocol.get("intervals") or {}).get("level", 0.95))

    def why(self, metric: str, curve: str | None = None) -> str:
        """Return why a figure is not there: the curve's own reason, else the metric's."""
        told = (self.curves.get("undefined") or {}).get(curve) if curve else None
        reason = told or self.exhibit.estimate(metric).get("undefined")
        return wording.sentence(reason or "not computed")


def subject(dossier: Document, exhibit: Exhibit) -> Subject:
    """Return what the figures of a stratum are drawn from."""
    return Subject(
        dossier=dossier,
        exhibit=exhibit,
        protocol=exhibits.protocol(dossier, exhibit.evidence),
        curves=exhibits.curves(dossier, exhibit) or {},
    )


def left_out(elsewhere: Sequence[Exhibit], crowded: int) -> str:
    """Return which sites a figure leaves out: those of another kind, and those too many."""
    names = [f"{wording.squeezed(wording.stratum(o.by), 20)} ({o.kind})" for o in elsewhere]
    parts = [wording.shortened(names, 2, "site")] if names else []
    parts += [wording.counted(crowded, "more site")] if crowded else []
    return f" Not drawn: {wording.listed(parts)}." if parts else ""
