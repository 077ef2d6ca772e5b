"""Sealing: the organisation's seal on a file that is rendered, and whether its key is in order."""

from dataclasses import dataclass
from datetime import datetime

from registry.domain.cards import SEAL
from registry.services.work import Workshop
from registry.settings import SealSettings
from reports.sealing import (
    Certificate,
    Intent,
    KeyFile,
    Pkcs12File,
    Source,
    Token,
    opened,
    seal,
)

_PKCS12 = {".p12", ".pfx"}


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """A file under a seal, and whose seal that is."""

    content: bytes
    method: str
    certificate: Certificate
    at: datetime
    timestamped: bool


def source_of(settings: SealSettings) -> Source:
    """Return where the key is that the settings name."""
    if settings.module is not None:
        return Token(
            module=settings.module,
            token=settings.token,
            label=settings.label,
            pin=settings.pin,
            certificate=settings.certificate,
            chain=settings.chain,
        )
    if settings.key is None:  # pragma: no cover -- `SealSettings.of` gives one of the two
        raise ValueError("no key is set")
    if settings.key.suffix.lower() in _PKCS12:
        return Pkcs12File(path=settings.key, chain=settings.chain, passphrase=settings.passphrase)
    return KeyFile(
        path=settings.key,
        certificate=settings.certificate,
        chain=settings.chain,
        passphrase=settings.passphrase,
    )


def sealed(rendered: bytes, settings: SealSettings, *, at: datetime) -> Sealed:
    """Return a rendered file under the seal that the settings describe; it holds the field `SEAL`.

    Raises
    ------
    SealError
        When key or certificate are not in order, or the timestamp server does not answer.
    """
    with opened(source_of(settings), at=at) as key:
        intent = Intent(
            field=SEAL,
            reason="Issued by the registry: this file is what it rendered",
            at=at,
            words=(f"Sealed by {key.certificate.name}", f"{at:%Y-%m-%d %H:%M:%S} UTC"),
            timestamp_server=settings.timestamp_server,
        )
        return Sealed(
            content=seal(rendered, key, intent),
            method=key.method,
            certificate=key.certificate,
            at=at,
            timestamped=settings.timestamp_server is not None,
        )


def usable(workshop: Workshop) -> Certificate | None:
    """Return whose seal cards bear from now on; None where they bear none.

    The key signs once for trial, so that a token without it is found out before a card waits.

    Raises
    ------
    SealError
        When key or certificate are not in order.
    """
    settings = workshop.settings.seal
    if settings is None:
        return None
    with opened(source_of(settings), at=workshop.clock()) as key:
        key.try_out()
        return key.certificate
