"""Artifacts: taking files in, and giving a version's files out; nothing is ever loaded."""

from collections.abc import Iterable, Iterator
from typing import Any

from registry.domain import people
from registry.domain.errors import NotFoundError
from registry.domain.people import Action, Actor
from registry.domain.trail import Act
from registry.domain.versions import content_kind
from registry.services.work import Work, Workshop
from registry.store import versions
from registry.store.artifacts.filesystem import Kept


def receive(workshop: Workshop, actor: Actor | None, chunks: Iterable[bytes]) -> Kept:
    """Keep a stream of bytes for somebody who may; no transaction waits for the stream."""
    people.require(actor, Action.ARTIFACT_KEEP)
    return workshop.artifacts.put(chunks)


def keep(work: Work, kept: Kept) -> dict[str, Any]:
    """Put kept bytes on the trail and return what is known of them."""
    work.require(Action.ARTIFACT_KEEP)
    known = {"digest": kept.digest, "size": kept.size, "content": content_kind(kept.head)}
    work.record(Act.ARTIFACT_KEPT, subject=f"artifact {kept.digest}", after=known)
    return known


def read(work: Work, digest: str) -> Iterator[bytes]:
    """Return the bytes of a version's file, checked while they are read.

    Raises
    ------
    NotFoundError
        When no version has such a file. Other artifacts (tallies, cards, patients' keys) are
        given out at the address of what they belong to, if at all.
    """
    work.require(Action.RECORD_READ)
    if not versions.has_file(work.session, digest):
        raise NotFoundError(f"No version has a file {digest}.")
    return work.artifacts.open(digest)
