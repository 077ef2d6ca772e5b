"""Crossings: how several subgroups that are crossed are named as one attribute."""

from collections.abc import Iterable

from validation.protocols.shape import Protocol

CROSS = " × "


def crossed(names: Iterable[str]) -> str:
    """Return the name of several attributes, or of a level of each, crossed."""
    return CROSS.join(names)


def parts_of(attribute: str, protocol: Protocol) -> tuple[str, ...]:
    """Return the subgroups that an attribute is made of: itself alone if it is no crossing."""
    named = {crossed(group): tuple(group) for group in protocol.intersections}
    return named.get(attribute, (attribute,))
