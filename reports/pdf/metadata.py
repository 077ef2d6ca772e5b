"""Metadata: what a PDF says of itself, in the XMP that PDF/A and PDF/UA ask for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.sax.saxutils import quoteattr

from reports.content import CardContent

NAMESPACE = "https://clinical-model-registry.org/ns/model-card/1/"

_UA = "http://www.aiim.org/pdfua/ns/id/"
_RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
_EXTENSION = (
    'xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" '
    'xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" '
    'xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"'
)


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One fact in the metadata: its name in XMP, its value, and what it is in words."""

    name: str
    value: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Described:
    """What a document's metadata say of it.

    Attributes
    ----------
    moment : datetime
        When what it renders came to be; the date of its attachments.
    facts : tuple of Fact
        What tells it from any other document.
    title : str
        The name of the schema that describes the facts.
    namespace, prefix : str
        Of that schema.
    """

    moment: datetime
    facts: tuple[Fact, ...]
    title: str = "Model card"
    namespace: str = NAMESPACE
    prefix: str = "mc"


def described(content: CardContent) -> Described:
    """Return what the metadata of a card say."""
    facts = (
        Fact(name="model", value=content.model, words="Model name"),
        Fact(name="version", value=str(content.version), words="Model version"),
        Fact(
            name="dossier",
            value=content.dossier_digest,
            words="Digest of the dossier that the card renders",
        ),
    )
    return Described(moment=content.issued_at, facts=facts)


def declare(document: Any, about: Described) -> None:  # noqa: ANN401 - untyped library
    """Add PDF/UA-1 and our own identification to the metadata that WeasyPrint writes."""
    write = document.metadata.generate_rdf_metadata
    extra = xmp(about).encode() + b"</rdf:RDF>"

    def declared(*args: Any, **keywords: Any) -> bytes:  # noqa: ANN401 - passed on as they came
        return bytes(write(*args, **keywords)).replace(b"</rdf:RDF>", extra)

    document.metadata.generate_rdf_metadata = declared


def xmp(about: Described) -> str:
    """Return the XMP that PDF/A-3 allows only together with a description of its own schemas."""
    values = " ".join(f"{about.prefix}:{f.name}={quoteattr(f.value)}" for f in about.facts)
    own = [_property(fact.name, "Text", "external", fact.words) for fact in about.facts]
    part = [_property("part", "Integer", "internal", "PDF/UA part")]
    schemas = _schema("PDF/UA identification", _UA, "pdfuaid", part)
    schemas += _schema(about.title, about.namespace, about.prefix, own)
    return (
        f'<rdf:Description rdf:about="" {_RDF} xmlns:pdfuaid="{_UA}" pdfuaid:part="1"/>'
        f'<rdf:Description rdf:about="" {_RDF} '
        f'xmlns:{about.prefix}="{about.namespace}" {values}/>'
        f'<rdf:Description rdf:about="" {_RDF} {_EXTENSION}>'
        f"<pdfaExtension:schemas><rdf:Bag>{schemas}</rdf:Bag></pdfaExtension:schemas>"
        "</rdf:Description>"
    )


def _schema(title: str, uri: str, prefix: str, properties: Sequence[str]) -> str:
    return (
        '<rdf:li rdf:parseType="Resource">'
        f"<pdfaSchema:schema>{title}</pdfaSchema:schema>"
        f"<pdfaSchema:namespaceURI>{uri}</pdfaSchema:namespaceURI>"
        f"<pdfaSchema:prefix>{prefix}</pdfaSchema:prefix>"
        f"<pdfaSchema:property><rdf:Seq>{''.join(properties)}</rdf:Seq></pdfaSchema:property>"
        "</rdf:li>"
    )


def _property(name: str, kind: str, category: str, words: str) -> str:
    return (
        '<rdf:li rdf:parseType="Resource">'
        f"<pdfaProperty:name>{name}</pdfaProperty:name>"
        f"<pdfaProperty:valueType>{kind}</pdfaProperty:valueType>"
        f"<pdfaProperty:category>{category}</pdfaProperty:category>"
        f"<pdfaProperty:description>{words}</pdfaProperty:description>"
        "</rdf:li>"
    )
