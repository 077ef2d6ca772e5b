"""Sentences: everything that checking a release can say, once for the program and for the page.

`{…}` is filled in by whoever says it. A sentence is said under one heading and with one verdict,
so that the same id means the same wherever it stands.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from registry.domain.releases import files as f
from registry.domain.trail import KEYS, SCHEMAS


class Verdict(StrEnum):
    """How what was checked came out."""

    FAILS = "fails"
    HOLDS = "holds"
    MIND = "mind"
    OPEN = "not checked"


MARKS: Final[Mapping[Verdict, str]] = {
    Verdict.FAILS: "✗",
    Verdict.HOLDS: "✓",
    Verdict.MIND: "!",
    Verdict.OPEN: "–",
}
"""Verdict → the mark before its sentence; words say the same, so that none is needed."""


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """One sentence: under which heading, with which verdict, in which words."""

    heading: str
    verdict: Verdict
    text: str


FILE, KEY, CARD, SIGNED, DECISION, EVIDENCE, TRAIL = HEADINGS = (
    "The files",
    "Whose word it is",
    "The card",
    "Who signed",
    "The decision",
    "The evidence",
    "The trail",
)
_FAILS, _HOLDS, _MIND, _OPEN = Verdict.FAILS, Verdict.HOLDS, Verdict.MIND, Verdict.OPEN

_TEXTS: Final[Mapping[str, tuple[str, Verdict, str]]] = {
    # The files
    "file.whole": (FILE, _HOLDS, "All {count} files are there, each with the bytes that the list of files names."),
    "file.changed": (FILE, _FAILS, "{file} was changed: its bytes are not those that the list of files names."),
    "file.missing": (FILE, _FAILS, "{file} is missing: the list of files names it."),
    "file.added": (FILE, _FAILS, "{file} was added: the list of files does not name it."),
    "file.name": (FILE, _FAILS, "{file} has a name that could leave its folder or pass for another file; it was not read."),
    "file.twice": (FILE, _FAILS, "{file} is there twice; which one is shown would depend on the program."),
    "file.hidden": (FILE, _FAILS, "The zip holds {count} bytes that belong to no file."),
    "file.damaged": (FILE, _FAILS, "{file} cannot be read: {why}."),
    "file.large": (FILE, _FAILS, "{file} would unpack to more than {count} bytes; it was not read."),
    "file.list": (FILE, _FAILS, "{file}, the list of files, is missing or damaged: {why}. Nothing else can be checked."),
    "list.astray": (FILE, _FAILS, "The list of files does not speak of this {file}, but of {what}."),
    "file.shape": (FILE, _FAILS, "{file} is not written as it should be: {why}."),
    "file.needed": (FILE, _FAILS, "{file} is not there, so that what rests on it cannot be checked."),
    # Whose word it is
    "key.given": (KEY, _HOLDS, "Checked by the key that you gave, {key}."),
    "key.own": (KEY, _MIND, "Checked by the key that came with the files themselves, {key}. That only shows that the files agree with each other: whoever could change them all could also put in a key of their own. Get the key by another way and give it {how}."),
    "key.other": (KEY, _FAILS, "The bundle brings the key {key}; you gave {given}. It is not by the registry that you trust."),
    "key.browser": (KEY, _OPEN, "This browser does not know Ed25519, so that no signature was checked. Use a newer browser, or cmr verify."),
    "key.none": (KEY, _OPEN, "No key was given and this card carries none, so that no signature was checked. Get the registry's key and give it {how}."),
    "list.signed": (KEY, _HOLDS, "The registry signed the list of files on {at}: whatever agrees with that list is as it was then."),
    "list.unsigned": (KEY, _FAILS, "The registry's signature over the list of files does not hold: {why}."),
    # The card
    "card.issued": (CARD, _HOLDS, "card.pdf is card {number} of {version}: the trail says that the registry issued these very bytes over this dossier."),
    "card.foreign": (CARD, _FAILS, "card.pdf is not what the registry issued over this dossier: {why}."),
    "card.inside": (CARD, _HOLDS, "What card.pdf carries inside is in the bundle, byte for byte: {names}."),
    "card.differs": (CARD, _FAILS, "card.pdf carries another {name} inside than the bundle has."),
    "card.lacks": (CARD, _FAILS, "card.pdf does not carry {name} inside."),
    "card.only": (CARD, _OPEN, "Only the card carries {names}; nothing in the bundle says the same."),
    "card.unread": (CARD, _FAILS, "card.pdf cannot be read as a PDF: {why}."),
    "card.unopened": (CARD, _OPEN, "What card.pdf carries inside was not looked at: {why}."),
    "card.later": (CARD, _MIND, "The trail names a later card than this one, number {number}."),
    "seal.trusted": (CARD, _HOLDS, "The PDF is {kind} by {who}, {at}: unchanged since, and a certificate that you named vouches for it."),
    "seal.open": (CARD, _MIND, "The PDF is {kind} by {who}, {at}, and unchanged since. Whether that certificate is theirs was not checked: name one that you trust with --root."),
    "seal.untrusted": (CARD, _FAILS, "The PDF is {kind} by {who}, {at}, for whom no certificate that you named vouches."),
    "seal.broken": (CARD, _FAILS, "The PDF was {kind} by {who}, {at}, and what that covers was changed."),
    "seal.more": (CARD, _FAILS, "Something was added behind the last signature of the PDF, which that does not cover."),
    "seal.rendered": (CARD, _HOLDS, "The file begins with what the registry rendered, as the trail has it; only seals and signatures follow."),
    "seal.named": (CARD, _HOLDS, "The trail names the certificate of that seal: with it the registry sealed card {number}."),
    "seal.foreign": (CARD, _FAILS, "The seal of {who} is not the one that the registry put on this card: {why}."),
    "seal.none": (CARD, _OPEN, "The PDF bears no seal (PAdES), and nobody has signed in it."),
    "seal.browser": (CARD, _OPEN, "The PDF bears a seal (PAdES), which this page cannot check: neither that the seal fits the bytes nor whose certificate gave it. Whether the whole file, its seal included, is the one that the registry issued is checked above. cmr verify checks the seal itself, with --root by a certificate that you trust; so do PDF readers."),
    "card.pages": (CARD, _OPEN, "That its pages say what the files inside say was not checked: drawing it again takes the registry's program."),
    # Who signed
    "sign.passkey": (SIGNED, _HOLDS, "{who}: “{meaning}”, {at} UTC. Signed by passkey, which {confirmed} confirmed."),
    "sign.weaker": (SIGNED, _MIND, "{who}: “{meaning}”, {at} UTC. Signed {method} (weaker: the registry's word for it, not the person's own key)."),
    "sign.against": (SIGNED, _MIND, "{who} objects, and the objection stands: “{reasons}”"),
    "sign.void": (SIGNED, _MIND, "{who}: “{meaning}”, {at} UTC. Void: it was given over an earlier dossier and counts no more."),
    "sign.withdrawn": (SIGNED, _MIND, "{who}: “{meaning}”, {at} UTC. Withdrawn by the signer: it counts no more."),
    "sign.fails": (SIGNED, _FAILS, "The signature of {who}, “{meaning}”, does not hold: {why}."),
    "sign.altered": (SIGNED, _FAILS, "What is shown of {who}, “{meaning}”, is not what was signed: {why}."),
    "sign.removed": (SIGNED, _FAILS, "A sign-off was taken out: {who}, “{meaning}”; {where} has it."),
    "sign.untold": (SIGNED, _FAILS, "The trail does not know the signature of {who}, “{meaning}”."),
    "sign.none": (SIGNED, _MIND, "Nobody has signed this dossier."),
    "sign.others": (SIGNED, _HOLDS, "Every other signature about this version holds, on protocols, hazards, other dossiers and what came later: {count}."),
    "sign.other": (SIGNED, _FAILS, "The signature of {who}, “{meaning}” on {subject}, does not hold: {why}."),
    "sign.papers": (SIGNED, _HOLDS, "Documents that were signed stand beside the signatures, each as it was signed: {count}."),
    "sign.paper": (SIGNED, _FAILS, "{file} is not what anybody signed."),
    "sign.absent": (SIGNED, _OPEN, "Documents that were signed and are not in the bundle, known by their digests alone: {count}."),
    # The decision
    "decision.none": (DECISION, _MIND, "Nothing is decided over this dossier: it is a draft."),
    "decision.removed": (DECISION, _FAILS, "The decision was taken out: entry {seq} of the trail says that this dossier was decided."),
    "decision.signed": (DECISION, _HOLDS, "“{outcome}”, decided by {who}, {at} UTC, over this very dossier. Signed {method}."),
    "decision.fails": (DECISION, _FAILS, "The decision does not hold: {why}."),
    "decision.altered": (DECISION, _FAILS, "decision.json is not what was signed: {why}."),
    "decision.complete": (DECISION, _HOLDS, "Every sign-off that lay before the decision maker is here, objections too: {count}."),
    "decision.policy": (DECISION, _HOLDS, "policy.json is the policy that the dossier names, {policy}."),
    "decision.foreign": (DECISION, _FAILS, "policy.json is not the policy that the dossier names."),
    "decision.quorum": (DECISION, _HOLDS, "The policy asks for {asked}; valid signatures of different people give each."),
    "decision.short": (DECISION, _FAILS, "The policy asks for {asked}, and no valid signature gives it."),
    "decision.double": (DECISION, _FAILS, "{who} fills two required roles, {roles}, and no declared dual role says that this was allowed."),
    "decision.own": (DECISION, _FAILS, "{who} approves what {who} made: {made}."),
    "decision.maker": (DECISION, _FAILS, "The decision was signed as {role}; the policy lets {asked} decide."),
    "decision.follows": (DECISION, _HOLDS, "Nothing that the policy asks of the dossier stands against “{outcome}”."),
    "decision.against": (DECISION, _FAILS, "The policy does not let it be approved: {why}"),
    "decision.rules": (DECISION, _OPEN, "Whether the dossier meets what the policy asks besides signatures was not checked here; cmr verify does."),
    "decision.unread": (DECISION, _OPEN, "Whether the decision follows from the policy was not checked: {why}."),
    "standing.signed": (DECISION, _HOLDS, "The registry signed how the version stood: {state} since {at} UTC."),
    "standing.draft": (DECISION, _MIND, "The version stood as a draft, which the registry does not sign."),
    "standing.fails": (DECISION, _FAILS, "The standing does not hold: {why}."),
    "standing.then": (DECISION, _OPEN, "That is how it stood on {at} UTC, when this was made. How it stands today only the registry can say."),
    # The evidence
    "evidence.cited": (EVIDENCE, _HOLDS, "Evidence {number}: tally, protocol and assessment are those that the dossier cites ({rows} rows, {purpose})."),
    "evidence.foreign": (EVIDENCE, _FAILS, "{file} is not what the dossier cites as evidence {number}."),
    "evidence.again": (EVIDENCE, _HOLDS, "Evidence {number}: computed again from tally and protocol; all figures and verdicts agree within 1e-9."),
    "evidence.differs": (EVIDENCE, _FAILS, "Evidence {number} does not come out again: {what} stands as {stored} and is {now} when computed from tally and protocol. Figures that differ: {count}."),
    "evidence.engine": (EVIDENCE, _OPEN, "Evidence {number} was computed by {stored}, this program is {now}. Figures that differ, which may come from that: {count}."),
    "evidence.impossible": (EVIDENCE, _FAILS, "Evidence {number} cannot be computed again: {why}."),
    "evidence.not_here": (EVIDENCE, _OPEN, "The evidence was not computed again here; cmr verify does it, given a release bundle."),
    "evidence.rows": (EVIDENCE, _OPEN, "That the tallies count what the tables of patients say, only the tables show; they are not here. Their custodians keep them: {where}."),
    "criteria.follow": (EVIDENCE, _HOLDS, "All {count} verdicts and {points} requirements in the dossier follow from evidence, protocols and policy, judged again."),
    "criteria.differ": (EVIDENCE, _FAILS, "The dossier says of {what}: {stored}; judged again it is {now}."),
    "criteria.release": (EVIDENCE, _OPEN, "The dossier was judged by {by}; judged by this release, {what} is {now} and not {stored}."),
    # The trail
    "trail.entries": (TRAIL, _HOLDS, "All {count} entries are on the registry's trail of {size}, each at its place: hashes lead every one of them to the checkpoint."),
    "trail.astray": (TRAIL, _FAILS, "Entry {seq} does not lead to the checkpoint: it was changed, or belongs to another trail."),
    "trail.broken": (TRAIL, _FAILS, "{file}: {why}."),
    "trail.checkpoint": (TRAIL, _HOLDS, "The checkpoint over {size} entries is signed by the key."),
    "trail.unsigned": (TRAIL, _FAILS, "The checkpoint does not hold: {why}."),
    "trail.forked": (TRAIL, _FAILS, "A checkpoint that you gave says otherwise over {size} entries: the trail has two histories."),
    "trail.outside": (TRAIL, _HOLDS, "A checkpoint that you kept, over {size} entries, is the very one."),
    "trail.elsewhere": (TRAIL, _OPEN, "A checkpoint that you gave is over {given} entries, the one here over {size}: only the whole trail, or the registry, shows that one continues the other."),
    "trail.witness": (TRAIL, _HOLDS, "{witness} co-signed the checkpoint on {at}."),
    "trail.cosigned": (TRAIL, _MIND, "{witness} co-signed the checkpoint on {at}, by a key that lies in the bundle."),
    "trail.unwitnessed": (TRAIL, _FAILS, "The checkpoint is not co-signed by {witness}, as you demanded."),
    "trail.alone": (TRAIL, _MIND, "No witness co-signed the checkpoint: nobody but the registry vouches that this is its only trail."),
    "trail.rest": (TRAIL, _OPEN, "That nothing else on this version is on the trail, only the whole trail can show (cmr audit export)."),
    "trail.none": (TRAIL, _OPEN, "A card carries no part of the trail, so that nothing of it was checked; a release bundle does (cmr release)."),
}  # fmt: skip

SENTENCES: Final[Mapping[str, Sentence]] = {
    name: Sentence(heading=heading, verdict=verdict, text=text)
    for name, (heading, verdict, text) in _TEXTS.items()
}

LATER: Final = frozenset(
    {"due", "state", "closed_at", "closure", "extensions", "submissions", "overdue_since"}
)
"""What of a condition may change after it was signed."""

HEADLINES: Final[Mapping[str, str]] = {
    "fails": "This does not hold. {count} {things} found.",
    "holds": "Everything that was checked holds. Not checked, and named below: {open}.",
    "agrees": "The files agree with each other. Whose they are was not shown: no key was given. Not checked: {open}.",
    "blind": "Nothing was found against it. No signature was checked: this browser cannot. Not checked: {open}.",
    "unsigned": "Nothing was found against it. No signature was checked: no key was given. Not checked: {open}.",
}


def catalogue() -> dict[str, Any]:
    """Return all of it as JSON, for the page that checks without this program."""
    return {
        "headings": list(HEADINGS),
        "marks": {verdict.value: mark for verdict, mark in MARKS.items()},
        "headlines": dict(HEADLINES),
        "sentences": {
            name: {"heading": one.heading, "verdict": one.verdict.value, "text": one.text}
            for name, one in SENTENCES.items()
        },
        "paths": {
            name: getattr(f, name)
            for name in (
                "CARD", "CHECKPOINT", "DECISION", "DOSSIER", "ENTRIES", "MANIFEST", "MARK",
                "POLICY", "PROOFS", "SIGNED", "SIGNOFFS", "STANDING", "SCHEMA",
            )
        },
        "later": sorted(LATER),
        "event_keys": sorted(KEYS),
        "event_schemas": sorted(SCHEMAS),
        "limits": {"file": f.LARGEST, "whole": f.WHOLE, "many": f.MANY, "longest": f.LONGEST},
    }  # fmt: skip
