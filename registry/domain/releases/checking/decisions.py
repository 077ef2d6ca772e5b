"""Decisions: whether it was signed, rests on all that was said, and follows from the policy."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from registry.domain import policies, proving, reviews, signatures, waivers
from registry.domain.digests import digest_of, document_digest
from registry.domain.people import Role
from registry.domain.policies import TierRules
from registry.domain.proving import UnprovedError
from registry.domain.releases.checking.given import Given, moment, version_of
from registry.domain.releases.checking.signing import method, who
from registry.domain.releases.files import DECISION, DOSSIER, POLICY, SIGNOFFS, STANDING
from registry.domain.releases.sentences import LATER
from registry.domain.reviews import OF_AUTHORS, Outcome
from registry.domain.signatures import BY_PASSKEY, Signature
from registry.domain.trail import Act

Document = Mapping[str, Any]
_PERMITS: Final = {outcome.value for outcome in Outcome if outcome.permits}
_ENOUGH: Final = 10**6


def check(given: Given) -> None:
    """Check the decision over the dossier, if there is one."""
    dossier = given.read(DOSSIER)
    if dossier is None:
        return
    rules = _rules(given, dossier)
    if DECISION not in given.files:
        _check_draft(given)
        return
    shown = given.read(DECISION)
    if shown is None:
        return
    signed = shown["signed"]
    document = signed["document"]
    if not _check_signed(given, shown, signed):
        return
    _check_complete(given, document)
    if rules is not None:
        _check_people(given, rules, document, signed["statement"], dossier)
        _check_follows(given, rules, document, dossier)


def _check_draft(given: Given) -> None:
    """Check that a dossier without a decision was not decided after all."""
    for event in given.events or []:
        after = event["after"] if isinstance(event["after"], dict) else {}
        if event["act"] == Act.REVIEW_DECIDED and after.get("dossier") == given.digest:
            given.report.say("decision.removed", file=DECISION, seq=event["seq"])
            return
    given.report.say("decision.none")


def _rules(given: Given, dossier: Document) -> TierRules | None:
    """Return what the policy asks, where it is the one that the dossier names."""
    if given.alone:
        given.report.say("decision.unread", why="a card does not carry the policy")
        return None
    content = given.need(POLICY)
    if content is None:
        return None
    named = dossier["policy"]
    if digest_of(content) != named["digest"]:
        given.report.say("decision.foreign", file=POLICY)
        return None
    rules = policies.from_document(json.loads(content)).rules(named["tier"])
    given.report.say("decision.policy", policy=f"{named['name']}/{named['version']}")
    return rules


def _check_signed(given: Given, shown: Document, signed: Document) -> bool:
    """Check that the decision was signed, is about this dossier, and is shown as it was signed."""
    document, said = signed["document"], signed["statement"]
    problem = _problem(given, signed)
    if problem:
        given.report.say("decision.fails", file=DECISION, why=problem)
        return False
    altered = [
        part
        for part in sorted({*shown, *document} - {"signed", "conditions"})
        if shown.get(part) != document.get(part)
    ]
    if _fixed(shown["conditions"]) != _fixed(document["conditions"]):
        altered.append("conditions")
    if altered:
        given.report.say("decision.altered", file=DECISION, why=", ".join(altered))
    _check_told(given, signed)
    if given.key is not None:
        how = signed["method"]
        weaker = f"{method(how)} (weaker: the registry's word for it)"
        given.report.say(
            "decision.signed",
            outcome=document["outcome"],
            who=who(said),
            at=moment(said["at"]),
            method="by passkey" if how == BY_PASSKEY else weaker,
        )
    return True


def _problem(given: Given, signed: Document) -> str:
    """Return why a decision does not hold; nothing where it does."""
    document, said = signed["document"], signed["statement"]
    if not document_digest(document) == said["digest"] == signed["digest"]:
        return "the document is not the one that was signed"
    if document["dossier"] != given.digest:
        return "it is about another dossier"
    if said["meaning"] != f"decision: {document['outcome']}":
        return f"“{said['meaning']}” was signed, not “{document['outcome']}”"
    if said["signer"]["id"] != document["decided"]["by"]["id"]:
        return "another person signed it than decided"
    try:
        if given.key is not None:
            proving.verified(signed, public=given.key.raw)
    except UnprovedError as error:
        return f"{error}".rstrip(".")
    return ""


def _fixed(conditions: list[Document]) -> list[dict[str, Any]]:
    """Return of conditions what cannot change once they are signed."""
    return [{k: v for k, v in one.items() if k not in LATER} for one in conditions]


def _check_told(given: Given, signed: Document) -> None:
    """Check that the trail knows the decision."""
    if given.events is None:
        return
    told = [
        event["after"]
        for event in given.events
        if event["act"] == Act.REVIEW_DECIDED and isinstance(event["after"], dict)
    ]
    if signed["signature"] not in [one.get("signature") for one in told]:
        said = signed["statement"]
        given.report.say("sign.untold", file=DECISION, who=who(said), meaning=said["meaning"])


def _check_complete(given: Given, document: Document) -> None:
    """Check that every sign-off that lay before the decision maker is still there."""
    here = {str(one["signature"]) for one in given.documents}
    then = {str(one["signature"]): one for one in document["signoffs"]}
    for signature, one in then.items():
        if signature not in here:
            said = one["statement"]
            given.report.say(
                "sign.removed",
                file=SIGNOFFS,
                who=who(said),
                meaning=said["meaning"],
                where="the decision, as it was signed,",
            )
    for one in given.documents:
        seen = then.get(str(one["signature"]), one)
        parts = sorted({*seen, *one} - {"proof"})
        altered = [part for part in parts if seen.get(part) != one.get(part)]
        if altered:
            said, why = one["statement"], f"{', '.join(altered)} as the decision maker saw it"
            given.report.say(
                "sign.altered", file=SIGNOFFS, who=who(said), meaning=said["meaning"], why=why
            )
    if here.issuperset(then):
        given.report.say("decision.complete", count=len(then))


def _check_people(
    given: Given, rules: TierRules, document: Document, said: Document, dossier: Document
) -> None:
    """Check that the required roles are filled, by different people, none approving their own."""
    if given.key is None:
        return
    if said["role"] != rules.decision_maker:
        given.report.say(
            "decision.maker", file=DECISION, role=said["role"], asked=rules.decision_maker
        )
    _check_doubles(given, rules, document, said)
    made = _authors(dossier)
    approving = {
        str(one.person): one.name for one in given.signoffs if one.meaning not in OF_AUTHORS
    }
    approving[said["signer"]["id"]] = said["signer"]["name"]
    for person, name in approving.items():
        if person in made:
            given.report.say("decision.own", file=DECISION, who=name, made=made[person])
    if document["outcome"] not in _PERMITS:
        return
    holders = {rule.role: _ENOUGH for rule in rules.signoffs}
    missing = reviews.missing_signoffs(rules, given.signoffs, dossier=given.digest, holders=holders)
    for one in missing:
        given.report.say("decision.short", file=SIGNOFFS, asked=one.what.rstrip("."))
    if not missing:
        asked = ", ".join(f"{rule.quorum} × {rule.role}" for rule in rules.signoffs)
        given.report.say("decision.quorum", asked=asked or "no sign-off")


def _check_doubles(given: Given, rules: TierRules, document: Document, said: Document) -> None:
    """Name who fills two required roles without a declared dual role."""
    required = reviews.required_roles(rules)
    roles: dict[str, set[str]] = {}
    names = {said["signer"]["id"]: said["signer"]["name"]}
    for one in given.signoffs:
        if one.role in required:
            roles.setdefault(str(one.person), set()).add(one.role.value)
            names[str(one.person)] = one.name
    if said["signer"]["id"] in roles:
        roles[said["signer"]["id"]].add(said["role"])
    declared = {one["person"]["id"] for one in document["signoffs"] if one.get("dual_role")} | (
        {said["signer"]["id"]} if document["decided"].get("dual_role") else set()
    )
    for person, filled in roles.items():
        if len(filled) > 1 and person not in declared:
            given.report.say(
                "decision.double",
                file=SIGNOFFS,
                who=names[person],
                roles=" and ".join(sorted(filled)),
            )


def _authors(dossier: Document) -> dict[str, str]:
    """Return who made a part of the dossier, and which."""
    made = {
        one["submitted"]["by"]["id"]: f"evidence {one['number']}" for one in dossier["evidence"]
    }
    for one in dossier["protocols"]:
        made[one["registered"]["by"]["id"]] = f"the protocol “{one['document']['name']}”"
    made[dossier["version"]["registered"]["by"]["id"]] = version_of(dossier)
    return made


def _check_follows(given: Given, rules: TierRules, document: Document, dossier: Document) -> None:
    """Check that nothing in the dossier stands against an approval, waivers considered."""
    outcome = document["outcome"]
    if outcome not in _PERMITS or given.key is None:
        return
    holders = {rule.role: _ENOUGH for rule in rules.signoffs}
    people = reviews.missing_signoffs(rules, given.signoffs, dossier=given.digest, holders=holders)
    blocked = reviews.blockers(
        rules,
        requirements=dossier["requirements"],
        criteria=dossier["criteria"],
        signoffs=given.signoffs,
        dossier=given.digest,
        holders=holders,
        waivers=_waivers(given, rules, document),
    )
    against = [one.what for one in blocked if one not in people]
    if against:
        given.report.say("decision.against", file=DECISION, why=against[0])
    else:
        given.report.say("decision.follows", outcome=outcome)


def _waivers(given: Given, rules: TierRules, document: Document) -> list[waivers.Waiver]:
    """Return the waivers of a decision whose signatures all hold."""
    granted = []
    day = datetime.fromisoformat(document["decided"]["at"]).date()
    for one in document.get("waivers", []):
        stated, people = one["document"], list[tuple[UUID, Role]]()
        for mark in one["signatures"]:
            if given.key is None or mark["statement"]["digest"] != document_digest(stated):
                continue
            said = proving.verified(mark, public=given.key.raw).statement
            people.append((UUID(said["signer"]["id"]), Role(said["role"])))
        waiver = waivers.read(stated)
        standing = waivers.standing(
            waiver,
            over=stated["dossier"],
            dossier=given.digest,
            rules=rules,
            given=people,
            today=day,
        )
        if standing is waivers.Standing.GRANTED:
            granted.append(waiver)
    return granted


def check_standing(given: Given) -> None:
    """Check how the version stood."""
    if given.alone and STANDING not in given.files:
        return
    document = given.read(STANDING)
    dossier = given.read(DOSSIER)
    if document is None or dossier is None:
        return
    mark = document.pop("signature")
    problem = _standing_problem(given, document, mark, dossier)
    at = moment(document["since"])
    if problem:
        given.report.say("standing.fails", file=STANDING, why=problem)
    elif mark is None:
        given.report.say("standing.draft")
    elif given.key is not None:
        given.report.say("standing.signed", state=document["state"], at=at)
    if not given.alone:
        given.report.say("standing.then", at=moment(given.manifest["made"].get("at")))


def _standing_problem(given: Given, document: Document, mark: Any, dossier: Document) -> str:  # noqa: ANN401 -- any JSON
    """Return why a standing does not hold; nothing where it does."""
    told = [
        event["after"]["state"]
        for event in given.events or []
        if event["act"] == Act.VERSION_STANDING_CHANGED and isinstance(event["after"], dict)
    ]
    if f"{document['model']}/{document['number']}" != version_of(dossier):
        return "it is about another version"
    if document["dossier"] not in {None, given.digest}:
        return "it rests on another dossier"
    if told and told[-1] != document["state"]:
        return f"it says {document['state']}, the trail says {told[-1]}"
    if mark is None:
        return "" if document["state"] == "draft" else "nobody signed it"
    signed = Signature(statement=document, signature=mark["value"], key=mark["key"])
    if given.key is not None and not signatures.holds(signed, public=given.key.raw):
        return "the registry's key did not sign it"
    return ""
