"""Signing: who may sign what, and which sign-offs are still missing."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from registry.domain.duals import Pair
from registry.domain.errors import BadInputError, ConflictError, RuleBrokenError, WaitingError
from registry.domain.people import Role
from registry.domain.policies import Meaning, SignOffRule, TierRules
from registry.domain.reviews.words import (
    ALWAYS,
    NEEDS_REASONS,
    OF_AUTHORS,
    Kind,
    Missing,
    SelfApprovalError,
    SignOff,
    StaleDossierError,
    valid,
)


def check_signoff(
    wanted: SignOff,
    *,
    reasons: str,
    dossier: str,
    authors: Mapping[UUID, str],
    given: Sequence[SignOff],
    rules: TierRules,
    duals: Collection[Pair] = (),
) -> None:
    """Refuse a sign-off that the rules do not allow.

    Parameters
    ----------
    wanted : SignOff
        The sign-off; its `dossier` is the digest that the signer saw.
    reasons : str
        What the signer gives as reasons; may be empty where none are needed.
    dossier : str
        The digest of the review's dossier now.
    authors : mapping
        Person → what of the dossier they made.
    given : sequence of SignOff
        Those already on the review.
    rules : TierRules
        What the policy asks at the tier.
    duals : collection of pairs of roles
        Those that the policy allows and that are declared for the signer.

    Raises
    ------
    ConflictError
        When the dossier has changed, or the person has signed in this role.
    RuleBrokenError
        When role, meaning or person do not fit.
    WaitingError
        When the policy has somebody else sign first; an objection or abstention never waits.
    BadInputError
        When reasons are needed and absent.
    """
    if wanted.dossier != dossier:
        raise StaleDossierError(
            f"The dossier changed: it is now {dossier}; read it and sign that one."
        )
    _check_words(wanted, reasons, rules)
    _check_order(wanted, given, rules)
    if wanted.person in authors and wanted.meaning not in OF_AUTHORS:
        raise SelfApprovalError(person=wanted.person, made=authors[wanted.person])
    for signoff in valid(given, dossier):
        if signoff.person != wanted.person:
            continue
        if signoff.role is wanted.role:
            raise ConflictError(
                f"You have signed as {wanted.role} already; withdraw that sign-off first."
            )
        pair = frozenset({signoff.role, wanted.role})
        if pair <= required_roles(rules) and pair not in duals:
            raise RuleBrokenError(
                f"You have signed as {signoff.role}; one person cannot fill two required roles."
            )


def _check_words(wanted: SignOff, reasons: str, rules: TierRules) -> None:
    """Refuse a role or a meaning that the policy does not ask for, or one without reasons."""
    places = {rule.role: rule for rule in (*rules.optional, *rules.signoffs)}
    if wanted.role not in places:
        raise RuleBrokenError(
            f"The policy has no sign-off for the role {wanted.role}; it has {', '.join(places)}."
        )
    meanings = {*places[wanted.role].meanings, *ALWAYS}
    if wanted.meaning not in meanings:
        raise RuleBrokenError(
            f"As {wanted.role} one cannot state “{wanted.meaning}”; "
            f"the policy accepts {', '.join(m for m in Meaning if m in meanings)}."
        )
    if wanted.meaning in NEEDS_REASONS and not reasons.strip():
        raise BadInputError(f"“{wanted.meaning}” needs reasons in words.", field="reasons")


def _check_order(wanted: SignOff, given: Sequence[SignOff], rules: TierRules) -> None:
    """Refuse a sign-off before those that the policy puts ahead of it."""
    if wanted.meaning in ALWAYS:
        return
    asked = {rule.role: rule for rule in rules.signoffs}
    mine = next(r for r in (*rules.signoffs, *rules.optional) if r.role is wanted.role)
    waits = [
        f"{asked[role].quorum - have} sign-off of the {role}, which comes first."
        for role in mine.after
        if (have := _count(given, asked[role], wanted.dossier)) < asked[role].quorum
    ]
    if waits:
        raise WaitingError(
            f"The {wanted.role} does not sign yet: the policy sets an order.", waits_for=waits
        )


def _count(signoffs: Sequence[SignOff], rule: SignOffRule, dossier: str) -> int:
    """Return how many people have given the sign-off that a rule asks for."""
    return len({s.person for s in valid(signoffs, dossier) if _fills(s, rule)})


def required_roles(rules: TierRules) -> frozenset[Role]:
    """Return the roles whose sign-off a decision needs."""
    return frozenset(rule.role for rule in rules.signoffs)


def missing_signoffs(
    rules: TierRules, signoffs: Sequence[SignOff], *, dossier: str, holders: Mapping[Role, int]
) -> list[Missing]:
    """Return the sign-offs that are still missing, and say where too few people could give them."""
    found = []
    for rule in rules.signoffs:
        have = _count(signoffs, rule, dossier)
        if have >= rule.quorum:
            continue
        many = "" if rule.quorum == 1 else f" ({have} of {rule.quorum})"
        what = f"Sign-off of the {rule.role}{many}: {' or '.join(rule.meanings)}."
        if rule.after:
            what = f"{what.rstrip('.')}, after the {' and the '.join(rule.after)}."
        held = holders.get(rule.role, 0)
        if held < rule.quorum:
            what += f" Only {held} hold that role; enrol more." if held else " Nobody holds it yet."
        found.append(Missing(kind=Kind.MISSING, what=what, waits_for=rule.role.value))
    return found


def awaited(rules: TierRules, signoffs: Sequence[SignOff], dossier: str) -> list[dict[str, str]]:
    """Return role and meaning of every sign-off that is asked for and not given."""
    found: list[dict[str, str]] = []
    for rule in rules.signoffs:
        lacking = rule.quorum - _count(signoffs, rule, dossier)
        one = {"role": rule.role.value, "meaning": " or ".join(rule.meanings)}
        found.extend(one for _ in range(lacking))
    return found


def _fills(signoff: SignOff, rule: SignOffRule) -> bool:
    """Tell whether a sign-off is one that a rule asks for."""
    return signoff.role is rule.role and signoff.meaning in rule.meanings
