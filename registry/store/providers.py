"""Providers: speaking to the provider of identities: discovery, keys, and redeeming a code.

Nobody but an administrator names the provider, in the settings; nothing here follows a redirect.
"""

import threading
import time
from typing import Any
from urllib.parse import quote_plus

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from registry.domain.identities import Provider, ProviderError, provider_of, require_safe

DISCOVERY = "/.well-known/openid-configuration"
_KEPT_SECONDS = 3600.0
_ANEW_SECONDS = 60.0  # unknown keys are asked for no more often than this
_TIMEOUT = 10.0
_LARGEST = 1 << 20


class ProviderClient:
    """The way to one provider; what it says of itself is kept for an hour.

    Parameters
    ----------
    issuer, client_id : str
        As the provider registered this registry.
    client_secret : str or None
        None for a public client, which PKCE alone protects.
    """

    def __init__(self, *, issuer: str, client_id: str, client_secret: str | None) -> None:
        self.issuer = issuer
        self.client_id = client_id
        self._secret = client_secret
        self._lock = threading.Lock()
        self._known: tuple[float, Provider] | None = None
        self._keys: tuple[float, KeySet] | None = None

    def provider(self) -> Provider:
        """Return the provider by its discovery document.

        Raises
        ------
        ProviderError
            When it cannot be reached, or says something unfit.
        """
        with self._lock:
            now = time.monotonic()
            if self._known is None or now - self._known[0] > _KEPT_SECONDS:
                require_safe(self.issuer, name="CMR_OIDC_ISSUER")
                document = self._ask("GET", self.issuer.rstrip("/") + DISCOVERY)
                self._known = now, provider_of(document, issuer=self.issuer)
            return self._known[1]

    def keys(self, *, anew: bool = False) -> KeySet:
        """Return the provider's public keys; `anew` asks for them again, once a minute at most.

        Raises
        ------
        ProviderError
            When they cannot be had.
        """
        provider = self.provider()
        with self._lock:
            now = time.monotonic()
            lasts = _ANEW_SECONDS if anew else _KEPT_SECONDS
            if self._keys is None or now - self._keys[0] > lasts:
                document: Any = self._ask("GET", provider.jwks_uri)
                try:
                    self._keys = now, KeySet.import_key_set(document)
                except (JoseError, ValueError, KeyError, TypeError) as error:
                    raise ProviderError(
                        f"The keys of {self.issuer} cannot be read ({error})."
                    ) from error
            return self._keys[1]

    def redeem(self, code: str, *, redirect_uri: str, verifier: str) -> str:
        """Return the ID token that the provider gives for a code.

        Raises
        ------
        ProviderError
            When the provider refuses the code, the verifier or the client.
        """
        provider = self.provider()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        basic = self._secret is not None and provider.basic
        if not basic:
            form["client_id"] = self.client_id
            form |= {} if self._secret is None else {"client_secret": self._secret}
        # RFC 6749, 2.3.1: both are form-encoded before they become basic credentials.
        pair = (quote_plus(self.client_id), quote_plus(self._secret or ""))
        answer = self._ask(
            "POST", provider.token_endpoint, form=form, credentials=pair if basic else None
        )
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise ProviderError(f"{self.issuer} gave no ID token; is the scope “openid” allowed?")
        return token

    def _ask(
        self,
        method: str,
        address: str,
        *,
        form: dict[str, str] | None = None,
        credentials: tuple[str, str] | None = None,
    ) -> dict[str, Any]:
        """Return the JSON object with which the provider answers."""
        auth = None if credentials is None else httpx.BasicAuth(*credentials)
        try:
            with httpx.Client(timeout=_TIMEOUT, follow_redirects=False) as http:
                answer = http.request(
                    method, address, data=form, auth=auth, headers={"Accept": "application/json"}
                )
            document = answer.json() if len(answer.content) <= _LARGEST else None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ProviderError(
                f"The provider of identities does not answer at {address} ({error})."
            ) from error
        except ValueError as error:
            raise ProviderError(f"{address} does not answer in JSON ({error}).") from error
        if not isinstance(document, dict):
            raise ProviderError(f"{address} answers with something else than an object.")
        if not answer.is_success:
            why = document.get("error_description") or document.get("error") or answer.status_code
            raise ProviderError(f"The provider of identities refused: {str(why)[:200]}")
        return document
