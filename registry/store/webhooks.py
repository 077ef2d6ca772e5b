"""Webhooks: where other programs want to be told, and of what."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Column
from sqlmodel import Field, Session, col, select

from registry.domain.errors import NotFoundError
from registry.domain.notices import Kind
from registry.store.columns import Row, UtcInstant
from registry.store.columns import document as json_column


class WebhookRow(Row, table=True):
    """One address that is told; its secret follows from the registry's key and `generation`."""

    __tablename__ = "webhooks"

    id: UUID = Field(primary_key=True)
    name: str = Field(max_length=64, unique=True)
    url: str = Field(max_length=500)
    kinds: list[str] = Field(sa_column=Column(json_column(), nullable=False))
    generation: int = 1
    added_by: UUID = Field(foreign_key="people.id")
    added_at: datetime = Field(sa_type=UtcInstant)
    rotated_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    removed_at: datetime | None = Field(default=None, sa_type=UtcInstant)


def find(session: Session, name: str) -> WebhookRow | None:
    """Return the webhook of a name, removed or not, or None."""
    return session.exec(select(WebhookRow).where(WebhookRow.name == name)).one_or_none()


def by_id(session: Session, webhook_id: UUID) -> WebhookRow:
    """Return the webhook with an id that a row of ours refers to."""
    return session.exec(select(WebhookRow).where(WebhookRow.id == webhook_id)).one()


def locked(session: Session, name: str) -> WebhookRow:
    """Return a webhook in use, which nobody else changes until the transaction ends.

    Raises
    ------
    NotFoundError
        When there is none of this name, or it was removed.
    """
    wanted = select(WebhookRow).where(WebhookRow.name == name, col(WebhookRow.removed_at).is_(None))
    row = session.exec(wanted.with_for_update()).one_or_none()
    if row is None:
        known = ", ".join(one.name for one in in_use(session)) or "none"
        raise NotFoundError(f"There is no webhook “{name}”; in use are: {known}.")
    return row


def in_use(session: Session) -> Sequence[WebhookRow]:
    """Return the webhooks that were not removed, by name."""
    return session.exec(
        select(WebhookRow)
        .where(col(WebhookRow.removed_at).is_(None))
        .order_by(col(WebhookRow.name))
    ).all()


def wanting(session: Session, kind: Kind) -> list[WebhookRow]:
    """Return the webhooks in use that want notices of a kind."""
    return [row for row in in_use(session) if not row.kinds or kind.value in row.kinds]
