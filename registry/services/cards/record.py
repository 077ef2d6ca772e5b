"""Record: who signed, what the documents' digests are, and how to check all of it."""

from registry.domain.judgements.exhibits import Document
from registry.services.cards import signatures
from registry.services.cards.documents import CardDocuments
from reports.content import RECORD, Fact, Facts, Section


def section(documents: CardDocuments) -> Section:
    """Return section 10."""
    return Section(
        heading=RECORD,
        lede="Who signed what, and how to check that this file says what was signed.",
        blocks=(
            signatures.table(documents.signoffs),
            _digests(documents),
            _verify(documents.dossier, documents.digest),
        ),
    )


def _digests(documents: CardDocuments) -> Facts:
    policy = documents.dossier["policy"]
    return Facts(
        title="Digests",
        facts=(
            Fact(label="Dossier, attached", value=documents.digest, code=True),
            Fact(
                label=f"Policy {policy['name']} {policy['version']}",
                value=policy["digest"],
                code=True,
            ),
        ),
    )


def _verify(dossier: Document, digest: str) -> Facts:
    name = f"{dossier['version']['model']}/{dossier['version']['number']}"
    facts = (
        Fact(
            label="The card is this version's newest",
            value=f"cmr card get {name} --out newest.pdf",
            code=True,
        ),
        Fact(
            label="The documents are in the file",
            value="pdfdetach -saveall card.pdf   # dossier.json, decision.json, signatures.json",
            code=True,
        ),
        Fact(
            label="The dossier is the one signed",
            value=f"sha256sum dossier.json   # {digest.removeprefix('sha256:')[:24]}…",
            code=True,
        ),
        Fact(label="The record was not altered", value="cmr audit verify", code=True),
    )
    return Facts(title="How to verify", facts=facts, heads=("To see that", "Run"))
