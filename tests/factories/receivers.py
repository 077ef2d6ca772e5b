"""Receivers for tests: a program that takes webhooks and a mail server, both real and local."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, kw_only=True)
class Posted:
    """One request that a receiver got."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """A program that takes webhooks and answers as it is told."""

    port: int
    status: int = 204
    posted: list[Posted] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    meanwhile: Callable[[], None] = lambda: None

    @property
    def url(self) -> str:
        """Where it takes them."""
        return f"http://{LOOPBACK}:{self.port}/cmr"


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Run a receiver of webhooks."""

    class Handler(BaseHTTPRequestHandler):
        """Keeps what is posted."""

        def do_POST(self) -> None:
            """Keep one request, and answer."""
            length = int(self.headers["content-length"])
            heard = {name.lower(): value for name, value in self.headers.items()}
            receiver.posted.append(
                Posted(path=self.path, headers=heard, body=self.rfile.read(length))
            )
            receiver.meanwhile()
            self.send_response(receiver.status)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:  # noqa: ANN401 -- the library's own signature
            """Say nothing on the terminal."""

    server = ThreadingHTTPServer((LOOPBACK, 0), Handler)
    receiver = Receiver(port=server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def trickling(*, every: float) -> Iterator[int]:
    """Run a server that answers a byte at a time, for ever; yield its port."""
    listening = socket.create_server((LOOPBACK, 0))
    stop = threading.Event()

    def serve() -> None:
        """Take one connection and trickle a header into it."""
        connection, _ = listening.accept()
        with connection:
            while not stop.wait(every):
                try:
                    connection.sendall(b"H")
                except OSError:
                    return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        stop.set()
        thread.join()
        listening.close()


@dataclass
class Mailbox:
    """A mail server and what it took; `answer` is what it says to a mail."""

    port: int = 0
    answer: str = "250 OK"
    taken: list[Message] = field(default_factory=list)
    to: list[str] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)

    async def handle_RCPT(  # noqa: N802 -- the library's own name
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        """Refuse a mailbox that is not known here."""
        del server, session, options
        if address in self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 -- likewise
        """Take one mail, or say why not."""
        del server, session
        if self.answer.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            self.taken.append(message_from_bytes(content, policy=default))
            self.to += envelope.rcpt_tos
        return self.answer


@contextmanager
def mailing(**options: Any) -> Iterator[Mailbox]:  # noqa: ANN401 -- whatever aiosmtpd takes
    """Run a mail server."""
    mailbox = Mailbox()
    with socket.create_server((LOOPBACK, 0)) as found:
        mailbox.port = found.getsockname()[1]
    controller = Controller(mailbox, hostname=LOOPBACK, port=mailbox.port, **options)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()


def until(ready: Callable[[], bool]) -> None:
    """Wait for something that a thread does, for as long as it takes."""
    while not ready():
        time.sleep(0.005)
