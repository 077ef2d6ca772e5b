"""Pictures of cards: those that somebody looked at and approved, and the README's.

``python -m tests.pictures`` draws the approved ones anew; look at each before it is committed.
``python -m tests.pictures readme`` plays the demonstration and takes the README's picture from it.
"""

import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageChops

from tests.factories.renderings import rendering

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "tests" / "reports" / "pictures"
README = ROOT / "docs" / "card-page-1.png"
APPROVED = ("draft", "approved", "empty", "worldwide")  # all pages of the first, page 1 of each
_SMALL, _README = 40, 110  # dots per inch
_EVEN = [round(grey / 17) * 17 for grey in range(256)]  # sixteen greys, evenly: small files
_MOVED = 80  # of 255: more than the edge of a letter changes between two versions of a rasteriser
_SHARE = 0.0004  # of a page's dots that may; a word that moves changes twice as many


def pages(pdf: bytes, *, resolution: int = _SMALL, grey: bool = True) -> list[Image.Image]:
    """Return the pages of a PDF as pictures."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["pdftoppm", "-png", "-r", str(resolution), *(["-gray"] if grey else [])]
        subprocess.run([*command, "-", f"{folder}/page"], input=pdf, check=True)
        found = sorted(Path(folder).glob("page*.png"))
        return [Image.open(io.BytesIO(path.read_bytes())) for path in found]


def taken() -> dict[str, Image.Image]:
    """Return the pictures of the cards as they are drawn now, by name."""
    found: dict[str, Image.Image] = {}
    for name in APPROVED:
        drawn = pages(rendering(name))
        for number, page in enumerate(drawn if name == APPROVED[0] else drawn[:1], start=1):
            found[f"{name}-{number}"] = page
    return found


def moved(one: Image.Image, other: Image.Image) -> float:
    """Return the share of dots in which two pictures differ by more than the edge of a letter."""
    if one.size != other.size:
        return 1.0
    differs = ImageChops.difference(one.convert("L"), other.convert("L"))
    counts: Sequence[int] = differs.histogram()
    return sum(counts[_MOVED:]) / sum(counts)


def alike(one: Image.Image, other: Image.Image) -> bool:
    """Tell whether two pictures show the same page."""
    return moved(one, other) <= _SHARE


def approve() -> None:
    """Draw the approved pictures anew."""
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    for name, page in taken().items():
        page.convert("L").point(_EVEN).save(FOLDER / f"{name}.png", optimize=True)


def readme() -> None:
    """Play the demonstration and take the picture of the card for silent running."""
    with tempfile.TemporaryDirectory() as home:
        command = [sys.executable, "-c", "from registry.faces.cli.main import main; main()", "demo"]
        settings = {**os.environ, "CMR_HOME": home, "PYTHONPATH": str(ROOT)}
        subprocess.run(command, check=True, cwd=home, env=settings)
        card = next(Path(home).rglob("heart-cad-2-silent.pdf")).read_bytes()
    page = pages(card, resolution=_README, grey=False)[0]
    octree = Image.Quantize.FASTOCTREE  # keeps a colour of which there is little
    page.convert("RGB").quantize(256, octree).save(README, optimize=True)


if __name__ == "__main__":
    (readme if sys.argv[1:] == ["readme"] else approve)()
