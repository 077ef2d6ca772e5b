"""Lineage: which version came from which; no version is its own ancestor."""

from collections.abc import Callable, Collection, Hashable, Iterable
from typing import TypeVar

from registry.domain.errors import RuleBrokenError

Node = TypeVar("Node", bound=Hashable)


class CircleError(RuleBrokenError):
    """A version was to become its own ancestor."""

    code = "lineage-circle"


def ancestors(nodes: Iterable[Node], parents_of: Callable[[Node], Collection[Node]]) -> set[Node]:
    """Return the given nodes and everything that they came from."""
    found: set[Node] = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting.extend(parents_of(node))
    return found


def require_acyclic(
    child: Node,
    parents: Iterable[Node],
    parents_of: Callable[[Node], Collection[Node]],
    *,
    name: Callable[[Node], str] = str,
) -> None:
    """Refuse parents that themselves came from the child.

    Raises
    ------
    CircleError
        Names the parent through which the circle would close.
    """
    for parent in parents:
        if child in ancestors([parent], parents_of):
            raise CircleError(
                f"{name(parent)} cannot be a parent of {name(child)}: it came from it."
            )
