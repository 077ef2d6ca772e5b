"""Reviews: who may sign what, and what stands between a dossier and each decision."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from registry.domain import scopes
from registry.domain.errors import (
    BadInputError,
    ConflictError,
    ForbiddenError,
    RuleBrokenError,
    WaitingError,
)
from registry.domain.people import Actor, Role
from registry.domain.policies import Meaning, SignOffRule, TierRules
from registry.domain.requirements import open_points
from registry.domain.scopes import Document
from validation.metric_names import METRICS


class Kind(StrEnum):
    """What kind of thing stands in the way, the hardest first."""

    NOT_MET = "not met"
    INSUFFICIENT = "insufficient evidence"
    MISSING = "missing"


class Outcome(StrEnum):
    """What a review may end in."""

    APPROVE = "approve"
    APPROVE_WITH_CONDITIONS = "approve with conditions"
    RE_REVIEW = "re-review"
    DECLINE = "decline"

    @property
    def permits(self) -> bool:
        """Whether it lets the version be used."""
        return self in {Outcome.APPROVE, Outcome.APPROVE_WITH_CONDITIONS}


NEEDS_REASONS = frozenset(
    {
        Meaning.SUPPORT_WITH_CONDITIONS,
        Meaning.OBJECT,
        Meaning.ABSTAIN,
        Meaning.ACCEPT_RESIDUAL_RISK,
    }
)
# What everybody with a say may always answer, and all that an author may.
ALWAYS = frozenset({Meaning.OBJECT, Meaning.ABSTAIN})
OF_AUTHORS = ALWAYS | {Meaning.AUTHORSHIP}


class SelfApprovalError(RuleBrokenError):
    """An author tried to approve what they made.

    Attributes
    ----------
    person : UUID
        Who tried.
    made : str
        What of the dossier they made.
    """

    code = "self-approval"

    def __init__(self, *, person: UUID, made: str) -> None:
        self.person = person
        self.made = made
        super().__init__(f"You made {made}, so another person must review or approve it.")


class StaleDossierError(ConflictError):
    """The records say something else than the dossier that was to be signed or decided."""

    code = "stale-dossier"


@dataclass(frozen=True, kw_only=True)
class Missing:
    """Something that stands in the way, of what kind, and for whom it waits if for anybody."""

    kind: Kind
    what: str
    waits_for: str | None


class BlockedError(RuleBrokenError):
    """An approval that something stands against which is not a matter of waiting.

    Attributes
    ----------
    blocked : tuple of Missing
        Everything that stands against it.
    """

    code = "blocked"

    def __init__(self, blocked: Sequence[Missing]) -> None:
        self.blocked = tuple(blocked)
        super().__init__(
            "The policy blocks this approval. " + " ".join(_with_person(one) for one in blocked)
        )

    @staticmethod
    def of(blocked: Sequence[Missing]) -> RuleBrokenError:
        """Return the error for what blocks: one of waiting where people can still bring it all."""
        kinds = {one.kind for one in blocked}
        if kinds == {Kind.MISSING}:
            return WaitingError(
                "This approval still waits.", waits_for=[_with_person(one) for one in blocked]
            )
        return BlockedError(blocked) if Kind.NOT_MET in kinds else InsufficientError(blocked)


class InsufficientError(BlockedError):
    """An approval that nothing speaks against, and for which too little is known."""

    code = "insufficient-evidence"


def _with_person(missing: Missing) -> str:
    """Return what is missing and for whom it waits, as a sentence."""
    if missing.waits_for is None:
        return missing.what
    return f"{missing.what} Waits for: {missing.waits_for}."


@dataclass(frozen=True, kw_only=True)
class SignOff:
    """One sign-off as the rules see it; `active` until it is withdrawn."""

    person: UUID
    name: str
    role: Role
    meaning: Meaning
    dossier: str
    active: bool = True


def valid(signoffs: Sequence[SignOff], dossier: str) -> list[SignOff]:
    """Return the sign-offs that count: not withdrawn, and over the dossier at hand."""
    return [s for s in signoffs if s.active and s.dossier == dossier]


def check_signoff(
    wanted: SignOff,
    *,
    reasons: str,
    dossier: str,
    authors: Mapping[UUID, str],
    given: Sequence[SignOff],
    rules: TierRules,
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

    Raises
    ------
    ConflictError
        When the dossier has changed, or the person has signed in this role.
    RuleBrokenError
        When role, meaning or person do not fit.
    BadInputError
        When reasons are needed and absent.
    """
    if wanted.dossier != dossier:
        raise StaleDossierError(
            f"The dossier changed: it is now {dossier}; read it and sign that one."
        )
    _check_words(wanted, reasons, rules)
    if wanted.person in authors and wanted.meaning not in OF_AUTHORS:
        raise SelfApprovalError(person=wanted.person, made=authors[wanted.person])
    for signoff in valid(given, dossier):
        if signoff.person != wanted.person:
            continue
        if signoff.role is wanted.role:
            raise ConflictError(
                f"You have signed as {wanted.role} already; withdraw that sign-off first."
            )
        if {signoff.role, wanted.role} <= required_roles(rules):
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


