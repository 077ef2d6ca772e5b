"""Trail: appending to it and verifying it, against the same bytes written or hashed plainly."""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from bench.measuring import Line, Sizes, clock_seconds, cpu_seconds
from bench.registries import open_registry
from registry.domain.people import Role
from registry.domain.trail import Act
from registry.services import audit as services
from registry.services.audit import Verification
from registry.services.work import Workshop
from registry.store import audit
from registry.store.session import PRAGMAS
from tests.factories.people import Registry

SUBJECT = "trail"
AFTER = {"digest": "sha256:" + "0" * 64, "size": 67_108_864, "content": "application/zip"}


class TamperedError(Exception):
    """The trail that was just written does not verify."""


def measure(sizes: Sizes, folder: Path) -> Iterator[Line]:
    """Yield the lines about the trail."""
    registry = open_registry(folder / "trail")
    workshop = registry.workshop
    _append(workshop, sizes.appends)
    bodies = _bodies(workshop)[-sizes.appends :]
    bare = folder / "bare.db"
    what = "append one event, SQLite, committed to disk"
    against = "floor: INSERT and commit of the same bytes"
    for clock, words in ((cpu_seconds, ""), (clock_seconds, ", by the clock")):
        ours = clock(lambda: _append(workshop, sizes.appends), repeats=sizes.repeats)
        peer = clock(lambda: _insert(bare, bodies), repeats=sizes.repeats)
        yield Line(
            subject=SUBJECT,
            what=what + words,
            against=against,
            ours=ours / sizes.appends,
            peer=peer / sizes.appends,
        )
    yield _verification(sizes, registry)
    workshop.engine.dispose()


def _append(workshop: Workshop, events: int) -> None:
    """Put events on the trail, each in a transaction of its own."""
    for place in range(events):
        with workshop.begin(None) as work:
            work.record(Act.ARTIFACT_KEPT, subject=f"artifact {place}", after=AFTER)


def _bodies(workshop: Workshop) -> list[bytes]:
    """Return the bytes of every entry."""
    with workshop.begin(None, reads=True) as work:
        return [bytes(body) for _, body, _ in audit.entries(work.session)]


def _insert(path: Path, bodies: list[bytes]) -> None:
    """Insert bytes, each in a transaction of its own, with the same care for the disk."""
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("CREATE TABLE entries (seq INTEGER PRIMARY KEY, body BLOB NOT NULL)")
        for body in bodies:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO entries (body) VALUES (?)", (body,))
            connection.execute("COMMIT")


def _verification(sizes: Sizes, registry: Registry) -> Line:
    """Return the line about verifying a trail of many entries."""
    with registry.workshop.begin(None) as work:
        more = sizes.entries - audit.size_of(work.session)
        for place in range(more):
            work.record(Act.ARTIFACT_KEPT, subject=f"artifact {place}", after=AFTER)
    bodies = _bodies(registry.workshop)
    return Line(
        subject=SUBJECT,
        what=f"verify {len(bodies):,} entries, tree and head",
        against="floor: SHA-256 of the same bytes",
        ours=cpu_seconds(lambda: _verify(registry), repeats=sizes.repeats),
        peer=cpu_seconds(lambda: _hash(bodies), repeats=sizes.repeats + 2),
    )


def _verify(registry: Registry) -> Verification:
    with registry.work(Role.AUDITOR) as work:
        found = services.verify(work)
    if not found.intact:
        raise TamperedError("; ".join(found.findings))
    return found


def _hash(bodies: list[bytes]) -> list[bytes]:
    return [hashlib.sha256(body).digest() for body in bodies]
