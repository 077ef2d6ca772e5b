"""Life: what is told of a decision after it was made, and of what is said on a dossier before.

The acts of time are recorded by the registry itself; their reasons are sentences that name the
day and what follows.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from registry.domain.notices.audiences import AT_SITES, OVERSEERS
from registry.domain.notices.places import REVIEW, VERSION
from registry.domain.notices.telling import Audience, Kind, Rule
from registry.domain.trail import Act

_CONCERNED: Final = Audience(roles=OVERSEERS | AT_SITES, makers=True)
_BOTH: Final = Audience(named=("owner", "verifier"))

LIFE: Final[Mapping[Act, tuple[Rule, ...]]] = MappingProxyType(
    {
        Act.REVIEW_COMMENTED: (
            Rule(
                kind=Kind.WAITS,
                to=Audience(makers=True),
                headline="{subject}: somebody asks for a change of the dossier",
                asks="Answer it; until then it stands in the way of the decision.",
                only=("kind", frozenset({"request for change"})),
                place=REVIEW,
            ),
            Rule(
                kind=Kind.CHANGED,
                to=Audience(makers=True),
                headline="{subject}: a comment on the dossier",
                asks="Read it, and answer if there is something to say.",
                only=("kind", frozenset({"comment"})),
                place=REVIEW,
            ),
        ),
        Act.COMMENT_ANSWERED: (
            Rule(
                kind=Kind.CHANGED,
                to=Audience(named=("said_by",)),
                headline="{subject}: your {kind} {comment} on the dossier was answered",
                asks="Read the answer; comment again where it does not do.",
                place=REVIEW,
            ),
        ),
        Act.COMMENT_WITHDRAWN: (
            Rule(
                kind=Kind.CHANGED,
                to=Audience(makers=True),
                headline="{subject}: {kind} {comment} on the dossier was withdrawn",
                asks="It stands in the way of the decision no more.",
                only=("kind", frozenset({"request for change"})),
                place=REVIEW,
            ),
        ),
        Act.CONDITION_SUBMITTED: (
            Rule(
                kind=Kind.WAITS,
                to=Audience(named=("verifier",)),
                headline="{subject}: condition {condition} waits for you to verify it",
                asks="Look at what its owner handed in, then close it, or say what is missing.",
                place=REVIEW,
            ),
        ),
        Act.CONDITION_EXTENDED: (
            Rule(
                kind=Kind.CHANGED,
                to=_BOTH,
                headline="{subject}: condition {condition} is due on {due} now",
                asks="Read why it was given more time, and see to it until then.",
                place=REVIEW,
            ),
        ),
        Act.CONDITION_REMINDED: (
            Rule(
                kind=Kind.DUE,
                to=_BOTH,
                headline="{subject}: condition {condition} falls due on {due}",
                asks="Its owner hands in what shows that it is met; its verifier closes it.",
                place=REVIEW,
            ),
        ),
        Act.CONDITION_OVERDUE: (
            Rule(
                kind=Kind.DUE,
                to=Audience(roles=OVERSEERS | AT_SITES, named=("owner", "verifier"), makers=True),
                headline="{subject}: condition {condition} is late since {due}",
                asks="What the decision says of that follows now. Close it, or ask for more time.",
                place=REVIEW,
            ),
        ),
        Act.WAIVER_PROPOSED: (
            Rule(
                kind=Kind.WAITS,
                to=Audience(role_words="roles"),
                headline="{subject}: waiver {waiver} waits for your signature",
                asks="Every role whose sign-off the approval needs must sign it. Read what would "
                "be borne, why and until when; the verdict stays what it is.",
                place=REVIEW,
            ),
        ),
        Act.WAIVER_GRANTED: (
            Rule(
                kind=Kind.DECIDED,
                to=_CONCERNED,
                headline="{subject}: waiver {waiver} is granted",
                asks="Read what is borne and until when; the verdict stays what it is.",
                place=REVIEW,
            ),
        ),
        Act.WAIVER_REMINDED: (
            Rule(
                kind=Kind.DUE,
                to=Audience(roles=OVERSEERS, makers=True),
                headline="{subject}: waiver {waiver} expires on {due}",
                asks="Bring the evidence that it stands in for, or have a new one signed.",
                place=REVIEW,
            ),
        ),
        Act.WAIVER_EXPIRED: (
            Rule(
                kind=Kind.LAPSES,
                to=_CONCERNED,
                headline="{subject}: waiver {waiver} has expired",
                asks="What it bore stands open again. See whether the version may still be used.",
                place=REVIEW,
            ),
        ),
        Act.APPROVAL_REMINDED: (
            Rule(
                kind=Kind.DUE,
                to=_CONCERNED,
                headline="An approval of {subject} ends on {valid_until}",
                asks="A new review must be decided before, or it may not be used there any more.",
                place=REVIEW,
            ),
        ),
        Act.APPROVAL_LAPSED: (
            Rule(
                kind=Kind.LAPSES,
                to=_CONCERNED,
                headline="An approval of {subject} has lapsed",
                asks="It may not be used there from now on. A new review can approve it again.",
                place=REVIEW,
            ),
        ),
        Act.VERSION_REINSTATED: (
            Rule(
                kind=Kind.CHANGED,
                to=_CONCERNED,
                headline="{subject} may be used again",
                asks="Read why it was brought back, and for which hospitals.",
                place=VERSION,
            ),
        ),
    }
)
