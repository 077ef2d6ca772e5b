"""Loopback: a browser comes back from the provider of identities to this command (RFC 8252)."""

import threading
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import typer

from registry.domain.errors import NotSignedInError
from registry.shapes.identities import LoginOut, ReturnIn

WAIT_SECONDS = 600.0
PATH = "/callback"
SAID = b"You can close this page and go back to the command.\n"


class Returning:
    """A small server on 127.0.0.1 that one browser comes back to."""

    def __init__(self) -> None:
        self.answer: dict[str, str] = {}
        self.came = threading.Event()
        returning = self

        class Handler(BaseHTTPRequestHandler):
            """Takes the query of the one path there is."""

            def do_GET(self) -> None:
                """Keep what came back, once, and say that the page can be closed."""
                parts = urlsplit(self.path)
                if parts.path != PATH or returning.came.is_set():
                    self.send_error(404)
                    return
                found = parse_qs(parts.query)
                returning.answer = {name: values[0] for name, values in found.items()}
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; charset=utf-8")
                self.send_header("Cache-Control", "no-store")
                self.end_headers()
                self.wfile.write(SAID)
                returning.came.set()

            def log_message(self, *_: object) -> None:
                """Write nothing between a command's sentences."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    @property
    def address(self) -> str:
        """Where the provider sends the browser back to."""
        return f"http://127.0.0.1:{self.server.server_port}{PATH}"


@contextmanager
def returning() -> Iterator[Returning]:
    """Yield a server that waits for one browser."""
    waiting = Returning()
    thread = threading.Thread(target=waiting.server.serve_forever, daemon=True)
    thread.start()
    try:
        yield waiting
    finally:
        waiting.server.shutdown()
        waiting.server.server_close()
        thread.join()


def through_browser(begin: Callable[[str], LoginOut], *, browser: bool) -> ReturnIn:
    """Send the person to the provider and return what comes back with them.

    Parameters
    ----------
    begin : callable
        Begins a login at the registry, given the address to come back to.
    browser : bool
        Whether to open a browser here; the address is printed in any case.

    Raises
    ------
    NotSignedInError
        When nobody comes back in time, or the provider says no.
    """
    with returning() as waiting:
        begun = begin(waiting.address)
        typer.echo(f"Sign in at:\n{begun.address}", err=True)
        if browser:
            webbrowser.open(begun.address)
        if not waiting.came.wait(WAIT_SECONDS):
            raise NotSignedInError("Nobody came back from the provider of identities in time.")
        answer = waiting.answer
    if answer.get("state") != begun.state:
        raise NotSignedInError("What came back belongs to another login; begin again.")
    if "code" not in answer:
        why = answer.get("error_description") or answer.get("error") or "it gave no code"
        raise NotSignedInError(f"The provider of identities did not sign you in: {why[:200]}.")
    said = {"secret": begun.secret, "state": begun.state, "code": answer["code"]}
    return ReturnIn(**said, iss=answer.get("iss"))
