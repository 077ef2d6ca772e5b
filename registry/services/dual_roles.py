"""Dual roles: declared for a person by an enroller, with the reason, and taken back."""

from registry.domain import duals as rules
from registry.domain.errors import ConflictError, ForbiddenError, NotFoundError
from registry.domain.people import Action, Role
from registry.domain.trail import Act
from registry.services.work import Work
from registry.shapes.people import DualRoleIn, DualRoleRevocationIn
from registry.store import delegations, people
from registry.store.delegations import DualRoleRow
from registry.store.people import PersonRow


def declare(work: Work, login: str, dual: DualRoleIn) -> PersonRow:
    """Declare that a person may fill two required roles, where a policy allows the pair.

    Raises
    ------
    ForbiddenError
        When somebody declares it for themselves.
    RuleBrokenError
        When the person does not hold both roles.
    ConflictError
        When it is declared already.
    """
    by = work.require(Action.ROLE_GRANT)
    row, pair = people.get(work.session, login), frozenset(Role(one) for one in dual.roles)
    if row.id == by.id:
        raise ForbiddenError("Nobody declares a dual role for themselves; ask another enroller.")
    rules.check_declaration(pair, held=people.roles_of(work.session, row.id))
    if any(delegations.pair_of(one) == pair for one in delegations.duals_of(work.session, row.id)):
        raise ConflictError(f"This dual role is declared for {login} already.")
    first, second = sorted(pair)
    declared = DualRoleRow(
        id=work.new_id(),
        person_id=row.id,
        first=first,
        second=second,
        why=dual.why,
        declared_by=by.id,
        declared_at=work.now(),
    )
    work.session.add(declared)
    work.session.flush()
    work.record(
        Act.PERSON_DUAL_ROLE_DECLARED,
        subject=f"person {login}",
        why=dual.why,
        after={"roles": [first.value, second.value]},
    )
    return row


def revoke(work: Work, login: str, dual: DualRoleRevocationIn) -> PersonRow:
    """Take a declared dual role back; what was signed by it stands.

    Raises
    ------
    NotFoundError
        When none of these two roles is declared for the person.
    """
    by = work.require(Action.ROLE_GRANT)
    row, pair = people.get(work.session, login), frozenset(Role(one) for one in dual.roles)
    for declared in delegations.duals_of(work.session, row.id):
        if delegations.pair_of(declared) == pair:
            declared.revoked_by, declared.revoked_at = by.id, work.now()
            declared.revoked_why = dual.why
            work.session.add(declared)
            before = {"roles": [declared.first.value, declared.second.value]}
            work.record(
                Act.PERSON_DUAL_ROLE_REVOKED,
                subject=f"person {login}",
                why=dual.why,
                before=before,
            )
            return row
    raise NotFoundError(f"No such dual role is declared for {login}.")
