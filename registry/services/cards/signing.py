"""Signing: people's own signatures in a card's file, by their own certificates.

The registry never sees a private key. It takes a file only if it begins, byte for byte, with the
card as it is here, and if nothing was added but one signature, that covers all of it, in the one
field that was made for a sign-off of the person who hands it in.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from registry.domain.digests import digest_of
from registry.domain.errors import BadInputError, ConflictError
from registry.domain.people import Action, Role
from registry.domain.trail import Act
from registry.services.cards.places import place
from registry.services.work import Work
from registry.store import cards
from registry.store.cards import CardSignatureRow
from reports.errors import SealError

if TYPE_CHECKING:
    from reports.sealing import Signed

MOST: Final = 1 << 20
"""So many bytes a signature with its certificates may take at most."""

CLOCKS: Final = timedelta(minutes=15)
"""By so much a signer's clock may differ from the registry's."""


def add(
    work: Work, version: str, number: int, *, role: Role, content: Iterator[bytes]
) -> CardSignatureRow:
    """Keep a card's file to which the actor has added a signature of their own.

    Parameters
    ----------
    work : Work
        By who signed off in the role.
    version, number : str, int
        Which card.
    role : Role
        In which they had signed off.
    content : iterator of bytes
        The file.

    Raises
    ------
    RuleBrokenError
        When there is no place for it.
    ConflictError
        When the file does not begin with the card as it is here: it was changed, or somebody
        else has signed meanwhile.
    BadInputError
        When something else was added than this one signature, or that does not hold.
    """
    found = place(work, version, number, role=role)
    before = work.artifacts.read(found.digest)
    after = _read(content, len(before) + MOST)
    if after[: len(before)] != before:
        raise ConflictError(
            f"This file does not begin with card {number} of {version} as it is here. Take it "
            "anew and sign that: somebody else may have signed meanwhile."
        )
    signed = _signature(work, before, after, found.field)
    kept = work.artifacts.put_bytes(after)
    row = CardSignatureRow(
        id=work.new_id(),
        card_id=found.card.id,
        number=len(cards.signatures(work.session, found.card.id)) + 1,
        field=found.field,
        role=role,
        person_id=work.require(Action.CARD_SIGN).id,
        name=signed.certificate.name,
        certificate=signed.certificate.fingerprint,
        trusted=signed.trusted,
        file_digest=kept.digest,
        file_size=kept.size,
        signed_at=work.now(),
    )
    work.session.add(row)
    work.session.flush()
    work.record(
        Act.CARD_SIGNED,
        subject=f"version {version}",
        after={
            "card": number,
            "role": role.value,
            "certificate": row.certificate,
            "name": row.name,
            "trusted": row.trusted,
            "pdf": digest_of(after),
        },
    )
    return row


def _read(content: Iterator[bytes], most: int) -> bytes:
    """Return a file that is not larger than it may be."""
    found = bytearray()
    for piece in content:
        found += piece
        if len(found) > most:
            raise BadInputError(
                f"The file is larger than the card and one signature ({most:,} bytes) can be."
            )
    return bytes(found)


def _signature(work: Work, before: bytes, after: bytes, field: str) -> "Signed":
    """Return the one signature that was added in a field.

    Raises
    ------
    BadInputError
        When it is not there, not the only thing that was added, or does not hold.
    """
    from reports.sealing import filled_since, last_signature

    roots = [] if work.settings.seal_roots is None else [work.settings.seal_roots]
    try:
        filled = filled_since(before, after)
        found = last_signature(after, roots=roots)
    except SealError as error:
        raise BadInputError(str(error)) from error
    if filled != frozenset({field}) or found is None:
        raise BadInputError(
            f"Exactly one signature must have been added, in the field “{field}”, and nothing "
            f"else; {_told(filled)}."
        )
    return _sound(work, found, field)


def _told(filled: frozenset[str] | None) -> str:
    if filled is None:
        return "something else was changed"
    return f"signed are {', '.join(sorted(filled))}" if filled else "nothing is signed"


def _sound(work: Work, signed: "Signed", field: str) -> "Signed":
    """Return the signature that was added, if it holds, stands in its field, and is of now."""
    certificate, now = signed.certificate, work.now()
    if signed.field != field or not signed.holds or not signed.last:
        raise BadInputError("The signature does not hold, or not over the whole of the file.")
    if not certificate.valid_from <= now <= certificate.valid_until:
        raise BadInputError(
            f"The certificate of “{certificate.name}” is valid from "
            f"{certificate.valid_from:%Y-%m-%d} to {certificate.valid_until:%Y-%m-%d}, not now."
        )
    if signed.at is None or abs(signed.at - now) > CLOCKS:
        raise BadInputError(
            f"The signature says that it was made at {signed.at:%Y-%m-%d %H:%M} UTC, and here it "
            f"is {now:%Y-%m-%d %H:%M}; set the clock and sign again."
            if signed.at
            else "The signature does not say when it was made."
        )
    if signed.trusted is False:
        raise BadInputError(
            f"None of this registry's roots vouches for the certificate of “{certificate.name}”."
        )
    return signed
