"""Posting: one notice to one webhook, to an address that was looked up once and is held to."""

import socket
import ssl
import time
from collections.abc import Iterable, Sequence
from typing import Any, Final

import httpcore

from registry.domain.notices import UndeliveredError, check_url, require_allowed
from registry.domain.notices.webhooks import Network

DEADLINE_SECONDS: Final = 15.0
CONNECT_SECONDS: Final = 5.0
GONE: Final = 410
SUCCESS: Final = range(200, 300)
REDIRECT: Final = range(300, 400)


class GoneError(Exception):
    """The receiver says that it wants no more notices."""


class _Stream(httpcore.NetworkStream):
    """A connection on which nothing outlasts one deadline, however slowly it trickles."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return what arrives before the deadline."""
        del timeout
        return self._stream.read(max_bytes, _left(self._deadline, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send before the deadline."""
        del timeout
        self._stream.write(buffer, _left(self._deadline, httpcore.WriteTimeout))

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """Go on encrypted, the certificate being checked against the name, not the address."""
        del timeout
        left = _left(self._deadline, httpcore.ConnectTimeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 -- httpcore's own signature
        """Return what the connection knows of itself."""
        return self._stream.get_extra_info(info)


class _Pinned(httpcore.NetworkBackend):
    """Connects to the one address that was found to be allowed, whatever the name says now."""

    def __init__(self, address: str, deadline: float) -> None:
        self._address, self._deadline = address, deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the address."""
        del host, timeout
        left = min(CONNECT_SECONDS, _left(self._deadline, httpcore.ConnectTimeout))
        stream = httpcore.SyncBackend().connect_tcp(
            self._address, port, left, local_address, socket_options
        )
        return _Stream(stream, self._deadline)


def _left(deadline: float, error: type[Exception]) -> float:
    """Return the seconds that are left, at least a little, or raise."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise error("the time is up")
    return left


def post(
    url: str,
    body: bytes,
    headers: dict[str, str],
    *,
    allowed: Sequence[Network],
    seconds: float = DEADLINE_SECONDS,
) -> int:
    """Send one notice and return the status of the answer; its body is not read.

    No redirect is followed and no proxy of the environment is asked.

    Raises
    ------
    BadInputError, RuleBrokenError
        When notices may not be sent to this address.
    GoneError
        When the receiver says that it wants no more.
    UndeliveredError
        When it did not arrive.
    """
    host, port = check_url(url)
    address = require_allowed(_resolve(host, port), host=host, allowed=allowed)
    backend = _Pinned(address, time.monotonic() + seconds)
    try:
        with (
            httpcore.ConnectionPool(
                ssl_context=ssl.create_default_context(), network_backend=backend
            ) as pool,
            pool.stream("POST", url, content=body, headers=list(headers.items())) as answer,
        ):
            status = answer.status
    except httpcore.TimeoutException as error:
        raise UndeliveredError(f"{host} did not answer within {seconds:g} seconds.") from error
    except (httpcore.NetworkError, httpcore.ProtocolError, ssl.SSLError, OSError) as error:
        said = str(error) or type(error).__name__
        raise UndeliveredError(f"{host} could not be reached ({said}).") from error
    if status == GONE:
        raise GoneError(f"{host} answered 410: it wants no more notices.")
    if status in REDIRECT:
        raise UndeliveredError(
            f"{host} answered {status}; redirects are not followed. Give its own address."
        )
    if status not in SUCCESS:
        raise UndeliveredError(f"{host} answered {status}.")
    return status


def _resolve(host: str, port: int) -> list[str]:
    """Return every address that a host has, looked up once.

    Raises
    ------
    UndeliveredError
        When the name is not known at the moment.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise UndeliveredError(f"The name {host} is not known ({error}).") from error
    return [str(one[4][0]) for one in found]
