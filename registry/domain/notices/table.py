"""Table: every act of which somebody is told, to whom it goes, and in which words.

An act that is not here is told to nobody. The texts may name the facts that the act records
before and after. `subject`, `why` and `bare` (the subject without its first word) are always there,
`model` where the subject is one.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from registry.domain.notices.audiences import (
    AT_SITES,
    ENROLLERS,
    LOOK_AFTERWARDS,
    OVERSEERS,
)
from registry.domain.notices.cases import CASES
from registry.domain.notices.life import LIFE
from registry.domain.notices.places import (
    DATASET,
    DEPLOYMENT,
    EMERGENCIES,
    HAZARDS,
    INCIDENT,
    KEYS,
    LOG,
    PASSKEYS,
    PEOPLE,
    PLAN,
    PROTOCOLS,
    REVIEW,
    VERSION,
)
from registry.domain.notices.telling import Audience, Kind, Rule
from registry.domain.people import Role
from registry.domain.trail import Act

_ACTS: Final[Mapping[Act, tuple[Rule, ...]]] = MappingProxyType(
    {
        Act.REVIEW_OPENED: (
            Rule(
                kind=Kind.WAITS,
                to=Audience(awaited=True),
                headline="{subject}: a review waits for your sign-off",
                asks="Read the dossier, then sign it, object, or abstain.",
                place=REVIEW,
            ),
        ),
        Act.REVIEW_REFROZEN: (
            Rule(
                kind=Kind.WAITS,
                to=Audience(awaited=True),
                headline="{subject}: the dossier changed and waits for sign-offs again",
                asks="Sign-offs over the former dossier are void. Read what changed; sign again.",
                place=REVIEW,
            ),
        ),
        Act.REVIEW_SIGNED: (
            Rule(
                kind=Kind.WAITS,
                to=Audience(deciders=True),
                headline="{subject}: every sign-off is given; a decision waits for you",
                asks="Read dossier and sign-offs, then decide.",
                place=REVIEW,
            ),
            Rule(
                kind=Kind.CHANGED,
                to=Audience(roles=OVERSEERS, makers=True),
                headline="{subject}: the {role} objects",
                asks="Read the reasons. An objection stays on the record and on the card.",
                only=("meaning", frozenset({"object"})),
                place=REVIEW,
            ),
        ),
        Act.REVIEW_SIGNATURE_WITHDRAWN: (
            Rule(
                kind=Kind.WAITS,
                to=Audience(awaited=True, makers=True),
                headline="{subject}: a sign-off was withdrawn",
                asks="The review waits for that sign-off again. Read why it was taken back.",
                place=REVIEW,
            ),
        ),
        Act.REVIEW_DECIDED: (
            Rule(
                kind=Kind.DECIDED,
                to=Audience(roles=OVERSEERS | AT_SITES, makers=True),
                headline="{subject}: {outcome}",
                asks="Read the decision with its reasons and conditions.",
                place=REVIEW,
            ),
            Rule(
                kind=Kind.WAITS,
                to=Audience(conditions=True),
                headline="{subject}: the decision names conditions that wait for you",
                asks="You own or verify one of its conditions. See by when, and by what it is met.",
                only=("outcome", frozenset({"approve with conditions"})),
                place=REVIEW,
            ),
        ),
        Act.VERSION_STANDING_CHANGED: (
            Rule(
                kind=Kind.SUSPENDED,
                to=Audience(roles=OVERSEERS | AT_SITES, makers=True),
                headline="{subject} is suspended",
                asks="It may not be used from now on. Read why, and what would lift it.",
                only=("state", frozenset({"suspended"})),
                place=VERSION,
            ),
            Rule(
                kind=Kind.CHANGED,
                to=Audience(roles=OVERSEERS | AT_SITES, makers=True),
                headline="{subject} is superseded by {by}",
                asks="Use the newer version from now on.",
                only=("state", frozenset({"superseded"})),
                place=VERSION,
            ),
        ),
        Act.PROTOCOL_REGISTERED: (
            Rule(
                kind=Kind.WAITS,
                to=Audience(roles=frozenset({Role.CLINICAL_LEAD, Role.INDEPENDENT_VALIDATOR})),
                headline="{model}: the protocol “{name}” waits for signatures",
                asks="Nothing can be measured by it until the clinical lead and an independent "
                "validator have signed.",
                place=PROTOCOLS,
            ),
        ),
        Act.SITE_KEY_PROPOSED: (
            Rule(
                kind=Kind.WAITS,
                to=Audience(roles=frozenset({Role.DATA_STEWARD, Role.INFORMATION_GOVERNANCE})),
                headline="{subject}: a key waits to be confirmed",
                asks="Ask the site for the name of its key by telephone or in person; confirm it "
                "where that is {key}.",
                place=KEYS,
            ),
        ),
        Act.SITE_KEY_REVOKED: (
            Rule(
                kind=Kind.CHANGED,
                to=Audience(roles=frozenset({Role.DATA_STEWARD, Role.INFORMATION_GOVERNANCE})),
                headline="{subject}: the key {key} is revoked",
                asks="No tally signed by it is taken from now on. See whether a new one is needed.",
                place=KEYS,
            ),
        ),
        Act.PASSKEY_PROPOSED: (
            Rule(
                kind=Kind.WAITS,
                to=Audience(roles=frozenset({Role.ENROLLER})),
                headline="{subject}: a passkey waits to be confirmed",
                asks="Ask the person, face to face or by telephone, for the name of their passkey; "
                "confirm it where that is {key}.",
                place=PASSKEYS,
            ),
        ),
        Act.PASSKEY_REVOKED: (
            Rule(
                kind=Kind.CHANGED,
                to=Audience(roles=frozenset({Role.ENROLLER})),
                headline="{subject}: the passkey {key} is revoked",
                asks="It signs no more. See whether the person needs another one.",
                place=PASSKEYS,
            ),
        ),
        Act.HAZARD_PLAN_WRITTEN: (
            Rule(
                kind=Kind.WAITS,
                to=Audience(roles=frozenset({Role.CLINICAL_SAFETY_OFFICER})),
                headline="{subject}: the risk management plan {plan} waits for your approval",
                asks="Read it, then approve it, or have it written anew.",
                place=PLAN,
            ),
        ),
        Act.HAZARD_LOG_ISSUED: (
            Rule(
                kind=Kind.WAITS,
                to=Audience(roles=frozenset({Role.CLINICAL_SAFETY_OFFICER})),
                headline="{subject}: issue {issue} of the hazard log waits for your approval",
                asks="Read it, then approve it, or have the log changed and issued anew.",
                place=LOG,
            ),
        ),
        Act.HAZARD_RAISED: (
            Rule(
                kind=Kind.CHANGED,
                to=Audience(roles=frozenset({Role.CLINICAL_SAFETY_OFFICER}), makers=True),
                headline="A hazard was raised: {subject}",
                asks="See whether its rating is right, and what controls it needs.",
                place=HAZARDS,
            ),
        ),
        Act.INCIDENT_REPORTED: (
            Rule(
                kind=Kind.CHANGED,
                to=Audience(roles=OVERSEERS | AT_SITES, makers=True),
                headline="{model}: {subject} was reported, harm: {harm}",
                asks="See whether patients must be made safe at once, then keep its journal.",
                place=INCIDENT,
            ),
        ),
        Act.DATASET_WITHDRAWN: (
            Rule(
                kind=Kind.CHANGED,
                to=Audience(roles=OVERSEERS | {Role.INFORMATION_GOVERNANCE}),
                headline="{subject} is withdrawn",
                asks="See which versions rest on it, and whether they may still be used.",
                place=DATASET,
            ),
        ),
        Act.EMERGENCY_ENDED: (
            Rule(
                kind=Kind.WAITS,
                to=Audience(roles=LOOK_AFTERWARDS),
                headline="{subject}: an emergency access waits to be looked at",
                asks="See what was done by it, and sign whether it was justified.",
                place=EMERGENCIES,
            ),
        ),
        Act.VERSION_CANDIDATE_NAMED: (
            Rule(
                kind=Kind.CHANGED,
                to=Audience(roles=OVERSEERS, makers=True),
                headline="{bare} is a release candidate",
                asks="A review of it can be opened from now on.",
                place=VERSION,
            ),
        ),
        Act.REVIEW_DELEGATED: (
            Rule(
                kind=Kind.WAITS,
                to=Audience(named=("to",)),
                headline="{subject}: you may sign as {role} in another's place",
                asks="Read the dossier, then sign it, object, or abstain, until {until}.",
                place=REVIEW,
            ),
        ),
        Act.REVIEW_DELEGATION_ENDED: (
            Rule(
                kind=Kind.CHANGED,
                to=Audience(named=("to",)),
                headline="{subject}: you no longer sign as {role} in another's place",
                asks="Nothing is asked of you there any more.",
                place=REVIEW,
            ),
        ),
        Act.MONITORING_FIRED: (
            Rule(
                kind=Kind.CHANGED,
                to=Audience(roles=AT_SITES, makers=True),
                headline="{subject}: window {window} fired a stop rule ({action})",
                asks="Read which one and why; see whether patients are concerned.",
                place=DEPLOYMENT,
            ),
        ),
        Act.MONITORING_OVERDUE: (
            Rule(
                kind=Kind.DUE,
                to=Audience(roles=AT_SITES, makers=True),
                headline="{subject}: a monitoring window is late",
                asks="{owner} was to hand one in. Without it nobody knows how the version does.",
                place=DEPLOYMENT,
            ),
        ),
        Act.DEPLOYMENT_PROPOSED: (
            Rule(
                kind=Kind.WAITS,
                to=Audience(roles=AT_SITES),
                headline="{subject} is proposed",
                asks="Lay down how it would run there, and freeze a site dossier.",
                place=DEPLOYMENT,
            ),
        ),
        Act.DEPLOYMENT_FROZEN: (
            Rule(
                kind=Kind.WAITS,
                to=Audience(roles=AT_SITES),
                headline="{subject}: the site dossier for {rung} use waits for your signature",
                asks="Read it, then sign it or object. It runs once both of the site have signed.",
                place=DEPLOYMENT,
            ),
        ),
        Act.DEPLOYMENT_MOVED: (
            Rule(
                kind=Kind.SUSPENDED,
                to=Audience(roles=OVERSEERS | AT_SITES, makers=True),
                headline="{subject} is suspended",
                asks="It may not run there from now on. Read why, and what would let it run again.",
                only=("state", frozenset({"suspended"})),
                place=DEPLOYMENT,
            ),
            Rule(
                kind=Kind.CHANGED,
                to=Audience(roles=OVERSEERS | AT_SITES, makers=True),
                headline="{subject} is {state}",
                asks="Read why, and under which site dossier.",
                only=("state", frozenset({"silent", "pilot", "live", "withdrawn"})),
                place=DEPLOYMENT,
            ),
        ),
        Act.EMERGENCY_OPENED: (
            Rule(
                kind=Kind.WAITS,
                to=Audience(roles=LOOK_AFTERWARDS | {Role.ADMINISTRATOR}),
                headline="Emergency access was opened: {subject}",
                asks="See whether that was right; it ends at {until}. Somebody else must review "
                "afterwards what was done by it.",
                place=EMERGENCIES,
            ),
        ),
        Act.PERSON_IDENTITY_PROPOSED: (
            Rule(
                kind=Kind.WAITS,
                to=Audience(roles=frozenset({Role.ENROLLER})),
                headline="{subject}: an identity of the hospital's provider waits to be confirmed",
                asks="Make sure with the person that it is theirs, then confirm it.",
                place=PEOPLE,
            ),
        ),
        Act.PERSON_SUSPENDED: (
            Rule(
                kind=Kind.SUSPENDED,
                to=Audience(roles=ENROLLERS),
                headline="{subject} can sign in no more",
                asks="See whether anything waited for them, and who takes it over.",
                place=PEOPLE,
            ),
        ),
        Act.PERSON_ROLE_REVOKED: (
            Rule(
                kind=Kind.CHANGED,
                to=Audience(roles=ENROLLERS),
                headline="{subject} is no longer {role}",
                asks="See whether enough people hold that role for the reviews that are open.",
                place=PEOPLE,
            ),
        ),
    }
)

NOTICES: Final[Mapping[Act, tuple[Rule, ...]]] = MappingProxyType({**_ACTS, **CASES, **LIFE})
"""Every act of which somebody is told."""
