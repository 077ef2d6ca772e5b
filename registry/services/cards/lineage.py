"""Lineage: datasets, parents and runs that a version came out of, and what it was measured on."""

from registry.domain.judgements import wording
from registry.domain.judgements.exhibits import Document
from reports.content import Edge, Lineage, Node, Tone

_OWN = "version"


def drawn(dossier: Document) -> Lineage:
    """Return the lineage as a graph; its description says the same in words."""
    version = dossier["version"]
    own = f"{version['model']}/{version['number']}"
    nodes: dict[str, Node] = {}
    edges: list[Edge] = []
    for one in version["datasets"]:
        key = _dataset(nodes, dossier, one)
        edges.append(Edge(start=key, end=_OWN, words=str(one["use"])))
    for parent in version["parents"]:
        name = f"{parent['model']}/{parent['number']}"
        nodes[f"parent {name}"] = Node(key=f"parent {name}", sort="version", name=name)
        edges.append(Edge(start=f"parent {name}", end=_OWN, words=str(parent["relation"])))
    if version.get("base_model"):
        name = str(version["base_model"]["name"])
        nodes["base"] = Node(key="base", sort="base model", name=name)
        edges.append(Edge(start="base", end=_OWN, words="base model"))
    if version.get("training_run"):
        run = version["training_run"]
        nodes["run"] = Node(key="run", sort="training run", name=str(run["id"]), note=run["system"])
        edges.append(Edge(start="run", end=_OWN, words="made by"))
    nodes[_OWN] = Node(key=_OWN, sort="this version", name=own, own=True)
    for evidence in dossier["evidence"]:
        key = f"evidence {evidence['number']}"
        nodes[key] = Node(
            key=key, sort="evidence", name=f"No. {evidence['number']}", note=evidence["purpose"]
        )
        edges.append(Edge(start=_OWN, end=key, words="measured by"))
        if evidence.get("dataset"):
            edges.append(
                Edge(
                    start=_dataset(nodes, dossier, evidence["dataset"]),
                    end=key,
                    words="measured on",
                )
            )
    return Lineage(
        title="Lineage",
        nodes=tuple(nodes.values()),
        edges=tuple(edges),
        description=_words(nodes, edges),
    )


def _dataset(nodes: dict[str, Node], dossier: Document, named: Document) -> str:
    """Add a dataset version unless it is there; return its key."""
    name = f"{named['name']}/{named['number']}"
    key = f"dataset {name}"
    withdrawn = any(
        one.get("withdrawn") and (one["name"], one["number"]) == (named["name"], named["number"])
        for one in dossier["datasets"]
    )
    nodes.setdefault(
        key,
        Node(
            key=key,
            sort="dataset",
            name=name,
            note="WITHDRAWN" if withdrawn else "",
            tone=Tone.BAD if withdrawn else Tone.PLAIN,
        ),
    )
    return key


def _words(nodes: dict[str, Node], edges: list[Edge]) -> str:
    """Return every arrow in words: ``dataset cleveland/1 → training → this version cad/2``."""
    if not edges:
        return "Nothing is recorded of what this version came out of."
    told = [f"{_named(nodes[e.start])} → {e.words} → {_named(nodes[e.end])}" for e in edges]
    return wording.sentence("; ".join(told))


def _named(node: Node) -> str:
    note = f" ({node.note})" if node.note else ""
    return f"{node.sort} {node.name}{note}"
