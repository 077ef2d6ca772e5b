"""Reading: the trail as it is, for whoever may see it."""

from collections.abc import Iterator
from typing import Any

from registry.domain import entries, trail
from registry.domain.people import Action
from registry.services.checkpointing import Outside
from registry.services.work import Work, Workshop
from registry.store import audit, schema


def require_ready(workshop: Workshop) -> None:
    """Refuse when the database does not answer or has another schema than this release."""
    schema.require_current(workshop.engine, workshop.settings.migrations)


def outside(workshop: Workshop) -> Outside:
    """Return how far signed checkpoints have got outside the database."""
    return workshop.checkpointing().outside()


def read(work: Work, *, start: int, limit: int) -> list[dict[str, Any]]:
    """Return entries of the trail in order, from place `start`, their words put back.

    Each has besides its own keys `redacted`, the paths of words that were taken out, and `body`,
    the exact bytes that were hashed, as text.
    """
    work.require(Action.TRAIL_READ)
    words: dict[int, dict[str, str | None]] = {}
    for seq, path, _, text in audit.texts(work.session, start=start, stop=start + limit):
        words.setdefault(seq, {})[path] = text
    return [
        readable(bytes(body), words.get(seq, {}))
        for seq, body, _ in audit.entries(work.session, start=start, limit=limit)
    ]


def readable(body: bytes, words: dict[str, str | None]) -> dict[str, Any]:
    """Return one entry for people to read."""
    event, gone = entries.filled(trail.read_body(body), words)
    return {**event, "redacted": gone, "body": body.decode()}


def events(work: Work, *acts: trail.Act) -> Iterator[dict[str, Any]]:
    """Yield the entries of some acts, in order; digests stand where words are kept beside them.

    Other entries are passed over without being read, so that a long trail is soon through.
    """
    wanted = [f'"act":"{act.value}"'.encode() for act in acts]
    for _, body, _ in audit.entries(work.session):
        content = bytes(body)
        if any(mark in content for mark in wanted):
            event = trail.read_body(content)
            if event["act"] in acts:
                yield event
