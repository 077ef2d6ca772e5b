"""Identities: what a provider of identities says of itself, and when its word is believed.

OpenID Connect, the authorization code flow with PKCE. A provider's subject says who somebody is
and nothing else: who may do what is granted here, by people, and nobody is enrolled by a login.
"""

import base64
import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from joserfc import jws, jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from registry.domain.errors import BadInputError, NotSignedInError

ALGORITHMS: Final = ("RS256", "PS256", "ES256", "EdDSA")
"""Signatures by which an ID token is believed: public keys only, never "none" or a shared key."""

LOGIN_LASTS: Final = timedelta(minutes=10)
"""So long a person has to sign in at the provider."""

FRESH_FOR: Final = timedelta(seconds=120)
"""So long after it a fresh login proves who signs."""

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class ProviderError(NotSignedInError):
    """The provider of identities did not do what was asked of it, or is not to be believed."""

    code = "identity-provider"


class UnknownKeyError(ProviderError):
    """An ID token is signed by a key that is not among those at hand."""

    code = "identity-provider-key"


@dataclass(frozen=True, kw_only=True)
class Provider:
    """A provider as its discovery document describes it."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    algorithms: tuple[str, ...]
    basic: bool = True


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What was sent along with a person to the provider, and must come back.

    Attributes
    ----------
    client : str
        The registry's client id at the provider.
    nonce : str
        Ties the ID token to this login.
    since : datetime
        When the person was sent there.
    fresh : bool
        Whether the person had to show anew who they are.
    acr : str or None
        How strongly the person had to be recognised, in the provider's word.
    """

    client: str
    nonce: str
    since: datetime
    fresh: bool = False
    acr: str | None = None


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Whom a provider recognised: its name for the person, and when they showed who they are."""

    issuer: str
    subject: str
    auth_time: datetime | None
    acr: str | None


def provider_of(document: Mapping[str, Any], *, issuer: str) -> Provider:
    """Return a provider from its discovery document.

    Raises
    ------
    ProviderError
        When it is another issuer's, lacks an address, or names one that is not HTTPS.
    """
    said = document.get("issuer")
    if said != issuer:
        raise ProviderError(f"The discovery document is that of “{said}”, not of {issuer}.")
    for name in _ENDPOINTS:
        require_safe(str(document.get(name) or ""), name=name)
    offered = document.get("id_token_signing_alg_values_supported") or ["RS256"]
    algorithms = tuple(name for name in ALGORITHMS if name in offered)
    if not algorithms:
        raise ProviderError(f"{issuer} signs by {', '.join(map(str, offered))}; none is accepted.")
    methods = document.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return Provider(
        **{name: str(document[name]) for name in _ENDPOINTS},
        issuer=issuer,
        algorithms=algorithms,
        basic="client_secret_basic" in methods,
    )


def require_safe(address: str, *, name: str) -> None:
    """Refuse an address that is neither HTTPS nor of this machine.

    Raises
    ------
    ProviderError
        Names the address and what it is for.
    """
    parts = urlsplit(address)
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme == "http" and parts.hostname in _LOOPBACK:
        return
    raise ProviderError(f"{name} must be an https address; it is “{address}”.")


def check_redirect(address: str, *, public_url: str) -> None:
    """Refuse to have a person sent back to anywhere but this registry or their own machine.

    Raises
    ------
    BadInputError
        When it is neither the registry's own page nor a loopback address (RFC 8252, 7.3).
    """
    parts = urlsplit(address)
    own = address == f"{public_url.rstrip('/')}/login/callback"
    loopback = (
        parts.scheme == "http"
        and parts.hostname in _LOOPBACK - {"localhost"}
        and not parts.query
        and not parts.fragment
        and parts.username is None
    )
    if not own and not loopback:
        raise BadInputError(
            "must be the registry's own /login/callback or on 127.0.0.1.", field="redirect_uri"
        )


def challenge_of(verifier: str) -> str:
    """Return the S256 challenge of a PKCE verifier (RFC 7636, 4.2)."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def authorization_address(
    provider: Provider, asked: Asked, *, redirect_uri: str, state: str, verifier: str
) -> str:
    """Return the address at the provider to which a person is sent to sign in.

    A fresh login asks for ``prompt=login&max_age=0``: no session of the provider will do.
    """
    query = {
        "response_type": "code",
        "client_id": asked.client,
        "redirect_uri": redirect_uri,
        "scope": "openid",
        "state": state,
        "nonce": asked.nonce,
        "code_challenge": challenge_of(verifier),
        "code_challenge_method": "S256",
    }
    if asked.fresh:
        query |= {"prompt": "login", "max_age": "0"}
    if asked.acr is not None:
        query["acr_values"] = asked.acr
    joint = "&" if "?" in provider.authorization_endpoint else "?"
    return f"{provider.authorization_endpoint}{joint}{urlencode(query)}"


