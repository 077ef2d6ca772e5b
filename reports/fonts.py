"""Fonts: the few font files that cards are set in, copied out of installed npm packages.

They are dependencies, not files of ours: `npm ci` installs them, this module puts those that are
used, as TrueType and with their licences, into a folder that the wheel carries. Run it as
``python -m reports.fonts node_modules reports/fonts``; without the second it is that one.
"""

import shutil
import sys
from pathlib import Path

from fontTools.ttLib import TTFont

from reports.errors import FontsMissingError

FOLDER = Path(__file__).with_name("fonts")

_INTER = "inter-ui/web"
_SERIF = "source-serif/TTF"
_MONO = "@ibm/plex-mono/fonts/complete/woff2"

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
}
LICENCES: dict[str, str] = {
    "Inter-OFL.txt": "inter-ui/LICENSE.txt",
    "SourceSerif4-OFL.txt": "source-serif/LICENSE.md",
    "IBMPlexMono-OFL.txt": "@ibm/plex-mono/LICENSE.txt",
}


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
