"""Addressees: the people to whom a notice goes, as the records have them now."""

from collections.abc import Iterable
from contextlib import suppress
from uuid import UUID

from sqlmodel import Session, col, select

from registry.domain.errors import RegistryError
from registry.domain.notices import Audience, Notice
from registry.domain.notices.telling import model_of
from registry.domain.people import PERMISSIONS, Action, Role
from registry.domain.reviews import valid
from registry.store import decisions, dossiers, models, people, reviews, sites, standings, versions
from registry.store.artifacts.filesystem import Artifacts
from registry.store.people import PersonRoleRow, PersonRow
from registry.store.reviews import ReviewRow
from registry.store.versions import VersionRow

_DECIDERS = frozenset(role for role, may in PERMISSIONS.items() if Action.REVIEW_DECIDE in may)


def of(session: Session, artifacts: Artifacts, notice: Notice, *, actor: UUID | None) -> list[UUID]:
    """Return to whom a notice goes: each once, nobody suspended, and not who did the act."""
    to, review = notice.to, _review(session, notice)
    version = _version(session, notice, review)
    at = _sites(session, notice, review, version)
    roles = to.roles | _roles_named(notice)
    found = {*_holders(session, roles, at), *_named(session, notice)}
    if to.makers:
        found |= _makers(session, notice, review, version)
    if review is not None:
        found |= _of_review(session, artifacts, to, review, at)
    return sorted(found & _present(session) - {actor})


def _review(session: Session, notice: Notice) -> ReviewRow | None:
    """Return the review that an act names, if it does."""
    try:
        return session.get(ReviewRow, UUID(str(notice.facts.get("review"))))
    except ValueError:
        return None


def _version(session: Session, notice: Notice, review: ReviewRow | None) -> VersionRow | None:
    """Return the version that an act concerns, if it does one."""
    if review is not None:
        return versions.by_id(session, review.version_id)
    subject = notice.subject.partition(" at ")[0]
    for name in (notice.facts.get("version"), subject, subject.partition(" ")[2]):
        with suppress(RegistryError):
            return versions.named(session, str(name))
    return None


def _sites(
    session: Session, notice: Notice, review: ReviewRow | None, version: VersionRow | None
) -> frozenset[UUID] | None:
    """Return the sites that an act concerns, None where it says nothing of any."""
    names: set[str] = set()
    kind, _, name = notice.subject.partition(" ")
    if kind == "site":
        names.add(name)
    if " at " in notice.subject:
        names.add(notice.subject.partition(" at ")[2])
    if isinstance(one := notice.facts.get("site"), str):
        names.add(one)
    if not names and review is not None:
        names.update(review.scope["sites"])
    if not names and version is not None:
        for digest in standings.approved_dossiers(session, version.id):
            names.update(dossiers.scope_of(session, digest).sites)
    known = [sites.find(session, one) for one in names]
    return frozenset(row.id for row in known if row is not None) or None


def _holders(session: Session, roles: Iterable[Role], at: frozenset[UUID] | None) -> set[UUID]:
    """Return who holds one of these roles, for all sites or for one that is concerned."""
    wanted = select(PersonRoleRow.person_id, PersonRoleRow.site_id).where(
        col(PersonRoleRow.role).in_(list(roles)), col(PersonRoleRow.revoked_at).is_(None)
    )
    return {
        person for person, site in session.exec(wanted) if site is None or at is None or site in at
    }


def _present(session: Session) -> set[UUID]:
    """Return everybody who is enrolled and not suspended."""
    return set(session.exec(select(PersonRow.id).where(col(PersonRow.suspended_at).is_(None))))


def _roles_named(notice: Notice) -> frozenset[Role]:
    """Return the roles that an act lists in words."""
    said = notice.facts.get(notice.to.role_words or "")
    words = said if isinstance(said, list) else []
    return frozenset(role for role in Role if role.value in words)


def _named(session: Session, notice: Notice) -> set[UUID]:
    """Return the people whom an act names, by id or login."""
    found = set()
    for key in notice.to.named:
        said = notice.facts.get(key)
        for one in said if isinstance(said, list) else [said]:
            text = str(one.get("id")) if isinstance(one, dict) else str(one)
            row = people.find(session, text)
            with suppress(ValueError):
                found.add(UUID(text) if row is None else row.id)
    return found


def _makers(
    session: Session, notice: Notice, review: ReviewRow | None, version: VersionRow | None
) -> set[UUID]:
    """Return who registered the model and what versions of it are concerned, and opened the review.

    An act on a model names the versions concerned by their numbers, where it names any.
    """
    found = set() if review is None else {review.opened_by}
    if version is not None:
        model = models.by_id(session, version.model_id)
        return found | {version.registered_by, model.registered_by}
    named = models.find(session, str(notice.facts.get("model") or model_of(notice.subject)))
    if named is None:
        return found
    said = notice.facts.get("versions")
    numbers = said if isinstance(said, list) else []
    of_model = versions.of_model(session, named.id)
    return (
        found
        | {named.registered_by}
        | {one.registered_by for one in of_model if one.number in numbers}
    )


def _of_review(
    session: Session,
    artifacts: Artifacts,
    to: Audience,
    review: ReviewRow,
    at: frozenset[UUID] | None,
) -> set[UUID]:
    """Return for whom a review waits, among those that an audience means."""
    found: set[UUID] = set()
    made = reviews.decision_of(session, review.id)
    if (to.awaited or to.deciders) and made is None:
        told = decisions.documents(session, artifacts, review)
        roles = {Role(one["role"]) for one in told.awaited}
        signed = {one.person for one in valid(decisions.values(session, review.id), told.digest)}
        if to.awaited:
            found |= _holders(session, roles, at) - signed
        if to.deciders and not roles:
            found |= _holders(session, _DECIDERS, at)
    if to.conditions and made is not None:
        for condition, _ in reviews.conditions_of(session, made.id):
            found |= {UUID(condition.document[one]["id"]) for one in ("owner", "verifier")}
    return found
