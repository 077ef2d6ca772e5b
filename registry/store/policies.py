"""Policies: the ones that ship with the registry and the ones that were registered."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any
from uuid import UUID

from sqlalchemy import Column, UniqueConstraint, false
from sqlmodel import Field, Session, col, select

from registry.domain import policies
from registry.domain.digests import document_digest
from registry.domain.errors import NotFoundError
from registry.domain.policies import Policy
from registry.store.artifacts.filesystem import Artifacts
from registry.store.columns import Row, UtcInstant, document

FOLDER = "shipped_policies"
BASE = "standard"


class PolicyRow(Row, table=True):
    """One version of a policy that was registered here; it never changes."""

    __tablename__ = "policies"
    __table_args__ = (UniqueConstraint("name", "version"),)

    id: UUID = Field(primary_key=True)
    name: str = Field(max_length=64)
    version: int
    digest: str = Field(max_length=71)
    document: dict[str, Any] = Field(sa_column=Column(document(), nullable=False))
    registered_by: UUID = Field(foreign_key="people.id")
    registered_at: datetime = Field(sa_type=UtcInstant)
    beside: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class PolicyBindingRow(Row, table=True):
    """What a further policy binds: a model, a site or, where neither is named, everything."""

    __tablename__ = "policy_bindings"

    id: UUID = Field(primary_key=True)
    policy: str = Field(max_length=64)
    model_id: UUID | None = Field(default=None, foreign_key="models.id", index=True)
    site_id: UUID | None = Field(default=None, foreign_key="sites.id", index=True)
    why: str
    bound_by: UUID = Field(foreign_key="people.id")
    bound_at: datetime = Field(sa_type=UtcInstant)
    released_by: UUID | None = Field(default=None, foreign_key="people.id")
    released_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    released_why: str | None = None


@cache
def shipped_texts() -> dict[str, str]:
    """Return the TOML of every policy that came with this release, by name."""
    folder = resources.files("registry.store") / FOLDER
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    texts = [file.read_text(encoding="utf-8") for file in files]
    return {policies.read(text).name: text for text in texts}


@cache
def shipped(name: str = BASE) -> Policy:
    """Return a policy that came with this release; without a name, the one in force at first."""
    return policies.read(shipped_texts()[name])


def registered(session: Session) -> Sequence[PolicyRow]:
    """Return the policies registered here, oldest first."""
    order = (col(PolicyRow.registered_at), col(PolicyRow.name), col(PolicyRow.version))
    return session.exec(select(PolicyRow).order_by(*order)).all()


def everyone(session: Session) -> list[Policy]:
    """Return all policies that can bind anything: the shipped standard, then those registered."""
    return [shipped(), *(policies.from_document(row.document) for row in registered(session))]


def in_force(session: Session) -> Policy:
    """Return the organisation's own policy: the last one put in force."""
    own = [row for row in registered(session) if not row.beside]
    return policies.from_document(own[-1].document) if own else shipped()


def newest(session: Session, name: str) -> Policy:
    """Return the newest version of a policy that was registered.

    Raises
    ------
    NotFoundError
        When none of that name was.
    """
    known = [policy for policy in everyone(session) if policy.name == name]
    if not known:
        names = ", ".join(dict.fromkeys(policy.name for policy in everyone(session)))
        raise NotFoundError(f"No policy “{name}” is registered; there are {names}.")
    return max(known, key=lambda policy: policy.version)


def bindings(session: Session) -> Sequence[PolicyBindingRow]:
    """Return what further policies bind now, oldest first."""
    return session.exec(
        select(PolicyBindingRow)
        .where(col(PolicyBindingRow.released_at).is_(None))
        .order_by(col(PolicyBindingRow.bound_at), col(PolicyBindingRow.id))
    ).all()


def binding(session: Session, binding_id: UUID) -> PolicyBindingRow:
    """Return one binding.

    Raises
    ------
    NotFoundError
        When there is none with this id.
    """
    row = session.get(PolicyBindingRow, binding_id)
    if row is None:
        raise NotFoundError(f"There is no binding {binding_id}; `cmr policy bindings` lists them.")
    return row


def over(session: Session, model_id: UUID, site_ids: Collection[UUID] = ()) -> Policy:
    """Return what binds a model at sites: the policy in force and every further one, strictest."""
    return _together(
        session,
        [
            row
            for row in bindings(session)
            if row.model_id in {None, model_id} and (row.site_id is None or row.site_id in site_ids)
        ],
    )


def require_together(session: Session) -> None:
    """Refuse policies that could not be followed where they bind together.

    Raises
    ------
    BadInputError
        Names them and the key.
    """
    _together(session, bindings(session))


def bound_anywhere(session: Session) -> list[Policy]:
    """Return the policy in force and every further one that binds anything, each by itself."""
    names = dict.fromkeys(row.policy for row in bindings(session))
    own = in_force(session)
    return [own, *(newest(session, name) for name in names if name != own.name)]


def _together(session: Session, rows: Sequence[PolicyBindingRow]) -> Policy:
    """Return the policy in force and those that rows bind, as one."""
    own = in_force(session)
    names = [name for name in dict.fromkeys(row.policy for row in rows) if name != own.name]
    return policies.strictest([own, *(newest(session, name) for name in names)])


def get(session: Session, name: str, version: int) -> Policy:
    """Return one version of a policy, registered or shipped.

    Raises
    ------
    NotFoundError
        Names those there are.
    """
    known = [*everyone(session), *(shipped(one) for one in shipped_texts() if one != BASE)]
    for policy in known:
        if (policy.name, policy.version) == (name, version):
            return policy
    names = ", ".join(dict.fromkeys(policy.label for policy in known))
    raise NotFoundError(f"There is no policy {name}/{version}; there are {names}.")


def digest(policy: Policy) -> str:
    """Return the digest of a policy's document."""
    return document_digest(policy.document())


def kept(artifacts: Artifacts, policy_digest: str) -> Policy:
    """Return the policy that a review was opened under, from the bytes kept then."""
    return policies.from_document(json.loads(artifacts.read(policy_digest)))
