"""Facts about what errors become over HTTP."""

import importlib
import logging
import pkgutil
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

import registry
import validation
from registry.domain.errors import (
    BadInputError,
    IntegrityError,
    NotFoundError,
    RegistryError,
    RuleBrokenError,
    WaitingError,
)
from registry.domain.people import Role
from registry.faces.http.problems import STATUS, problem_of, status_of
from registry.faces.server import create_app
from registry.services.work import Workshop
from registry.settings import Settings
from tests.factories.callers import Api, problem
from tests.factories.people import make_registry
from validation.errors import ProtocolError, TableError, ValidationError


def below(base: type[Exception]) -> Iterator[type[Exception]]:
    """Yield an error class and every class below it."""
    yield base
    for kind in base.__subclasses__():
        yield from below(kind)


def every_kind() -> list[type[Exception]]:
    """Return every error class of the product, wherever it is defined."""
    for package in (registry, validation):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    return [*below(RegistryError), *below(ValidationError)]


class TestStatus:
    """Which status an error becomes."""

    def test_every_kind_has_one(self) -> None:
        """Only damage, and what nobody named more exactly, is a 500."""
        faults = {kind for kind in every_kind() if status_of(kind.__new__(kind)).value == 500}
        assert faults == {RegistryError, IntegrityError}

    def test_codes_are_not_shared(self) -> None:
        """A program can tell every kind from every other."""
        codes = [kind.__dict__.get("code") for kind in every_kind()]
        assert None not in codes
        assert len(set(codes)) == len(codes)

    def test_nearest_ancestor_wins(self) -> None:
        """An error that the table does not name is what it descends from."""
        assert WaitingError not in STATUS
        assert status_of(WaitingError("Wait.")) is STATUS[RuleBrokenError]
        assert status_of(NotFoundError("No.")) is HTTPStatus.NOT_FOUND


class TestReadiness:
    """What a probe is told of a registry that cannot work."""

    def test_database_without_a_schema(self, tmp_path: Path) -> None:
        """It lives, and is not ready: nobody is sent to it until it was migrated."""
        workshop = Workshop.open(Settings(home=tmp_path))
        probed = TestClient(create_app(workshop))
        assert probed.get("/livez").json() == {"status": "alive"}
        assert problem(probed.get("/readyz")) == (503, "schema", None)
        workshop.engine.dispose()

    def test_ready(self, workshop: Workshop) -> None:
        """With the schema of this release it can work."""
        assert TestClient(create_app(workshop)).get("/readyz").json() == {"status": "ready"}


class TestProblemOf:
    """The facts that travel with a problem."""

    def test_bad_input_names_its_field(self) -> None:
        """The sender's spelling."""
        told = problem_of(BadInputError("This is no date.", field="valid_until"))
        assert (told.status, told.field) == (422, "valid_until")

    def test_table_names_column_and_rows(self) -> None:
        """Where to look."""
        told = problem_of(TableError("“high” is no number.", column="score", rows=(12,), remedy=""))
        assert (told.code, told.field, told.rows) == ("table", "score", [12])

    def test_protocol_names_the_place(self) -> None:
        """The key in the document."""
        told = problem_of(ProtocolError("Unknown key.", at="columns.scor", remedy="Remove it."))
        assert told.field == "columns.scor"

    def test_waiting_names_whom(self) -> None:
        """One sentence for each."""
        told = problem_of(WaitingError("Not yet.", waits_for=["The clinical lead must sign."]))
        assert told.waits_for == ["The clinical lead must sign."]


@pytest.fixture
def api(workshop: Workshop) -> Api:
    """Return the API of a founded registry."""
    return Api.over(make_registry(workshop))


class TestMalformed:
    """Requests that do not fit their shape."""

    def test_every_fault_is_named_and_no_value_is_echoed(self, api: Api) -> None:
        """A password in the wrong place does not come back."""
        answer = api.client.post("sessions", json={"login": 7, "password": ["hunter2"]})
        assert problem(answer) == (422, "bad-input", "login")
        assert "login: " in answer.json()["detail"]
        assert "password: " in answer.json()["detail"]
        assert "hunter2" not in answer.text

    def test_unknown_field_is_named(self, api: Api) -> None:
        """A misspelt field is not dropped in silence."""
        answer = api.client.post("sessions", json={"login": "a", "password": "b", "pin": "1"})
        assert problem(answer) == (422, "bad-input", "pin")

    def test_what_is_no_json_is_told(self, api: Api) -> None:
        """The place where reading ended is said."""
        answer = api.client.post(
            "sessions", content=b'{"login": ', headers={"Content-Type": "application/json"}
        )
        assert problem(answer) == (422, "bad-input", "body")
        assert "not JSON" in answer.json()["detail"]

    def test_id_that_is_none_is_named(self, api: Api) -> None:
        """A parameter of the path is named like a field."""
        answer = api.client.get("jobs/42", headers=api.signed_in(Role.AUDITOR))
        assert problem(answer) == (422, "bad-input", "job_id")


class TestFramework:
    """What the framework itself refuses."""

    def test_unknown_path(self, api: Api) -> None:
        """It is a problem document, too."""
        assert problem(api.client.get("nowhere")) == (404, "http-404", None)

    def test_unknown_method(self, api: Api) -> None:
        """Likewise."""
        assert problem(api.client.put("sites")) == (405, "http-405", None)


class TestUnexpected:
    """Bugs."""

    def test_bug_is_logged_and_not_told(
        self, workshop: Workshop, caplog: pytest.LogCaptureFixture
    ) -> None:
        """The answer is a problem without internals; the log has them under the same name."""

        def broken() -> None:
            raise ZeroDivisionError("patient 4711")

        app = create_app(workshop)
        app.add_api_route("/broken", broken)
        with caplog.at_level(logging.ERROR):
            answer = TestClient(app, raise_server_exceptions=False).get("/broken")
        assert problem(answer) == (500, "unexpected", None)
        assert "4711" not in answer.text
        assert "ZeroDivisionError" not in answer.text
        name = answer.json()["detail"].removesuffix(".").rsplit(" ", 1)[1]
        (entry,) = [entry for entry in caplog.records if name in entry.getMessage()]
        assert entry.exc_info is not None
        assert isinstance(entry.exc_info[1], ZeroDivisionError)
