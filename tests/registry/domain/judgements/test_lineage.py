"""Facts about the graph of where a version came from."""

from registry.domain.judgements.lineage import OWN, graph
from registry.domain.judgements.verdicts import BAD
from tests.factories.whole import make_bare_dossier, make_full_dossier


class TestGraph:
    """Nodes, edges, and the same in words."""

    whole = graph(make_full_dossier())

    def test_every_edge_ends_at_nodes(self) -> None:
        """Nothing points nowhere, and no node stands twice."""
        keys = [node.key for node in self.whole.nodes]
        assert len(keys) == len(set(keys))
        assert {key for edge in self.whole.edges for key in (edge.start, edge.end)} <= set(keys)

    def test_what_went_in_and_what_came_of_it(self) -> None:
        """Datasets, parent, base, run and code; then evidence with the data it was counted from."""
        made = {edge.words for edge in self.whole.edges if edge.end == OWN}
        assert made == {"training", "retrained from", "built on", "made by", "trained with"}
        tests = [edge.end for edge in self.whole.edges if edge.start == OWN]
        assert tests == ["evidence 1", "evidence 2"]

    def test_dataset_that_trains_and_tests_is_one_node(self) -> None:
        """So that the drawing shows it."""
        edges = [e for e in self.whole.edges if e.start == "dataset cleveland-1988/1"]
        assert [edge.end for edge in edges] == [OWN, "evidence 2"]

    def test_in_words(self) -> None:
        """Who cannot see the drawing reads the same."""
        assert self.whole.description == (
            "heart-cad/2: training cleveland-1988/1 (Cleveland), retrained from heart-cad/1, "
            "built on densenet121 (ImageNet), made by c5a9d1e0b7f04a5e (MLflow at "
            "tracking.example.org) and trained with https://example.org/heart-cad@9fceb02. "
            "Tested by Evidence 1 (external testing), counted from uci-external-1988/1 (Hungary, "
            "Switzerland and 1 more site) and Evidence 2 (development, does not count), counted "
            "from cleveland-1988/1 (Cleveland)."
        )

    def test_nothing(self) -> None:
        """A version without anything says so."""
        bare = graph(make_bare_dossier())
        assert [node.key for node in bare.nodes] == [OWN]
        assert bare.description == "heart-cad/2: nothing that is recorded. Tested by nothing."

    def test_withdrawn_data_are_marked(self) -> None:
        """In words and in tone."""
        dossier = make_full_dossier()
        dossier["datasets"][0]["withdrawn"] = {"at": "2026-11-22T08:00:00Z"}
        node = graph(dossier).nodes[0]
        assert (node.note, node.tone) == ("WITHDRAWN", BAD)
