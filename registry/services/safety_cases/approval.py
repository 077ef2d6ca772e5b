"""Approval: who signed what, and by which digests all this is known."""

from collections.abc import Iterator

from registry.domain.cards import SEAL
from registry.domain.judgements import wording
from registry.domain.judgements.exhibits import Document
from registry.domain.signatures import SHORT
from registry.services.safety_cases.documents import CaseDocuments
from registry.services.safety_cases.marks import facts, from_records
from reports.content import (
    Block,
    Cell,
    Column,
    Fact,
    Facts,
    Head,
    Paragraphs,
    Place,
    Places,
    Row,
    Table,
    Tone,
)
from reports.safety_case import CaseSection

_CASE = (
    "The digest of this case is the SHA-256 of the attached safety-case.json, byte for byte: "
    "sha256sum safety-case.json."
)
_SIGNED = (
    "Its signature stands in the attached signatures.json once it is signed; cmr signature verify "
    "signatures.json --document safety-case.json checks both without the registry."
)
_ATTACHED = (
    "The dossier and the issue of the hazard log it rests on are attached, too; their digests are "
    "those named above."
)
VERIFY = (_CASE, _SIGNED, _ATTACHED)


def quality(documents: CaseDocuments) -> CaseSection:
    """Return section 10."""
    return CaseSection(
        number=10,
        title="Quality assurance and document approval",
        source=f"{from_records(documents)} The signature over this case came later.",
        authored=False,
        lede=_lede(documents),
        blocks=(
            Table(
                title="Signatures",
                heads=(
                    Head(title="Document", holds=Column.NAME, share=26),
                    Head(title="Signed by", share=27),
                    Head(title="Meaning", share=24),
                    Head(title="At", share=23),
                ),
                rows=tuple(_signatures(documents)),
                empty="Nobody has signed anything.",
            ),
            Places(
                title="Seal of this file",
                places=(Place(field=SEAL, name="The registry", under="seal of the organisation"),),
                note="It is added after the file was rendered, so that the bytes before it stay "
                "the same for whoever renders the case again. The signatures above count without.",
            ),
        ),
    )


def _lede(documents: CaseDocuments) -> str:
    """Return whether this case is approved, and by whom."""
    signed = documents.signed
    if signed is None:
        return "THIS CASE IS NOT APPROVED: its safety officer has not signed it."
    by = f"{signed['by']['name']}, {signed['role']}"
    return f"Approved {wording.moment(signed['at'])} by {by}."


def _signatures(documents: CaseDocuments) -> Iterator[Row]:
    """Yield every signature that this case rests on, and its own last."""
    parts = documents.parts
    for one in parts["signatures"]["protocols"]:
        for by in one["by"]:
            yield _row(f"Protocol “{one['name']}”", by["name"], by["role"], by["meaning"], by["at"])
    plan, hazards = parts["management"]["plan"], parts["hazards"]
    if plan is not None and plan["approved"] is not None:
        yield _of(f"Risk management plan {plan['number']}", plan["approved"])
    if hazards is not None and hazards["log"] is not None:
        yield _of(f"Hazard log, issue {hazards['log']['number']}", hazards["log"]["approved"])
    for one in parts["signatures"]["signoffs"]:
        yield _signoff(f"Dossier {parts['system']['dossier']['number']}", one)
    decision = parts["signatures"]["decision"]
    if decision is not None:
        by, at = decision["decided"]["by"]["name"], decision["decided"]["at"]
        yield _row("Decision", by, "", wording.capital(decision["outcome"]), at)
    for one in parts["signatures"].get("site", ()):
        yield _signoff(f"Site dossier {parts['site']['dossier']['number']}", one)
    if documents.signed is not None:
        yield _of(f"This case, {documents.case['number']}", documents.signed, own=True)


def _of(document: str, by: Document, *, own: bool = False) -> Row:
    """Return an approval as a row."""
    registered = f"{by['role']}, {by['registration']}" if by["registration"] else str(by["role"])
    how = SHORT.get(str(by["method"]), str(by["method"]))
    return _row(document, by["by"]["name"], registered, by["meaning"], by["at"], how=how, own=own)


