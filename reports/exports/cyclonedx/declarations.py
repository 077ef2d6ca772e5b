"""Declarations: who assessed what against which requirement, claims and counter-claims alike.

A criterion that is met is a claim; one that is not met, or rests on too little, is a counter-claim,
and so is an objection. Nobody gives a score.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from reports.exports.cyclonedx import references
from reports.exports.cyclonedx.references import MODEL, POLICY, PROTOCOL, REGISTRY
from reports.exports.record import Judged, Record, SignOff

_MET: Final = "met"
_AFFIRMS_NOT: Final = frozenset({"object", "abstain"})
_UNKNOWN: Final = {"name": "not recorded by this registry"}


def standards(record: Record) -> list[dict[str, Any]]:
    """Return the policy's requirements and the protocols' criteria, as what was asked."""
    criteria = {one.id: one.goal for one in record.criteria}
    return [
        {
            "bom-ref": POLICY,
            "name": f"Policy {record.policy}",
            "version": record.policy_digest,
            "requirements": [
                {"bom-ref": f"{POLICY}-sign-off", "identifier": "sign-off", "text": _SIGN_OFF},
                *(
                    {"bom-ref": f"{POLICY}-{one.id}", "identifier": one.id, "text": one.text}
                    for one in record.requirements
                ),
            ],
        },
        {
            "bom-ref": PROTOCOL,
            "name": "Acceptance criteria of the protocols",
            "requirements": [
                {"bom-ref": f"{PROTOCOL}-{name}", "identifier": name, "text": goal}
                for name, goal in criteria.items()
            ],
        },
    ]


_SIGN_OFF: Final = "The sign-offs that the policy asks for, each in its role and with its meaning"


def of_record(record: Record) -> dict[str, Any]:
    """Return the declarations."""
    signed = list(enumerate(record.signoffs, start=1))
    standing = [(place, one) for place, one in signed if one.stands]
    found: dict[str, Any] = {
        "assessors": [
            {"bom-ref": REGISTRY, "organization": {"name": "clinical-model-registry, software"}},
            *(
                {
                    "bom-ref": f"assessor-{place}",
                    "organization": {"contact": [{"name": f"{one.name}, {one.role}"}]},
                }
                for place, one in standing
            ),
        ],
        "attestations": [_judged(record), *(_signed(place, one) for place, one in standing)],
        "claims": list(_claims(record, standing)),
        "evidence": [*_evidence(record), *(_statement(place, one) for place, one in signed)],
    }
    affirming = [(place, one) for place, one in standing if one.meaning not in _AFFIRMS_NOT]
    if affirming:
        found["affirmation"] = {
            "statement": f"Each affirms what stands beside their name, over {record.dossier}, "
            f"and nothing more. {record.headline}",
            "signatories": [_signatory(place, one) for place, one in affirming],
        }
    return found


def _judged(record: Record) -> dict[str, Any]:
    """Return what the registry computed: each criterion and requirement with what speaks to it."""
    by_id: dict[str, list[tuple[int, Judged]]] = {}
    for place, one in enumerate(record.criteria):
        by_id.setdefault(one.id, []).append((place, one))
    mapped: list[dict[str, Any]] = []
    for name, found in by_id.items():
        met = [f"criterion-{place}" for place, one in found if one.verdict == _MET]
        open_ = [f"criterion-{place}" for place, one in found if one.verdict != _MET]
        said = " ".join(_with(one.sentence, one.verdict) for _, one in found)
        mapped.append(
            {
                "requirement": f"{PROTOCOL}-{name}",
                **({"claims": met} if met else {}),
                **({"counterClaims": open_} if open_ else {}),
                "conformance": {"rationale": said},
            }
        )
    for number, asked in enumerate(record.requirements):
        key = "claims" if asked.status == _MET else "counterClaims"
        mapped.append(
            {
                "requirement": f"{POLICY}-{asked.id}",
                key: [f"requirement-{number}"],
                "conformance": {"rationale": f"{asked.status}. {asked.because}".strip()},
            }
        )
    return {"summary": record.headline, "assessor": REGISTRY, "map": mapped}


def _with(sentence: str, verdict: str) -> str:
    """Return a sentence that ends in its verdict."""
    return f"{sentence.rstrip('.')}: {verdict}."


def _signed(place: int, one: SignOff) -> dict[str, Any]:
    """Return one sign-off as an attestation; an objection is a counter-claim."""
    key = "counterClaims" if one.objects else "claims"
    return {
        "summary": f"{one.role}: {one.meaning}",
        "assessor": f"assessor-{place}",
        "map": [
            {
                "requirement": f"{POLICY}-sign-off",
                key: [f"signoff-{place}"],
                "conformance": {"rationale": one.reasons or "No reason given."},
            }
        ],
    }


def _claims(record: Record, signed: list[tuple[int, SignOff]]) -> Iterator[dict[str, Any]]:
    for place, judged in enumerate(record.criteria):
        claim = {
            "bom-ref": f"criterion-{place}",
            "target": MODEL,
            "predicate": _with(judged.sentence, judged.verdict),
            "reasoning": judged.because or "No reason recorded.",
        }
        if judged.evidence is not None:
            met = judged.verdict == _MET
            key = "evidence" if met else "counterEvidence"
            yield {**claim, key: [references.evidence(judged.evidence)]}
        else:
            yield claim
    for place, required in enumerate(record.requirements):
        yield {
            "bom-ref": f"requirement-{place}",
            "target": MODEL,
            "predicate": _with(required.text, required.status),
            "reasoning": required.because or "No reason recorded.",
        }
    for place, one in signed:
        yield {
            "bom-ref": f"signoff-{place}",
            "target": MODEL,
            "predicate": f"{one.name}, {one.role}: {one.meaning}, {one.at}",
            "reasoning": one.reasons or "No reason given.",
            "evidence": [references.signoff(place)],
        }


def _evidence(record: Record) -> Iterator[dict[str, Any]]:
    for one in record.evidence:
        yield {
            "bom-ref": references.evidence(one.number),
            "propertyName": "cmr:assessment",
            "description": f"{one.sentence} Assessment {one.digest}.",
            "data": [
                {
                    "name": f"assessment-{one.number}.json",
                    "contents": {"url": f"assessment-{one.number}.json"},
                }
            ],
            "created": one.submitted_at,
            "author": {"name": one.submitted_by},
        }


def _statement(place: int, one: SignOff) -> dict[str, Any]:
    """Return what was signed, with the signature that proves it, as evidence."""
    text = json.dumps(one.signed, ensure_ascii=False, allow_nan=False, sort_keys=True)
    stands = "" if one.stands else " It is void or withdrawn."
    return {
        "bom-ref": references.signoff(place),
        "propertyName": "cmr:statement",
        "description": f"What {one.name} signed as {one.role}, by {one.method}.{stands}",
        "data": [
            {
                "name": f"statement {place}",
                "contents": {"attachment": {"contentType": "application/json", "content": text}},
            }
        ],
        "created": one.at,
        "author": {"name": one.name},
    }


def _signatory(place: int, one: SignOff) -> dict[str, Any]:
    registered = f", {one.registration}" if one.registration else ""
    return {
        "name": f"{one.name}{registered}",
        "role": one.role,
        "organization": _UNKNOWN,
        "externalReference": {
            "type": "electronic-signature",
            "url": one.pointer,
            "comment": f"{one.meaning}, {one.at}, by {one.method}; the statement and its signature "
            f"are the evidence {references.signoff(place)} of this file",
        },
    }
