"""Keys: the private key that seals, ready to sign; never copied.

Whatever is wrong with it is said before anything is sealed: a missing file, a wrong passphrase,
a certificate of another key, one that has expired.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import pkcs12
from pyhanko.keys.internal import (
    translate_pyca_cryptography_cert_to_asn1,
    translate_pyca_cryptography_key_to_asn1,
)
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import Signer, SimpleSigner
from pyhanko.sign.validation.generic_cms import async_validate_detached_cms
from pyhanko.sign.validation.status import StandardCMSSignatureStatus
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from reports.errors import SealError
from reports.sealing.certificates import (
    Certificate,
    described,
    matching,
    read_certificates,
    require_usable,
)
from reports.sealing.sources import KeyFile, Pkcs12File, Source, Token, content_of, secret_of
from reports.sealing.tokens import logged_in


@dataclass(frozen=True, kw_only=True)
class Key:
    """A key that is ready to sign, and what its certificate says."""

    signer: Signer
    certificate: Certificate
    method: str

    def try_out(self) -> None:
        """Sign a few bytes, and compare the signature with the certificate.

        Raises
        ------
        SealError
            When the key does not sign, or is not the certificate's.
        """
        asked = b"clinical-model-registry"
        try:
            status = asyncio.run(self._tried(asked))
        except (SigningError, ValueError) as error:
            raise SealError(
                f"The key of “{self.certificate.name}” does not sign: {error}"
            ) from error
        if not (status.intact and status.valid):
            raise SealError(
                f"The certificate of “{self.certificate.name}” belongs to another key than the one "
                "beside it."
            )

    async def _tried(self, asked: bytes) -> StandardCMSSignatureStatus:
        made = await self.signer.async_sign_general_data(asked, "sha256", use_cades=True)
        trust = ValidationContext(trust_roots=[self.signer.signing_cert])
        return await async_validate_detached_cms(asked, made["content"], trust)


@contextmanager
def opened(source: Source, *, at: datetime) -> Iterator[Key]:
    """Yield a key that may sign at a moment.

    Parameters
    ----------
    source : Source
        Where the key is.
    at : datetime
        When it is to sign; its certificate must be valid then.

    Raises
    ------
    SealError
        Names the file or token, and says what is wrong and what to do.
    """
    match source:
        case KeyFile():
            yield _ready(_from_file(source), source, at)
        case Pkcs12File():
            yield _ready(_from_pkcs12(source), source, at)
        case Token():
            with logged_in(source) as signer:
                yield _ready(signer, source, at)


def _ready(signer: Signer, source: Source, at: datetime) -> Key:
    certificate = signer.signing_cert
    if certificate is None:  # pragma: no cover -- every way above gives one
        raise SealError("The key has no certificate.")
    found = described(certificate)
    require_usable(found, at=at)
    return Key(signer=signer, certificate=found, method=source.method)


def _chain(source: KeyFile | Pkcs12File) -> list[x509.Certificate]:
    return [] if source.chain is None else read_certificates(source.chain)


def _simple(
    key: PrivateKeyTypes, certificate: x509.Certificate, others: list[x509.Certificate]
) -> SimpleSigner:
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple([certificate, *others])
    return SimpleSigner(
        signing_cert=certificate,
        signing_key=translate_pyca_cryptography_key_to_asn1(key),
        cert_registry=store,
    )


def _from_file(source: KeyFile) -> SimpleSigner:
    content = content_of(source.path, "private key")
    passphrase = secret_of(source.passphrase, "passphrase file")
    pem = b"-----BEGIN" in content
    load = serialization.load_pem_private_key if pem else serialization.load_der_private_key
    try:
        key = load(content, password=passphrase)
    except TypeError as error:
        need = "needs a passphrase file" if passphrase is None else "has no passphrase; name none"
        raise SealError(f"The private key {source.path} {need}.") from error
    except ValueError as error:
        wrong = "; is the passphrase right?" if passphrase else " in PEM or DER."
        raise SealError(f"{source.path} gives no private key{wrong}") from error
    where = source.certificate or source.path
    found = read_certificates(where)
    certificate = matching(found, key.public_key(), where=str(where))
    return _simple(key, certificate, [*found, *_chain(source)])


def _from_pkcs12(source: Pkcs12File) -> SimpleSigner:
    content = content_of(source.path, "PKCS#12 file")
    passphrase = secret_of(source.passphrase, "passphrase file")
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(content, passphrase)
    except (TypeError, ValueError) as error:
        wrong = "is the passphrase right?" if passphrase else "does it need a passphrase file?"
        raise SealError(f"{source.path} cannot be opened as PKCS#12; {wrong}") from error
    if key is None or certificate is None:
        raise SealError(f"{source.path} holds no private key with its certificate.")
    more = [translate_pyca_cryptography_cert_to_asn1(one) for one in others]
    own_one = translate_pyca_cryptography_cert_to_asn1(certificate)
    return _simple(key, own_one, [*more, *_chain(source)])