def identity_of(
    token: str,
    keys: KeySet,
    *,
    provider: Provider,
    asked: Asked,
    now: datetime,
    skew: timedelta,
) -> Identity:
    """Return whom an ID token names, once everything about it is found right.

    The checks are those of OpenID Connect Core 1.0, section 3.1.3.7: signature by a key of the
    provider, issuer, audience and authorised party, expiry, time of issue, nonce; the time of
    authentication where the login was to be fresh, and the strength where one was asked for.

    Raises
    ------
    UnknownKeyError
        When the key is not at hand: fetch the keys anew, once.
    ProviderError
        Says which check failed.
    """
    claims = _signed_claims(token, keys, provider)
    _check_audience(claims, provider, asked)
    _check_times(claims, now=now, skew=skew)
    if claims.get("nonce") != asked.nonce:
        raise ProviderError("The nonce of the ID token is not the one that was sent.")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject:
        raise ProviderError("The ID token names nobody (sub).")
    auth_time = _instant(claims, "auth_time") if "auth_time" in claims else None
    if asked.fresh:
        _check_fresh(auth_time, asked, now=now, skew=skew)
    acr = claims.get("acr")
    if asked.acr is not None and acr != asked.acr:
        raise ProviderError(f"The provider recognised by “{acr}”; “{asked.acr}” is asked for.")
    return Identity(
        issuer=provider.issuer,
        subject=subject,
        auth_time=auth_time,
        acr=None if acr is None else str(acr),
    )


def _signed_claims(token: str, keys: KeySet, provider: Provider) -> Mapping[str, Any]:
    """Return the claims of a token that a key of the provider signed."""
    try:
        named = jws.extract_compact(token.encode()).headers().get("kid")
        tried = [keys.get_by_kid(named)] if named is not None else keys.keys
        for key in tried[:-1]:
            with suppress(JoseError):
                return jwt.decode(token, key, algorithms=list(provider.algorithms)).claims
        return jwt.decode(token, tried[-1], algorithms=list(provider.algorithms)).claims
    except InvalidKeyIdError as error:
        raise UnknownKeyError(f"The ID token is signed by an unknown key ({error}).") from error
    except (JoseError, ValueError, TypeError) as error:
        raise ProviderError(f"The signature of the ID token does not hold ({error}).") from error


def _check_audience(claims: Mapping[str, Any], provider: Provider, asked: Asked) -> None:
    """Refuse a token of another issuer, or for somebody else."""
    if claims.get("iss") != provider.issuer:
        raise ProviderError(f"The ID token is of “{claims.get('iss')}”, not of {provider.issuer}.")
    said = claims.get("aud")
    audience = [said] if isinstance(said, str) else said
    if not isinstance(audience, list) or asked.client not in audience:
        raise ProviderError("The ID token is not for this registry (aud).")
    party = claims.get("azp")
    if (len(audience) > 1 or party is not None) and party != asked.client:
        raise ProviderError("The ID token was issued to another party (azp).")


def _check_times(claims: Mapping[str, Any], *, now: datetime, skew: timedelta) -> None:
    """Refuse a token that has expired or comes from the future."""
    if now >= _instant(claims, "exp") + skew:
        raise ProviderError("The ID token has expired; look at the clocks of both machines.")
    if _instant(claims, "iat") > now + skew:
        raise ProviderError("The ID token is of the future; look at the clocks of both machines.")


def _check_fresh(
    auth_time: datetime | None, asked: Asked, *, now: datetime, skew: timedelta
) -> None:
    """Refuse a login in which the person did not show anew who they are."""
    if auth_time is None:
        raise ProviderError("The provider does not say when the person signed in (auth_time).")
    if auth_time < asked.since - skew or auth_time > now + skew:
        raise ProviderError("The person did not sign in anew at the provider (auth_time).")


def _instant(claims: Mapping[str, Any], name: str) -> datetime:
    """Return a claim as an aware time."""
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ProviderError(f"The ID token lacks a time ({name}).")
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, OSError, ValueError) as error:
        raise ProviderError(f"The ID token's {name} is no time ({value}).") from error


def still_fresh(auth_time: datetime, *, now: datetime) -> bool:
    """Tell whether a fresh login is recent enough to sign by."""
    return now - auth_time <= FRESH_FOR
