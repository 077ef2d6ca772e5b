"""Crossings: how several subgroups that are crossed are named as one attribute."""

from collections.abc import Iterable

from validation.protocols.shape import Criterion, Protocol

CROSS = " × "


def crossed(names: Iterable[str]) -> str:
    """Return the name of several attributes, or of a level of each, crossed."""
    return CROSS.join(names)


def parts_of(attribute: str, protocol: Protocol) -> tuple[str, ...]:
    """Return the subgroups that an attribute is made of: itself alone if it is no crossing."""
    named = {crossed(group): tuple(group) for group in protocol.intersections}
    return named.get(attribute, (attribute,))


def is_crossing(attribute: str, protocol: Protocol) -> bool:
    """Say whether an attribute is a declared crossing of subgroups."""
    return any(attribute == crossed(group) for group in protocol.intersections)


def is_unplanned_crossing(criterion: Criterion, protocol: Protocol) -> bool:
    """Say whether a criterion rests on a crossing that is declared exploratory."""
    over = criterion.over
    for start in ("every ", "worst ", "difference by "):
        over = over.removeprefix(start)
    return any(
        frozenset(criterion.at) == frozenset(group) or crossed(group) in {over, criterion.attribute}
        for group in protocol.exploratory_intersections
    )
