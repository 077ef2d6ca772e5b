"""Files: what a bundle consists of, and how each of its lines is written."""

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from registry.domain.digests import canonical

SCHEMA: Final = "cmr.bundle/1"
MANIFEST: Final = "bundle.json"
ENTRIES: Final = "entries.jsonl"
TEXTS: Final = "texts.jsonl"
PROOFS: Final = "proofs.jsonl"
CHECKPOINTS: Final = "checkpoints.txt"
README: Final = "README.txt"

_EXPLAINED = """\
This is {what} of the registry “{origin}”.

To check it, without a server and without a network:

    cmr audit verify THIS --key KEY

KEY is the registry's public key, which you should have by another way than with these files:
the one that lies in bundle.json proves only that the files agree with each other.

bundle.json      what this is, and the public keys
entries.jsonl    the entries, a line each: the exact bytes that are hashed (SHA-256 of 0x00 and
                 the line without its line feed is the leaf of an RFC 6962 tree)
texts.jsonl      the words that people wrote, which stand in the entries as salted digests
checkpoints.txt  signed notes (C2SP) over the size and root of the trail
{proofs}"""
_PROOFS = "proofs.jsonl     for each entry the hashes that lead to the root of the checkpoint\n"


def explained(origin: str, subject: str | None) -> bytes:
    """Return what a bundle says of itself to whoever opens it."""
    what = "the whole trail" if subject is None else f"what the trail says of {subject}"
    proofs = "" if subject is None else _PROOFS
    return _EXPLAINED.format(what=what, origin=origin, proofs=proofs).encode()


def manifest(
    *,
    key: str,
    witnesses: Sequence[str],
    subject: str | None,
    entries: int,
    size: int,
    made_at: str,
) -> bytes:
    """Return the document that says what a bundle holds.

    Parameters
    ----------
    key, witnesses
        Public keys, as verifiers take them.
    subject : str or None
        What the entries concern; None for the whole trail.
    entries : int
        How many entries the bundle holds.
    size : int
        How many entries the trail had; of a subject's bundle, its checkpoint.
    made_at : str
    """
    return canonical(
        {
            "schema": SCHEMA,
            "key": key,
            "witnesses": list(witnesses),
            "subject": subject,
            "entries": entries,
            "size": size,
            "made_at": made_at,
        }
    )


def read_manifest(content: bytes) -> dict[str, Any]:
    """Return what a bundle says that it holds.

    Raises
    ------
    ValueError
        When it is not a manifest of ours.
    """
    document = json.loads(content)
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise ValueError(f"it does not say {SCHEMA}")
    kinds: Mapping[str, type | tuple[type, ...]] = {
        "key": str,
        "witnesses": list,
        "entries": int,
        "size": int,
        "made_at": str,
        "subject": (str, type(None)),
    }
    wrong = [name for name, kind in kinds.items() if not isinstance(document.get(name), kind)]
    if wrong:
        raise ValueError(f"“{wrong[0]}” is missing or malformed")
    return document


def text_line(seq: int, path: str, salt: object, text: object) -> bytes:
    """Return the line of words beside an entry; null where they were taken out."""
    packed = base64.b64encode(salt).decode() if isinstance(salt, bytes) else None
    return canonical({"seq": seq, "path": path, "salt": packed, "text": text}) + b"\n"


def proof_line(seq: int, hashes: Sequence[bytes]) -> bytes:
    """Return the line of an entry's place and its inclusion proof."""
    packed = [base64.b64encode(one).decode() for one in hashes]
    return canonical({"seq": seq, "hashes": packed}) + b"\n"
