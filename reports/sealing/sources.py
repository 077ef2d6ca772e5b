"""Sources: where a private key is kept, in a file or on a token."""

from dataclasses import dataclass
from pathlib import Path

from reports.errors import SealError


@dataclass(frozen=True, kw_only=True)
class KeyFile:
    """A private key in a PEM or DER file; its certificate stands there too, or in another file.

    `passphrase` is a file that holds the passphrase and nothing else; `chain` one with the
    certificates between this one and a root.
    """

    path: Path
    certificate: Path | None = None
    chain: Path | None = None
    passphrase: Path | None = None

    method = "PEM"


@dataclass(frozen=True, kw_only=True)
class Pkcs12File:
    """A private key with its certificates in a PKCS#12 file (.p12, .pfx)."""

    path: Path
    chain: Path | None = None
    passphrase: Path | None = None

    method = "PKCS#12"


@dataclass(frozen=True, kw_only=True)
class Token:
    """A private key that a token or an HSM holds and never gives away (PKCS#11).

    Attributes
    ----------
    module : Path
        The token's driver, a shared library.
    token : str or None
        The token's label; None where there is one token only.
    label : str
        The label of the key, and of the certificate on the token.
    pin : Path or None
        A file that holds the PIN and nothing else.
    certificate, chain : Path or None
        Files with the certificate, where the token has none, and with those above it.
    """

    module: Path
    label: str
    token: str | None = None
    pin: Path | None = None
    certificate: Path | None = None
    chain: Path | None = None

    method = "PKCS#11"


Source = KeyFile | Pkcs12File | Token


def secret_of(path: Path | None, what: str) -> bytes | None:
    """Return what a file of a passphrase or PIN holds, less the end of its line."""
    if path is None:
        return None
    return content_of(path, what).rstrip(b"\r\n")


def content_of(path: Path, what: str) -> bytes:
    """Return what a file holds.

    Raises
    ------
    SealError
        When it cannot be read; `what` says what it is.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise SealError(f"The {what} {path} cannot be read: {error.strerror}.") from error
