"""Trails: whether the entries on the version lead to a checkpoint, and who signed that."""

import base64
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from registry.domain import checkpoints, merkle, notes, trail
from registry.domain.checkpoints import Checkpoint
from registry.domain.notes import PublicKey
from registry.domain.releases.checking.given import Given
from registry.domain.releases.files import CHECKPOINT, ENTRIES, PROOFS


def check(given: Given) -> None:
    """Check the checkpoint, its witnesses, and that every entry leads to it."""
    if given.alone:
        given.report.say("trail.none")
        return
    note, entries, proofs = (given.need(path) for path in (CHECKPOINT, ENTRIES, PROOFS))
    if note is None or entries is None or proofs is None or given.key is None:
        return
    text = note.decode(errors="replace")
    try:
        checkpoint = checkpoints.verify_by(text, given.key)
    except ValueError as error:
        given.report.say("trail.unsigned", file=CHECKPOINT, why=str(error))
        return
    given.report.say("trail.checkpoint", size=checkpoint.size)
    _check_entries(given, checkpoint, _lines(entries), _lines(proofs))
    _check_outside(given, checkpoint)
    _check_witnesses(given, text)
    given.report.say("trail.rest")


def _lines(content: bytes) -> list[bytes]:
    """Return the lines of a file without their line feeds."""
    return content.removesuffix(b"\n").split(b"\n") if content else []


def _check_entries(
    given: Given, checkpoint: Checkpoint, bodies: Sequence[bytes], proofs: Sequence[bytes]
) -> None:
    """Check that every entry leads to the checkpoint's root, and read those that do."""
    if len(bodies) != len(proofs):
        why = f"{len(proofs)} proofs are there for {len(bodies)} entries"
        given.report.say("trail.broken", file=PROOFS, why=why)
    events, faulty = list[dict[str, Any]](), len(bodies) != len(proofs)
    for line, (body, proof) in enumerate(zip(bodies, proofs, strict=False), start=1):
        seq, hashes = _proof(proof)
        leaf = merkle.leaf_hash(body)
        leads = seq >= 0 and merkle.verify_inclusion(
            leaf, seq, checkpoint.size, hashes, checkpoint.root
        )
        event = _event(body) if leads else None
        if event is None or event["seq"] != seq:
            faulty = True
            shown = f"{seq}" if seq >= 0 else f"in line {line}"
            given.report.say("trail.astray", file=ENTRIES, seq=shown)
            continue
        events.append(event)
    given.events = events
    if not faulty:
        given.report.say("trail.entries", count=len(events), size=checkpoint.size)


def _proof(line: bytes) -> tuple[int, list[bytes]]:
    """Return the place and the hashes of a proof; -1 where it is malformed."""
    try:
        one = json.loads(line)
        seq, hashes = one["seq"], [base64.b64decode(h, validate=True) for h in one["hashes"]]
    except (ValueError, TypeError, KeyError, RecursionError):
        return -1, []
    return (seq, hashes) if isinstance(seq, int) and not isinstance(seq, bool) else (-1, [])


def _event(body: bytes) -> dict[str, Any] | None:
    """Return what an entry says, or None where it cannot be read."""
    try:
        return trail.read_body(body)
    except (ValueError, RecursionError):
        return None


def _check_outside(given: Given, checkpoint: Checkpoint) -> None:
    """Compare with the checkpoints that the reader kept."""
    for note in given.asked.outside:
        try:
            kept = checkpoints.verify_by(note, given.key) if given.key is not None else None
        except ValueError as error:
            given.report.say("trail.unsigned", why=f"of one that you gave, {error}")
            continue
        if kept is None:
            continue
        if kept.size != checkpoint.size:
            given.report.say("trail.elsewhere", given=kept.size, size=checkpoint.size)
        elif kept.root != checkpoint.root:
            given.report.say("trail.forked", size=kept.size)
        else:
            given.report.say("trail.outside", size=kept.size)


def _check_witnesses(given: Given, note: str) -> None:
    """Say which witnesses co-signed, and miss those that were demanded."""
    demanded, any_of_them = list(given.asked.witnesses), False
    for key in demanded:
        at = _cosigned(note, key)
        if at is None:
            given.report.say("trail.unwitnessed", file=CHECKPOINT, witness=key.name)
        else:
            any_of_them = True
            given.report.say("trail.witness", witness=key.name, at=at)
    for word in given.manifest["registry"].get("witnesses", []):
        try:
            key = notes.public_key(str(word))
        except ValueError as error:
            given.report.say("trail.broken", file=CHECKPOINT, why=f"the key of a witness: {error}")
            continue
        at = _cosigned(note, key)
        if key not in demanded and at is not None:
            any_of_them = True
            given.report.say("trail.cosigned", witness=key.name, at=at)
    if not any_of_them and not demanded:
        given.report.say("trail.alone")


def _cosigned(note: str, key: PublicKey) -> str | None:
    """Return the day on which a witness co-signed a note, or None."""
    try:
        at = notes.cosigned_at(note, key)
    except ValueError:
        return None
    try:
        return f"{datetime.fromtimestamp(at, tz=UTC):%Y-%m-%d}"
    except (OverflowError, ValueError, OSError):
        return "a day that no calendar has"
