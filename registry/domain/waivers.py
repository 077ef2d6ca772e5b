"""Waivers: what is not shown may be borne for a while, if everybody who must support says so.

A waiver names one criterion, everywhere or at one site, or one requirement of one dossier. It is
signed, over one document, by every role whose sign-off the policy asks for. Until its last day it
bridges what blocks; it changes no verdict, and wherever it is shown the verdict stands beside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from registry.domain.days import in_words, months_after
from registry.domain.errors import BadInputError, ConflictError, ForbiddenError, RuleBrokenError
from registry.domain.people import Role
from registry.domain.policies import NEVER_WAIVED, SignOffRule, TierRules
from registry.domain.scopes import Document

SCHEMA: Final = "cmr.waiver/1"
ANY: Final = "any"


class Of(StrEnum):
    """What kind of thing a waiver bridges."""

    CRITERION = "criterion"
    REQUIREMENT = "requirement"


@dataclass(frozen=True, kw_only=True)
class Named:
    """What is to be waived, by its id in the dossier; `site` narrows a criterion."""

    of: Of
    id: str
    site: str | None = None


@dataclass(frozen=True, kw_only=True)
class Waiver(Named):
    """One waiver as the rules see it; `until` is its last day."""

    until: date


class Standing(StrEnum):
    """How a waiver stands."""

    OPEN = "awaits signatures"
    GRANTED = "granted"
    EXPIRED = "expired"
    VOID = "void"


def read(stated: Mapping[str, Any]) -> Waiver:
    """Return the waiver that a document of ours states."""
    return Waiver(
        of=Of(stated["of"]),
        id=stated["id"],
        site=stated["site"],
        until=date.fromisoformat(stated["until"]),
    )


def bridges_criterion(waiver: Waiver, entry: Document) -> bool:
    """Tell whether a waiver is about a judged criterion."""
    named = waiver.of is Of.CRITERION and waiver.id == entry["id"]
    return named and waiver.site in {None, entry["by"].get("site")}


def bridges_requirement(waiver: Waiver, point: Document) -> bool:
    """Tell whether a waiver is about a requirement."""
    return waiver.of is Of.REQUIREMENT and waiver.id == point["id"]


def check_site(what: Named, sites: Sequence[str]) -> None:
    """Refuse a site outside the scope, or one for a requirement: that has none.

    Raises
    ------
    BadInputError
        Names the sites of the scope.
    """
    if what.site is None:
        return
    if what.of is Of.REQUIREMENT:
        raise BadInputError("only a criterion is waived at one site; leave it out.", field="site")
    if what.site not in sites:
        raise BadInputError(f"names no site of the scope ({', '.join(sites)}).", field="site")


def check_running(waiver: Waiver, *, today: date) -> None:
    """Refuse to sign a waiver whose last day is over: it could bridge nothing.

    Raises
    ------
    ConflictError
        Names the day.
    """
    if today > waiver.until:
        raise ConflictError(f"The waiver ended on {waiver.until}; propose it anew.")


def check_proposal(
    waiver: Waiver,
    *,
    rules: TierRules,
    reason: str,
    bridged: Sequence[str],
    verdicts: Sequence[str],
    today: date,
) -> None:
    """Refuse a waiver that the policy does not let anybody propose.

    Parameters
    ----------
    waiver : Waiver
    rules : TierRules
        What the policy asks at the tier; without `waivers` it lets nothing be waived.
    reason : str
    bridged, verdicts : sequence of str
        The sentences that block and that it would bridge, and the verdict of each.
    today : date
        At the first site of the scope.

    Raises
    ------
    RuleBrokenError
        When the policy does not let this, or such a verdict, be waived.
    ConflictError
        When nothing blocks that it would bridge.
    BadInputError
        When no reason is given, or the last day is past or later than the policy permits.
    """
    if not _permitted(waiver, rules):
        raise RuleBrokenError(f"The policy does not let the {waiver.of} “{waiver.id}” be waived.")
    if not reason.strip():
        raise BadInputError("say in words why it may be borne.", field="reason")
    if not bridged:
        where = "" if waiver.site is None else f" at {waiver.site}"
        raise ConflictError(
            f"The {waiver.of} “{waiver.id}”{where} does not stand against this dossier; "
            "there is nothing to waive."
        )
    accepted = rules.waivers.verdicts if rules.waivers is not None else ()
    worse = sorted({verdict for verdict in verdicts if verdict not in {*accepted, "missing"}})
    if worse:
        raise RuleBrokenError(
            f"“{waiver.id}” is {worse[0]}; the policy lets only {' and '.join(accepted)} be waived."
        )
    latest = months_after(today, rules.waivers.months if rules.waivers is not None else 0)
    if waiver.until <= today:
        raise BadInputError(f"{waiver.until} is not in the future.", field="until")
    if waiver.until > latest:
        raise BadInputError(f"the policy permits {latest} at most.", field="until")


def _permitted(waiver: Waiver, rules: TierRules) -> bool:
    """Tell whether the policy names what a waiver would bridge."""
    if rules.waivers is None or waiver.id in NEVER_WAIVED:
        return False
    if waiver.of is Of.CRITERION:
        return ANY in rules.waivers.criteria or waiver.id in rules.waivers.criteria
    return waiver.id in rules.waivers.requirements


def check_signer(
    role: Role,
    person: UUID,
    *,
    rules: TierRules,
    authors: Mapping[UUID, str],
    given: Sequence[tuple[UUID, Role]],
) -> None:
    """Refuse a signature under a waiver by anybody whose support the approval does not need.

    Parameters
    ----------
    role : Role
        In which one would sign.
    person : UUID
    rules : TierRules
    authors : mapping
        Person → what of the dossier they made.
    given : sequence of (UUID, Role)
        Who has signed the waiver already.

    Raises
    ------
    RuleBrokenError
        When the role has no part in the quorum, or its place is filled.
    ForbiddenError
        When the person made a part of the dossier.
    ConflictError
        When they have signed it already: nobody fills two places.
    """
    places = {rule.role: rule for rule in rules.signoffs}
    if role not in places:
        names = ", ".join(places)
        raise RuleBrokenError(f"A waiver is signed by those whose sign-off is needed: {names}.")
    if person in authors:
        raise ForbiddenError(f"You made {authors[person]}, so another person must waive it.")
    if person in {signer for signer, _ in given}:
        raise ConflictError("You have signed this waiver already; nobody fills two places.")


def missing_roles(rules: TierRules, given: Sequence[tuple[UUID, Role]]) -> list[Role]:
    """Return the roles that a waiver still waits for, one for each person; none once granted."""
    found: list[Role] = []
    for rule in rules.signoffs:
        found.extend(rule.role for _ in range(rule.quorum - _signed(rule, given)))
    return found


def _signed(rule: SignOffRule, given: Sequence[tuple[UUID, Role]]) -> int:
    """Return how many have signed in a role."""
    return len({person for person, role in given if role is rule.role})


def standing(
    waiver: Waiver,
    *,
    over: str,
    dossier: str,
    rules: TierRules,
    given: Sequence[tuple[UUID, Role]],
    today: date,
) -> Standing:
    """Return how a waiver stands: it is void over any other dossier than the one it names."""
    if over != dossier:
        return Standing.VOID
    if today > waiver.until:
        return Standing.EXPIRED
    return Standing.OPEN if missing_roles(rules, given) else Standing.GRANTED


def document(
    waiver: Waiver,
    *,
    number: int,
    version: str,
    dossier: str,
    policy: Mapping[str, Any],
    scope: Mapping[str, Any],
    reason: str,
    bridged: Sequence[tuple[str, str]],
) -> dict[str, Any]:
    """Return what everybody signs, `cmr.waiver/1`; `bridged` is (verdict, sentence) of each."""
    return {
        "schema": SCHEMA,
        "number": number,
        "version": version,
        "dossier": dossier,
        "policy": dict(policy),
        "scope": dict(scope),
        "of": waiver.of.value,
        "id": waiver.id,
        "site": waiver.site,
        "reason": reason.strip(),
        "until": waiver.until.isoformat(),
        "verdicts": [verdict for verdict, _ in bridged],
        "bridges": [sentence for _, sentence in bridged],
    }


def sentence(stated: Mapping[str, Any]) -> str:
    """Return a waiver in words that do not flatter: the verdict stands in them."""
    where = "" if stated["site"] is None else f" at {stated['site']}"
    verdicts = sorted(set(stated["verdicts"]))
    until = in_words(date.fromisoformat(stated["until"]))
    return (
        f"Waived until {until}: the {stated['of']} “{stated['id']}”{where}. "
        f"The verdict stays {' and '.join(verdicts)}."
    )


def expired(waivers: Sequence[Mapping[str, Any]], *, today: date) -> list[Mapping[str, Any]]:
    """Return the waivers of a decision whose last day is over."""
    return [one for one in waivers if today > date.fromisoformat(one["document"]["until"])]


def lapsed_sentence(stated: Mapping[str, Any]) -> str:
    """Return what is said of a waiver that has expired: the verdict counts again."""
    return (
        f"The waiver of the {stated['of']} “{stated['id']}” expired on {stated['until']}; "
        f"it counts again: {' '.join(stated['bridges'])}"
    )
