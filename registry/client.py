"""Client: the registry's REST API for Python programs and for the `cmr` command.

>>> from registry.client import Client
>>> with Client("https://registry.example.org", secret="reg_…") as client:  # doctest: +SKIP
...     client.get("/models/heart-cad", ModelOut)
"""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from types import TracebackType
from typing import Self, TypeVar
from uuid import UUID

import httpx
from pydantic import BaseModel, SecretStr, TypeAdapter, ValidationError

from registry.shapes.jobs import JobOut
from registry.shapes.problems import ProblemOut

Out = TypeVar("Out", bound=BaseModel)
Read = TypeVar("Read")
Value = str | int | float | bool | None
API = "/api/v1"
ENDED = frozenset({"done", "dead", "cancelled"})


class ProblemError(Exception):
    """The registry refused; `problem` says why, for people and for machines."""

    def __init__(self, problem: ProblemOut) -> None:
        self.problem = problem
        super().__init__(problem.detail)


class UnreachableError(Exception):
    """The registry did not answer."""


class Client:
    """One connection to a registry.

    Parameters
    ----------
    server : str
        Address of the registry, without the path of its API.
    secret : str or None
        A session's or an API token's secret.
    transport : httpx.BaseTransport or None
        Another way to the registry than the network.
    """

    def __init__(
        self,
        server: str,
        *,
        secret: str | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.server = server
        try:
            self._http = httpx.Client(
                base_url=server.rstrip("/") + API,
                transport=transport,
                timeout=httpx.Timeout(60.0, read=600.0),
            )
        except httpx.InvalidURL as error:
            raise UnreachableError(f"“{server}” is not an address ({error}).") from error
        self.use(secret)

    def __enter__(self) -> Self:
        """Return this client."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connection."""
        self._http.close()

    def use(self, secret: str | None) -> None:
        """Speak as the holder of another secret, or as nobody."""
        self._http.headers.pop("Authorization", None)
        if secret is not None:
            self._http.headers["Authorization"] = f"Bearer {secret}"

    def get(self, path: str, shape: type[Out], *, params: Mapping[str, Value] | None = None) -> Out:
        """Return what stands at `path`."""
        return self._read(TypeAdapter(shape), self._ask("GET", path, params=params))

    def list(
        self, path: str, shape: type[Out], *, params: Mapping[str, Value] | None = None
    ) -> list[Out]:
        """Return the list that stands at `path`."""
        answer = self._ask("GET", path, params=params)
        return self._read(TypeAdapter(list[shape]), answer)  # type: ignore[valid-type]

    def post(
        self,
        path: str,
        body: BaseModel | None,
        shape: type[Out],
        *,
        params: Mapping[str, Value] | None = None,
    ) -> Out:
        """Send `body` to `path` and return the answer."""
        content = None if body is None else _sent(body)
        headers = {} if content is None else {"Content-Type": "application/json"}
        answer = self._ask("POST", path, params=params, content=content, headers=headers)
        return self._read(TypeAdapter(shape), answer)

    def upload(
        self,
        path: str,
        chunks: Iterable[bytes],
        shape: type[Out],
        *,
        params: Mapping[str, Value] | None = None,
        media_type: str = "application/octet-stream",
    ) -> Out:
        """Stream bytes to `path` and return the answer."""
        headers = {"Content-Type": media_type}
        answer = self._ask("POST", path, params=params, content=chunks, headers=headers)
        return self._read(TypeAdapter(shape), answer)

    def download(self, path: str) -> Iterator[bytes]:
        """Yield the bytes that stand at `path`."""
        try:
            with self._http.stream("GET", path) as answer:
                if answer.is_error:
                    answer.read()
                    raise ProblemError(_problem(answer))
                yield from answer.iter_bytes()
        except httpx.TransportError as error:
            raise UnreachableError(self._unreachable(error)) from error

    def delete(self, path: str) -> None:
        """Take back what stands at `path`."""
        self._ask("DELETE", path)

    def wait(self, job: str, *, progress: Callable[[float, str], None] | None = None) -> JobOut:
        """Return a job once it has ended; `progress` is told (share in [0, 1], step) meanwhile."""
        pause = 0.02
        while True:
            found = self.get(f"/jobs/{job}", JobOut)
            if progress is not None:
                progress(found.progress, found.step or "")
            if found.status in ENDED:
                return found
            time.sleep(pause)
            pause = min(pause * 1.5, 0.5)

    def _ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Value] | None = None,
        content: bytes | Iterable[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Return an answer that is not a refusal."""
        given = {name: value for name, value in (params or {}).items() if value is not None}
        try:
            answer = self._http.request(
                method, path, params=given or None, content=content, headers=headers
            )
        except httpx.TransportError as error:
            raise UnreachableError(self._unreachable(error)) from error
        if answer.is_error:
            raise ProblemError(_problem(answer))
        return answer

    def _read(self, shape: TypeAdapter[Read], answer: httpx.Response) -> Read:
        """Return an answer in its shape; another shape is no answer of a registry."""
        try:
            return shape.validate_json(answer.content)
        except ValidationError as error:
            raise UnreachableError(
                f"{self.server} answers, but not as a registry of this release does; "
                "is the address right, and are both of one release?"
            ) from error

    def _unreachable(self, error: Exception) -> str:
        """Return the sentence for a registry that does not answer."""
        return f"The registry at {self.server} does not answer ({error}); is it running?"


def _sent(body: BaseModel) -> bytes:
    """Return a shape as it is sent: only here does a secret leave its cover."""
    return json.dumps(body.model_dump(exclude_unset=True, by_alias=True), default=_plain).encode()


def _plain(value: object) -> str:
    """Return as text what JSON has no word for."""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be sent")


def _problem(answer: httpx.Response) -> ProblemOut:
    """Return the problem in an answer, or what can be said of one that holds none."""
    if answer.headers.get("content-type", "").startswith("application/problem+json"):
        return ProblemOut.model_validate_json(answer.content)
    return ProblemOut(
        type="urn:cmr:problem:unexpected",
        title=answer.reason_phrase,
        status=answer.status_code,
        detail=f"The registry answered {answer.status_code} {answer.reason_phrase}.",
        code="unexpected",
    )
