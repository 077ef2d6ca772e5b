"""Tokens: a key that a token or an HSM holds, used through its driver (PKCS#11)."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from asn1crypto import x509
from pyhanko.sign.signers import Signer

from reports.errors import SealError
from reports.sealing.certificates import read_certificates
from reports.sealing.sources import Token, secret_of

_ONE_LOGIN = threading.Lock()  # a token takes one login of a process at a time
_KNOWN: Final = {
    "PinIncorrect": "the PIN is wrong",
    "PinLenRange": "the PIN is wrong",
    "PinLocked": "its PIN is locked",
    "UserNotLoggedIn": "it asks for a PIN; name a PIN file",
    "NoSuchKey": "there is no such key",
}


@contextmanager
def logged_in(source: Token) -> Iterator[Signer]:
    """Yield the key of a token as a signer, while its session lasts.

    Raises
    ------
    SealError
        When the extra is not installed, or driver, token, PIN or label are wrong.
    """
    try:
        from pkcs11 import PKCS11Error
        from pyhanko.config.pkcs11 import TokenCriteria
        from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session
    except ImportError as error:
        raise SealError(
            "A key on a token needs the extra “pkcs11”: "
            "pip install 'clinical-model-registry[pkcs11]'."
        ) from error
    where = f"token “{source.token}”" if source.token else "token"
    if not source.module.is_file():
        raise SealError(f"There is no PKCS#11 module {source.module}.")
    pin = secret_of(source.pin, "PIN file")
    criteria = None if source.token is None else TokenCriteria(label=source.token)
    with _ONE_LOGIN:
        try:
            session = open_pkcs11_session(
                str(source.module),
                token_criteria=criteria,
                user_pin=None if pin is None else pin.decode(),
            )
        except (PKCS11Error, RuntimeError) as error:
            raise SealError(f"The {where} cannot be opened: {_words(error)}.") from error
        with closing(session):
            signer = PKCS11Signer(
                session,
                key_label=source.label,
                cert_label=source.label,
                signing_cert=_first(source.certificate),
                ca_chain=[] if source.chain is None else read_certificates(source.chain),
            )
            try:
                found = signer.signing_cert
            except (PKCS11Error, RuntimeError) as error:
                raise SealError(
                    f"The {where} has no key and certificate “{source.label}”: {_words(error)}."
                ) from error
            # A token in software signs a digest with an EC key, but does not make the digest.
            signer.use_raw_mechanism = found.public_key.algorithm == "ec"
            yield signer


def _first(path: Path | None) -> x509.Certificate | None:
    """Return the certificate of a file, if one is named."""
    return None if path is None else read_certificates(path)[0]


def _words(error: Exception) -> str:
    """Return what a token complains of, in words."""
    kind = type(error).__name__
    return _KNOWN.get(kind) or str(error).rstrip(".") or kind
