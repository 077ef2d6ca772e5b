"""Checking: what holds of a bundle and what does not, in words, from its files alone.

Whatever is malformed is a finding: nothing that somebody put into a file makes the check fail.
"""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from registry.domain import checkpoints, merkle, notes, trail
from registry.domain.bundles import files
from registry.domain.checkpoints import Checkpoint
from registry.domain.notes import PublicKey
from registry.domain.words import Words

Files = Mapping[str, bytes]


@dataclass(kw_only=True)
class Checked:
    """What checking found: what holds, what does not, and what was not or cannot be checked."""

    holds: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    entries: int = 0

    @property
    def intact(self) -> bool:
        """Tell whether nothing was found."""
        return not self.findings


@dataclass(kw_only=True)
class _Signed:
    """The checkpoints that hold, by size, each with the note that says so."""

    notes: dict[int, list[tuple[Checkpoint, str]]] = field(default_factory=dict)

    def add(self, checkpoint: Checkpoint, note: str) -> None:
        """Take a checkpoint up."""
        self.notes.setdefault(checkpoint.size, []).append((checkpoint, note))

    def roots(self, size: int) -> set[bytes]:
        """Return the roots that were signed over as many entries: one, unless it forked."""
        return {checkpoint.root for checkpoint, _ in self.notes.get(size, [])}

    @property
    def newest(self) -> int:
        """Size of the newest; 0 while there is none."""
        return max(self.notes, default=0)


def check(
    given: Files,
    *,
    key: PublicKey | None = None,
    outside: Sequence[str] = (),
    witnesses: Sequence[PublicKey] = (),
) -> Checked:
    """Check a bundle.

    Parameters
    ----------
    given : mapping
        The files by name.
    key : PublicKey or None
        The registry's key as the reader has it; without it the bundle's own is used, and said.
    outside : sequence of str
        Checkpoints that the reader kept, to be led to as well.
    witnesses : sequence of PublicKey
        Of whom a co-signature over a checkpoint is demanded.
    """
    checked = Checked()
    try:
        said = files.read_manifest(given.get(files.MANIFEST, b""))
        own = notes.public_key(said["key"])
    except ValueError as error:
        checked.findings.append(f"{files.MANIFEST} is damaged: {error}")
        return checked
    _compare_keys(checked, own, key)
    signed = _signed(checked, given, key or own, outside)
    look = _check_whole if said["subject"] is None else _check_subject
    claims = look(checked, given, said, signed)
    if checked.entries != said["entries"]:
        checked.findings.append(
            f"the bundle says {said['entries']} entries, {checked.entries} are in it"
        )
    if checked.intact:
        checked.holds += claims
    _check_witnesses(checked, signed, said["witnesses"], witnesses)
    return checked


def _compare_keys(checked: Checked, own: PublicKey, key: PublicKey | None) -> None:
    """Say by whose key the bundle is checked."""
    if key is None:
        checked.remarks.append(
            f"Checked with the key that lies in the bundle, {own.text()}: compare it with one that "
            "you have by another way, and give that with --key."
        )
    elif own != key:
        checked.findings.append(f"the bundle brings the key {own.text()}, you gave {key.text()}")


def _signed(checked: Checked, given: Files, key: PublicKey, outside: Sequence[str]) -> _Signed:
    """Return the checkpoints that hold under the key; those that do not are findings."""
    signed = _Signed()
    inside = notes.separate(given.get(files.CHECKPOINTS, b"").decode(errors="replace"))
    for note, where in [(n, "in the bundle") for n in inside] + [(n, "you gave") for n in outside]:
        try:
            signed.add(checkpoints.verify_by(note, key), note)
        except ValueError as error:
            checked.findings.append(f"a checkpoint {where} does not hold: {error}")
    for size in sorted(signed.notes):
        if len(signed.roots(size)) > 1:
            checked.findings.append(
                f"two checkpoints over {size} entries were signed with different roots: "
                "the trail has two histories"
            )
    if not signed.notes:
        checked.findings.append("no checkpoint that holds is there: nothing of it is signed")
    return signed


def _check_whole(
    checked: Checked, given: Files, said: dict[str, Any], signed: _Signed
) -> list[str]:
    """Recompute the tree over all entries, compare it with every checkpoint; return what to say."""
    frontier, roots = merkle.Frontier(), dict[int, bytes]()
    words = Words(_texts(checked, given))
    for place, body in enumerate(_lines(given, files.ENTRIES)):
        if place in signed.notes:
            roots[place] = frontier.root()
        frontier.append(merkle.leaf_hash(body))
        _check_entry(checked, words, body, place)
    roots[frontier.size] = frontier.root()
    checked.entries = frontier.size
    checked.findings += words.missing()
    if frontier.size != said["size"]:
        checked.findings.append(
            f"the trail had {said['size']} entries, {frontier.size} are in the bundle"
        )
    for size in sorted(signed.notes):
        if size > frontier.size:
            checked.findings.append(
                f"a checkpoint covers {size} entries, only {frontier.size} are in the bundle"
            )
        elif signed.roots(size) != {roots[size]}:
            checked.findings.append(f"the first {size} entries are not those that were signed")
    if frontier.size > signed.newest:
        checked.remarks.append(
            f"{_count(frontier.size - signed.newest, 'entry', 'entries')} came after the newest "
            "checkpoint and are covered by no signature yet."
        )
    signatures = (
        f"They lead to the root of {_count(len(signed.notes), 'checkpoint', 'checkpoints')}, "
        "all that hold."
    )
    return [
        f"All {frontier.size:,} entries are there, none edited, moved, removed or inserted.",
        signatures,
    ]


