"""Providers for tests: a real provider of identities on this machine, and a person's browser."""

import threading
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit
from wsgiref.types import StartResponse, WSGIEnvironment

import httpx
from werkzeug.serving import make_server

from registry.domain.identities import challenge_of
from registry.services.work import Workshop
from registry.store.providers import ProviderClient


@dataclass
class Pkce:
    """Holds a provider to PKCE, which it does not ask for by itself.

    The challenge of each authorization must be S256, and a code is given out only to the
    verifier that belongs to it.
    """

    app: Any
    challenges: dict[str, str] = field(default_factory=dict)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request, or refuse what PKCE refuses."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its parts warn of each other's age
            return list(self._answer(environ, start_response))

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        if environ["PATH_INFO"] == "/oauth2/authorize" and environ["REQUEST_METHOD"] == "POST":
            return self._authorize(environ, start_response)
        if environ["PATH_INFO"] == "/oauth2/token" and not self._fits(environ):
            start_response("400 Bad Request", [("Content-Type", "application/json")])
            return [b'{"error": "invalid_grant", "error_description": "code_verifier"}']
        return self.app(environ, start_response)  # type: ignore[no-any-return]

    def _authorize(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Remember the challenge beside the code that is given for it."""
        asked = parse_qs(environ["QUERY_STRING"])
        assert asked["code_challenge_method"] == ["S256"]

        def noting(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:  # noqa: ANN401
            goal = dict(headers).get("Location", "")
            code = parse_qs(urlsplit(goal).query).get("code", [""])[0]
            self.challenges[code] = asked["code_challenge"][0]
            return start_response(status, headers, *rest)

        return self.app(environ, noting)  # type: ignore[no-any-return]

    def _fits(self, environ: WSGIEnvironment) -> bool:
        """Tell whether a code is redeemed by the verifier of its challenge."""
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = BytesIO(body)
        form = parse_qs(body.decode())
        verifier = form.get("code_verifier", [""])[0]
        return challenge_of(verifier) == self.challenges.get(form.get("code", [""])[0])


@contextmanager
def running_provider() -> Iterator[str]:
    """Run a provider of identities, held to PKCE; yield its issuer."""
    with warnings.catch_warnings():
        import authlib.deprecate  # noqa: F401 -- it asks to be heard always; so it comes first

        warnings.simplefilter("ignore")
        from oidc_provider_mock import app

        server = make_server("localhost", 0, Pkce(app(require_nonce=True)))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def present() -> datetime:
    """Return the present time: a provider's tokens are of today."""
    return datetime.now(UTC)


def with_provider(workshop: Workshop, issuer: str) -> Workshop:
    """Return the workshop of a registry that knows a provider, by the clock on the wall."""
    return replace(
        workshop,
        clock=present,
        settings=replace(workshop.settings, oidc_issuer=issuer),
        provider=ProviderClient(issuer=issuer, client_id="cmr", client_secret="kept quiet"),
    )


def browser_returns(address: str, subject: str) -> dict[str, str]:
    """Sign in at the provider as a person does, and return what the browser comes back with."""
    answer = httpx.post(address, data={"sub": subject}, follow_redirects=False)
    assert answer.status_code == httpx.codes.FOUND, answer.text
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    return {name: values[0] for name, values in query.items()}
