"""Sealing: PAdES signatures on a card's PDF, added after its bytes; nothing else knows pyHanko.

A seal is an incremental update: the bytes that were rendered stay a prefix of what is sealed, so
whoever renders the card again can compare them. `sources` and `tokens` say where the key is that
seals, `keys` opens it, `certificates` says whose it is, `signing` adds a signature, `stamps`
prints it, `timestamps` has its time vouched for, `reading` and `checking` tell what the signatures
of a file are worth, and `making` makes a key for trying.
"""

from reports.sealing.certificates import Certificate, read_certificates
from reports.sealing.checking import (
    Checked,
    Signed,
    attachments,
    check,
    filled_since,
    last_signature,
    prefix_digest,
    revisions,
)
from reports.sealing.keys import Key, opened
from reports.sealing.making import self_signed
from reports.sealing.signing import Intent, seal, sign
from reports.sealing.sources import KeyFile, Pkcs12File, Source, Token

__all__ = [
    "Certificate",
    "Checked",
    "Intent",
    "Key",
    "KeyFile",
    "Pkcs12File",
    "Signed",
    "Source",
    "Token",
    "attachments",
    "check",
    "filled_since",
    "last_signature",
    "opened",
    "prefix_digest",
    "read_certificates",
    "revisions",
    "seal",
    "self_signed",
    "sign",
]
