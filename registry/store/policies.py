"""Policies: the ones that ship with the registry and the ones that were registered."""

import json
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any
from uuid import UUID

from sqlalchemy import Column, UniqueConstraint
from sqlmodel import Field, Session, col, select

from registry.domain import policies
from registry.domain.digests import document_digest
from registry.domain.errors import NotFoundError
from registry.domain.policies import Policy
from registry.store.artifacts.filesystem import Artifacts
from registry.store.columns import Row, UtcInstant, document

FOLDER = "shipped_policies"


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


@cache
def shipped() -> tuple[Policy, ...]:
    """Return the policies that came with this release, by name and version."""
    folder = resources.files("registry.store") / FOLDER
    read = [
        policies.read(file.read_text(encoding="utf-8"))
        for file in folder.iterdir()
        if file.name.endswith(".toml")
    ]
    return tuple(sorted(read, key=lambda policy: (policy.name, policy.version)))


def registered(session: Session) -> Sequence[PolicyRow]:
    """Return the policies registered here, oldest first."""
    order = (col(PolicyRow.registered_at), col(PolicyRow.name), col(PolicyRow.version))
    return session.exec(select(PolicyRow).order_by(*order)).all()


def everyone(session: Session) -> list[Policy]:
    """Return all policies, those that shipped first; the last one is in force."""
    return [*shipped(), *(policies.from_document(row.document) for row in registered(session))]


def in_force(session: Session) -> Policy:
    """Return the policy under which protocols are registered and reviews are opened now."""
    return everyone(session)[-1]


def get(session: Session, name: str, version: int) -> Policy:
    """Return one version of a policy.

    Raises
    ------
    NotFoundError
        Names those there are.
    """
    known = everyone(session)
    for policy in known:
        if (policy.name, policy.version) == (name, version):
            return policy
    names = ", ".join(f"{policy.name}/{policy.version}" for policy in known)
    raise NotFoundError(f"There is no policy {name}/{version}; there are {names}.")


def digest(policy: Policy) -> str:
    """Return the digest of a policy's document."""
    return document_digest(policy.document())


def kept(artifacts: Artifacts, policy_digest: str) -> Policy:
    """Return the policy that a review was opened under, from the bytes kept then."""
    return policies.from_document(json.loads(artifacts.read(policy_digest)))
