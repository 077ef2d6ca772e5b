"""Renderings for tests: cards as bytes, each made once a process, and files with one fault each."""

import functools
import io
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import pikepdf

from reports.pdf import Attached, Described, Fact, lay_out, write_document
from tests.factories.cards import make_pdf
from tests.factories.documents import (
    Json,
    criterion,
    make_crowd,
    make_crowded_dossier,
    make_decision,
    make_dossier,
    make_signoff,
    make_standing,
    person,
)

_PIXEL = (
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 4 3'>"
    "<rect width='4' height='3' fill='teal'/></svg>"
)
LEAST = f"""<!DOCTYPE html><html lang="en-GB"><head><title>A page</title>
<meta name="dcterms.created" content="2026-11-23T09:30:00Z">
<style>@font-face {{ font-family: Inter; src: url(Inter-Regular.ttf) }}
html {{ font-family: Inter }}
</style></head><body><h1>A page</h1><p>With a sentence.</p>
<ul><li>an item</li></ul><dl><div><dt>A term</dt> <dd>and what it means</dd></div></dl>
<table><thead><tr><th>Site</th><th>Exams</th></tr></thead>
<tbody><tr><th scope="row">North</th><td>100</td></tr></tbody></table>
<img alt="A rectangle of one colour" src="{_PIXEL}" width="40"></body></html>"""


def _draft() -> bytes:
    dossier = make_dossier()
    dossier["criteria"].append(
        criterion(
            id="missed-disease",
            metric="sensitivity",
            by={"sex": "F"},
            over="groups by sex",
            verdict="insufficient evidence",
            because="85 positives; the interval 0.59 to 0.78 straddles 0.70",
            measured=0.694,
            low=0.59,
            high=0.782,
            required=0.7,
        )
    )
    return make_pdf(
        dossier,
        signoffs=[make_signoff()],
        awaited=[{"role": "independent validator", "meaning": "review"}],
    )


def _approved() -> bytes:
    dossier = make_dossier()
    decision, standing = make_decision(dossier), make_standing("current")
    return make_pdf(dossier, decision=decision, standing=standing, signoffs=[make_signoff()])


def _empty() -> bytes:
    nothing: list[object] = []
    return make_pdf(
        make_dossier(
            evidence=nothing,
            protocols=nothing,
            datasets=nothing,
            overlap=nothing,
            criteria=nothing,
            requirements=nothing,
        )
    )


WORLDWIDE: Mapping[str, str] = {
    "Hungary": "東京大学医学部附属病院",
    "Switzerland": "مستشفى الملك فيصل (الرياض)",
    "Long Beach": "בית החולים הדסה עין כרם",
    "Cleveland": "서울대학교병원",
    "Dorka Bíró": "डॉ. अनिता शर्मा",
    "Ilona Kovács": "محمد بن علي الغامدي",
    "every referral read": "北京协和医院 and แพทย์โรคหัวใจ read every referral",
    "Obstructive coronary disease": "Στεφανιαία νόσος, ишемическая болезнь",
}


def worldwide(document: Json) -> Json:
    """Return a document whose names are written in scripts of many peoples."""
    text = json.dumps(document, ensure_ascii=False)
    for name, other in WORLDWIDE.items():
        text = text.replace(name, other)
    found: Json = json.loads(text)
    return found


def _worldwide() -> bytes:
    dossier = worldwide(make_dossier())
    crowd = [worldwide(make_signoff()), make_signoff(id="signoff-2", person=person("김민수 😀"))]
    decision = make_decision(dossier)
    return make_pdf(dossier, decision=decision, standing=make_standing("current"), signoffs=crowd)


def _full() -> bytes:
    dossier = make_crowded_dossier()
    words = "A reason that takes many words to say " * 6
    crowd = make_crowd(5) + make_crowd(3, meaning="object", reasons=words)
    return make_pdf(
        dossier,
        decision=make_decision(dossier, outcome="decline"),
        standing=make_standing("declined"),
        signoffs=crowd,
    )


CARDS: Mapping[str, Callable[[], bytes]] = {
    "draft": _draft,
    "approved": _approved,
    "empty": _empty,
    "worldwide": _worldwide,
    "full": _full,
}


@functools.cache
def rendering(name: str) -> bytes:
    """Return a card: a draft, an approved, an empty, a worldwide or a full one."""
    return CARDS[name]()


@functools.cache
def least() -> bytes:
    """Return the least file that has a bit of all that a card has: it is quick to check."""
    fact = Fact(name="model", value="least", words="Model name")
    return write_document(
        lay_out(LEAST),
        Described(moment=datetime(2026, 11, 23, 9, 30, tzinfo=UTC), facts=(fact,)),
        attachments=[Attached(name="a.json", content=b"{}", description="Nothing")],
    )


def broken(fault: str, pdf: bytes) -> bytes:
    """Return a PDF with one fault put into it; ``none`` only writes it anew."""
    kept = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as file:
        FAULTS[fault](file)
        file.save(kept, deterministic_id=True)
    return kept.getvalue()


def _elements(file: pikepdf.Pdf, kind: str) -> list[pikepdf.Dictionary]:
    """Return the structure elements of a kind."""
    found = [o for o in file.objects if isinstance(o, pikepdf.Dictionary)]
    return [o for o in found if o.get("/Type") == "/StructElem" and o.get("/S") == kind]


def _without_intent(file: pikepdf.Pdf) -> None:
    del file.Root.OutputIntents


def _without_alternative(file: pikepdf.Pdf) -> None:
    del _elements(file, "/Figure")[0]["/Alt"]


def _without_font(file: pikepdf.Pdf) -> None:
    for entry in file.objects:
        if isinstance(entry, pikepdf.Dictionary) and "/FontFile2" in entry:
            del entry["/FontFile2"]


def _paragraph_in_list(file: pikepdf.Pdf) -> None:
    _elements(file, "/LI")[0]["/S"] = pikepdf.Name("/P")


def _cells_without_scope(file: pikepdf.Pdf) -> None:
    for cell in _elements(file, "/TH"):
        del cell["/A"]["/Scope"]
    for cell in _elements(file, "/TD"):
        del cell["/A"]["/Headers"]


def _undescribed_schema(file: pikepdf.Pdf) -> None:
    metadata = file.Root.Metadata.read_bytes()
    file.Root.Metadata.write(metadata.replace(b"mc:model=", b"mc:other="))


def _no_relationship(file: pikepdf.Pdf) -> None:
    del file.Root.AF


FAULTS: Mapping[str, Callable[[pikepdf.Pdf], None]] = {
    "none": lambda _: None,
    "no output intent": _without_intent,
    "no alternative text": _without_alternative,
    "font not embedded": _without_font,
    "paragraph as item": _paragraph_in_list,
    "cells without scope": _cells_without_scope,
    "property without description": _undescribed_schema,
    "attachment of nothing": _no_relationship,
}
