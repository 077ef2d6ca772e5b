"""Argument: what people wrote: why the case was made, what it claims, and the summary."""

from collections.abc import Iterator

from registry.domain.judgements import cases, wording
from registry.services.safety_cases.documents import CaseDocuments
from registry.services.safety_cases.marks import (
    from_people,
    paragraphs,
    written,
)
from reports.content import Block, Paragraphs, Tone
from reports.safety_case import CaseSection, Claim, Evidence

READING = (
    "Sections that follow from the records were frozen with this case and cannot be edited; what "
    "was written names its author, and the signature is over the digest of both together. The case "
    "never changes: what changed since stands on this page, and a new case supersedes it."
)


def introduction(documents: CaseDocuments) -> CaseSection:
    """Return section 1."""
    case, said = documents.case, documents.authored
    blocks: list[Block] = [Paragraphs(title="Purpose", paragraphs=paragraphs(said["purpose"]))]
    if case["supersedes"] is not None:
        blocks.append(
            Paragraphs(
                title=f"Changed since case {case['number'] - 1}",
                paragraphs=paragraphs(said["changed"]),
            )
        )
    return CaseSection(
        number=1,
        title="Introduction",
        source=from_people(documents),
        authored=True,
        lede=f"Case {case['number']} about {documents.about}, at the phase: {said['phase']}.",
        blocks=tuple(blocks),
    )


def statement(documents: CaseDocuments) -> CaseSection:
    """Return section 9: the argument, the benefit, and the summary safety statement."""
    said = documents.authored
    blocks: list[Block] = [written(documents, "Benefit against risk", said["benefit"])]
    blocks.append(written(documents, "Summary safety statement", said["summary"]))
    return CaseSection(
        number=9,
        title="Safety argument and summary safety statement",
        source=f"{from_people(documents)} Beside each claim stands what the records say of it.",
        authored=True,
        lede=" ".join(paragraphs(said["strategy"])),
        blocks=tuple(blocks),
        claims=tuple(_claims(documents)),
    )


def _claims(documents: CaseDocuments) -> Iterator[Claim]:
    """Yield the claims, each with how deep it stands and what shows it."""
    depths: dict[str, int] = {}
    for one in documents.authored["claims"]:
        under = one["under"]
        depths[one["id"]] = 0 if under is None else depths[under] + 1
        yield Claim(
            name=one["id"],
            text=wording.sentence(one["claim"]),
            argument=wording.sentence(one["argument"]),
            carries="" if under is None else f"Carries {under}.",
            depth=depths[one["id"]],
            evidence=tuple(_shown(documents, link) for link in one["evidence"]),
        )


def _shown(documents: CaseDocuments, link: dict[str, object]) -> Evidence:
    """Return what shows a claim."""
    found = cases.shown(documents.view, link)
    return Evidence(kind=found.kind, text=found.text, why=found.why, tone=Tone(found.tone))
