"""Facts about who is asking, and when the work of a request is committed."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event
from sqlalchemy.engine import Connection

from registry.domain.people import Role
from registry.faces.server import create_app
from registry.services.work import Workshop
from tests.factories.callers import Api, problem
from tests.factories.people import Registry, make_registry

SITE = {"name": "Hungary", "time_zone": "Europe/Budapest"}


@pytest.fixture
def registry(workshop: Workshop) -> Registry:
    """Return a founded registry."""
    return make_registry(workshop)


@pytest.fixture
def api(registry: Registry) -> Api:
    """Return its API, which answers bugs instead of raising them."""
    app = create_app(registry.workshop)
    return Api(TestClient(app, base_url="http://test/api/v1", raise_server_exceptions=False))


class TestSecret:
    """What the Authorization header may say."""

    @pytest.mark.parametrize("header", ["Basic YTpi", "Bearer", "Bearer ", "cmrs_secret"])
    def test_header_that_is_no_bearer(self, api: Api, header: str) -> None:
        """It is refused with the form that is meant, not taken for nobody."""
        answer = api.client.get("people/me", headers={"Authorization": header})
        assert problem(answer) == (401, "not-signed-in", None)
        assert "Authorization: Bearer" in answer.json()["detail"]

    def test_unknown_secret(self, api: Api) -> None:
        """A secret that nobody holds is nobody's."""
        answer = api.client.get("people/me", headers={"Authorization": "Bearer invented"})
        assert problem(answer) == (401, "not-signed-in", None)

    def test_word_may_be_spelt_small(self, api: Api) -> None:
        """The scheme's name has no case."""
        secret = api.signed_in(Role.AUDITOR)["Authorization"].removeprefix("Bearer ")
        answer = api.client.get("people/me", headers={"Authorization": f"bearer {secret}"})
        assert answer.json()["login"] == "auditor"

    def test_file_of_a_stranger_is_not_kept(self, api: Api, registry: Registry) -> None:
        """Nobody fills the disk without being recognised first."""
        header = {"Authorization": "Bearer invented"}
        answer = api.client.post("artifacts", content=b"stranger", headers=header)
        assert problem(answer)[0] == 401
        digest = "sha256:" + hashlib.sha256(b"stranger").hexdigest()
        assert not registry.workshop.artifacts.has(digest)


@contextmanager
def failing(workshop: Workshop, *, commit: int) -> Iterator[None]:
    """Let one of the next commits of a registry's database fail, counted from 1."""
    seen: list[Connection] = []

    def fail(connection: Connection) -> None:
        seen.append(connection)
        if len(seen) == commit:
            raise RuntimeError("the disk is full")

    event.listen(workshop.engine, "commit", fail)
    try:
        yield
    finally:
        event.remove(workshop.engine, "commit", fail)
    assert len(seen) >= commit


class TestWork:
    """The transaction of a request."""

    def test_answer_follows_the_commit(self, api: Api, registry: Registry) -> None:
        """Where the commit fails nothing is recorded, and nobody is told that it was."""
        steward = api.signed_in(Role.DATA_STEWARD)
        with failing(registry.workshop, commit=2):  # the first is that of recognising who asks
            answer = api.client.post("sites", json=SITE, headers=steward)
        assert problem(answer) == (500, "unexpected", None)
        assert api.client.get("sites", headers=steward).json() == []
        assert api.client.post("sites", json=SITE, headers=steward).status_code == 201
