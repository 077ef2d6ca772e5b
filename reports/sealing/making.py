"""Making: a key with a certificate that vouches for itself, for trying a seal."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID


@dataclass(frozen=True, kw_only=True)
class SelfMade:
    """A private key and its certificate, both as PEM."""

    key: bytes
    certificate: bytes


def self_signed(
    name: str, *, at: datetime, days: int, organisation: str = "", passphrase: str = ""
) -> SelfMade:
    """Return a new EC key (P-256) with a certificate that it signed itself.

    Parameters
    ----------
    name : str
        What the certificate is called: its common name, at most 64 characters.
    at : datetime
        From when it is valid.
    days : int
        For how many days.
    organisation : str
        The organisation's name, if any.
    passphrase : str
        Protects the private key; without one it lies open.

    Raises
    ------
    ValueError
        When a name is longer than a certificate allows.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, name)]
    if organisation:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation))
    whose = x509.Name(parts)
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    public = key.public_key()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(whose)
        .issuer_name(whose)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(minutes=5))
        .not_valid_after(at + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .sign(key, hashes.SHA256())
    )
    locked: KeySerializationEncryption = (
        BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    )
    return SelfMade(
        key=key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked),
        certificate=certificate.public_bytes(Encoding.PEM),
    )
