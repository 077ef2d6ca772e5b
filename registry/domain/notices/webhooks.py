"""Webhooks: whither the registry may speak, and how a receiver knows that it was the registry.

The headers are those of Standard Webhooks (standardwebhooks.com), so that receivers can check a
notice with a library of theirs.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Sequence
from datetime import timedelta
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Final
from urllib.parse import urlsplit

from registry.domain.errors import BadInputError, BusyError, RuleBrokenError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})
LONGEST_URL: Final = 500
OVERLAP: Final = timedelta(hours=24)
"""So long after a rotation notices are signed by the former secret, too."""

# IPv6 that carries an IPv4 address: the address within decides, too.
_NAT64: Final = ip_network("64:ff9b::/96")


class UndeliveredError(BusyError):
    """A notice did not arrive; it is sent again after a pause."""

    code = "undelivered"


def check_url(url: str) -> tuple[str, int]:
    """Return host and port of an address to which notices may be sent.

    Raises
    ------
    BadInputError
        When it is not https (http is allowed to this very machine), or carries a password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadInputError(f"this is no address ({error}).", field="url") from None
    host = (parts.hostname or "").rstrip(".")
    if not host or len(url) > LONGEST_URL or any(c.isspace() or ord(c) < ord(" ") for c in url):
        raise BadInputError(
            "give a whole address, such as https://hooks.example.org/cmr.", field="url"
        )
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise BadInputError("leave name, password and # out of the address.", field="url")
    if parts.scheme != "https" and not (parts.scheme == "http" and host in LOCAL):
        raise BadInputError(
            "notices are sent by https only; http is allowed to this machine (localhost).",
            field="url",
        )
    return host, port or (443 if parts.scheme == "https" else 80)


def require_allowed(found: Iterable[str], *, host: str, allowed: Sequence[Network]) -> str:
    """Return the address to speak to, among all that a host resolves to.

    One address that is not allowed refuses them all: a name that points into the hospital's
    network as well as out of it is not to be trusted.

    Raises
    ------
    RuleBrokenError
        When one of them is private, of this machine, or of the network's own machinery, and not
        in a network that the setting allows.
    """
    addresses = [ip_address(one.partition("%")[0]) for one in found]
    if not addresses:
        raise UndeliveredError(f"The name {host} leads nowhere.")
    for address in addresses:
        if not is_allowed(address, allowed):
            leads = "" if host == str(address) else f" leads to {address}, which"
            raise RuleBrokenError(
                f"{host}{leads} is not a public address; an administrator of "
                "this machine can allow its network with CMR_WEBHOOK_NETWORKS."
            )
    return str(addresses[0])


def is_allowed(address: Address, allowed: Sequence[Network]) -> bool:
    """Tell whether the registry may speak to an address."""
    if any(address.version == network.version and address in network for network in allowed):
        return True
    within = carried(address)
    if within is not None:
        return is_allowed(within, allowed)
    return address.is_global and not address.is_multicast and not address.is_reserved


def carried(address: Address) -> IPv4Address | None:
    """Return the IPv4 address that an IPv6 address carries, if it does."""
    if isinstance(address, IPv4Address):
        return None
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def secret_text(secret: bytes) -> str:
    """Return a secret as it is shown, once."""
    return "whsec_" + base64.b64encode(secret).decode()


def signature(secrets: Sequence[bytes], *, id: str, timestamp: int, body: bytes) -> str:  # noqa: A002 -- the header's word
    """Return the value of `webhook-signature`: one ``v1,…`` for each secret, blanks between.

    HMAC-SHA-256 over id, timestamp and body, joined by dots.

    Parameters
    ----------
    secrets : sequence of bytes
        The secret in use, and for a day after a rotation the former one.
    id : str
        Value of `webhook-id`: the same however often a notice is sent again.
    timestamp : int
        Value of `webhook-timestamp`: seconds since 1970.
    body : bytes
    """
    signed = b".".join((id.encode(), str(timestamp).encode(), body))
    return " ".join(
        "v1," + base64.b64encode(hmac.new(one, signed, hashlib.sha256).digest()).decode()
        for one in secrets
    )


def secret_of(key: bytes, webhook: str, generation: int) -> bytes:
    """Return the secret of a webhook: made from the registry's key, so that it is kept nowhere."""
    return hmac.new(key, f"webhook:{webhook}:{generation}".encode(), hashlib.sha256).digest()
