"""Record: who signed, who objected, what the digests are, and how to check all of it."""

from registry.domain.cards import SEAL, field_of, verify_address
from registry.domain.judgements import objections, verdicts, wording
from registry.domain.judgements.exhibits import Document
from registry.domain.signatures import SHORT
from registry.services.cards import attached, blocks, signatures
from registry.services.cards.documents import CardDocuments
from reports.content import RECORD, Code, Fact, Facts, Paragraphs, Place, Places, Section


def section(documents: CardDocuments) -> Section:
    """Return section 10."""
    return Section(
        heading=RECORD,
        lede=objections.lede(documents.signoffs, documents.awaited, documents.decision),
        blocks=(
            *blocks.points("Objections and abstentions", objections.lines(documents.signoffs)),
            signatures.table(documents.signoffs),
            _signed(documents),
            _places(documents),
            _code(documents),
            _attached(documents),
            _verify(documents.dossier, documents.digest),
            _versions(),
        ),
    )


def _places(documents: CardDocuments) -> Places:
    """Return the places in which the file is sealed, and in which who signed may sign again."""
    seal = Place(field=SEAL, name="The registry", under="seal of the organisation")
    standing = [one for one in documents.signoffs if verdicts.stands(one)]
    people = [
        Place(
            field=field_of(one["role"], one["id"]),
            name=str(one["person"]["name"]),
            under=f"signature by their own certificate, as {one['role']}",
        )
        for one in standing
    ]
    return Places(
        title="Seal, and signatures in this file",
        places=(seal, *people),
        note="They are added after the file was rendered, so the bytes before them stay the same "
        "for whoever renders the card again. What the people above signed in the registry counts "
        "without a signature here.",
    )


def _code(documents: CardDocuments) -> Code:
    """Return the code, and what it is good for."""
    url = verify_address(documents.address or "", documents.code)
    where = "Open this address" if url else "On the page /verify of the registry, enter this code"
    return Code(
        title="Is this the current card?",
        code=documents.code,
        url=url,
        text=f"{where} to learn whether a newer card has been issued, or the version has been "
        "superseded or suspended since. The page also takes the file itself.",
    )


def _signed(documents: CardDocuments) -> Facts:
    """Return the digests of what was signed, and with which key decision and standing were."""
    policy, decision = documents.dossier["policy"], documents.decision
    facts = [
        Fact(label="Dossier, attached", value=documents.digest, code=True),
        Fact(
            label=f"Policy {policy['name']} {policy['version']}", value=policy["digest"], code=True
        ),
    ]
    signed = None if decision is None else decision.get("signed")
    if signed:
        facts.append(Fact(label="Decision, as signed", value=signed["digest"], code=True))
        facts.append(Fact(label="Decision signed with", value=_key(signed), code=True))
    standing = documents.standing or {}
    if isinstance(standing.get("signature"), dict):
        key = f"{standing['signature']['key']} {standing['signature']['value']}"
        facts.append(Fact(label="Standing signed with", value=key, code=True))
    facts += [
        Fact(label=f"Protocol {place}", value=one["digest"], code=True)
        for place, one in enumerate(documents.dossier["protocols"], start=1)
    ]
    return Facts(title="Digests and keys", facts=tuple(facts))


def _key(signed: Document) -> str:
    """Return how a document was signed: method, key, and how the signature begins."""
    how = SHORT.get(signed["method"], signed["method"])
    return f"{how} {signed['key']} {wording.clipped(str(signed['signature']), 40)}"


def _attached(documents: CardDocuments) -> Facts:
    return Facts(
        title="Attached to this file",
        facts=tuple(
            Fact(label=name, value=f"{description}.")
            for name, description in attached.listed(documents)
        ),
        heads=("Name", "What it is"),
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
            label="Seal and signatures hold, offline",
            value="cmr card verify card.pdf   # or: pdfsig card.pdf",
            code=True,
        ),
        Fact(
            label="It is what the registry renders",
            value=f"cmr card get {name} --rendered --out rendered.pdf   # a prefix of card.pdf",
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


def _versions() -> Paragraphs:
    """Return what set this file: rendered anew by the same versions it has the same bytes."""
    from reports.pdf import renderer  # it loads the engine

    parts = wording.listed([f"{part} {version}" for part, version in renderer()])
    text = f"{parts}. The same versions set the same documents in the same bytes, before the seal."
    return Paragraphs(title="Set by", paragraphs=(text,), small=True)
