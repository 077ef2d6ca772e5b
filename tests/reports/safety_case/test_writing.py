"""Facts about the safety case report as a file: whole, tagged, the same bytes, escaped."""

import io
import json
import subprocess

import pikepdf
import pytest
from jinja2 import Environment, FileSystemLoader

from registry.domain.judgements import criteria
from registry.services.safety_cases.content import content_of
from registry.settings import data_folder
from reports.pdf import Attached
from reports.safety_case import CaseContent
from reports.safety_case.html import render_case
from reports.safety_case.writing import to_json, write_case
from tests.factories.case_documents import every_link, make_case_pdf, make_documents
from tests.factories.whole import make_full_dossier

TITLES = ("1 Introduction", "4 Clinical risk analysis", "7 Hazard log", "8 Test issues")


@pytest.fixture(scope="module")
def content() -> CaseContent:
    """Return a hospital's case over a dossier that holds everything."""
    dossier = make_full_dossier()
    return content_of(make_documents(site=True, claims=every_link(dossier)))


def environment(*, autoescape: bool = True) -> Environment:
    """Return the environment that finds the templates."""
    loader = FileSystemLoader(data_folder() / "templates")
    return Environment(loader=loader, autoescape=autoescape)  # noqa: S701 -- also tried without


def test_what_people_typed_is_escaped(content: CaseContent) -> None:
    """An environment that would not is refused."""
    html = render_case(content, environment())
    assert "Nobody &lt;relies&gt; on it alone." in html
    assert "<relies>" not in html
    with pytest.raises(ValueError, match="must escape"):
        render_case(content, environment(autoescape=False))


def test_what_is_read_from_it() -> None:
    """Every hazard, and every criterion with its figures and verdict, as a reader's machine reads.

    Cells are read row by row, so that a word of another verdict would stand in its row.
    """
    dossier = make_full_dossier()
    ran = subprocess.run(
        ["pdftotext", "-", "-"], input=make_case_pdf(), capture_output=True, check=True
    )
    text = " ".join(ran.stdout.decode().split())
    hazards = dossier["hazards"]["hazards"]
    assert [one["name"] for one in hazards if one["name"] not in text] == []
    for one in criteria.table(dossier):
        row = f"{one.required} {one.measured}"
        place = text.find(row)
        assert place >= 0, row
        assert one.verdict.capitalize() in text[place : place + len(row) + 40], row


def test_the_file(content: CaseContent) -> None:
    """Bookmarks for every section, declared as tagged, its documents inside, the same twice."""
    inside = [Attached(name="report.json", content=to_json(content), description="What it says")]
    pdf = write_case(content, environment(), attachments=inside)
    assert write_case(content, environment(), attachments=inside) == pdf
    with pikepdf.open(io.BytesIO(pdf)) as file, file.open_outline() as outline:
        titles = [item.title for item in outline.root]
        assert [title for title in TITLES if title not in titles] == []
        assert file.Root.MarkInfo.Marked
        said = json.loads(file.attachments["report.json"].get_file().read_bytes())
        xmp = file.Root.Metadata.read_bytes().decode()
    assert (said["schema"], said["banner"]) == ("cmr.safety_case_report/1", "DRAFT")
    assert f'sc:case="{content.digest}"' in xmp
    assert 'sc:about="heart-cad/2 at Hungary"' in xmp