def _signoff(document: str, one: Document) -> Row:
    """Return a sign-off as a row; that it is void or withdrawn stands in its meaning."""
    over = "withdrawn" if one.get("withdrawn_at") else "void" if one.get("void") else ""
    meaning = f"{one['meaning']}; {over.upper()}" if over else str(one["meaning"])
    registered = f", {one['registration']}" if one["registration"] else ""
    how = SHORT.get(str(one["method"]), str(one["method"]))
    role = f"{one['role']}{registered}"
    tone = Tone.UNSURE if over else Tone.BAD if one["meaning"] == "object" else Tone.PLAIN
    return _row(document, one["person"]["name"], role, meaning, one["at"], how=how, tone=tone)


def _row(
    document: str,
    name: str,
    role: str,
    meaning: str,
    at: str,
    *,
    how: str = "",
    own: bool = False,
    tone: Tone = Tone.PLAIN,
) -> Row:
    """Return one signature as a row."""
    cells = (
        document,
        Cell(text=name, under=role),
        wording.capital(meaning),
        Cell(text=wording.moment(at), under=how),
    )
    return Row(cells=cells, own=own, tone=tone)


def configuration(documents: CaseDocuments) -> CaseSection:
    """Return section 11."""
    blocks: list[Block] = [_digests(documents), _files(documents)]
    blocks.append(facts("How it was made", _made(documents.parts["configuration"])))
    blocks.append(Paragraphs(title="How to verify", paragraphs=VERIFY))
    return CaseSection(
        number=11,
        title="Configuration control and management",
        source=from_records(documents),
        authored=False,
        lede="Everything that this case rests on, by its digest: change anything, and it differs.",
        blocks=tuple(blocks),
    )


def _digests(documents: CaseDocuments) -> Facts:
    """Return the documents by their digests."""
    found, parts = documents.parts["configuration"], documents.parts
    named = [
        ("This case", documents.digest),
        ("The case before", documents.case["supersedes"]),
        ("Dossier", found["dossier"]),
        ("Policy", found["policy"]),
        ("Risk management plan", found["plan"]),
        ("Hazard log", found["hazard_log"]),
        *(("Protocol", digest) for digest in found["protocols"]),
    ]
    if "site" in parts:
        named.append(("Site dossier", parts["site"]["digest"]))
        configuration = parts["site"]["dossier"]["plan"]["configuration"]
        named.append(("Configuration at the site", configuration["digest"]))
        release = parts["release_case"]
        named.append(("Safety case of the release", None if release is None else release["digest"]))
    return Facts(
        title="Documents",
        facts=tuple(
            Fact(label=label, value=digest or "None.", code=digest is not None)
            for label, digest in named
        ),
        heads=("Document", "Digest"),
    )


def _files(documents: CaseDocuments) -> Table:
    """Return the files of the version by their digests."""
    return Table(
        title="Files of the version",
        heads=(
            Head(title="File", holds=Column.NAME, share=24),
            Head(title="Bytes", holds=Column.NUMBER, share=12),
            Head(title="SHA-256", holds=Column.CODE, share=64),
        ),
        rows=tuple(
            Row(
                cells=(Cell(text=one["path"], under=one["kind"]), f"{one['size']:,}", one["digest"])
            )
            for one in documents.parts["configuration"]["artifacts"]
        ),
        empty="NO FILE is registered with the version.",
    )


def _named(file: Document) -> Cell:
    """Return a file by its path, and what it is."""
    return Cell(text=file["path"], under=file["kind"])


def _made(found: Document) -> list[tuple[str, str]]:
    """Return from what the version was made; what is not recorded says so."""
    parents = [f"{one['model']}/{one['number']}, {one['relation']}" for one in found["parents"]]
    return [
        ("Parents", "; ".join(parents) or "None."),
        ("Base model", str(_plain(found["base_model"]))),
        ("Code commit", str(_plain(found["code_commit"]))),
        ("Environment lock", str(_plain(found["environment_lock"]))),
    ]


def _plain(value: object) -> object:
    """Return a value, or that it is not recorded."""
    if isinstance(value, dict):
        return "; ".join(f"{key} {one}" for key, one in value.items() if one)
    return value or "Not recorded."
