"""Lineage: what a version came from and what tested it, as a graph and in the same words."""

from dataclasses import dataclass

from registry.domain.judgements import exhibits, wording
from registry.domain.judgements.exhibits import Document
from registry.domain.judgements.verdicts import BAD, PLAIN, UNSURE

OWN = "version"


@dataclass(frozen=True, kw_only=True)
class Node:
    """A thing: a dataset, a run, code, a version, an evidence; `key` is unique in its graph."""

    key: str
    sort: str
    name: str
    note: str = ""
    tone: str = PLAIN


@dataclass(frozen=True, kw_only=True)
class Edge:
    """That one thing went into another, and how."""

    start: str
    end: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Graph:
    """The whole: from what the version is made of, through it, to what tested it."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    description: str


def graph(dossier: Document) -> Graph:
    """Return the lineage of the version; the node with the key `OWN` is itself."""
    nodes, edges = _made_of(dossier)
    version = dossier["version"]
    name = f"{version['model']}/{version['number']}"
    at = wording.day(version["registered"]["at"])
    nodes.append(Node(key=OWN, sort="version", name=name, note=f"registered {at}"))
    tested, tests = _tested_by(dossier)
    joined = (*edges, *tests)
    whole = tuple({node.key: node for node in (*nodes, *tested)}.values())
    return Graph(nodes=whole, edges=joined, description=_description(name, whole, joined))


def _made_of(dossier: Document) -> tuple[list[Node], list[Edge]]:
    """Return everything that went into the version."""
    version = dossier["version"]
    nodes: list[Node] = []
    edges: list[Edge] = []
    for one in version["datasets"]:
        nodes.append(_dataset(dossier, one))
        edges.append(Edge(start=nodes[-1].key, end=OWN, words=one["use"]))
    for one in version["parents"]:
        name = f"{one['model']}/{one['number']}"
        nodes.append(Node(key=f"parent {name}", sort="version", name=name))
        edges.append(Edge(start=nodes[-1].key, end=OWN, words=one["relation"]))
    for key, sort, entry, words in (
        ("base", "base model", _base(version), "built on"),
        ("run", "training run", _run(version), "made by"),
        ("code", "code", _code(version), "trained with"),
    ):
        if entry is not None:
            nodes.append(Node(key=key, sort=sort, name=entry[0], note=entry[1]))
            edges.append(Edge(start=key, end=OWN, words=words))
    seen: dict[str, Node] = {node.key: node for node in nodes}
    return list(seen.values()), edges


def _base(version: Document) -> tuple[str, str] | None:
    base = version.get("base_model")
    return (str(base["name"]), str(base["source"])) if base else None


def _run(version: Document) -> tuple[str, str] | None:
    run = version.get("training_run")
    return (str(run["id"]), str(run["system"])) if run else None


def _code(version: Document) -> tuple[str, str] | None:
    code = version.get("code_commit")
    return (str(code), "") if code else None


def _dataset(dossier: Document, named: Document) -> Node:
    """Return a dataset's node: where it came from, and that it was withdrawn, if it was."""
    name = f"{named['name']}/{named['number']}"
    note, tone = "", PLAIN
    for one in dossier["datasets"]:
        if (one["name"], one["number"]) == (named["name"], named["number"]):
            note = wording.shortened(list(one.get("sites") or ()), 2, "site")
            if one.get("withdrawn"):
                note, tone = "WITHDRAWN", BAD
    return Node(key=f"dataset {name}", sort="dataset", name=name, note=note, tone=tone)


def _tested_by(dossier: Document) -> tuple[list[Node], list[Edge]]:
    """Return the evidence that tested the version, and the data that it was counted from."""
    nodes: dict[str, Node] = {}
    edges: list[Edge] = []
    for one in exhibits.ranked(dossier):
        key = f"evidence {one['number']}"
        note = f"{one['purpose']}{'' if one['counts'] else ', does not count'}"
        nodes[key] = Node(
            key=key,
            sort="evidence",
            name=wording.capital(key),
            note=note,
            tone=PLAIN if one["counts"] else UNSURE,
        )
        edges.append(Edge(start=OWN, end=key, words="tested by"))
        if one.get("dataset"):
            data = _dataset(dossier, one["dataset"])
            nodes.setdefault(data.key, data)
            edges.append(Edge(start=data.key, end=key, words="counted from"))
    return list(nodes.values()), edges


def _description(name: str, nodes: tuple[Node, ...], edges: tuple[Edge, ...]) -> str:
    """Return the graph in words, for those who cannot see it."""
    known = {node.key: node for node in nodes}

    def told(key: str) -> str:
        node = known[key]
        return f"{node.name} ({node.note})" if node.note else node.name

    made = [f"{edge.words} {told(edge.start)}" for edge in edges if edge.end == OWN]
    tests = []
    for edge in edges:
        if edge.start == OWN:
            data = [told(one.start) for one in edges if one.end == edge.end and one.start != OWN]
            source = f", counted from {wording.listed(data)}" if data else ""
            tests.append(f"{told(edge.end)}{source}")
    made_of = wording.listed(made) or "nothing that is recorded"
    tested = wording.listed(tests) or "nothing"
    return f"{name}: {made_of}. Tested by {tested}."
