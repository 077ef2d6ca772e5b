"""Emergencies: breaking the glass, ending it, and looking at it afterwards."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from registry.domain import emergencies as rules
from registry.domain.digests import canonical, document_digest
from registry.domain.emergencies import Finding, State
from registry.domain.errors import ConflictError
from registry.domain.people import EMERGENCY, Action
from registry.domain.signatures import Proof
from registry.domain.trail import Act, instant_text
from registry.services.work import Work
from registry.store import emergencies, people
from registry.store.emergencies import EmergencyReviewRow, EmergencyRow


def break_glass(work: Work, *, reason: str, hours: int, proof: Proof) -> EmergencyRow:
    """Open an emergency access for the actor; it is signed, and ends by itself.

    While it is open the actor may read everything and stop what runs, and nothing else.

    Raises
    ------
    BadInputError
        When no reason is given, or more hours are asked than the installation permits.
    ConflictError
        When one is open.
    """
    actor = work.require(Action.EMERGENCY_OPEN)
    open_now = emergencies.open_of(work.session, actor.id, work.now())
    rules.check_opening(
        reason=reason,
        hours=hours,
        most=work.settings.emergency_hours,
        already=open_now is not None,
    )
    until = work.now() + timedelta(hours=hours)
    document = rules.opening(
        person=people.reference(work.session, actor.id),
        reason=reason.strip(),
        opened_at=instant_text(work.now()),
        until=instant_text(until),
    )
    digest = work.artifacts.put_bytes(canonical(document)).digest
    signature = work.countersign(
        role=None,
        meaning="emergency access",
        subject=f"person {actor.login}",
        digest=digest,
        proof=proof,
        reasons=reason,
    )
    row = EmergencyRow(
        id=work.new_id(),
        person_id=actor.id,
        reason=reason.strip(),
        opened_at=work.now(),
        until=until,
        digest=digest,
        signed=signature.document(),
    )
    work.session.add(row)
    work.session.flush()
    work.record(
        Act.EMERGENCY_OPENED,
        subject=f"person {actor.login}",
        why=reason,
        after={
            "emergency": str(row.id),
            "digest": digest,
            "until": instant_text(until),
            "key": signature.key,
            "signature": signature.signature,
        },
    )
    return row


def end(work: Work) -> EmergencyRow:
    """End one's own emergency access; one's roles are back at once.

    Raises
    ------
    ConflictError
        When none is open.
    """
    row = current(work)
    row.ended_at = work.now()
    work.session.add(row)
    login = people.by_id(work.session, row.person_id).login
    work.record(Act.EMERGENCY_ENDED, subject=f"person {login}", after={"emergency": str(row.id)})
    return row


def current(work: Work) -> EmergencyRow:
    """Return the actor's emergency access that is open.

    Raises
    ------
    ConflictError
        When none is.
    """
    actor = work.require(Action.RECORD_READ)
    row = emergencies.open_of(work.session, actor.id, work.now())
    if row is None:
        raise ConflictError("You have no emergency access that is open.")
    return row


def review(
    work: Work, emergency_id: UUID, *, finding: Finding, remarks: str, proof: Proof
) -> EmergencyRow:
    """Close an emergency access by looking at it afterwards; another person signs what they found.

    Raises
    ------
    ForbiddenError
        When it is one's own.
    RuleBrokenError
        When it is still open.
    ConflictError
        When it was reviewed already.
    """
    actor = work.require(Action.EMERGENCY_REVIEW)
    row = emergencies.get(work.session, emergency_id)
    state = emergencies.times(work.session, row).state(work.now())
    rules.check_review(state, same_person=row.person_id == actor.id, remarks=remarks)
    document = rules.review(
        emergency=row.digest,
        person=people.reference(work.session, row.person_id),
        finding=finding,
        remarks=remarks.strip(),
    )
    login = people.by_id(work.session, row.person_id).login
    signature = work.countersign(
        role=None,
        meaning=f"emergency access: {finding}",
        subject=f"person {login}",
        digest=document_digest(document),
        proof=proof,
        reasons=remarks,
    )
    work.artifacts.put_bytes(canonical(document))
    work.session.add(
        EmergencyReviewRow(
            id=work.new_id(),
            emergency_id=row.id,
            person_id=actor.id,
            finding=finding,
            remarks=remarks.strip(),
            reviewed_at=work.now(),
            signed=signature.document(),
        )
    )
    work.session.flush()
    work.record(
        Act.EMERGENCY_REVIEWED,
        subject=f"person {login}",
        why=remarks,
        after={
            "emergency": str(row.id),
            "finding": finding.value,
            "key": signature.key,
            "signature": signature.signature,
        },
    )
    return row


def listed(work: Work, *, waiting: bool = False) -> list[dict[str, Any]]:
    """Return every emergency access, newest first; or those that wait to be looked at."""
    work.require(Action.RECORD_READ)
    found = [described(work, row) for row in emergencies.everything(work.session)]
    return [one for one in found if not waiting or one["state"] == State.ENDED]


def described(work: Work, row: EmergencyRow) -> dict[str, Any]:
    """Return an emergency access as it travels, with what was done by it."""
    found = emergencies.review_of(work.session, row.id)
    return {
        "id": row.id,
        "person": people.reference(work.session, row.person_id),
        "reason": row.reason,
        "state": emergencies.times(work.session, row).state(work.now()).value,
        "opened_at": row.opened_at,
        "until": row.until,
        "ended_at": row.ended_at,
        "digest": row.digest,
        "may": sorted(action.value for action in EMERGENCY),
        "review": None
        if found is None
        else {
            "by": people.reference(work.session, found.person_id),
            "finding": found.finding.value,
            "remarks": found.remarks,
            "at": instant_text(found.reviewed_at),
        },
    }