def _check_subject(
    checked: Checked, given: Files, said: dict[str, Any], signed: _Signed
) -> list[str]:
    """Check that each entry of a subject leads to the checkpoint's root; return what to say."""
    size = said["size"]
    roots = signed.roots(size)
    if not roots:
        checked.findings.append(f"the checkpoint over {size} entries is not there")
    words = Words(_texts(checked, given))
    bodies, proofs = list(_lines(given, files.ENTRIES)), list(_lines(given, files.PROOFS))
    checked.entries = len(bodies)
    if len(bodies) != len(proofs):
        checked.findings.append(f"{len(bodies)} entries have {len(proofs)} proofs")
    for body, line in zip(bodies, proofs, strict=False):
        proof = _proof(line)
        if proof is None:
            checked.findings.append("the proof of an entry cannot be read")
            continue
        seq, hashes = proof
        leaf = merkle.leaf_hash(body)
        _check_entry(checked, words, body, seq)
        if not any(merkle.verify_inclusion(leaf, seq, size, hashes, root) for root in roots):
            checked.findings.append(f"entry {seq} does not lead to the checkpoint")
    checked.findings += words.missing()
    checked.remarks.append(
        f"That nothing else on {said['subject']} is on the trail, only the whole trail can show."
    )
    proved = (
        f"All {len(bodies)} entries on {said['subject']} are on the trail of {size:,} that was "
        "signed, each at its place."
    )
    return [proved]


def _check_entry(checked: Checked, words: Words, body: bytes, place: int) -> None:
    """Check that an entry can be read, stands at its place, and has the words that were hashed."""
    try:
        event = trail.read_body(body)
    except (ValueError, RecursionError):
        checked.findings.append(f"entry {place} cannot be read")
        return
    if event["seq"] != place:
        checked.findings.append(f"entry {place} says that it is entry {event['seq']}")
    checked.findings += words.findings(place, event)


def _check_witnesses(
    checked: Checked, signed: _Signed, own: Sequence[Any], wanted: Sequence[PublicKey]
) -> None:
    """Say which witnesses co-signed, and miss those that were demanded."""
    for key in wanted:
        newest = _newest_cosigned(signed, key)
        if newest is None:
            checked.findings.append(f"no checkpoint is co-signed by {key.name}")
        else:
            checked.holds.append(_cosigned(key, *newest))
    for text in own:
        try:
            key = notes.public_key(str(text))
        except ValueError as error:
            checked.findings.append(f"the key of a witness is damaged: {error}")
            continue
        newest = _newest_cosigned(signed, key)
        if key not in wanted and newest is not None:
            checked.remarks.append(
                f"{_cosigned(key, *newest)} Its key lies in the bundle; "
                "--witness KEY demands one you know."
            )


def _newest_cosigned(signed: _Signed, key: PublicKey) -> tuple[int, int] | None:
    """Return the largest size that a witness co-signed, and when in seconds since 1970."""
    for size in sorted(signed.notes, reverse=True):
        for _, note in signed.notes[size]:
            try:
                return size, notes.cosigned_at(note, key)
            except ValueError:
                continue
    return None


def _cosigned(key: PublicKey, size: int, at: int) -> str:
    """Return the sentence on a co-signature."""
    try:
        day = f"{datetime.fromtimestamp(at, tz=UTC):%Y-%m-%d}"
    except (OverflowError, ValueError, OSError):
        day = "a day that no calendar has"
    return f"{key.name} co-signed the first {size:,} entries on {day}."


def _count(number: int, one: str, many: str) -> str:
    """Return a number with its noun."""
    return f"{number:,} {one if number == 1 else many}"


def _lines(given: Files, name: str) -> Iterator[bytes]:
    """Yield the lines of a file without their line feeds."""
    content = given.get(name, b"")
    yield from content.removesuffix(b"\n").split(b"\n") if content else ()


def _texts(checked: Checked, given: Files) -> Iterator[tuple[int, str, Any, Any]]:
    """Yield the words beside entries, as they are compared; what is malformed is a finding."""
    for line in _lines(given, files.TEXTS):
        found = _text(line)
        if found is None:
            checked.findings.append(f"a line of {files.TEXTS} cannot be read")
        else:
            yield found


def _text(line: bytes) -> tuple[int, str, Any, Any] | None:
    """Return the words beside an entry, or None where they are malformed."""
    try:
        one = json.loads(line)
        salt = None if one["salt"] is None else base64.b64decode(one["salt"], validate=True)
        seq, path, text = one["seq"], one["path"], one["text"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return (seq, path, salt, text) if isinstance(seq, int) and isinstance(path, str) else None


def _proof(line: bytes) -> tuple[int, list[bytes]] | None:
    """Return the place and the hashes of a proof, or None where it is malformed."""
    try:
        one = json.loads(line)
        seq, hashes = one["seq"], [base64.b64decode(h, validate=True) for h in one["hashes"]]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return (seq, hashes) if isinstance(seq, int) else None
