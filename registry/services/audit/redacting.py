"""Redacting: taking the words of an entry out, so that every proof still holds."""

from typing import Any

from registry.domain import entries, trail
from registry.domain.errors import BadInputError, ConflictError, NotFoundError
from registry.domain.people import Action
from registry.domain.trail import Act
from registry.services.audit.reading import readable
from registry.services.work import Work
from registry.store import audit, notices


def redact(work: Work, seq: int, *, path: str, why: str) -> dict[str, Any]:
    """Take words out of an entry for good; return the entry as it reads now.

    A notice of the act loses its reason, too; one that was delivered cannot be called back.
    The entry's bytes and every proof over them stay: they hold a digest of the words under a
    salt, and the salt goes with them. Who took them out, and why, is an act of its own.

    Raises
    ------
    NotFoundError
        When the trail has no such entry.
    BadInputError
        When the entry keeps no words at this path, or no reason is given.
    ConflictError
        When they were taken out before.
    """
    work.require(Action.TRAIL_REDACT)
    if not why.strip():
        raise BadInputError("Say why the words are taken out.", field="why")
    row = audit.entry(work.session, seq)
    if row is None:
        raise NotFoundError(f"The trail has no entry {seq}; it ends before.")
    places = entries.salted(trail.read_body(row.body))
    if path not in places:
        have = ", ".join(places) or "none that can be taken out"
        raise BadInputError(
            f"entry {seq} keeps no words at “{path}”; it has: {have}.", field="path"
        )
    if not audit.forget(work.session, seq, path):
        raise ConflictError(f"The words at “{path}” of entry {seq} were taken out before.")
    told = trail.read_body(row.body)
    notices.take_words_out(work.session, act=told["act"], subject=told["subject"], at=told["at"])
    work.record(
        Act.TEXT_REDACTED,
        subject=f"entry {seq}",
        why=why.strip(),
        before={"seq": seq, "path": path, "digest": places[path]},
    )
    return readable(row.body, audit.texts_of(work.session, seq))
