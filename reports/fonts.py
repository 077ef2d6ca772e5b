"""Fonts: the few font files that cards are set in, copied out of installed npm packages.

They are dependencies, not files of ours: `npm ci` installs them, this module puts those that are
used, as TrueType and with their licences, into a folder that the wheel carries. Run it as
``python -m reports.fonts node_modules reports/fonts``; without the second it is that one. The font
of Chinese, Japanese and Korean is larger than all others together; it stays in the Python package
that brings it.
"""

import importlib.util
import shutil
import sys
from pathlib import Path

from fontTools.ttLib import TTFont

from reports.errors import FontsMissingError

FOLDER = Path(__file__).with_name("fonts")

_INTER = "inter-ui/web"
_SERIF = "source-serif/TTF"
_MONO = "@ibm/plex-mono/fonts/complete/woff2"
_NOTO = "@expo-google-fonts/noto-sans"

SOURCES: dict[str, str] = {
    "Inter-Regular.ttf": f"{_INTER}/Inter-Regular.woff2",
    "Inter-Italic.ttf": f"{_INTER}/Inter-Italic.woff2",
    "Inter-Medium.ttf": f"{_INTER}/Inter-Medium.woff2",
    "Inter-SemiBold.ttf": f"{_INTER}/Inter-SemiBold.woff2",
    "Inter-Bold.ttf": f"{_INTER}/Inter-Bold.woff2",
    "SourceSerif4-Regular.ttf": f"{_SERIF}/SourceSerif4-Regular.ttf",
    "SourceSerif4-It.ttf": f"{_SERIF}/SourceSerif4-It.ttf",
    "SourceSerif4Display-Semibold.ttf": f"{_SERIF}/SourceSerif4Display-Semibold.ttf",
    "IBMPlexMono-Regular.ttf": f"{_MONO}/IBMPlexMono-Regular.woff2",
    "NotoSansArabic-Regular.ttf": f"{_NOTO}-arabic/400Regular/NotoSansArabic_400Regular.ttf",
    "NotoSansHebrew-Regular.ttf": f"{_NOTO}-hebrew/400Regular/NotoSansHebrew_400Regular.ttf",
    "NotoSansDevanagari-Regular.ttf": (
        f"{_NOTO}-devanagari/400Regular/NotoSansDevanagari_400Regular.ttf"
    ),
    "NotoSansThai-Regular.ttf": f"{_NOTO}-thai/400Regular/NotoSansThai_400Regular.ttf",
}
LICENCES: dict[str, str] = {
    "Inter-OFL.txt": "inter-ui/LICENSE.txt",
    "SourceSerif4-OFL.txt": "source-serif/LICENSE.md",
    "IBMPlexMono-OFL.txt": "@ibm/plex-mono/LICENSE.txt",
    "NotoSansArabic-OFL.txt": f"{_NOTO}-arabic/LICENSE_FONT",
    "NotoSansHebrew-OFL.txt": f"{_NOTO}-hebrew/LICENSE_FONT",
    "NotoSansDevanagari-OFL.txt": f"{_NOTO}-devanagari/LICENSE_FONT",
    "NotoSansThai-OFL.txt": f"{_NOTO}-thai/LICENSE_FONT",
}
_EAST_ASIAN = ("noto_cjk_sans_jp_regular", "NotoSansCJKjp-Regular.otf")


def collect(packages: Path, folder: Path) -> tuple[Path, ...]:
    """Copy the fonts and their licences into a folder and return the files written.

    Parameters
    ----------
    packages : Path
        Where npm installed the packages: ``node_modules``.
    folder : Path
        Where they shall lie; made when absent. What is there under the same name is replaced.

    Raises
    ------
    FontsMissingError
        When a package lacks a file.
    """
    wanted = {**SOURCES, **LICENCES}
    missing = [source for source in wanted.values() if not (packages / source).is_file()]
    if missing:
        raise FontsMissingError(missing, folder=str(packages))
    folder.mkdir(parents=True, exist_ok=True)
    for name, source in wanted.items():
        if source.endswith(".woff2"):
            with TTFont(packages / source, recalcTimestamp=False) as font:
                font.flavor = None
                font.save(folder / name)
        else:
            shutil.copyfile(packages / source, folder / name)
    return tuple(folder / name for name in wanted)


def font_folder(folder: Path = FOLDER) -> Path:
    """Return the folder of fonts, having seen that every file is there.

    Raises
    ------
    FontsMissingError
        When one is not, with the command that brings it.
    """
    missing = [name for name in SOURCES if not (folder / name).is_file()]
    if missing:
        raise FontsMissingError(missing, folder=str(folder))
    return folder


def east_asian_font() -> Path:
    """Return the font of Chinese, Japanese and Korean, out of its Python package.

    Raises
    ------
    FontsMissingError
        When the package is not installed.
    """
    package, name = _EAST_ASIAN
    spec = importlib.util.find_spec(package)
    path = None if spec is None or spec.origin is None else Path(spec.origin).with_name(name)
    if path is None or not path.is_file():
        raise FontsMissingError([name], folder=f"the Python package {package}")
    return path


def main(arguments: list[str]) -> int:
    """Copy the fonts from the first argument to the second, or to ours; return the exit code."""
    if len(arguments) not in {1, 2}:
        sys.stderr.write("Usage: python -m reports.fonts NODE_MODULES [FOLDER]\n")
        return 2
    folder = Path(arguments[1]) if len(arguments) > 1 else FOLDER
    try:
        written = collect(Path(arguments[0]), folder)
    except FontsMissingError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(f"{len(written)} font and licence files in {folder}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
