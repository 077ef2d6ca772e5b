"""Facts about the Python client, over a transport that answers what the test says."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from uuid import UUID

import httpx
import pytest
from pydantic import BaseModel, SecretStr

from registry.client import Client, ProblemError, UnreachableError
from registry.shapes.artifacts import ArtifactOut
from registry.shapes.problems import ProblemOut
from registry.shapes.sites import SiteOut

SITE = {"name": "Hungary", "aliases": [], "time_zone": "Europe/Budapest", "record": 1}
FILE = {"digest": "sha256:" + "4f" * 32, "size": 3, "content": "json"}
JOB = {
    "id": "7b83cbba-06f9-4e4d-87f5-fbe8fdcd3232",
    "kind": "evidence.assess",
    "status": "running",
    "step": "counting",
    "progress": 0.5,
    "attempts": 1,
    "max_attempts": 5,
    "error": None,
    "result": None,
    "created_at": "2026-11-23T09:30:00Z",
    "ended_at": None,
}


class Everything(BaseModel):
    """A body with all that JSON has no word for."""

    secret: SecretStr
    day: date
    moment: datetime
    id: UUID
    left_out: str | None = None


class Unsendable(BaseModel):
    """A body that nobody agreed on."""

    share: complex


def client(answer: Callable[[httpx.Request], httpx.Response], secret: str | None = None) -> Client:
    """Return a client whose registry is a function."""
    transport = httpx.MockTransport(answer)
    return Client("https://registry.example.org/", secret=secret, transport=transport)


def refusing(status: int, **facts: object) -> Callable[[httpx.Request], httpx.Response]:
    """Return a registry that refuses everything."""
    problem = {
        "type": "urn:cmr:problem:conflict",
        "title": "Conflict",
        "status": status,
        "detail": "There is a site “Hungary” already.",
        "code": "conflict",
    } | facts

    def answer(request: httpx.Request) -> httpx.Response:
        headers = {"Content-Type": "application/problem+json"}
        return httpx.Response(status, json=problem, headers=headers, request=request)

    return answer


class TestAsking:
    """What is sent, and what comes back."""

    def test_path_stands_below_the_api(self) -> None:
        """One names paths without the server and the API's own path."""
        seen: list[httpx.Request] = []

        def answer(request: httpx.Request) -> httpx.Response:
            seen.append(request)
            return httpx.Response(200, json=[SITE])

        with client(answer, secret="cmrs_x") as speaking:
            (site,) = speaking.list("/sites", SiteOut, params={"limit": 1, "after": None})
        assert site.name == "Hungary"
        assert str(seen[0].url) == "https://registry.example.org/api/v1/sites?limit=1"
        assert seen[0].headers["Authorization"] == "Bearer cmrs_x"

    def test_another_secret_and_none(self) -> None:
        """One may speak as somebody else, or as nobody."""
        headers: list[str | None] = []

        def answer(request: httpx.Request) -> httpx.Response:
            headers.append(request.headers.get("Authorization"))
            return httpx.Response(200, json=SITE)

        speaking = client(answer)
        for secret in ("first", "second", None):
            speaking.use(secret)
            speaking.get("/sites/Hungary", SiteOut)
        assert headers == ["Bearer first", "Bearer second", None]

    def test_body_is_plain_json(self) -> None:
        """A secret is uncovered, dates and ids are text, and what was not said stays unsaid."""
        sent: list[bytes] = []

        def answer(request: httpx.Request) -> httpx.Response:
            sent.append(request.content)
            assert request.headers["Content-Type"] == "application/json"
            return httpx.Response(201, json=SITE)

        body = Everything(
            secret=SecretStr("blank at the end "),
            day=date(2026, 11, 23),
            moment=datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
            id=UUID(int=7),
        )
        client(answer).post("/sites", body, SiteOut)
        assert json.loads(sent[0]) == {
            "secret": "blank at the end ",
            "day": "2026-11-23",
            "moment": "2026-11-23T09:30:00+00:00",
            "id": "00000000-0000-0000-0000-000000000007",
        }

    def test_secret_is_covered_everywhere_else(self) -> None:
        """Printing a body, or turning it into JSON oneself, shows no password."""
        body = Everything(
            secret=SecretStr("hunter2"),
            day=date(2026, 11, 23),
            moment=datetime(2026, 11, 23, tzinfo=UTC),
            id=UUID(int=7),
        )
        assert "hunter2" not in body.model_dump_json() + repr(body)

    def test_what_cannot_be_sent_is_named(self) -> None:
        """A type that no shape has is a mistake of the program."""
        with pytest.raises(TypeError, match="complex cannot be sent"):
            client(refusing(409)).post("/sites", Unsendable(share=1j), SiteOut)

    def test_post_without_a_body(self) -> None:
        """Some acts need no more than their address."""

        def answer(request: httpx.Request) -> httpx.Response:
            assert request.content == b""
            assert "Content-Type" not in request.headers
            return httpx.Response(201, json=SITE)

        assert client(answer).post("/sites", None, SiteOut).record == 1


