"""Binding: putting a model, a site or everything under a further policy, and releasing it."""

from typing import Any
from uuid import UUID

from registry.domain.errors import BadInputError, ConflictError
from registry.domain.people import Action
from registry.domain.trail import Act, instant_text
from registry.services.work import Work
from registry.store import models, people, sites
from registry.store import policies as store
from registry.store.policies import PolicyBindingRow


def bind(
    work: Work, name: str, *, model: str | None = None, site: str | None = None, why: str
) -> dict[str, Any]:
    """Put a model, a site or, where neither is named, everything under a further policy.

    Reviews opened from now on come under the newest version of every policy that binds them; the
    strictest answer to each key wins. Open reviews keep what they were opened under.

    Raises
    ------
    BadInputError
        When both are named, or the policies cannot be followed together.
    NotFoundError
        When policy, model or site are not registered.
    ConflictError
        When it binds there already.
    """
    actor = work.require(Action.POLICY_REGISTER)
    if model is not None and site is not None:
        raise BadInputError("name a model or a site, not both.", field="site")
    store.newest(work.session, name)
    row = PolicyBindingRow(
        id=work.new_id(),
        policy=name,
        model_id=None if model is None else models.get(work.session, model).id,
        site_id=None if site is None else sites.get(work.session, site).id,
        why=why,
        bound_by=actor.id,
        bound_at=work.now(),
    )
    where = _where(work, row)
    if any(
        (one.policy, one.model_id, one.site_id) == (name, row.model_id, row.site_id)
        for one in store.bindings(work.session)
    ):
        raise ConflictError(f"The policy “{name}” binds {where} already.")
    work.session.add(row)
    work.session.flush()
    store.require_together(work.session)
    work.record(Act.POLICY_BOUND, subject=f"policy {name}", why=why, after={"binds": where})
    return _described(work, row)


def release(work: Work, binding: UUID, *, why: str) -> dict[str, Any]:
    """Release what a policy binds; reviews opened under it keep it.

    Raises
    ------
    NotFoundError
        When there is no such binding.
    ConflictError
        When it was released already.
    """
    actor = work.require(Action.POLICY_REGISTER)
    row = store.binding(work.session, binding)
    if row.released_at is not None:
        raise ConflictError("This was released already.")
    row.released_by, row.released_at, row.released_why = actor.id, work.now(), why
    work.session.add(row)
    work.session.flush()
    work.record(
        Act.POLICY_RELEASED,
        subject=f"policy {row.policy}",
        why=why,
        before={"binds": _where(work, row)},
    )
    return _described(work, row)


def bindings(work: Work) -> list[dict[str, Any]]:
    """Return what further policies bind now, oldest first."""
    work.require(Action.RECORD_READ)
    return [_described(work, row) for row in store.bindings(work.session)]


def _where(work: Work, row: PolicyBindingRow) -> str:
    """Return what a binding binds, in words."""
    if row.model_id is not None:
        return f"the model {models.by_id(work.session, row.model_id).name}"
    if row.site_id is not None:
        return f"the site {sites.by_id(work.session, row.site_id).name}"
    return "every model and site"


def _described(work: Work, row: PolicyBindingRow) -> dict[str, Any]:
    """Return a binding as it is shown."""
    policy = store.newest(work.session, row.policy)
    return {
        "id": row.id,
        "policy": policy.label,
        "binds": _where(work, row),
        "why": row.why,
        "by": people.reference(work.session, row.bound_by),
        "at": instant_text(row.bound_at),
        "released_at": row.released_at and instant_text(row.released_at),
    }
