"""Card checks: asked about from one network address and not known, counted for a while."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Field, Session, col, delete, select

from registry.store.columns import Row, UtcInstant


class CardMissRow(Row, table=True):
    """One code or file that somebody asked about and that no card has."""

    __tablename__ = "card_misses"

    id: UUID = Field(primary_key=True)
    address: str = Field(max_length=45, index=True)
    at: datetime = Field(sa_type=UtcInstant, index=True)


def misses(session: Session, address: str, since: datetime) -> int:
    """Return how many from an address were not known since a time."""
    return session.exec(
        select(func.count())
        .select_from(CardMissRow)
        .where(CardMissRow.address == address, col(CardMissRow.at) >= since)
    ).one()


def miss(session: Session, row: CardMissRow, since: datetime) -> None:
    """Note one more, and forget those before a time."""
    session.exec(delete(CardMissRow).where(col(CardMissRow.at) < since))
    session.add(row)
