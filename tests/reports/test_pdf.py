"""Facts about a card's PDF."""

import hashlib
import io
import re

import pikepdf
import pypdf
import pytest

from registry.services.cards.printing import environment
from reports.content import HEADINGS
from reports.errors import LayoutError, TooLongError
from reports.html import render_html
from reports.pdf import Attached, render_pdf
from tests.factories.cards import TEMPLATES, make_content, make_pdf
from tests.factories.documents import (
    make_crowd,
    make_crowded_dossier,
    make_decision,
    make_dossier,
    make_signoff,
    make_standing,
)

AWAITED = [{"role": "independent validator", "meaning": "review"}]


def page_texts(pdf: bytes) -> list[str]:
    """Return the text of every page."""
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def _has_alternative(one: object) -> bool:
    """Tell whether a part of the document has an alternative text."""
    return isinstance(one, pikepdf.Dictionary) and "/Alt" in one


@pytest.fixture(scope="module")
def draft() -> bytes:
    """Return a draft card over drawn patients, one sign-off given and one awaited."""
    return make_pdf(signoffs=[make_signoff()], awaited=AWAITED)


class TestRenderPdf:
    """A whole card."""

    def test_decision_then_all_sections(self, draft: bytes) -> None:
        """Page 1 is for deciding; the numbered sections follow it, in order, each once."""
        first, *rest = page_texts(draft)
        assert "Sign-offs" in first
        text = " ".join(" ".join(rest).split())
        places = [text.index(f"{one.number} {one.title}") for one in HEADINGS[1:]]
        assert places == sorted(places)

    def test_words_of_figures_are_text(self, draft: bytes) -> None:
        """Axes, legends and labels can be searched, and every figure tells what it shows."""
        text = " ".join(" ".join(page_texts(draft)[1:]).split())
        for words in ("1 − specificity (false alarms)", "operating point 0.50", "Flag nobody"):
            assert words in text
        with pikepdf.open(io.BytesIO(draft)) as pdf:
            told = [str(one["/Alt"]) for one in pdf.objects if _has_alternative(one)]
        assert (
            sum("At the operating point 0.50, at Hungary: sensitivity" in one for one in told) == 1
        )
        assert sum("The next site is expected between" in one for one in told) == 1

    def test_signoffs_stand_on_page_one(self, draft: bytes) -> None:
        """Both who signed and who is awaited."""
        text = page_texts(draft)[0]
        assert "Ilona Kovács" in text
        assert "Awaited: review" in text

    def test_draft_stands_on_every_page(self, draft: bytes) -> None:
        """No page of an undecided card can be shown alone as decided."""
        assert all(re.search(r"D\s*R\s*A\s*F\s*T", text) for text in page_texts(draft))

    def test_current_card_is_no_draft(self) -> None:
        """A decided card carries no word across."""
        dossier = make_dossier()
        pdf = make_pdf(dossier, decision=make_decision(dossier), standing=make_standing("current"))
        assert not any("DRAFT" in text for text in page_texts(pdf))

    def test_fonts_are_our_own(self, draft: bytes) -> None:
        """A fallback font in a clinical document is a defect: the list is exact."""
        fonts: set[str] = set()
        with pikepdf.open(io.BytesIO(draft)) as file:
            for entry in file.objects:
                if isinstance(entry, pikepdf.Dictionary) and entry.get("/Type") == "/Font":
                    fonts.add(str(entry["/BaseFont"]).split("+")[-1])
        families = {re.sub(r"-(Semi-Bold|Medium|Bold|Italic|Oblique)$", "", f) for f in fonts}
        assert families == {"Inter", "Card-Serif", "Card-Display", "Card-Mono"}

    def test_declares_archivable_and_accessible(self, draft: bytes) -> None:
        """PDF/A-3a and PDF/UA-1 stand in the metadata, the language and tags in the file."""
        with pikepdf.open(io.BytesIO(draft)) as file:
            metadata = bytes(file.Root.Metadata.read_bytes()).decode()
            assert re.search(r"pdfaid:part[=>\"]+3", metadata)
            assert re.search(r"pdfaid:conformance[=>\"]+A", metadata)
            assert 'pdfuaid:part="1"' in metadata
            assert str(file.Root.Lang) == "en-GB"
            assert bool(file.Root.MarkInfo.Marked)

    def test_every_figure_says_what_it_shows(self, draft: bytes) -> None:
        """Figures have alternative text and a place; header cells a scope."""
        with pikepdf.open(io.BytesIO(draft)) as file:
            elements = [
                entry
                for entry in file.objects
                if isinstance(entry, pikepdf.Dictionary) and entry.get("/Type") == "/StructElem"
            ]
            figures = [e for e in elements if e["/S"] == "/Figure"]
            headers = [e for e in elements if e["/S"] == "/TH"]
            assert len(figures) == 9  # eight of section 2 and 3, and the lineage
            assert all(len(str(figure["/Alt"])) > 20 for figure in figures)
            assert headers
            assert {str(cell["/A"]["/Scope"]) for cell in headers} == {"/Column", "/Row"}

    def test_documents_are_attached_as_they_are(self, draft: bytes) -> None:
        """The dossier in the file has the digest printed on it."""
        with pikepdf.open(io.BytesIO(draft)) as file:
            assert {"card.json", "dossier.json", "signatures.json"} <= set(file.attachments)
            raw = file.attachments["dossier.json"].get_file().read_bytes()
        digest = hashlib.sha256(raw).hexdigest()
        assert digest in "".join(page_texts(draft)).replace("\n", "")

    def test_missing_glyphs_of_layout_are_errors(self) -> None:
        """Whatever the layout engine would only log stops the card."""
        content = make_content()
        with pytest.raises(LayoutError, match="nowhere"):
            render_pdf('<html lang="en"><title>x</title><img alt="x" src="nowhere.png">', content)

    def test_reads_nothing_but_its_fonts(self) -> None:
        """A card cannot be made to carry a file of the machine that renders it."""
        content = make_content()
        page = '<html lang="en"><title>x</title><img alt="x" src="file:///etc/hostname">'
        with pytest.raises(LayoutError, match="may not read"):
            render_pdf(page, content)

    def test_page_one_that_runs_over_is_refused(self) -> None:
        """Who decides from it must not have to turn the page for the sign-offs."""
        content = make_content()
        long = '<html lang="en"><title>x</title><div id="part-summary">' + "<p>x</p>" * 99
        with pytest.raises(TooLongError, match="must fit on one"):
            render_pdf(long + '</div><div id="end-summary"></div>', content)

    def test_attachments_change_the_identifier(self) -> None:
        """Two cards that carry different documents are different files."""
        content = make_content()
        html = render_html(content, environment(TEMPLATES))
        made = [
            render_pdf(html, content, attachments=[Attached(name="a", content=c, description="a")])
            for c in (b"1", b"2")
        ]
        with pikepdf.open(io.BytesIO(made[0])) as one, pikepdf.open(io.BytesIO(made[1])) as two:
            assert bytes(one.trailer.ID[0]) != bytes(two.trailer.ID[0])


