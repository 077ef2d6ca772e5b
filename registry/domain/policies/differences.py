"""Differences: what changed between two policies, key by key, in plain words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from registry.domain.policies.hazards import IncidentRules
from registry.domain.policies.life import WithdrawalRules
from registry.domain.policies.parts import Tier
from registry.domain.policies.shape import Policy
from registry.domain.policies.strictness import (
    STRICTER,
    SUBJECT,
    How,
    effect_of,
    subject_of,
    written_out,
)

WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "rungs": "permits",
        "criteria_from": "criteria block from",
        "statements": "considerations that must be answered",
        "statements_months": "months that a statement is relied on",
        "compared_with": "compared with the version",
        "protocol.reuse": "versions that may be tested on the same patients",
        "documents": "document",
        "training": "training",
        "from_rung": "asked from",
        "overlap_checked": "overlap of patients must be checked",
        "evidence": "evidence",
        "signoffs": "sign-off",
        "optional": "sign-off that may be given",
        "dual_roles": "two roles that one person may fill",
        "decision_maker": "decided by",
        "months": "months that an approval holds at most",
        "waivers": "what may be waived",
        "on_expiry": "when a waiver expires",
        "requests_for_change": "open requests for change",
        "first_word_days": "days that whoever objected has the first word",
        "training.months": "within months",
        "waivers.criteria": "criteria that may be waived",
        "waivers.requirements": "requirements that may be waived",
        "waivers.verdicts": "verdicts that may be waived",
        "waivers.months": "months that a waiver holds at most",
        "on_dataset_withdrawn.training": "when a dataset of the training is withdrawn",
        "on_dataset_withdrawn.evidence": "when a dataset of the evidence is withdrawn",
        "deployments.silent": "silent use",
        "deployments.pilot": "pilot use",
        "deployments.general": "general use",
        "safety_case": "the release's safety case is signed and up to date",
        "protocol.purposes": "protocol rules bind",
        "protocol.signed_by": "protocol signed by",
        "protocol.reference_standard": "protocol names the reference standard",
        "protocol.costs": "protocol names the costs",
        "protocol.population": "protocol names the population",
        "protocol.subgroups": "protocol has a criterion over a subgroup",
        "protocol.positives": "positives at least",
        "protocol.negatives": "negatives at least",
        "protocol.floors": "weakest bound",
        "hazards.plan_approved": "risk management plan is approved",
        "hazards.log_approved": "hazard log is approved as it stands",
        "hazards.highest_residual": "highest acceptable rating of a hazard",
        "hazards.all_verified": "every control of every hazard is verified",
        "hazards.none_open": "no hazard is open",
        "failure_review.evidence": "failures that somebody looked at, of",
        "failure_review.at_least": "failures that somebody looked at, at least",
        "incidents.open_from": "an open incident blocks from harm",
        "at_least": "at least",
        "at_most": "at most",
        "custody": "custody at least",
        "every_site": "at every site in scope",
        "meanings": "meaning",
        "quorum": "how many people",
        "after": "only after",
    }
)
"""How each key is called; a key without an entry is called by its name, blanks for dashes."""


_BETWEEN: Final[Mapping[str, str]] = MappingProxyType(
    {"protocol.floors": " over ", "training": ": ", "evidence": " from "}
)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One key that two policies answer differently.

    Attributes
    ----------
    tier : str
        The tier it is about; empty for the policy as a whole.
    what : str
        The key, in plain words.
    before, after : str
        What each asks; “nothing” where it asks nothing.
    effect : str
        "stricter", "looser" or "other", as `strictness.STRICTER` has it.
    """

    tier: str
    what: str
    before: str
    after: str
    effect: str


def differences(before: Policy, after: Policy) -> list[Difference]:
    """Return everything in which the later policy asks something else than the earlier."""
    return [
        Difference(tier=tier.value, what=what, before=_said(a), after=_said(b), effect=effect)
        for tier in Tier
        for what, a, b, effect in _part("", _in_full(before, tier), _in_full(after, tier))
    ]


def _in_full(policy: Policy, tier: Tier) -> dict[str, Any]:
    """Return the rules of a tier with what holds also where a policy leaves it out."""
    rules = policy.rules(tier)
    withdrawn = rules.on_dataset_withdrawn or WithdrawalRules()
    incidents = rules.incidents or IncidentRules()
    return {
        **written_out(policy, tier),
        "on_dataset_withdrawn": withdrawn.model_dump(mode="json"),
        "incidents": incidents.model_dump(mode="json"),
    }


_Change = tuple[str, Any, Any, str]
_NOTHING: Final[tuple[object, ...]] = (None, False, [])


def _part(
    path: str, before: Mapping[str, Any], after: Mapping[str, Any], name: str = ""
) -> Iterator[_Change]:
    """Yield the changes within a part: what, before, after, effect."""
    for key in dict.fromkeys([*before, *after]):
        one, other = before.get(key), after.get(key)
        full = f"{path}.{key}" if path else key
        if one == other or key == "id" or (one in _NOTHING and other in _NOTHING):
            continue
        if full in SUBJECT:
            yield from _listed(full, one or [], other or [])
        elif STRICTER.get(full) is How.WITHIN or (one and other and isinstance(one, Mapping)):
            about = WORDS[full] if full.startswith("deployments.") else name
            yield from _part(full, one or {}, other or {}, about)
        else:
            words = WORDS.get(full) or WORDS.get(key) or key.replace("_", " ")
            yield f"{name}: {words}" if name else words, one, other, effect_of(full, one, other)


def _listed(
    path: str, before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
) -> Iterator[_Change]:
    """Yield the changes of a list: parts that came, went, or ask something else."""
    one = {subject_of(path, part): part for part in before}
    other = {subject_of(path, part): part for part in after}
    for subject in dict.fromkeys([*one, *other]):
        between = _BETWEEN.get(path, " ")
        known = between.join(str(word) for word in subject if not isinstance(word, bool))
        name = f"{WORDS.get(path, path)}, {known}"
        if subject not in one:
            yield name, None, _rest(path, other[subject]), _effect(path, came=True)
        elif subject not in other:
            yield name, _rest(path, one[subject]), None, _effect(path, came=False)
        else:
            yield from _part(path, one[subject], other[subject], name)


def _effect(path: str, *, came: bool) -> str:
    """Return what it means that a part of a list came or went; what is optional binds nobody."""
    if path == "optional":
        return "other"
    return "stricter" if came else "looser"


_ONE: Final = ("quorum", 1)


def _rest(path: str, part: Mapping[str, Any]) -> str:
    """Return what a part asks beside what it is about."""
    about = {key.rstrip("?") for key in SUBJECT[path] if not key.endswith("?")} | {"id"}
    said = [
        f"{WORDS.get(f'{path}.{key}') or WORDS.get(key) or key} {_said(value)}"
        for key, value in part.items()
        if key not in about and value not in (False, None, []) and (key, value) != _ONE
    ]
    return ", ".join(said) or "asked"


def _said(value: Any) -> str:  # noqa: ANN401 -- any JSON
    """Return a value as people say it."""
    if value is None or value == []:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list):
        return ", ".join(_said(one) for one in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key.replace('_', ' ')} {_said(one)}" for key, one in value.items())
    return str(value)
