"""Lineage: what a version came out of and what it was measured on, as it is drawn."""

from registry.domain.judgements import lineage
from registry.domain.judgements.exhibits import Document
from reports.content import Edge, Lineage, Node, Tone


def drawn(dossier: Document) -> Lineage:
    """Return the lineage as a graph; its description says the same in words."""
    graph = lineage.graph(dossier)
    return Lineage(
        title="Lineage",
        nodes=tuple(
            Node(
                key=one.key,
                sort="this version" if one.key == lineage.OWN else one.sort,
                name=one.name,
                note=one.note,
                own=one.key == lineage.OWN,
                tone=Tone(one.tone),
            )
            for one in graph.nodes
        ),
        edges=tuple(Edge(start=one.start, end=one.end, words=one.words) for one in graph.edges),
        description=graph.description,
    )