class TestCrowded:
    """Forty sites, twenty subgroups, long names, and everything listed."""

    def test_signoffs_stay_on_page_one(self) -> None:
        """Whatever people write, page 1 says who signed and who did not."""
        words = "A reason that takes many words to say " * 6
        crowd = make_crowd(5) + make_crowd(3, meaning="object", reasons=words)
        crowd += make_crowd(2, role="clinical safety officer", meaning="object", reasons=words)
        dossier = make_crowded_dossier()
        pdf = make_pdf(
            dossier,
            decision=make_decision(dossier, outcome="decline"),
            standing=make_standing("declined"),
            signoffs=crowd,
            awaited=AWAITED * 5,
        )
        texts = page_texts(pdf)
        assert "Sign-offs" in texts[0]
        assert "Objects" in texts[0]
        assert "Asked: review" in texts[0]
        assert all(re.search(r"D\s*E\s*C\s*L\s*I\s*N\s*E\s*D", text) for text in texts)

    def test_says_that_texts_are_cut(self) -> None:
        """And where they stand whole."""
        text = page_texts(make_pdf(make_crowded_dossier()))[0]
        assert "What is cut here stands whole at the head of page 2." in " ".join(text.split())


class TestBookmarks:
    """The way in for who does not read from the first page to the last."""

    def test_the_title_then_every_section(self, draft: bytes) -> None:
        """Numbered as in print, with what stands in them below."""
        with pikepdf.open(io.BytesIO(draft)) as file, file.open_outline() as outline:
            titles = [item.title for item in outline.root]
            below = [item.title for item in outline.root[0].children]
        assert [title.split()[0] for title in titles[1:]] == [str(n) for n in range(2, 11)]
        assert "Sign-offs" in below


class TestReading:
    """Page 1 as it is read out."""

    def test_order(self, draft: bytes) -> None:
        """Ruling, who must not be served, use, evidence, numbers, sites, sign-offs."""
        text = page_texts(draft)[0]
        marks = ["Policy blocks", "Do not use it to", "Not shown to work in", "Use it to"]
        marks += ["Evidence", "Missed findings", "AUROC by site", "Worst subgroup", "Sign-offs"]
        places = [text.index(mark) for mark in marks]
        assert places == sorted(places)

    def test_each_list_follows_its_own_heading(self, draft: bytes) -> None:
        """What must not be done is never read under “Use it to”."""
        text = " ".join(page_texts(draft)[0].split())
        forbidden = text.index("Cancel or delay an angiography")
        assert text.index("Do not use it to") < forbidden < text.index("Not shown to work in")
        assert text.index("Use it to") < text.index("Order the angiography list of adults")

    def test_the_word_across_is_not_read_out(self, draft: bytes) -> None:
        """The page says DRAFT in its headline and at its foot, not between the lines."""
        assert len(re.findall(r"D\s*R\s*A\s*F\s*T", page_texts(draft)[0])) == 2


class TestWhole:
    """A card of usual length."""

    def test_nothing_is_cut(self, draft: bytes) -> None:
        """All its sentences are whole: no ellipsis but in digests."""
        text = page_texts(draft)[0]
        assert "stands whole" not in text
        assert not re.search(r"[a-z]…", text)


class TestBare:
    """A dossier with next to nothing in it."""

    def test_says_what_is_missing(self) -> None:
        """No evidence is said so, in words, and nothing breaks."""
        dossier = make_dossier(
            evidence=[], protocols=[], datasets=[], overlap=[], criteria=[], requirements=[]
        )
        text = " ".join(page_texts(make_pdf(dossier))[0].split())
        assert "Anybody: the dossier holds no evidence." in text
        assert "nobody has signed" in text
