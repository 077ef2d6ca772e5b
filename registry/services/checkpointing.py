"""Checkpointing: the trail is signed, and the note carried outside the database.

It comes after the act that called for it and is never part of it: a sink that fails undoes
nothing. What did not get out waits, is told by `cmr doctor`, and goes with the next note.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from registry.domain import checkpoints, trail
from registry.domain.checkpoints import Checkpoint
from registry.domain.errors import IntegrityError
from registry.domain.trail import Act, Event, instant_text
from registry.settings import WorkSettings
from registry.store import audit
from registry.store.audit import CheckpointRow
from registry.store.keys import Keys
from registry.store.session import Engine, Session, transaction
from registry.store.sinks import Sink

logger = logging.getLogger(__name__)
SUBJECT = "trail"


@dataclass(frozen=True, kw_only=True)
class Outside:
    """How far checkpoints have got outside the database.

    Attributes
    ----------
    place : str
        Where they go.
    waiting : int
        How many were signed and are not there.
    since : datetime or None
        When the first of these was signed.
    trouble : str or None
        Why, where that is known.
    """

    place: str
    waiting: int
    since: datetime | None
    trouble: str | None


@dataclass(frozen=True, kw_only=True)
class Checkpointing:
    """What signing and carrying need of a workshop."""

    engine: Engine
    keys: Keys
    sink: Sink
    settings: WorkSettings
    clock: Callable[[], datetime]

    def now(self) -> None:
        """Sign the trail as it stands and carry the note outside; trouble is logged, no more."""
        self._quietly(lambda: self.carry(self.sign()))

    def if_due(self) -> None:
        """Sign the trail if it grew and the last note is old, and carry outside what waits."""
        self._quietly(lambda: self.carry(self.sign() if self.is_due() else None))

    def carried(self, size: int | None = None) -> None:
        """Carry outside what waits, the note over `size` entries having just been signed."""
        self._quietly(lambda: self.carry(size))

    def sign(self) -> int:
        """Sign the trail in a transaction of its own; return over how many entries."""
        with transaction(self.engine) as session:
            return sign(session, self.keys, origin=self.settings.origin, at=self.clock()).size

    def is_due(self) -> bool:
        """Tell whether the trail grew by more than housekeeping since a note that is old."""
        with transaction(self.engine, reads=True) as session:
            newest = audit.newest_checkpoint(session)
            since = _began(session) if newest is None else newest.signed_at
            minutes = timedelta(minutes=self.settings.checkpoint_minutes)
            if since is None or self.clock() - since < minutes:
                return False
            return _grew(session, 0 if newest is None else newest.size)

    def carry(self, fresh: int | None) -> None:
        """Carry every note outside that is not there yet, oldest first.

        Parameters
        ----------
        fresh : int or None
            The size of the note that was just signed; if others waited, that it goes on is told.

        Raises
        ------
        OSError
            When the place cannot be written.
        IntegrityError
            When another note over as many entries is kept there.
        """
        with transaction(self.engine, reads=True) as session:
            waiting = _waiting(session, self.sink)
        for row in reversed(waiting):
            self.sink.keep(row.size, row.note)
        late = [row for row in waiting if row.size != fresh]
        if late:
            self._tell(late)

    def outside(self) -> Outside:
        """Return how far checkpoints have got."""
        place, trouble = str(self.sink.place), None
        with transaction(self.engine, reads=True) as session:
            try:
                waiting = _waiting(session, self.sink)
            except (OSError, IntegrityError) as error:
                waiting, trouble = [], str(error)
        return Outside(
            place=place,
            waiting=len(waiting),
            since=waiting[-1].signed_at if waiting else None,
            trouble=trouble,
        )

    def _tell(self, late: list[CheckpointRow]) -> None:
        """Put on the trail that notes which had to wait have got out."""
        event = Event(
            act=Act.CHECKPOINT_EXPORT_RESUMED,
            actor="system",
            subject=SUBJECT,
            before={"waiting": len(late), "since": instant_text(late[-1].signed_at)},
            after={"newest": late[0].size},
        )
        with transaction(self.engine) as session:
            audit.append(session, [event], at=self.clock())

    def _quietly(self, step: Callable[[], None]) -> None:
        """Do something whose failure must not fail what went before it."""
        try:
            step()
        except Exception:
            logger.exception(
                "the checkpoint did not get to %s; it waits for the next one", self.sink.place
            )


def sign(session: Session, keys: Keys, *, origin: str, at: datetime) -> CheckpointRow:
    """Return the signed note over the trail as it stands, kept and told on the trail.

    The note covers every entry before the act of signing, which is on the next one. A trail that
    was signed at this size already has its note.
    """
    size, root = audit.locked_head(session)
    known = audit.checkpoint_of(session, size)
    if known is not None:
        return known
    note = checkpoints.sign(Checkpoint(origin=origin, size=size, root=root), keys.signing())
    row = audit.add_checkpoint(session, size=size, note=note, at=at)
    session.flush()
    audit.append(session, [signed(size, root)], at=at)
    return row


def signed(size: int, root: bytes, *, actor: str = "system") -> Event:
    """Return the act of signing the trail."""
    after = {"size": size, "root": root.hex()}
    return Event(act=Act.CHECKPOINT_SIGNED, actor=actor, subject=SUBJECT, after=after)


def _began(session: Session) -> datetime | None:
    """Return when the first act was recorded, or None on an empty trail."""
    for _, body, _ in audit.entries(session, limit=1):
        return datetime.fromisoformat(trail.read_body(bytes(body))["at"])
    return None


def _grew(session: Session, size: int) -> bool:
    """Tell whether anything but housekeeping was done after the first `size` entries."""
    return any(
        trail.read_body(bytes(body))["act"] not in trail.HOUSEKEEPING
        for _, body, _ in audit.entries(session, start=size)
    )


def _waiting(session: Session, sink: Sink) -> list[CheckpointRow]:
    """Return the signed notes that are not outside yet, newest first."""
    newest = audit.newest_checkpoints(session)
    return list(takewhile(lambda row: not sink.holds(row.size, row.note), newest))
