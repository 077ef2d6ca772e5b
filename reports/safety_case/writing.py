"""Writing: a safety case report as the bytes of a PDF, and what it says as JSON."""

from collections.abc import Sequence
from dataclasses import asdict

from jinja2 import Environment

from reports.formatting import written
from reports.pdf import Attached, Described, Fact, lay_out, write_document
from reports.safety_case.content import CaseContent
from reports.safety_case.html import render_case

NAMESPACE = "https://clinical-model-registry.org/ns/safety-case/1/"
SCHEMA = "cmr.safety_case_report/1"


def write_case(
    content: CaseContent, environment: Environment, *, attachments: Sequence[Attached] = ()
) -> bytes:
    """Return the bytes of a report; the same for the same arguments, anywhere.

    Raises
    ------
    LayoutError
        When the layout engine warns of anything.
    """
    laid = lay_out(render_case(content, environment))
    return write_document(laid, described(content), attachments=attachments)


def described(content: CaseContent) -> Described:
    """Return what the metadata of a report say."""
    facts = (
        Fact(name="about", value=content.about, words="What the case is about"),
        Fact(name="number", value=str(content.number), words="Number of the case"),
        Fact(name="case", value=content.digest, words="Digest of the case that is signed"),
    )
    return Described(
        moment=content.moment,
        facts=facts,
        title="Clinical safety case report",
        namespace=NAMESPACE,
        prefix="sc",
    )


def to_json(content: CaseContent) -> bytes:
    """Return the content as JSON; the same bytes for the same content."""
    return written({"schema": SCHEMA, **asdict(content)})
