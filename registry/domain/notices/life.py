"""Life: of what becomes of a decision somebody is told, to whom it goes, and in which words."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from registry.domain.notices.telling import Audience, Kind, Place, Rule
from registry.domain.people import Role
from registry.domain.trail import Act

_WATCH: Final = frozenset({Role.CLINICAL_SAFETY_OFFICER, Role.CLINICAL_LEAD})
_REVIEW: Final = Place("cmr review show {review}", "reviews/{review}")

LIFE: Final[Mapping[Act, tuple[Rule, ...]]] = MappingProxyType(
    {
        Act.CONDITION_SUBMITTED: (
            Rule(
                kind=Kind.WAITS,
                to=Audience(named=("verifier",)),
                headline="{subject}: condition {condition} was answered and waits for you",
                asks="Look at what the owner sent; close the condition if it is met.",
                place=_REVIEW,
            ),
        ),
        Act.CONDITION_EXTENDED: (
            Rule(
                kind=Kind.CHANGED,
                to=Audience(named=("owner", "verifier")),
                headline="{subject}: condition {condition} is due on {due} now",
                asks="Read why it was given more time, and see to it until then.",
                place=_REVIEW,
            ),
        ),
        Act.CONDITION_REMINDED: (
            Rule(
                kind=Kind.DUE,
                to=Audience(named=("owner", "verifier")),
                headline="{subject}: condition {condition} falls due on {due}",
                asks="Send what shows that it is met, or close it; late, it holds up use.",
                place=_REVIEW,
            ),
        ),
        Act.CONDITION_OVERDUE: (
            Rule(
                kind=Kind.DUE,
                to=Audience(roles=_WATCH, named=("owner", "verifier"), makers=True),
                headline="{subject}: condition {condition} is late since {due}",
                asks="It holds up use. See its consequence, and close or extend it.",
                place=_REVIEW,
            ),
        ),
        Act.WAIVER_PROPOSED: (
            Rule(
                kind=Kind.WAITS,
                to=Audience(awaited=True, roles=_WATCH),
                headline="{subject}: waiver {waiver} is proposed until {until}",
                asks="Read what would be borne and why; sign it only if you bear it.",
                place=_REVIEW,
            ),
        ),
        Act.WAIVER_GRANTED: (
            Rule(
                kind=Kind.CHANGED,
                to=Audience(roles=_WATCH, makers=True),
                headline="{subject}: waiver {waiver} is granted",
                asks="The verdict stays as it is; see until when it is borne.",
                place=_REVIEW,
            ),
        ),
        Act.WAIVER_REMINDED: (
            Rule(
                kind=Kind.DUE,
                to=Audience(roles=_WATCH, makers=True),
                headline="{subject}: waiver {waiver} expires on {due}",
                asks="Bring what is missing, or have a new review decided before.",
                place=_REVIEW,
            ),
        ),
        Act.WAIVER_EXPIRED: (
            Rule(
                kind=Kind.LAPSES,
                to=Audience(roles=_WATCH, makers=True),
                headline="{subject}: waiver {waiver} has expired",
                asks="The verdict counts again: it may not be used by this approval.",
                place=_REVIEW,
            ),
        ),
        Act.APPROVAL_REMINDED: (
            Rule(
                kind=Kind.DUE,
                to=Audience(roles=_WATCH, makers=True),
                headline="{subject}: an approval ends on {due}",
                asks="Have a new review decided before, or plan without it.",
                place=_REVIEW,
            ),
        ),
        Act.REVIEW_COMMENTED: (
            Rule(
                kind=Kind.WAITS,
                to=Audience(makers=True),
                headline="{subject}: a change of the dossier is asked for",
                asks="Answer it, or change the record and freeze the dossier anew.",
                only=("kind", frozenset({"request for change"})),
                place=_REVIEW,
            ),
        ),
    }
)
"""Suspension and lapse stand in the main table, where a version's standing changes."""
