"""Keys: the registry's own signing key, and those of patients' digests and of webhooks."""

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from registry.domain.errors import IntegrityError

SECRET_BYTES = 32


class Keys:
    """The keys in one private folder; made on first use, readable by the owner only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def signing(self) -> Ed25519PrivateKey:
        """Return the Ed25519 key with which the registry counter-signs."""
        return Ed25519PrivateKey.from_private_bytes(self._secret("signing.key", _new_signing_key))

    def public(self) -> bytes:
        """Return the 32 public bytes of the signing key."""
        return self.signing().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def overlap(self) -> bytes:
        """Return the 32-byte key of the patients' HMACs."""
        return self._secret("overlap.key", lambda: os.urandom(SECRET_BYTES))

    def webhooks(self) -> bytes:
        """Return the 32-byte key from which the secrets of webhooks are made."""
        return self._secret("webhooks.key", lambda: os.urandom(SECRET_BYTES))

    def _secret(self, name: str, make: Callable[[], bytes]) -> bytes:
        """Return a secret, made and kept with mode 0600 if there is none."""
        path = self._folder / name
        if not path.exists():
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            incoming = self._folder / f".{name}.{os.getpid()}"
            private = os.open(incoming, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(private, "wb") as out:
                out.write(make())
                out.flush()
                os.fsync(out.fileno())
            with contextlib.suppress(FileExistsError):
                os.link(incoming, path)  # the first of two starters wins; neither overwrites
            incoming.unlink()
        secret = path.read_bytes()
        if len(secret) != SECRET_BYTES:
            raise IntegrityError(f"The key {path} is damaged; restore it from a backup.")
        return secret


def _new_signing_key() -> bytes:
    """Return the 32 private bytes of a new Ed25519 key."""
    return Ed25519PrivateKey.generate().private_bytes(
        Encoding.Raw, PrivateFormat.Raw, NoEncryption()
    )
