"""Notices: what was told of acts, who may read it, and each of its deliveries.

All three are written in the transaction of the act they tell of: an act that is undone tells
nobody, and none that stands is forgotten. A delivery is then a durable job like any other.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column, UniqueConstraint, delete
from sqlmodel import Field, Session, col, select

from registry.domain.errors import NotFoundError
from registry.domain.jobs import JobStatus
from registry.domain.notices import Kind, Notice
from registry.domain.notices.telling import NOBODY, document
from registry.domain.trail import instant_text
from registry.store import addressees, jobs, people, webhooks
from registry.store.artifacts.filesystem import Artifacts
from registry.store.columns import Row, UtcInstant, word
from registry.store.columns import document as json_column
from registry.store.jobs import JobRow
from registry.store.webhooks import WebhookRow

JOB: Final = "notice.deliver"
ATTEMPTS: Final = 16
"""With pauses that double up to `LONGEST_PAUSE`, so many attempts take about half a day."""

LONGEST_PAUSE: Final = timedelta(hours=4)


class NoticeRow(Row, table=True):
    """One notice, in the words in which everybody gets it."""

    __tablename__ = "notices"

    id: UUID = Field(primary_key=True)
    kind: Kind = Field(sa_type=word(Kind))
    act: str = Field(max_length=60)
    document: dict[str, Any] = Field(sa_column=Column(json_column(), nullable=False))
    at: datetime = Field(sa_type=UtcInstant, index=True)


class NoticeReaderRow(Row, table=True):
    """One person to whom a notice goes."""

    __tablename__ = "notice_readers"

    notice_id: UUID = Field(primary_key=True, foreign_key="notices.id")
    person_id: UUID = Field(primary_key=True, foreign_key="people.id", index=True)


class DeliveryRow(Row, table=True):
    """One notice on its way to one mailbox or one webhook; its job says how far it is.

    The id travels with it, so that whoever gets it twice can tell.
    """

    __tablename__ = "notice_deliveries"
    __table_args__ = (
        UniqueConstraint("notice_id", "person_id"),
        UniqueConstraint("notice_id", "webhook_id"),
    )

    id: UUID = Field(primary_key=True)
    notice_id: UUID = Field(foreign_key="notices.id", index=True)
    person_id: UUID | None = Field(default=None, foreign_key="people.id")
    webhook_id: UUID | None = Field(default=None, foreign_key="webhooks.id")
    job_id: UUID = Field(foreign_key="jobs.id", unique=True)
    delivered_at: datetime | None = Field(default=None, sa_type=UtcInstant)


class MailAddressRow(Row, table=True):
    """Where a person gets mail: contact data, outside every record and digest."""

    __tablename__ = "mail_addresses"

    person_id: UUID = Field(primary_key=True, foreign_key="people.id")
    address: str = Field(max_length=254)
    changed_at: datetime = Field(sa_type=UtcInstant)


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """A delivery with all that sending it needs to know."""

    row: DeliveryRow
    notice: NoticeRow
    job: JobRow
    webhook: WebhookRow | None
    login: str | None


@dataclass(frozen=True, kw_only=True)
class Telling:
    """What telling needs of the use case at hand."""

    artifacts: Artifacts
    actor: UUID | None
    at: datetime
    new_id: Callable[[], UUID]
    mail: bool


def tell(session: Session, found: Iterable[Notice], telling: Telling) -> None:
    """Keep notices with their readers, and ask for their deliveries."""
    found = list(found)
    if not found:
        return
    actor = {"id": "system", "name": NOBODY}
    if telling.actor is not None:
        actor = people.reference(session, telling.actor)
    for notice in found:
        readers = addressees.of(session, telling.artifacts, notice, actor=telling.actor)
        hooks = webhooks.wanting(session, notice.kind)
        if not readers and not hooks:
            continue
        row = keep(session, notice, telling, actor=actor, readers=readers)
        for hook in hooks:
            deliver(session, row, telling, webhook=hook.id)
        for person in readers if telling.mail else ():
            if address_of(session, person) is not None:
                deliver(session, row, telling, person=person)


def keep(
    session: Session,
    notice: Notice,
    telling: Telling,
    *,
    actor: dict[str, str],
    readers: Sequence[UUID],
) -> NoticeRow:
    """Keep one notice and who may read it."""
    notice_id, at = telling.new_id(), instant_text(telling.at)
    row = NoticeRow(
        id=notice_id,
        kind=notice.kind,
        act=notice.act,
        document=document(notice, id=str(notice_id), at=at, actor=actor),
        at=telling.at,
    )
    session.add(row)
    session.flush()
    session.add_all([NoticeReaderRow(notice_id=row.id, person_id=one) for one in readers])
    session.flush()
    return row


def deliver(
    session: Session,
    notice: NoticeRow,
    telling: Telling,
    *,
    person: UUID | None = None,
    webhook: UUID | None = None,
    attempts: int = ATTEMPTS,
) -> DeliveryRow:
    """Ask for one notice to be brought to one mailbox or one webhook."""
    delivery_id, job_id = telling.new_id(), telling.new_id()
    key, args = f"{JOB}:{delivery_id}", {"delivery": str(delivery_id)}
    jobs.enqueue(session, JOB, args, key, telling.at, job_id, max_attempts=attempts)
    row = DeliveryRow(
        id=delivery_id,
        notice_id=notice.id,
        person_id=person,
        webhook_id=webhook,
        job_id=job_id,
    )
    session.flush()
    session.add(row)
    session.flush()
    return row


def of_person(session: Session, person: UUID, *, limit: int) -> Sequence[NoticeRow]:
    """Return the newest notices to a person, newest first."""
    wanted = (
        select(NoticeRow)
        .join(NoticeReaderRow, col(NoticeReaderRow.notice_id) == col(NoticeRow.id))
        .where(NoticeReaderRow.person_id == person)
        .order_by(col(NoticeRow.at).desc(), col(NoticeRow.id))
        .limit(limit)
    )
    return session.exec(wanted).all()


def deliveries(
    session: Session, *, limit: int, states: Iterable[JobStatus] = tuple(JobStatus)
) -> list[Delivery]:
    """Return the newest deliveries whose jobs stand at one of these, newest first."""
    wanted = (
        select(DeliveryRow)
        .join(JobRow, col(JobRow.id) == col(DeliveryRow.job_id))
        .where(col(JobRow.status).in_(list(states)))
        .order_by(col(JobRow.created_at).desc(), col(DeliveryRow.id))
        .limit(limit)
    )
    return [_whole(session, row) for row in session.exec(wanted)]


def delivery(session: Session, delivery_id: UUID) -> Delivery:
    """Return one delivery.

    Raises
    ------
    NotFoundError
        When there is none, or none any more.
    """
    row = session.get(DeliveryRow, delivery_id)
    if row is None:
        raise NotFoundError(f"There is no delivery {delivery_id}; old ones are deleted.")
    return _whole(session, row)


def _whole(session: Session, row: DeliveryRow) -> Delivery:
    """Return a delivery with what it refers to."""
    notice = session.exec(select(NoticeRow).where(NoticeRow.id == row.notice_id)).one()
    return Delivery(
        row=row,
        notice=notice,
        job=jobs.get(session, row.job_id),
        webhook=None if row.webhook_id is None else webhooks.by_id(session, row.webhook_id),
        login=None if row.person_id is None else people.by_id(session, row.person_id).login,
    )


def address_of(session: Session, person: UUID) -> str | None:
    """Return where a person gets mail, or None."""
    row = session.get(MailAddressRow, person)
    return None if row is None else row.address


def set_address(session: Session, person: UUID, address: str | None, *, now: datetime) -> None:
    """Keep where a person gets mail from now on; the former address is not kept."""
    session.connection().execute(
        delete(MailAddressRow).where(col(MailAddressRow.person_id) == person)
    )
    session.expire_all()
    if address is not None:
        session.add(MailAddressRow(person_id=person, address=address, changed_at=now))
    session.flush()


def take_words_out(session: Session, *, act: str, subject: str, at: str) -> int:
    """Take the reason out of the notices of one act; return how many had one."""
    found = session.exec(select(NoticeRow).where(NoticeRow.act == act)).all()
    changed = 0
    for row in found:
        said = row.document
        if (said["subject"], said["at"]) == (subject, at) and said["why"]:
            row.document = {**said, "why": ""}
            session.add(row)
            changed += 1
    session.flush()
    return changed


def forget_before(session: Session, moment: datetime) -> int:
    """Delete notices older than a moment whose deliveries have all ended; return how many."""
    old = session.exec(select(NoticeRow.id).where(col(NoticeRow.at) < moment)).all()
    forgotten = 0
    for notice_id in old:
        rows = session.exec(select(DeliveryRow).where(DeliveryRow.notice_id == notice_id)).all()
        if any(jobs.get(session, row.job_id).ended_at is None for row in rows):
            continue
        connection = session.connection()
        for table in (DeliveryRow, NoticeReaderRow):
            connection.execute(delete(table).where(col(table.notice_id) == notice_id))
        connection.execute(delete(NoticeRow).where(col(NoticeRow.id) == notice_id))
        forgotten += 1
    session.expire_all()
    return forgotten
