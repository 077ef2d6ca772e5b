"""Certificates: whose a key is, until when, and what it may be used for."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from asn1crypto import x509
from cryptography import x509 as own
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.x509.oid import NameOID
from pyhanko.keys import load_certs_from_pemder_data

from reports.errors import SealError


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """What a certificate says.

    Attributes
    ----------
    name : str
        Whose it is, in words: the common name, with the organisation where another.
    issuer : str
        Likewise of who issued it.
    fingerprint : str
        ``sha256:`` and the 64 hex digits of its DER bytes.
    valid_from, valid_until : datetime
        In UTC.
    self_made : bool
        Whether it vouches for itself, so that nobody else does.
    signs : bool
        Whether it says that documents may be signed with it, or says nothing of use.
    """

    name: str
    issuer: str
    fingerprint: str
    valid_from: datetime
    valid_until: datetime
    self_made: bool
    signs: bool


def described(found: x509.Certificate) -> Certificate:
    """Return what a certificate says."""
    content = found.dump()
    read = own.load_der_x509_certificate(content)
    return Certificate(
        name=_name(read.subject),
        issuer=_name(read.issuer),
        fingerprint="sha256:" + hashlib.sha256(content).hexdigest(),
        valid_from=read.not_valid_before_utc,
        valid_until=read.not_valid_after_utc,
        self_made=read.subject == read.issuer,
        signs=_signs(read),
    )


def require_usable(certificate: Certificate, *, at: datetime) -> None:
    """Refuse a certificate that does not sign documents at a moment.

    Raises
    ------
    SealError
        Says whose it is, what is wrong and what to do.
    """
    whose = f"The certificate of “{certificate.name}”"
    if at < certificate.valid_from:
        raise SealError(
            f"{whose} is valid only from {certificate.valid_from:%Y-%m-%d %H:%M} UTC; "
            "wait until then, or set another."
        )
    if at > certificate.valid_until:
        raise SealError(
            f"{whose} expired on {certificate.valid_until:%Y-%m-%d %H:%M} UTC; set a newer one."
        )
    if not certificate.signs:
        raise SealError(
            f"{whose} is not for signing documents: its key usage names neither digitalSignature "
            "nor nonRepudiation. Ask its issuer for one that does."
        )


def read_certificates(path: Path) -> list[x509.Certificate]:
    """Return every certificate of a PEM or DER file; a private key beside them is passed over.

    Raises
    ------
    SealError
        When the file cannot be read or holds no certificate.
    """
    try:
        found = list(load_certs_from_pemder_data(path.read_bytes()))
    except OSError as error:
        raise SealError(f"The certificate {path} cannot be read: {error.strerror}.") from error
    except (ValueError, TypeError) as error:
        raise SealError(f"{path} holds no certificate (PEM or DER).") from error
    if not found:
        raise SealError(f"{path} holds no certificate (PEM or DER).")
    for one in found:
        try:
            own.load_der_x509_certificate(one.dump())
        except ValueError as error:
            raise SealError(f"{path} holds no certificate (PEM or DER).") from error
    return found


def matching(
    found: Sequence[x509.Certificate], public: PublicKeyTypes, *, where: str
) -> x509.Certificate:
    """Return the certificate of a public key.

    Raises
    ------
    SealError
        When none of them is.
    """
    for one in found:
        if own.load_der_x509_certificate(one.dump()).public_key() == public:
            return one
    raise SealError(f"None of the certificates in {where} belongs to this private key.")


def _name(name: own.Name) -> str:
    """Return a name in words: ``Registry (St Elsewhere Hospital)``."""
    common = [str(one.value) for one in name.get_attributes_for_oid(NameOID.COMMON_NAME)]
    body = [str(one.value) for one in name.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)]
    if not common:
        return body[0] if body else name.rfc4514_string()
    return f"{common[0]} ({body[0]})" if body and body[0] != common[0] else common[0]


def _signs(certificate: own.Certificate) -> bool:
    """Tell whether documents may be signed with it; without a word about use they may."""
    try:
        usage = certificate.extensions.get_extension_for_class(own.KeyUsage).value
    except own.ExtensionNotFound:
        return True
    return usage.digital_signature or usage.content_commitment
