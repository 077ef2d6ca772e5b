"""Facts about where versions come from."""

from collections.abc import Collection

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.lineage import CircleError, ancestors, require_acyclic

PARENTS: dict[str, list[str]] = {"d": ["b", "c"], "c": ["a"], "b": ["a"], "a": []}


def parents_of(node: str) -> Collection[str]:
    """Return the parents in a diamond: d from b and c, both from a."""
    return PARENTS[node]


class TestAncestors:
    """Ancestors."""

    def test_diamond_is_walked_once(self) -> None:
        """Version d came from b, c and a, and each stands once."""
        assert ancestors(["d"], parents_of) == {"a", "b", "c", "d"}

    def test_root_has_itself_only(self) -> None:
        """What has no parent came from nothing."""
        assert ancestors(["a"], parents_of) == {"a"}


class TestRequireAcyclic:
    """Circles."""

    def test_new_parent_that_is_older_is_fine(self) -> None:
        """Version d may also come from a directly."""
        require_acyclic("d", ["a"], parents_of)

    def test_descendant_as_parent_is_refused(self) -> None:
        """Version a cannot come from d, which came from it; the parent is named."""
        with pytest.raises(CircleError, match="d cannot be a parent of a"):
            require_acyclic("a", ["d"], parents_of)

    def test_itself_as_parent_is_refused(self) -> None:
        """Nothing is its own parent."""
        with pytest.raises(CircleError):
            require_acyclic("a", ["a"], parents_of)

    @given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=30))
    def test_accepted_edges_never_make_a_circle(self, edges: list[tuple[int, int]]) -> None:
        """However edges are asked for, what is accepted can be put in an order."""
        parents: dict[int, list[int]] = {node: [] for node in range(8)}
        for child, parent in edges:
            try:
                require_acyclic(child, [parent], parents.__getitem__)
            except CircleError:
                continue
            parents[child].append(parent)
        left = dict(parents)
        while left:  # Kahn's algorithm: something without remaining parents is always there
            free = [n for n, above in left.items() if not set(above) & set(left)]
            assert free
            left = {n: above for n, above in left.items() if n not in free}
