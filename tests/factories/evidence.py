"""Evidence for tests: protocols signed by two people, small tables, and tables measured."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from registry.domain.evidence import Custody, ScoresFrom
from registry.domain.people import Role
from registry.faces import worker
from registry.services import evidence, protocols
from tests.factories.people import PROOF, Registry

PROTOCOL = """
schema = "cmr.protocol/1"
name = "{name}"
purpose = "{purpose}"
sampling = "consecutive"
reference_standard = "invasive angiography, at least 50 % narrowing"

[columns]
exam = "exam_id"
patient = "patient_id"
site = "site"
{partition}label = "label"
score = "score"

[operating_point]
{point}

[costs]
false_negative = 10.0
false_positive = 1.0
set_by = "Heart team"
set_on = "2026-11-20"
why = "A missed narrowing is worth ten needless angiograms."

[population]
prevalence = 0.36
source = "referral audit 2025"

[subgroups]
sex = "sex"

[intervals]
replicates = 200

[minimum]
positives = 10
negatives = 10

[[criteria]]
id = "discrimination"
source = "estimate"
metric = "auroc"
at_least = {floor}
over = "every site"

[[criteria]]
id = "sensitivity"
source = "estimate"
metric = "sensitivity"
at_least = 0.80
over = "every site"

[[criteria]]
id = "specificity"
source = "estimate"
metric = "specificity"
at_least = 0.50
over = "every site"

[[criteria]]
id = "fairness"
source = "estimate"
metric = "sensitivity"
at_least = 0.80
over = "every sex"
"""


def protocol_text(
    *,
    name: str = "External testing",
    purpose: str = "external testing",
    point: str = "threshold = 0.5",
    floor: float = 0.80,
    partition: bool = False,
) -> str:
    """Return a whole protocol as TOML."""
    column = 'partition = "split"\n' if partition else ""
    return PROTOCOL.format(name=name, purpose=purpose, point=point, floor=floor, partition=column)


def make_protocol(registry: Registry, model: str = "heart-cad", **changes: Any) -> str:  # noqa: ANN401 -- any part of the text
    """Register a protocol as the ML engineer and return its digest; nobody has signed it."""
    with registry.work(Role.ML_ENGINEER) as work:
        return str(protocols.register(work, model, protocol_text(**changes))["digest"])


def sign_protocol(
    registry: Registry,
    digest: str,
    roles: Iterable[Role] = (Role.CLINICAL_LEAD, Role.INDEPENDENT_VALIDATOR),
) -> None:
    """Sign a protocol in each role, by the role's person."""
    for role in roles:
        with registry.work(role) as work:
            protocols.sign(work, digest, role=role, meaning=None, proof=PROOF)


def make_signed_protocol(registry: Registry, model: str = "heart-cad", **changes: Any) -> str:  # noqa: ANN401 -- likewise
    """Register a protocol that both roles have signed, and return its digest."""
    digest = make_protocol(registry, model, **changes)
    sign_protocol(registry, digest)
    return digest


def rows(
    *,
    site: str = "Hungary",
    exams: int = 40,
    first: int = 1,
    split: str = "external testing",
    prefix: str = "p",
) -> list[str]:
    """Return rows of a table: every other exam is positive, and scores rank them."""
    made = []
    for place in range(exams):
        number = first + place
        label = place % 2
        score = 0.2 + 0.6 * label + 0.1 * (place % 7) / 7
        sex = "F" if place % 4 < 2 else "M"
        made.append(f"e{number},{prefix}{number},{site},{split},{sex},{label},{score:.4f}")
    return made


def unscored(lines: list[str], share: int) -> list[str]:
    """Return rows of which every so-manieth has no score."""
    return [
        f"{line.rsplit(',', 1)[0]}," if place % share == 0 else line
        for place, line in enumerate(lines)
    ]


def table(lines: Sequence[str] | None = None) -> bytes:
    """Return a whole CSV table."""
    header = "exam_id,patient_id,site,split,sex,label,score"
    return "\n".join([header, *(rows() if lines is None else lines), ""]).encode()


def claim(protocol: str, **changes: Any) -> evidence.Claim:  # noqa: ANN401 -- likewise
    """Return what the person who hands a table in says about it."""
    said: dict[str, Any] = {
        "model": "heart-cad",
        "number": 1,
        "protocol": protocol,
        "scores_from": ScoresFrom.ARTIFACT,
        "custody": Custody.STEWARD,
        "custodian": "Data office",
        "location": "archive, folder 2026-17",
    }
    return evidence.Claim(**(said | changes))


def hand_in(
    registry: Registry,
    protocol: str,
    content: bytes | None = None,
    *,
    role: Role = Role.DATA_STEWARD,
    **changes: Any,  # noqa: ANN401 -- likewise
) -> UUID:
    """Hand a table in and leave it waiting; return the evidence's id."""
    chunks = [table() if content is None else content]
    made = evidence.hand_in(
        registry.workshop, registry.people[role], claim(protocol, **changes), chunks
    )
    return UUID(made["id"])


def make_evidence(
    registry: Registry,
    protocol: str,
    content: bytes | None = None,
    *,
    role: Role = Role.DATA_STEWARD,
    **changes: Any,  # noqa: ANN401 -- likewise
) -> UUID:
    """Hand a table in and measure it; return the evidence's id, whatever came of it."""
    made = hand_in(registry, protocol, content, role=role, **changes)
    worker.drain(registry.workshop)
    return made


def shown(registry: Registry, evidence_id: UUID) -> dict[str, Any]:
    """Return evidence as it stands."""
    with registry.work(Role.AUDITOR) as work:
        return evidence.show(work, evidence_id)
