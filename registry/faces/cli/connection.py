"""Connection: how `cmr` reaches the registry: a server, or the same application in-process."""

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx

from registry.client import Client
from registry.settings import Settings

PRIVATE_FILE = 0o600
EMBEDDED = "http://embedded"


@contextmanager
def connect(settings: Settings | None = None) -> Iterator[Client]:
    """Yield a client of the registry that the environment names.

    Without ``CMR_SERVER`` the application itself runs in this process, behind a Unix socket that
    only this user can reach, with a worker beside it: one path and one authorisation for both.
    """
    chosen = settings or Settings()
    secret = chosen.token.get_secret_value() if chosen.token else read_session(chosen)
    with ExitStack() as stack:
        if chosen.server is not None:
            yield stack.enter_context(Client(chosen.server, secret=secret))
            return
        from registry.faces.cli import embedded

        socket = stack.enter_context(embedded.opened(chosen, log=log_file(chosen)))
        transport = httpx.HTTPTransport(uds=str(socket))
        yield stack.enter_context(Client(EMBEDDED, secret=secret, transport=transport))


def log_file(settings: Settings) -> Path:
    """Return where the details of what goes wrong in this process are written."""
    return settings.home / "cmr.log"


def _session_file(settings: Settings) -> Path:
    """Return where this person's session is kept."""
    return settings.home / "session.json"


def read_session(settings: Settings) -> str | None:
    """Return the session that was kept for the registry in use, if there is one."""
    path = _session_file(settings)
    if not path.is_file():
        return None
    kept = json.loads(path.read_text(encoding="utf-8"))
    secret = kept.get(settings.server or EMBEDDED)
    return secret if isinstance(secret, str) else None


def keep_session(settings: Settings, secret: str | None) -> None:
    """Keep a session for the next command, readable by this user only; None forgets it."""
    path = _session_file(settings)
    kept = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    kept.pop(settings.server or EMBEDDED, None)
    if secret is not None:
        kept[settings.server or EMBEDDED] = secret
    path.parent.mkdir(parents=True, exist_ok=True)
    incoming = path.with_suffix(".new")
    with os.fdopen(
        os.open(incoming, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE), "w"
    ) as out:
        json.dump(kept, out)
    incoming.replace(path)
