"""Counting: a window's tally beside its baseline's, as signals, counts and sums for the chart."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from registry.domain.errors import BadInputError
from registry.domain.evidence import EvidenceState
from registry.services.work import Work
from registry.store import evidence, protocols, sites
from registry.store.evidence import EvidenceRow
from validation.errors import UndefinedError
from validation.federation.naming import renamed
from validation.monitoring.cusum import Chart, add
from validation.monitoring.signals import signals
from validation.monitoring.windows import Window, windows
from validation.protocols import from_document
from validation.tallies import files as tally_files

SITE = "site"


@dataclass(frozen=True, kw_only=True)
class Counted:
    """The windows of one piece of evidence at a site, one a finding, and whose exams it holds."""

    windows: Sequence[Window]
    sites: tuple[str, ...]


def counted(work: Work, row: EvidenceRow, site: str | None) -> Counted:
    """Return what a piece of evidence holds of a site, or of all its sites."""
    protocol = from_document(protocols.by_id(work.session, row.protocol_id).document)
    known = sites.known_as(work.session)
    tally = tally_files.read(work.artifacts.read(str(row.tally_digest)))
    tally = renamed(tally, {alias: known.get(alias, alias) for alias in tally.levels[SITE]})
    return Counted(
        windows=windows(tally, protocol, site=site),
        sites=tuple(level for level in tally.levels[SITE] if level),
    )


def baseline(work: Work, version_id: UUID, evidence_id: str, site: str) -> Counted:
    """Return the exams with whose scores those of a window are compared.

    They are those of the site itself where it has some there, else those of all its sites.

    Raises
    ------
    BadInputError
        When there is no such evidence on the version.
    """
    row = evidence.find(work.session, UUID(evidence_id))
    if row is None or row.version_id != version_id or row.state is not EvidenceState.ATTACHED:
        raise BadInputError(
            "no evidence that is attached to this version has the id.", field="monitoring.baseline"
        )
    found = counted(work, row, site)
    return found if any(one.exams for one in found.windows) else counted(work, row, None)


def told(now: Counted, before: Counted | None, *, days: int) -> list[dict[str, Any]]:
    """Return the signals of each finding of a window, with its counts."""
    earlier = {} if before is None else {one.finding: one for one in before.windows}
    return [
        {
            "finding": one.finding,
            "counts": counts(one),
            **asdict(signals(one, earlier.get(one.finding), days=days)),
            "hidden": one.hidden,
        }
        for one in now.windows
    ]


def counts(window: Window) -> dict[str, int]:
    """Return the counts of a window."""
    return {
        name: getattr(window, name)
        for name in ("exams", "positives", "negatives", "unlabelled", "unscored", "flagged")
    }


def fewest(findings: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Return the counts by which a window of several findings is judged: the fewest of each.

    Of unscored exams it is the most.
    """
    found = [one["counts"] for one in findings]
    return {
        "exams": max(one["exams"] for one in found),
        "positives": min(one["positives"] for one in found),
        "negatives": min(one["negatives"] for one in found),
        "unscored": max(one["unscored"] for one in found),
    }


def charted(
    now: Counted, before: Sequence[Mapping[str, Any]], *, odds_ratio: float
) -> list[dict[str, Any]]:
    """Return the chart of each finding after a window; undefined says why there is none."""
    earlier = {one["finding"]: one for one in before}
    return [_charted(one, earlier.get(one.finding), odds_ratio) for one in now.windows]


def _charted(window: Window, before: Mapping[str, Any] | None, odds_ratio: float) -> dict[str, Any]:
    """Return the chart of one finding."""
    start = Chart()
    if before is not None and before["undefined"] is None:
        names = ("observed", "expected", "more", "fewer")
        start = Chart(**{name: before[name] for name in names})
    try:
        chart = add(start, window, odds_ratio=odds_ratio)
    except UndefinedError as reason:
        return {"finding": window.finding, **asdict(Chart()), "undefined": str(reason)}
    return {"finding": window.finding, **asdict(chart), "undefined": None}
