"""Standing: moving a version's stage, and signing how it stands from now on."""

from registry.domain import signatures
from registry.domain import standings as rules
from registry.domain.scopes import Scope
from registry.domain.stages import Stage, transition
from registry.domain.standings import State
from registry.domain.trail import Act, instant_text
from registry.services.work import Work
from registry.store import cards, dossiers, models, reviews, standings, suspensions, versions
from registry.store.standings import StandingRow
from registry.store.versions import VersionRow


def move(work: Work, version: VersionRow, wanted: Stage) -> None:
    """Move a version to another stage, by the table of moves.

    Raises
    ------
    StageError
        When the table has no such move.
    """
    before = version.stage
    way = transition(before, wanted)
    if before is wanted:
        return
    versions.move(work.session, version.id, expected=before, wanted=wanted)
    work.record(
        Act.VERSION_STAGE_MOVED,
        subject=versions.name_of(work.session, version),
        why=way.act,
        before={"stage": before.value},
        after={"stage": wanted.value},
    )


def put(
    work: Work,
    version: VersionRow,
    state: State,
    *,
    dossier: str | None,
    reason: str,
    by: str | None = None,
) -> StandingRow:
    """Sign and keep how a version stands from now on; the older standings stay.

    A new standing asks for a new card in the same transaction: none is left saying the old.
    """
    before = standings.current(work.session, version.id)
    document = rules.unsigned(
        model=models.by_id(work.session, version.model_id).name,
        number=version.number,
        dossier=dossier,
        state=state,
        since=instant_text(work.now()),
        by=by,
        reason=reason,
    )
    signed = signatures.sign(document, work.keys.signing())
    row = StandingRow(
        id=work.new_id(),
        version_id=version.id,
        number=1 if before is None else before.number + 1,
        state=state,
        dossier=dossier,
        document={**document, "signature": {"key": signed.key, "value": signed.signature}},
        since=work.now(),
    )
    work.session.add(row)
    work.session.flush()
    work.record(
        Act.VERSION_STANDING_CHANGED,
        subject=versions.name_of(work.session, version),
        why=reason,
        before=None if before is None else {"state": before.state.value},
        after={"state": state.value, "dossier": dossier, "by": by},
    )
    asked_by = None if work.actor is None else work.actor.id
    cards.ask(work.session, version.id, asked_by=asked_by, now=work.now(), job_id=work.new_id())
    return row


def halt(work: Work, version: VersionRow, state: State, *, dossier: str, reason: str) -> None:
    """Take a version out of use: suspended or lapsed; an open review of it goes on.

    An approved version keeps its stage while a further review is open; once it is out of use it
    stands in that review.
    """
    move(work, version, Stage.LAPSED if state is State.LAPSED else Stage.SUSPENDED)
    if reviews.open_review(work.session, version.id) is not None:
        move(work, version, Stage.IN_REVIEW)
    put(work, version, state, dossier=dossier, reason=reason)


def reaches(work: Work, version: VersionRow, scope: Scope) -> bool:
    """Tell whether declining a scope takes away what a version is current for."""
    return any(
        dossiers.scope_of(work.session, digest).takes_over(scope)
        for digest in suspensions.standing_approvals(work.session, version.id)
    )


def supersede_older(work: Work, version: VersionRow, scope: Scope) -> None:
    """Mark the versions of the same model whose place the approved one takes."""
    name = versions.name_of(work.session, version)
    others = {
        one.id: one
        for one in versions.of_model(work.session, version.model_id)
        if one.id != version.id
    }
    for row in standings.in_state(work.session, list(others), State.CURRENT):
        scopes = [
            dossiers.scope_of(work.session, digest)
            for digest in suspensions.standing_approvals(work.session, row.version_id)
        ]
        if all(scope.takes_over(older) for older in scopes):
            other = others[row.version_id]
            move(work, other, Stage.SUPERSEDED)
            reason = f"{name} was approved for {', '.join(scope.sites)}."
            put(work, other, State.SUPERSEDED, dossier=row.dossier, reason=reason, by=name)
