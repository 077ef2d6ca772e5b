"""Letters: a request may hold only characters that every record, export and database can hold.

JSON can carry characters that PostgreSQL refuses, that XML forbids and that no page can print:
they are refused where they come in, with the field named.
"""

import json
import re
from collections.abc import Iterator
from urllib.parse import unquote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from registry.domain.errors import BadInputError
from registry.faces.http.problems import answer

# Control characters but tab and line ends, halves of pairs, and two that are no characters.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# How one of them may stand in JSON: escaped, or as its bytes.
_MAYBE = re.compile(
    rb"\\u(?:00[01]|007[fF]|[dD][89a-fA-F]|[fF]{3}[eEfF])|\\[bf]|\x7f|\xef\xbf[\xbe\xbf]"
)


class OnlyPrintable:
    """Answers a request that holds a forbidden character itself; every other one passes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look at address and JSON body before anybody reads them."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        address = f"{scope['path']}?{unquote(scope['query_string'].decode('latin-1'))}"
        if FORBIDDEN.search(address):
            await self._refuse("address", scope, receive, send)
            return
        if not _is_json(scope):
            await self._app(scope, receive, send)
            return
        body, messages = await _read(receive)
        field = place_of(body)
        if field is not None:
            await self._refuse(field, scope, receive, send)
            return
        await self._app(scope, _again(messages, receive), send)

    @staticmethod
    async def _refuse(field: str, scope: Scope, receive: Receive, send: Send) -> None:
        error = BadInputError(
            "A character that cannot be printed stands here, such as a control character out of "
            "a copied text. Type the text anew, or take the character out.",
            field=field,
        )
        await answer(error)(scope, receive, send)


def place_of(body: bytes) -> str | None:
    """Return the field of a JSON body that holds a forbidden character, or None.

    What is no JSON is left to whoever reads it, who says so.
    """
    if not _MAYBE.search(body):
        return None
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return next(_places(document, ""), None)


def _places(value: object, path: str) -> Iterator[str]:
    """Yield the dotted place of each text with a forbidden character."""
    if isinstance(value, str) and FORBIDDEN.search(value):
        yield path or "body"
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _places(one, f"{path}.{number}".lstrip("."))
    elif isinstance(value, dict):
        for key, one in value.items():
            if FORBIDDEN.search(key):
                yield path or "body"
            yield from _places(one, f"{path}.{key}".lstrip("."))


def _is_json(scope: Scope) -> bool:
    """Tell whether a request says that its body is JSON; tables and files pass as they come."""
    return any(n == b"content-type" and b"json" in value.lower() for n, value in scope["headers"])


async def _read(receive: Receive) -> tuple[bytes, list[Message]]:
    """Return the whole body, and the messages it came in."""
    messages: list[Message] = []
    while True:
        message = await receive()
        messages.append(message)
        if message["type"] != "http.request" or not message.get("more_body"):
            return b"".join(one.get("body", b"") for one in messages), messages


def _again(messages: list[Message], receive: Receive) -> Receive:
    """Return a way to receive the messages that were read already, then those that follow."""
    waiting = iter(messages)

    async def received() -> Message:
        for message in waiting:
            return message
        return await receive()

    return received
