"""Facts about the fonts that cards are set in."""

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from reports.errors import FontsMissingError
from reports.fonts import FOLDER, LICENCES, SOURCES, collect, font_folder, main


class TestFontFolder:
    """The folder that the wheel carries."""

    def test_holds_every_font_and_licence(self) -> None:
        """The Open Font License travels with the fonts."""
        assert all((font_folder() / name).is_file() for name in [*SOURCES, *LICENCES])

    @pytest.mark.parametrize("letter", ["≤", "≥", "–", "−", "²", "ő", "Ł", "✓"])
    def test_text_font_has_what_clinicians_write(self, letter: str) -> None:
        """A font that lacks ≥ falls back to another in a clinical document."""
        with TTFont(FOLDER / "Inter-Regular.ttf") as font:
            assert ord(letter) in font.getBestCmap()

    def test_missing_file_is_named_with_the_remedy(self, tmp_path: Path) -> None:
        """The error says which file and which command brings it."""
        with pytest.raises(FontsMissingError, match=r"Inter-Regular\.ttf.*npm ci"):
            font_folder(tmp_path)


class TestCollect:
    """Copying out of installed packages."""

    def test_missing_package_is_named(self, tmp_path: Path) -> None:
        """Nothing is written when something is missing."""
        with pytest.raises(FontsMissingError, match="inter-ui"):
            collect(tmp_path, tmp_path / "fonts")
        assert not (tmp_path / "fonts").exists()

    def test_command_line_ends_with_2(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Bad input ends with 2 and a sentence."""
        assert main([str(tmp_path), str(tmp_path / "fonts")]) == 2
        assert "npm ci" in capsys.readouterr().err

    def test_usage(self, capsys: pytest.CaptureFixture[str]) -> None:
        """Both folders must be named."""
        assert main([]) == 2
        assert "Usage" in capsys.readouterr().err

    def test_woff2_becomes_truetype(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Vega-Lite reads TrueType only."""
        packages = tmp_path / "node_modules"
        for name, source in {**SOURCES, **LICENCES}.items():
            place = packages / source
            place.parent.mkdir(parents=True, exist_ok=True)
            if source.endswith(".woff2"):
                with TTFont(FOLDER / name) as font:
                    font.flavor = "woff2"
                    font.save(place)
            else:
                place.write_bytes((FOLDER / name).read_bytes())
        assert main([str(packages), str(tmp_path / "fonts")]) == 0
        assert f"{len(SOURCES) + len(LICENCES)} font and licence files" in capsys.readouterr().out
        with TTFont(tmp_path / "fonts" / "Inter-Regular.ttf") as font:
            assert font.flavor is None