def required_roles(rules: TierRules) -> frozenset[Role]:
    """Return the roles whose sign-off a decision needs."""
    return frozenset(rule.role for rule in rules.signoffs)


def missing_signoffs(
    rules: TierRules, signoffs: Sequence[SignOff], *, dossier: str, holders: Mapping[Role, int]
) -> list[Missing]:
    """Return the sign-offs that are still missing, and say where too few people could give them."""
    found = []
    for rule in rules.signoffs:
        people = {s.person for s in valid(signoffs, dossier) if _fills(s, rule)}
        lacking = rule.quorum - len(people)
        if lacking <= 0:
            continue
        many = "" if rule.quorum == 1 else f" ({len(people)} of {rule.quorum})"
        what = f"Sign-off of the {rule.role}{many}: {' or '.join(rule.meanings)}."
        held = holders.get(rule.role, 0)
        if held < rule.quorum:
            what += f" Only {held} hold that role; enrol more." if held else " Nobody holds it yet."
        found.append(Missing(kind=Kind.MISSING, what=what, waits_for=rule.role.value))
    return found


def awaited(rules: TierRules, signoffs: Sequence[SignOff], dossier: str) -> list[dict[str, str]]:
    """Return role and meaning of every sign-off that is asked for and not given."""
    found: list[dict[str, str]] = []
    for rule in rules.signoffs:
        people = {s.person for s in valid(signoffs, dossier) if _fills(s, rule)}
        one = {"role": rule.role.value, "meaning": " or ".join(rule.meanings)}
        found.extend(one for _ in range(rule.quorum - len(people)))
    return found


def _fills(signoff: SignOff, rule: SignOffRule) -> bool:
    """Tell whether a sign-off is one that a rule asks for."""
    return signoff.role is rule.role and signoff.meaning in rule.meanings


def objections(signoffs: Sequence[SignOff], *, dossier: str) -> list[str]:
    """Return the objections that block: those of the clinical safety officer."""
    return [
        f"{s.name}, clinical safety officer, objects."
        for s in valid(signoffs, dossier)
        if s.meaning is Meaning.OBJECT and s.role is Role.CLINICAL_SAFETY_OFFICER
    ]


def blockers(
    rules: TierRules,
    *,
    requirements: Sequence[Document],
    criteria: Sequence[Document],
    signoffs: Sequence[SignOff],
    dossier: str,
    holders: Mapping[Role, int],
) -> list[Missing]:
    """Return everything that stands between a dossier and its approval, the hardest first.

    What nothing but other evidence or another version can mend waits for nobody.
    """
    found = [
        Missing(kind=Kind.NOT_MET, what=sentence, waits_for=None)
        for sentence in objections(signoffs, dossier=dossier)
    ]
    for entry in scopes.unmet(criteria):
        kind = Kind.NOT_MET if entry["verdict"] == Kind.NOT_MET else Kind.INSUFFICIENT
        found.append(Missing(kind=kind, what=criterion_sentence(entry), waits_for=None))
    for point in open_points(requirements):
        what = f"{point['text']}: {point['status']}. {point['because']}"
        found.append(Missing(kind=Kind(point["status"]), what=what, waits_for=point["waits_for"]))
    found += missing_signoffs(rules, signoffs, dossier=dossier, holders=holders)
    return sorted(found, key=lambda one: list(Kind).index(one.kind))


