"""Site dossiers: the frozen document on which a hospital lets a version run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from registry.domain.deployments import readiness
from registry.domain.deployments.readiness import Facts
from registry.domain.deployments.states import OF_THE_SITE
from registry.domain.errors import BadInputError, ConflictError, ForbiddenError, RuleBrokenError
from registry.domain.people import Role
from registry.domain.policies import Meaning, RungRules
from registry.domain.reviews import NEEDS_REASONS, SelfApprovalError

SCHEMA: Final = "cmr.site_dossier/1"

Document = Mapping[str, Any]

# They name the dossier; they are nothing that it says. Days pass by themselves.
_NAMES: Final = frozenset({"number", "frozen", "days"})

MEANINGS: Final[Mapping[Role, frozenset[Meaning]]] = {
    Role.SITE_SAFETY_OFFICER: frozenset({Meaning.SUPPORT, Meaning.OBJECT}),
    Role.SITE_EXECUTIVE: frozenset({Meaning.ACCEPT_RESIDUAL_RISK, Meaning.OBJECT}),
}
"""What each of the two may say: the officer that it is safe, the executive to bear the risk."""


def assemble(
    facts: Facts,
    rules: RungRules,
    *,
    version: Document,
    policy: Document,
    number: int,
    frozen: Document,
) -> dict[str, Any]:
    """Return a site dossier: what the records say, and the policy's judgement of it.

    Parameters
    ----------
    facts : Facts
    rules : RungRules
        What the policy asks at the rung.
    version : mapping
        ``{"name", "artifacts"}``: the version and the digests of its files.
    policy : mapping
        ``{"label", "digest", "tier"}``: which policies bind here, as one.
    number : int
        The how-manieth site dossier of this deployment it is.
    frozen : mapping
        ``{"by": person, "at": time}``.
    """
    return {
        "schema": SCHEMA,
        "number": number,
        "version": version["name"],
        "artifacts": list(version["artifacts"]),
        "site": facts.site,
        "rung": facts.plan["rung"],
        "state": facts.state.value,
        "days": facts.days,
        "release": facts.release,
        "plan": dict(facts.plan),
        "local_evidence": list(facts.local),
        "criteria": list(facts.criteria),
        "silent_results": facts.silent,
        "verdicts": list(facts.verdicts),
        "rollback": facts.rollback,
        "transferred_hazards": list(facts.hazards),
        "objections": list(facts.objections),
        **({} if facts.safety_case is None else {"safety_case": _named(facts.safety_case)}),
        "policy": dict(policy),
        "requirements": readiness.judge(facts, rules),
        "frozen": dict(frozen),
    }


def _named(case: Document) -> dict[str, Any]:
    """Return which safety case of the release it is; whether it is stale is a requirement."""
    return {key: case[key] for key in ("number", "digest", "signed")}


def changes(frozen: Document, now: Document) -> list[str]:
    """Return the parts in which two site dossiers differ; none while one is not stale."""
    keys = [key for key in {**frozen, **now} if key not in _NAMES]
    return [key for key in keys if frozen.get(key) != now.get(key)]


@dataclass(frozen=True, kw_only=True)
class SiteSignOff:
    """One of the two signatures over a site dossier."""

    person: UUID
    name: str
    role: Role
    meaning: Meaning


def check_signoff(
    signoff: SiteSignOff,
    *,
    reasons: str,
    site: str,
    holds_role_here: bool,
    authors: Mapping[UUID, str],
    given: Sequence[SiteSignOff],
) -> None:
    """Refuse a signature over a site dossier that does not carry.

    Raises
    ------
    RuleBrokenError
        When the role has no say, may not say this, or the person made the version.
    ForbiddenError
        When the person does not hold the role at this site.
    ConflictError
        When the role is taken, or the person signed in the other one.
    BadInputError
        When reasons are needed and missing.
    """
    if signoff.role not in OF_THE_SITE:
        raise RuleBrokenError("The site's safety officer and its executive sign a site dossier.")
    if not holds_role_here:
        raise ForbiddenError(f"{signoff.name} is not the {signoff.role} of {site}.")
    if signoff.meaning not in MEANINGS[signoff.role]:
        allowed = " or ".join(f"“{m}”" for m in Meaning if m in MEANINGS[signoff.role])
        raise RuleBrokenError(f"The {signoff.role} signs {allowed}.")
    if signoff.meaning is not Meaning.OBJECT and signoff.person in authors:
        raise SelfApprovalError(person=signoff.person, made=authors[signoff.person])
    if signoff.meaning in NEEDS_REASONS and not reasons.strip():
        raise BadInputError("say why.", field="reasons")
    for other in given:
        if other.role is signoff.role:
            raise ConflictError(f"{other.name} has signed as {other.role} already.")
        if other.person == signoff.person:
            raise ConflictError("The two signatures of a hospital are two people's.")


def carries(given: Sequence[SiteSignOff]) -> bool:
    """Tell whether both have signed and neither objects."""
    said = {one.role: one.meaning for one in given}
    return set(said) == OF_THE_SITE and Meaning.OBJECT not in said.values()
