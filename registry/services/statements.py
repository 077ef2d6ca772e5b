"""Statements: saying something about a consideration, and confirming what was carried over."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from registry.domain.errors import BadInputError, ConflictError
from registry.domain.people import Action
from registry.domain.statements import Kind, consideration, require_sound, stale_because
from registry.domain.trail import Act
from registry.services.work import Work
from registry.shapes.statements import StatementIn
from registry.store import evidence, models, policies, statements, versions
from registry.store.statements import StatementRow
from registry.store.versions import VersionRow


def make(work: Work, model: str, number: int, statement: StatementIn) -> dict[str, Any]:
    """Make a statement about a version; it supersedes the one before on that consideration."""
    by = work.require(Action.STATEMENT_MAKE)
    row = versions.get(work.session, model, number)
    work.require(Action.STATEMENT_MAKE, state=row.stage)
    about, kind = consideration(statement.consideration), Kind(statement.kind)
    require_sound(kind, text=statement.text, reason=statement.reason)
    linked = _evidence(work, row, statement.evidence)
    older = statements.current(work.session, row.id).get(about.number)
    newer = StatementRow(
        id=work.new_id(),
        version_id=row.id,
        consideration=about.number,
        number=1 if older is None else older.number + 1,
        kind=kind,
        text=statement.text,
        reason=statement.reason,
        evidence=linked,
        author_id=by.id,
        made_at=work.now(),
    )
    work.session.add(newer)
    work.session.flush()
    work.record(
        Act.STATEMENT_MADE,
        subject=_subject(work, row),
        before=None if older is None else _facts(older),
        after=_facts(newer),
    )
    return _described(work, row, about.number)


def confirm(work: Work, model: str, number: int, about: int) -> dict[str, Any]:
    """Confirm, as one's own, a statement that was carried over from the parent version.

    Raises
    ------
    ConflictError
        When nothing is stated, or what is stated was not carried over.
    """
    by = work.require(Action.STATEMENT_MAKE)
    row = versions.get(work.session, model, number)
    work.require(Action.STATEMENT_MAKE, state=row.stage)
    carried = statements.current(work.session, row.id).get(consideration(about).number)
    if carried is None or carried.carried_from_id is None:
        raise ConflictError(
            f"Consideration {about} of {model}/{number} holds nothing that was carried over."
        )
    confirmed = StatementRow(
        id=work.new_id(),
        version_id=row.id,
        consideration=carried.consideration,
        number=carried.number + 1,
        kind=carried.kind,
        text=carried.text,
        reason=carried.reason,
        evidence=list(carried.evidence),
        author_id=by.id,
        made_at=work.now(),
    )
    work.session.add(confirmed)
    work.session.flush()
    work.record(Act.STATEMENT_CONFIRMED, subject=_subject(work, row), after=_facts(confirmed))
    return _described(work, row, about)


def listed(work: Work, model: str, number: int) -> list[dict[str, Any]]:
    """Return all thirteen considerations in order, each answered or missing."""
    work.require(Action.RECORD_READ)
    row = versions.get(work.session, model, number)
    return _all_described(work, row)


def _evidence(work: Work, row: VersionRow, ids: Sequence[str]) -> list[str]:
    """Return the ids of evidence that a statement rests on, each of this version.

    Raises
    ------
    BadInputError
        Names the entry that is not.
    """
    linked = []
    for place, text in enumerate(ids, start=1):
        try:
            found = evidence.find(work.session, UUID(text))
        except ValueError:
            found = None
        if found is None or found.version_id != row.id:
            raise BadInputError(
                f"“{text[:60]}” is no evidence on {versions.name_of(work.session, row)}; "
                "`cmr evidence list` names what there is.",
                field=f"evidence[{place}]",
            )
        linked.append(str(found.id))
    return linked


def _described(work: Work, row: VersionRow, about: int) -> dict[str, Any]:
    """Return one consideration, what it asks, and what is said about it now."""
    return _all_described(work, row)[about - 1]


def _all_described(work: Work, row: VersionRow) -> list[dict[str, Any]]:
    """Return all thirteen, each with what it asks and why the policy would not rely on it now."""
    tier = models.risk_tier(work.session, row.model_id)
    months = policies.over(work.session, row.model_id).rules(tier).statements_months
    today = work.now().date()
    return [
        {
            **entry,
            "asks": consideration(entry["consideration"]).asks,
            "stale": entry["at"]
            and (stale_because(entry["at"], months=months, today=today) or None),
        }
        for entry in statements.in_dossier(work.session, row.id)
    ]


def _facts(row: StatementRow) -> dict[str, Any]:
    """Return what the trail says of a statement."""
    return {
        "consideration": row.consideration,
        "kind": row.kind.value,
        "text": row.text,
        "reason": row.reason,
        "evidence": list(row.evidence),
    }


def _subject(work: Work, row: VersionRow) -> str:
    """Return how the trail names a version."""
    return f"version {versions.name_of(work.session, row)}"