class TestStreaming:
    """Bytes up and down."""

    def test_upload_is_not_gathered(self) -> None:
        """The bytes arrive in order and are sent in pieces, without a length."""

        def answer(request: httpx.Request) -> httpx.Response:
            assert request.headers["Transfer-Encoding"] == "chunked"
            assert request.headers["Content-Type"] == "text/csv"
            assert request.read() == b"abc"
            return httpx.Response(201, json=FILE)

        pieces: Iterator[bytes] = iter([b"a", b"b", b"c"])
        kept = client(answer).upload("/artifacts", pieces, ArtifactOut, media_type="text/csv")
        assert kept.size == 3

    def test_download(self) -> None:
        """The bytes come as they are."""
        speaking = client(lambda _: httpx.Response(200, content=b"PDF"))
        assert b"".join(speaking.download("/card")) == b"PDF"

    def test_refused_download(self) -> None:
        """A refusal is no file."""
        with pytest.raises(ProblemError, match="already"):
            list(client(refusing(404)).download("/card"))

    def test_delete(self) -> None:
        """An empty answer is an answer."""
        client(lambda _: httpx.Response(204)).delete("/tokens/1")


class TestRefusals:
    """When the registry says no."""

    def test_problem_is_carried_whole(self) -> None:
        """Sentence, code and what it waits for."""
        waits = ["The clinical lead must sign."]
        with pytest.raises(ProblemError) as refused:
            client(refusing(409, waits_for=waits)).get("/sites/Hungary", SiteOut)
        assert str(refused.value) == "There is a site “Hungary” already."
        assert refused.value.problem.waits_for == waits

    def test_refusal_of_something_in_between(self) -> None:
        """A gateway's page is told by its status; its text is not taken for ours."""
        page = httpx.Response(502, text="<h1>Bad Gateway</h1>")
        with pytest.raises(ProblemError) as refused:
            client(lambda _: page).get("/sites/Hungary", SiteOut)
        problem: ProblemOut = refused.value.problem
        assert (problem.status, problem.code) == (502, "unexpected")
        assert problem.detail == "The registry answered 502 Bad Gateway."


class TestUnreachable:
    """When nobody answers, or somebody else does."""

    def test_nobody_answers(self) -> None:
        """The address is named."""

        def answer(request: httpx.Request) -> httpx.Response:
            raise httpx.ConnectError("connection refused", request=request)

        with pytest.raises(UnreachableError, match=r"registry\.example\.org"):
            client(answer).get("/sites/Hungary", SiteOut)
        with pytest.raises(UnreachableError, match="is it running"):
            list(client(answer).download("/card"))

    def test_somebody_else_answers(self) -> None:
        """A page where a record should be is not a trace on the terminal."""
        page = httpx.Response(200, text="<h1>Welcome</h1>")
        with pytest.raises(UnreachableError, match="not as a registry"):
            client(lambda _: page).get("/sites/Hungary", SiteOut)

    @pytest.mark.parametrize("server", ["http://registry:eighty", "registry.example.org"])
    def test_address_that_is_none(self, server: str) -> None:
        """It is said, whatever is wrong with it."""
        with pytest.raises(UnreachableError, match=r"address|protocol"):
            Client(server).get("/sites/Hungary", SiteOut)


class TestWait:
    """Following a job to its end."""

    def test_progress_is_told_until_the_end(self) -> None:
        """Every look at the job is passed on, the last included."""
        looks = iter([JOB, JOB | {"progress": 0.9}, JOB | {"status": "done", "progress": 1.0}])
        told: list[tuple[float, str]] = []
        speaking = client(lambda _: httpx.Response(200, json=next(looks)))
        ended = speaking.wait(str(JOB["id"]), progress=lambda *seen: told.append(seen))
        assert ended.status == "done"
        assert told == [(0.5, "counting"), (0.9, "counting"), (1.0, "counting")]

    def test_dead_job_is_an_end(self) -> None:
        """One does not wait for what was given up."""
        speaking = client(lambda _: httpx.Response(200, json=JOB | {"status": "dead"}))
        assert speaking.wait(str(JOB["id"])).status == "dead"
