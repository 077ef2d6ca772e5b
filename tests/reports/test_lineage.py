"""Facts about the drawing of a lineage."""

import itertools
import re

from reports.content import Edge, Lineage, Node
from reports.lineage import data_uri, svg


def made(nodes: dict[str, str], edges: list[tuple[str, str]], **changes: bool) -> Lineage:
    """Return a lineage of nodes by key and sort, with arrows between them."""
    return Lineage(
        title="Lineage",
        nodes=tuple(
            Node(key=key, sort=sort, name=key, own=changes.get(key, False))
            for key, sort in nodes.items()
        ),
        edges=tuple(Edge(start=start, end=end, words="made") for start, end in edges),
        description="",
    )


def lefts(drawing: str) -> dict[str, float]:
    """Return by name where each box begins, in mm from the left."""
    found = re.findall(r'<rect x="([\d.]+)".*?font-weight="600"[^>]*>([^<]*)<', drawing)
    return {name: float(x) for x, name in found}


class TestSvg:
    """Boxes and arrows."""

    def test_what_came_first_stands_to_the_left(self) -> None:
        """Data, version, evidence; and what was only tested on stands right before the test."""
        drawing = svg(
            made(
                {"data": "dataset", "v": "version", "tests": "dataset", "e": "evidence"},
                [("data", "v"), ("v", "e"), ("tests", "e")],
            )
        )
        x = lefts(drawing)
        assert x["data"] < x["v"] == x["tests"] < x["e"]

    def test_an_arrow_goes_round_what_it_passes(self) -> None:
        """A dataset that a later test used, too, has a way beside the box of the version."""
        edges = [("data", "v"), ("v", "e"), ("data", "e")]
        nodes = {"data": "dataset", "v": "version", "e": "evidence"}
        drawing = svg(made(nodes, edges))
        (lane,) = re.findall(r'd="M[\d.]+ ([\d.]+)h', drawing)
        (top,) = re.findall(r'<rect x="6[\d.]+" y="([\d.]+)"', drawing)
        assert float(lane) < float(top)

    def test_arrows_that_say_the_same_say_it_once(self) -> None:
        """Words do not lie on each other."""
        drawing = svg(made({"v": "version", "a": "e", "b": "e"}, [("v", "a"), ("v", "b")]))
        assert drawing.count(">made<") == 1

    def test_words_stand_above_or_under_rising_arrows(self) -> None:
        """No arrow runs through them; a dataset below its version has them under its arrow."""
        drawing = svg(made({"a": "set", "b": "set", "v": "version"}, [("a", "v"), ("b", "v")]))
        first, last = (float(y) for y in re.findall(r' y="([\d.]+)"[^>]*>made<', drawing))
        starts = [float(y) for y in re.findall(r'd="M46.00 ([\d.]+)C', drawing)]
        assert first < starts[0] < starts[1] < last

    def test_keeps_to_the_page(self) -> None:
        """However many columns there are."""
        chain = [f"n{i}" for i in range(7)]
        drawing = svg(made(dict.fromkeys(chain, "version"), list(itertools.pairwise(chain))))
        boxes = re.findall(r'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', drawing)
        assert all(float(x) + float(width) <= 180.01 for x, width in boxes)

    def test_a_circle_is_drawn(self) -> None:
        """A record that says so must not keep a card from being made."""
        drawing = svg(made({"a": "version", "b": "version"}, [("a", "b"), ("b", "a")]))
        assert drawing.count("rx=") == 2

    def test_many_alike_are_counted(self) -> None:
        """Thirty training sets take twelve boxes; the words under the drawing name all."""
        nodes = {f"set {i}": "dataset" for i in range(30)} | {"v": "version"}
        drawing = svg(made(nodes, [(f"set {i}", "v") for i in range(30)]))
        assert drawing.count("rx=") == 13
        assert "and 19 more" in drawing

    def test_names_are_escaped(self) -> None:
        """A name is text, whatever it holds."""
        assert "&lt;b&gt;" in svg(made({"<b>": "dataset", "v": "version"}, [("<b>", "v")]))

    def test_the_same_for_the_same(self) -> None:
        """Byte for byte."""
        lineage = made({"a": "dataset", "v": "version"}, [("a", "v")])
        assert data_uri(lineage) == data_uri(lineage)
        assert data_uri(lineage).startswith("data:image/svg+xml;base64,")
