"""Verifying: every stored entry, the tree over them, their words, and what was signed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from registry.domain import checkpoints, merkle, trail
from registry.domain.people import Action
from registry.domain.words import Words
from registry.services.work import Work
from registry.store import audit, guards

Node = tuple[int, int, bytes]
BATCH = 500  # subtrees compared in one query


@dataclass(frozen=True, kw_only=True)
class Verification:
    """What checking the trail found; `findings` is empty where nothing was touched."""

    entries: int
    root: str
    checkpoints: int
    findings: tuple[str, ...]

    @property
    def intact(self) -> bool:
        """Tell whether nothing was found."""
        return not self.findings


def verify(work: Work, *, notes: Iterable[str] = ()) -> Verification:
    """Check every stored entry, the tree over them, the head, and every checkpoint.

    Parameters
    ----------
    work : Work
        Of somebody who may read the trail.
    notes : iterable of str
        Checkpoints kept outside: they find what an owner of the database rewrote.
    """
    work.require(Action.TRAIL_READ)
    kept = [row.note for row in audit.checkpoints(work.session)]
    claims, findings = _claims([*kept, *notes], public=work.keys.public())
    frontier, roots, finished = merkle.Frontier(), dict[int, bytes](), list[Node]()
    words = Words(audit.texts(work.session))
    for place, (seq, body, leaf) in enumerate(audit.entries(work.session)):
        if place in claims:
            roots[place] = frontier.root()
        event, wrong = _entry(place, seq, body, leaf)
        findings += wrong if event is None else words.findings(place, event)
        recomputed = merkle.leaf_hash(body if isinstance(body, bytes) else str(body).encode())
        finished += frontier.append(recomputed)
        if len(finished) >= BATCH:
            findings += _node_findings(work, finished)
            finished = []
    findings += _node_findings(work, finished)
    roots[frontier.size] = frontier.root()
    findings += words.missing()
    findings += _checkpoint_findings(claims, roots, frontier.size)
    size, root = audit.head(work.session)
    if (size, root) != (frontier.size, frontier.root()):
        findings.append(
            f"the head says {size} entries, {frontier.size} are stored, or their root differs"
        )
    if trimmed := audit.surplus_nodes(work.session, size=frontier.size):
        findings.append(f"{trimmed} stored hashes stand over entries that are not there")
    findings += [
        f"the guard {name} does not stand: whoever switched it off could change what it guards"
        for name in guards.absent(work.session.connection())
    ]
    return Verification(
        entries=frontier.size,
        root=frontier.root().hex(),
        checkpoints=len(claims),
        findings=tuple(findings),
    )


def _claims(notes: Iterable[str], *, public: bytes) -> tuple[dict[int, set[bytes]], list[str]]:
    """Return what signed notes say (size → roots) and which notes do not hold."""
    claims: dict[int, set[bytes]] = {}
    findings = []
    for note in notes:
        try:
            checkpoint = checkpoints.verify(note, public=public)
        except ValueError as error:
            findings.append(f"a checkpoint does not hold: {error}")
            continue
        claims.setdefault(checkpoint.size, set()).add(checkpoint.root)
    return claims, findings


def _entry(
    place: int, seq: object, body: object, leaf: object
) -> tuple[dict[str, Any] | None, list[str]]:
    """Return the event of a stored entry, or what is wrong: a malformed one is no crash."""
    if seq != place:
        return None, [f"entry {place} is missing, or another stands in its place ({seq})"]
    if not isinstance(body, bytes) or not isinstance(leaf, bytes):
        return None, [f"entry {place} is no longer stored as bytes"]
    if merkle.leaf_hash(body) != leaf:
        return None, [f"entry {place} is not what was hashed when it was written"]
    try:
        event = trail.read_body(body)
    except ValueError:
        return None, [f"entry {place} cannot be read"]
    if event["seq"] != place:
        return None, [f"entry {place} says that it is entry {event['seq']}"]
    return event, []


def _node_findings(work: Work, finished: list[Node]) -> list[str]:
    """Return which stored subtrees are not what the entries below them make."""
    known = audit.nodes(work.session, [(level, index) for level, index, _ in finished])
    return [
        f"the stored hash over entries {index << level} to {((index + 1) << level) - 1} differs"
        for level, index, made in finished
        if known.get((level, index)) != made
    ]


def _checkpoint_findings(
    claims: dict[int, set[bytes]], roots: dict[int, bytes], size: int
) -> list[str]:
    """Return which checkpoints the stored entries no longer lead to."""
    findings = []
    for claimed, tops in sorted(claims.items()):
        if claimed > size:
            findings.append(f"a checkpoint covers {claimed} entries, only {size} are stored")
        elif tops != {roots[claimed]}:
            findings.append(f"the first {claimed} entries are not those that were signed")
    return findings
