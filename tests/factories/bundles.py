"""Bundles for tests: a small trail made in memory, and the files of it."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from registry.domain import bundles, checkpoints, entries, merkle, notes
from registry.domain.checkpoints import Checkpoint
from registry.domain.entries import Entry
from registry.domain.notes import Kind, PrivateKey
from registry.domain.trail import Act, Event, read_body

ORIGIN = "test-registry"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OWN = PrivateKey(name=ORIGIN, key=KEY)
OTHER = PrivateKey(name=ORIGIN, key=Ed25519PrivateKey.from_private_bytes(bytes(32)))
WITNESS = PrivateKey(
    name="witness.example.org/w1",
    key=Ed25519PrivateKey.from_private_bytes(b"w" * 32),
    kind=Kind.COSIGNATURE,
)
Files = dict[str, bytes]
SINCE = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
EVENTS: tuple[Event, ...] = (
    Event(act=Act.REGISTRY_FOUNDED, actor="system", subject=ORIGIN, why="founding"),
    Event(act=Act.VERSION_REGISTERED, actor="a", subject="version heart-cad/2", after={"n": 2}),
    Event(
        act=Act.TABLE_UPLOADED, actor="a", subject="evidence e1", after={"version": "heart-cad/2"}
    ),
    Event(act=Act.EVIDENCE_ATTACHED, actor="system", subject="evidence e1", after={"number": 1}),
    Event(act=Act.VERSION_REGISTERED, actor="a", subject="version heart-cad/21"),
    Event(act=Act.REVIEW_DECIDED, actor="b", subject="heart-cad/2", why="the bounds hold"),
    Event(act=Act.SITE_REGISTERED, actor="b", subject="site Hungary"),
)


class Trail:
    """A trail in memory.

    Attributes
    ----------
    entries : list of Entry
    nodes : dict of (level, index) to hash
    """

    def __init__(self, events: Iterable[Event] = EVENTS) -> None:
        self.entries = list[Entry]()
        self.nodes = dict[tuple[int, int], bytes]()
        self._frontier = merkle.Frontier()
        for seq, event in enumerate(events):
            at = SINCE + timedelta(minutes=seq)
            entry = entries.write(event, seq=seq, at=at, salt=lambda: b"s" * 16)
            self.entries.append(entry)
            finished = self._frontier.append(merkle.leaf_hash(entry.body))
            self.nodes |= {(level, index): h for level, index, h in finished}

    def node_at(self, level: int, index: int) -> bytes:
        """Return the hash of a subtree."""
        return self.nodes[level, index]

    def note(self, size: int, key: PrivateKey = OWN) -> str:
        """Return a signed checkpoint over the first entries."""
        root = merkle.root(self.node_at, size)
        return checkpoints.sign(Checkpoint(origin=key.name, size=size, root=root), key.key)

    def files(self, subject: str | None = None, *, signed: tuple[int, ...] = (3, 7)) -> Files:
        """Return the files of a bundle, the newest checkpoint co-signed by the witness."""
        size = len(self.entries)
        events = [read_body(entry.body) for entry in self.entries]
        places = list(range(size)) if subject is None else bundles.concerning(events, subject)
        listed = [self.note(one) for one in signed]
        listed[-1] += notes.cosign(listed[-1], WITNESS, at=1_790_000_000)
        made = {
            bundles.MANIFEST: bundles.manifest(
                key=OWN.public().text(),
                witnesses=[WITNESS.public().text()],
                subject=subject,
                entries=len(places),
                size=size,
                made_at="2026-11-23T10:00:00.000000Z",
            ),
            bundles.ENTRIES: b"".join(self.entries[seq].body + b"\n" for seq in places),
            bundles.TEXTS: b"".join(
                bundles.text_line(seq, one.path, one.salt, one.text)
                for seq in places
                for one in self.entries[seq].texts
            ),
            bundles.CHECKPOINTS: "\n".join(listed).encode(),
        }
        if subject is not None:
            made[bundles.PROOFS] = b"".join(
                bundles.proof_line(seq, merkle.inclusion_proof(self.node_at, seq, size))
                for seq in places
            )
        return made
