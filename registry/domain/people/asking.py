"""Asking: whether somebody may do something, by the table and the laws above it."""

from collections.abc import Collection

from registry.domain.errors import ForbiddenError, NotSignedInError
from registry.domain.people.permissions import (
    EMERGENCY,
    PERMISSIONS,
    SCOPES,
    SIGNING,
    SYSTEM,
    Action,
    Actor,
    Role,
)
from registry.domain.people.states import WHEN, State, allows

LAWS: tuple[str, ...] = (
    "Nobody may do anything that the tables do not say.",
    "No token ever signs, whatever its scopes and whoever holds it.",
    "An administrator can neither sign nor approve, whatever other role they hold.",
    "An auditor reads everything and changes nothing, whatever other role they hold.",
    "A role held for a site counts there alone; a site's officers always hold theirs for a site.",
    "By emergency access one reads and stops what runs; one neither signs, approves nor enrols.",
    "Nothing is signed in series: one act is one statement with one proof.",
    "Nobody grants a role to themselves.",
    "A role that signs is granted by another person than the one who enrolled its holder.",
)
"""What holds whatever the tables say; each is tested."""


def may(
    actor: Actor | None,
    action: Action,
    *,
    state: State | None = None,
    sites: Collection[str] = (),
    role: Role | None = None,
) -> bool:
    """Tell whether an actor may do something; nobody may do anything.

    Parameters
    ----------
    actor : Actor or None
    action : Action
    state : State or None
        Where the version or the review stands that it is done to; None where that is not known
        yet, and then only the roles are asked.
    sites : collection of str
        The sites that it is done for; empty where it is not about any.
    role : Role or None
        The role in which it is done; None for whichever the actor holds.
    """
    if actor is None:
        return False
    if actor.via == "system":
        return action in SYSTEM and (state is None or state in WHEN.get(action, frozenset()))
    if actor.emergency is not None:
        return action in EMERGENCY and (state is None or state in WHEN.get(action, frozenset()))
    if actor.via == "token" and not _token_may(actor.scopes, action):
        return False
    return any(
        allows(held, action, state) and actor.acts_at(held, sites)
        for held in _counting(actor, action)
        if role is None or held is role
    )


def _counting(actor: Actor, action: Action) -> frozenset[Role]:
    """Return the roles of an actor that count for an action, by the laws above the table."""
    if Role.AUDITOR in actor.roles:
        return frozenset({Role.AUDITOR})
    if Role.ADMINISTRATOR in actor.roles and action in SIGNING:
        return frozenset()
    return actor.roles


def _token_may(scopes: frozenset[str], action: Action) -> bool:
    """Tell whether a token's scopes reach an action; none reaches a signature."""
    return action not in SIGNING and any(action in SCOPES.get(s, frozenset()) for s in scopes)


def require(
    actor: Actor | None,
    action: Action,
    *,
    state: State | None = None,
    sites: Collection[str] = (),
    role: Role | None = None,
) -> Actor:
    """Return the actor if it may do something; the parameters are those of `may`.

    Raises
    ------
    NotSignedInError
        When nobody is signed in.
    ForbiddenError
        When the actor may not; the sentence says which roles may, or where or when one may.
    """
    if actor is None:
        raise NotSignedInError("Nobody is signed in; use `cmr login` or a token.")
    if may(actor, action, state=state, sites=sites, role=role):
        return actor
    raise ForbiddenError(_why_not(actor, action, state, sites, role))


def _why_not(
    actor: Actor,
    action: Action,
    state: State | None,
    sites: Collection[str],
    role: Role | None,
) -> str:
    """Return why an actor may not do something, as a sentence that says who may, or when."""
    law = _by_law(actor, action)
    if law is not None:
        return law
    if role is not None and role not in actor.roles:
        return f"{actor.name} does not hold the role {role.value}."
    if not may(actor, action, role=role):
        holders = [one.value for one, actions in PERMISSIONS.items() if action in actions]
        who = ", ".join(holders) or "who broke the glass (`cmr emergency open`)"
        return f"{actor.name} may not do this ({action}); it is for: {who}."
    return _not_here(actor, action, state, sites, role)


def _by_law(actor: Actor, action: Action) -> str | None:
    """Return the law above the tables by which an actor may not do something, or None."""
    if actor.emergency is not None:
        return (
            f"By emergency access one reads and stops, and nothing else ({action}); end it with "
            "`cmr emergency end` to be back in your roles."
        )
    if actor.via == "token" and not _token_may(actor.scopes, action):
        if action in SIGNING:
            return "A token can never sign; sign in as yourself and sign there."
        return f"This token's scopes do not reach {action}; issue another token."
    barred = barred_from_signing(actor.roles) if action in SIGNING else None
    if barred is not None:
        return f"{actor.name} is {barred.value} and can neither sign nor approve ({action})."
    return None


def _not_here(
    actor: Actor,
    action: Action,
    state: State | None,
    sites: Collection[str],
    role: Role | None,
) -> str:
    """Return why somebody whose roles would do may not do it in this state, or at these sites."""
    if not may(actor, action, state=state, role=role):
        when = [one.value for one in (WHEN.get(action) or ())]
        return (
            f"This cannot be done ({action}) where it is “{state}”; "
            f"it can where it is: {', '.join(sorted(when)) or 'nothing of the kind'}."
        )
    held = sorted({f"{post.value} of {site}" for post, site in actor.posts}) or ["of no site"]
    return (
        f"{actor.name} acts only for their own site ({', '.join(held)}); "
        f"this concerns {', '.join(sites)}."
    )


def barred_from_signing(roles: Collection[Role]) -> Role | None:
    """Return the role because of which a person can never sign, whatever else they hold."""
    return next((role for role in (Role.ADMINISTRATOR, Role.AUDITOR) if role in roles), None)


def require_signer(actor: Actor, role: Role | None) -> None:
    """Refuse a signature that no person may give in this role, whatever is signed.

    Raises
    ------
    ForbiddenError
        When an API token or the system asks, the actor is an administrator or an auditor, or
        does not hold the role.
    """
    if actor.via != "session":
        raise ForbiddenError("A signature needs a person signed in; a token can never sign.")
    if actor.emergency is not None:
        raise ForbiddenError(
            "By emergency access one can neither sign nor approve; `cmr emergency end` ends it."
        )
    barred = barred_from_signing(actor.roles)
    if barred is not None:
        raise ForbiddenError(f"{actor.name} is {barred.value} and can neither sign nor approve.")
    if role is not None and role not in actor.roles:
        raise ForbiddenError(f"{actor.name} does not hold the role {role.value}.")
