"""Duals: one person in two required roles, as a small trust with one safety officer needs it.

It takes both: the policy names the pair, and an enroller has declared it for the person, with the
reason. Wherever the signatures are shown, it is said.
"""

from collections.abc import Collection, Iterable

from registry.domain.errors import BadInputError, RuleBrokenError
from registry.domain.people import SIGNING_ROLES, Role

Pair = frozenset[Role]
"""Two roles, in no order."""


def pairs_of(listed: Iterable[Collection[Role]]) -> frozenset[Pair]:
    """Return listed pairs of roles as pairs."""
    return frozenset(frozenset(pair) for pair in listed)


def check_declaration(pair: Pair, *, held: Collection[Role]) -> None:
    """Refuse to declare what is no dual role, or not this person's.

    Raises
    ------
    BadInputError
        When it is not two roles that sign.
    RuleBrokenError
        When the person does not hold both.
    """
    if len(pair) != 2 or not pair <= SIGNING_ROLES:  # noqa: PLR2004 -- two is what dual means
        raise BadInputError("name two different roles that sign.", field="roles")
    lacking = sorted(role.value for role in pair - frozenset(held))
    if lacking:
        raise RuleBrokenError(
            f"The person is not {' nor '.join(lacking)}; grant the role first, then declare it."
        )


def permitted(allowed: Iterable[Pair], declared: Iterable[Pair]) -> frozenset[Pair]:
    """Return the pairs that a policy allows and that are declared for the person."""
    return frozenset(allowed) & frozenset(declared)
