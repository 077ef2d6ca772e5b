"""CycloneDX 1.6: the version as a component with its model card, and its sign-offs as declarations.

What people signed is their statement over the dossier and not this file, so that no field for a
signature of this file (JSF) is filled: each signed statement is attached as evidence, with the
signature that proves it.
"""

import hashlib
from typing import Any, Final
from uuid import UUID

from reports.exports.cyclonedx import card, declarations
from reports.exports.cyclonedx.references import MODEL, digest_hash
from reports.exports.record import Record
from reports.exports.topics import Topic
from reports.formatting import stamp, written

__all__ = ["NOT_CARRIED", "to_json"]

NOT_CARRIED: Final = (
    "a signature of this file: people signed their statement, which is attached as evidence",
    "hazards with their ratings as data; they stand as ethical considerations in words",
    "curves, case mix and sample-size answers of the assessments",
    "where each site stands with its own approval",
    "a score of conformance, which nobody here gives",
)


def to_json(record: Record) -> bytes:
    """Return the bill of materials as JSON; its serial number follows from what it says."""
    document: dict[str, Any] = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": stamp(record.issued_at),
            "tools": {"components": [{"type": "application", "name": "clinical-model-registry"}]},
            "component": _model(record),
            "properties": [
                {"name": "cmr:not_carried", "value": sentence} for sentence in NOT_CARRIED
            ],
        },
        "components": card.datasets(record),
        "definitions": {"standards": declarations.standards(record)},
        "declarations": declarations.of_record(record),
    }
    digest = hashlib.sha256(written(document)).digest()
    document["serialNumber"] = f"urn:uuid:{UUID(bytes=digest[:16], version=4)}"
    return written(document)


def _model(record: Record) -> dict[str, Any]:
    developer, licence = record.text(Topic.DEVELOPER), record.text(Topic.LICENCE)
    found: dict[str, Any] = {
        "type": "machine-learning-model",
        "bom-ref": MODEL,
        "name": record.model,
        "version": str(record.version),
        "description": record.words(Topic.SUMMARY),
        "modelCard": card.of_record(record),
        "externalReferences": [
            {
                "type": "evidence",
                "url": "dossier.json",
                "comment": "The dossier that this renders, as attached to the card",
                "hashes": [digest_hash(record.dossier)],
            }
        ],
        "components": [
            {"type": "file", "name": one.path, "hashes": [digest_hash(one.digest)]}
            for one in record.files
        ],
        "properties": _properties(record),
    }
    if developer is not None:
        contact = record.text(Topic.DEVELOPER_CONTACT)
        found["manufacturer"] = {"name": developer}
        if contact is not None:
            found["manufacturer"]["contact"] = [{"name": contact}]
    if licence is not None:
        found["licenses"] = [{"license": {"name": licence}}]
    return found


def _properties(record: Record) -> list[dict[str, str]]:
    """Return how the version stands, and every topic on which nothing is said."""
    pairs = [
        ("cmr:stage", record.stage),
        ("cmr:headline", record.headline),
        ("cmr:dossier", record.dossier),
        ("cmr:policy", f"{record.policy}, {record.policy_digest}"),
        ("cmr:regulatory", record.words(Topic.REGULATORY)),
        ("cmr:risk_tier", record.words(Topic.RISK_TIER)),
    ]
    pairs += [
        (f"cmr:not_available:{topic.value}", place.reason)
        for topic, place in record.places.items()
        if place.text is None
    ]
    return [{"name": name, "value": value} for name, value in pairs]
