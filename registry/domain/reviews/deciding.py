"""Deciding: what stands between a dossier and each outcome, who decides, and for how long."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from registry.domain import scopes
from registry.domain.duals import Pair
from registry.domain.errors import BadInputError, ForbiddenError, RuleBrokenError, WaitingError
from registry.domain.people import Actor, Role
from registry.domain.policies import Meaning, SignOffRule, TierRules
from registry.domain.requirements import open_points
from registry.domain.reviews.signing import missing_signoffs, required_roles
from registry.domain.reviews.words import Kind, Missing, Outcome, SelfApprovalError, SignOff, valid
from registry.domain.scopes import Document
from registry.domain.waivers import Waiver, bridges_criterion, bridges_requirement
from validation.metric_names import METRICS


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
    waivers: Sequence[Waiver] = (),
    requests: Sequence[str] = (),
) -> list[Missing]:
    """Return everything that stands between a dossier and its approval, the hardest first.

    What nothing but other evidence or another version can mend waits for nobody. `waivers` are
    those in force: what one bridges does not stand in the way, whatever its verdict. `requests`
    are the open requests for change, as sentences.
    """
    found = [
        Missing(kind=Kind.NOT_MET, what=sentence, waits_for=None)
        for sentence in objections(signoffs, dossier=dossier)
    ]
    for entry in scopes.unmet(criteria):
        if any(bridges_criterion(waiver, entry) for waiver in waivers):
            continue
        kind = _kind(entry)
        found.append(Missing(kind=kind, what=criterion_sentence(entry), waits_for=None))
    for point in open_points(requirements):
        if any(bridges_requirement(waiver, point) for waiver in waivers):
            continue
        what = f"{point['text']}: {point['status']}. {point['because']}"
        found.append(Missing(kind=Kind(point["status"]), what=what, waits_for=point["waits_for"]))
    owner = Role.MODEL_OWNER.value
    found += [Missing(kind=Kind.MISSING, what=one, waits_for=owner) for one in requests]
    found += missing_signoffs(rules, signoffs, dossier=dossier, holders=holders)
    return sorted(found, key=lambda one: list(Kind).index(one.kind))


def bridged(
    waiver: Waiver, *, requirements: Sequence[Document], criteria: Sequence[Document]
) -> list[tuple[str, str]]:
    """Return (verdict, sentence) of everything that blocks and that a waiver is about."""
    found = [
        (_kind(entry).value, criterion_sentence(entry))
        for entry in scopes.unmet(criteria)
        if bridges_criterion(waiver, entry)
    ]
    found += [
        (point["status"], f"{point['text']}: {point['status']}. {point['because']}")
        for point in open_points(requirements)
        if bridges_requirement(waiver, point)
    ]
    return found


def _kind(entry: Document) -> Kind:
    """Return how a criterion blocks: what was not assessed rests on too little, too."""
    return Kind.NOT_MET if entry["verdict"] == Kind.NOT_MET else Kind.INSUFFICIENT


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
    duals: Collection[Pair] = (),
) -> Role:
    """Return the role in which a person decides; `duals` are the pairs they may fill at once.

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
        dual = frozenset({role, signoff.role}) in duals
        if signoff.person == actor.id and other and not dual:
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


def short_seats(signoffs: Collection[SignOffRule], holders: Mapping[Role, int]) -> list[str]:
    """Return for each rule that too few people could follow a sentence that says so."""
    return [
        f"Sign-offs of the {rule.role}: {rule.quorum} asked for, held by "
        f"{holders.get(rule.role, 0) or 'nobody'}"
        for rule in signoffs
        if rule.quorum > holders.get(rule.role, 0)
    ]


def check_seats(signoffs: Collection[SignOffRule], holders: Mapping[Role, int]) -> None:
    """Refuse a policy that asks for more signers than there are people to sign.

    Raises
    ------
    BadInputError
        Names the role, the quorum and how many hold it.
    """
    short = short_seats(signoffs, holders)
    if short:
        raise BadInputError(
            f"{'; '.join(short)}. Enrol people first, or ask for fewer.", field="signoffs.quorum"
        )


def require_seats(signoffs: Collection[SignOffRule], holders: Mapping[Role, int]) -> None:
    """Refuse to open a review whose sign-offs could never be complete.

    Raises
    ------
    WaitingError
        Names each role, its quorum and how many hold it.
    """
    short = short_seats(signoffs, holders)
    if short:
        raise WaitingError(
            "The policy asks for more signers than hold a role.",
            waits_for=[f"{sentence}; enrol people." for sentence in short],
        )
