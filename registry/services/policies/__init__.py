"""Policies: registering, binding, trying and comparing them."""

from registry.services.policies.binding import bind, bindings, release
from registry.services.policies.reading import (
    Known,
    between,
    empty_seats,
    get,
    listed,
    of_review,
    offered,
    seats,
    taken,
)
from registry.services.policies.registering import register
from registry.services.policies.trying import Trial, attempt

__all__ = [
    "Known",
    "Trial",
    "attempt",
    "between",
    "bind",
    "bindings",
    "empty_seats",
    "get",
    "listed",
    "of_review",
    "offered",
    "register",
    "release",
    "seats",
    "taken",
]