def criterion_sentence(entry: Document) -> str:
    """Return one judged criterion as a sentence: where, what was asked and found, and why."""
    where = ", ".join(f"{level}" for level in entry["by"].values()) or entry["over"]
    finding = "" if entry["finding"] is None else f", {entry['finding']}"
    metric = METRICS[entry["metric"]].label if entry["metric"] in METRICS else entry["metric"]
    found = " not assessed;" if entry["measured"] is None else f" {entry['measured']:.3g};"
    asked = f"{entry['comparison']} {entry['required']:g} is asked"
    because = f"; {entry['because']}" if entry["because"] else ""
    return f"“{entry['id']}” at {where}{finding}: {metric}{found} {asked}{because}."


def decide(
    wanted: Outcome, *, blocked: Sequence[Missing], conditions: int, reasons: str
) -> list[Missing]:
    """Return what blocks an outcome; declining and asking again are never blocked.

    A condition cannot bridge an unmet or insufficient criterion: it says what must happen
    besides.

    Raises
    ------
    BadInputError
        When the reasons are missing, or the conditions do not go with the outcome.
    """
    if not reasons.strip():
        raise BadInputError("say in words why it is decided so.", field="reasons")
    if wanted is Outcome.APPROVE_WITH_CONDITIONS and not conditions:
        raise BadInputError("name at least one, or approve without.", field="conditions")
    if wanted is not Outcome.APPROVE_WITH_CONDITIONS and conditions:
        raise BadInputError(
            f"only “{Outcome.APPROVE_WITH_CONDITIONS}” carries any.", field="conditions"
        )
    return list(blocked) if wanted.permits else []


def check_decider(
    actor: Actor,
    *,
    rules: TierRules,
    authors: Mapping[UUID, str],
    signoffs: Sequence[SignOff],
    dossier: str,
) -> Role:
    """Return the role in which a person decides.

    Raises
    ------
    ForbiddenError
        When the person does not hold the role that decides.
    RuleBrokenError
        When they made a part of the dossier, or signed it in another required role.
    """
    role = rules.decision_maker
    if role not in actor.roles:
        raise ForbiddenError(f"Only a {role} decides here.")
    if actor.id in authors:
        raise SelfApprovalError(person=actor.id, made=authors[actor.id])
    for signoff in valid(signoffs, dossier):
        other = signoff.role is not role and signoff.role in required_roles(rules)
        if signoff.person == actor.id and other:
            raise RuleBrokenError(f"You signed as {signoff.role}; another {role} must decide.")
    return role


def check_validity(valid_until: date | None, *, today: date, latest: date) -> date:
    """Return until when an approval holds: as asked, or as long as the policy lets it.

    Raises
    ------
    BadInputError
        When the date is not in the future, or later than the policy permits.
    """
    if valid_until is None:
        return latest
    if valid_until <= today:
        raise BadInputError(f"{valid_until} is not in the future.", field="valid_until")
    if valid_until > latest:
        raise BadInputError(f"the policy permits {latest} at most.", field="valid_until")
    return valid_until


def check_seats(signoffs: Collection[SignOffRule], holders: Mapping[Role, int]) -> None:
    """Refuse a policy that asks for more signers than there are people to sign.

    Raises
    ------
    BadInputError
        Names the role, the quorum and how many hold it.
    """
    for rule in signoffs:
        held = holders.get(rule.role, 0)
        if rule.quorum > held:
            raise BadInputError(
                f"{rule.quorum} sign-offs of the {rule.role} are asked for, and {held} hold the "
                "role; enrol people first, or ask for fewer.",
                field="signoffs.quorum",
            )
