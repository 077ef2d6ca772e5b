"""Facts about the API's description, read off the document itself."""

import importlib
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from registry import shapes
from registry.faces.api import acts
from registry.faces.server import create_app
from registry.services.work import Workshop
from registry.settings import Settings

PROBLEM = "#/components/schemas/ProblemOut"
OPEN = {
    "open_session",
    "begin_login",
    "complete_login",
    "public_key",
    "read_verifier",
    "tell_alive",
    "tell_ready",
    "verify_card",
}
STREAMED = {
    "sign_card": {"application/pdf"},
    "keep_artifact": {"application/octet-stream"},
    "take_patients": {"text/csv"},
    "attach_evidence": {
        "text/csv",
        "application/vnd.apache.parquet",
        "application/octet-stream",
    },
}
DOWNLOADS = {
    "read_artifact": "application/octet-stream",
    "read_card": "application/pdf",
    "read_numbered_card": "application/pdf",
    "download_tally": "application/vnd.apache.parquet",
    "get_dossier": "application/json",
    "read_hazard_log": "application/json",
    "get_site_dossier": "application/json",
    "export_bundle": "application/zip",
    "export_version": "application/octet-stream",
    "read_coverage_table": "text/markdown",
    "read_release": "application/zip",
    "read_verifier": "text/html",
    "read_figures": "text/html",
    "download_safety_case": "application/pdf",
}


def travelling() -> Iterator[type[BaseModel]]:
    """Yield every In and Out shape."""
    for found in pkgutil.iter_modules(shapes.__path__):
        module = importlib.import_module(f"registry.shapes.{found.name}")
        for name, shape in vars(module).items():
            ours = isinstance(shape, type) and shape.__module__ == module.__name__
            if ours and issubclass(shape, BaseModel) and name.endswith(("In", "Out")):
                yield shape


SHAPES = list(travelling())


def examples_of(shape: type[BaseModel]) -> list[dict[str, Any]]:
    """Return the examples of a shape."""
    extra = shape.model_config.get("json_schema_extra")
    assert isinstance(extra, dict), f"{shape.__name__} has no example"
    found: Any = extra["examples"]
    return list(found)


class TestExamples:
    """What a reader copies and changes."""

    @pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
    def test_example_fits_its_shape(self, shape: type[BaseModel]) -> None:
        """Every example is read by the model that it is of, and there is at least one."""
        assert [shape.model_validate(example) for example in examples_of(shape)]

    @pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
    def test_examples_are_whole(self, shape: type[BaseModel]) -> None:
        """Together the examples of a shape show each of its fields."""
        shown = {name for example in examples_of(shape) for name in example}
        fields = {field.alias or name for name, field in shape.model_fields.items()}
        assert shown == fields

    @pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
    def test_every_field_is_described(self, shape: type[BaseModel]) -> None:
        """No field is left to be guessed."""
        bare = [name for name, field in shape.model_fields.items() if not field.description]
        assert bare == []


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return the description of the application."""
    workshop = Workshop.open(Settings(home=tmp_path_factory.mktemp("home")))
    described = create_app(workshop).openapi()
    workshop.engine.dispose()
    return described


@pytest.fixture(scope="module")
def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return every operation under its id."""
    found = [one for path in document["paths"].values() for one in path.values()]
    return {one["operationId"]: one for one in found}


def references(value: object) -> Iterator[str]:
    """Yield every reference in a document."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "$ref":
                yield inner
            else:
                yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


class TestDocument:
    """The document as a whole."""

    def test_is_openapi_3_1(self, document: dict[str, Any]) -> None:
        """Its version, title and licence are said."""
        assert document["openapi"].startswith("3.1")
        assert document["info"]["license"]["identifier"] == "Apache-2.0"

    def test_references_lead_somewhere(self, document: dict[str, Any]) -> None:
        """Everything that is referred to is there."""
        for reference in references(document):
            place: Any = document
            for step in reference.removeprefix("#/").split("/"):
                place = place[step]

    def test_no_component_is_idle(self, document: dict[str, Any]) -> None:
        """Every shape that is described is used."""
        used = {reference.rsplit("/", 1)[1] for reference in references(document)}
        assert set(document["components"]["schemas"]) == used

    def test_shapes_have_names_of_their_own(self, document: dict[str, Any]) -> None:
        """No two shapes collide: then their modules would stand in their names."""
        assert [name for name in document["components"]["schemas"] if not name.isalpha()] == []

    def test_tags_are_described(
        self, document: dict[str, Any], operations: dict[str, dict[str, Any]]
    ) -> None:
        """Every tag that is used says what it gathers, and none is said in vain."""
        used = {tag for operation in operations.values() for tag in operation["tags"]}
        assert {tag["name"] for tag in document["tags"] if tag["description"]} == used


class TestOperations:
    """Every single operation."""

    def test_ids_are_unique_and_readable(self, document: dict[str, Any]) -> None:
        """An id is a verb and what it acts on."""
        ids = [one["operationId"] for path in document["paths"].values() for one in path.values()]
        assert [name for name, times in Counter(ids).items() if times > 1] == []
        assert [name for name in ids if not re.fullmatch(r"[a-z]+(_[a-z]+){1,2}", name)] == []

    def test_summaries_are_sentences(self, operations: dict[str, dict[str, Any]]) -> None:
        """A summary is a short clause of the description, not a function's name."""
        for name, operation in operations.items():
            summary = operation["summary"]
            assert operation["description"].startswith(summary), name
            assert len(summary.split()) > 1, name
            assert len(summary) <= 90, name
            assert summary.lower() != name.replace("_", " "), name

    def test_who_must_be_signed_in(
        self, document: dict[str, Any], operations: dict[str, dict[str, Any]]
    ) -> None:
        """All but signing in, probes, public key and checking a card ask for a bearer's secret."""
        scheme = document["components"]["securitySchemes"]["bearer"]
        assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
        asked = {
            name for name, one in operations.items() if one.get("security") == [{"bearer": []}]
        }
        assert set(operations) - asked == OPEN

    def test_every_refusal_is_a_problem(self, operations: dict[str, dict[str, Any]]) -> None:
        """Each answer from 400 on is a problem document, and nothing else, with an example."""
        for name, operation in operations.items():
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    ((media_type, content),) = answer["content"].items()
                    assert media_type == "application/problem+json", (name, status)
                    assert content["schema"]["$ref"] == PROBLEM
                    assert content["example"]["status"] == int(status)

    def test_malformed_requests_are_foreseen(self, operations: dict[str, dict[str, Any]]) -> None:
        """What takes a parameter or a body says that it may be refused."""
        for name, operation in operations.items():
            if operation.get("parameters") or "requestBody" in operation:
                assert "422" in operation["responses"], name

    def test_parameters_are_described(self, operations: dict[str, dict[str, Any]]) -> None:
        """Every parameter says what it is, and shows one unless a default does."""
        for name, operation in operations.items():
            for parameter in operation.get("parameters", []):
                assert parameter["description"], (name, parameter["name"])
                assert parameter["schema"].get("examples"), (name, parameter["name"])

    def test_bodies_are_described(self, operations: dict[str, dict[str, Any]]) -> None:
        """Streams name their media types; all else is JSON of one of our shapes."""
        for name, operation in operations.items():
            if "requestBody" in operation:
                content = operation["requestBody"]["content"]
                if name in STREAMED:
                    assert operation["requestBody"]["description"], name
                    assert set(content) == STREAMED[name]
                else:
                    assert content["application/json"]["schema"]["$ref"].endswith("In"), name

    def test_answers_are_described(self, operations: dict[str, dict[str, Any]]) -> None:
        """Downloads name their media type; all else is JSON, or nothing where it says so."""
        for name, operation in operations.items():
            ((status, answer),) = [
                (status, answer)
                for status, answer in operation["responses"].items()
                if int(status) < 400
            ]
            if status == "204":
                assert "content" not in answer, name
                continue
            ((media_type, content),) = answer["content"].items()
            assert media_type == DOWNLOADS.get(name, "application/json"), name
            assert content["schema"], name


def test_every_signed_act_can_be_prepared(document: dict[str, Any]) -> None:
    """Whatever asks for a password to sign is found by its path, for a passkey to sign it."""
    bodies = document["components"]["schemas"]
    asking = {
        path.removeprefix("/api/v1")
        for path, methods in document["paths"].items()
        for one in methods.values()
        for reference in references(one.get("requestBody", {}))
        if "password" in bodies[reference.rsplit("/", 1)[1]]["properties"]
    }
    # Signing in, and a ceremony's own end, are what the others are proved by.
    asking -= {"/sessions", "/signings/{signing_id}/password"}
    assert {one.route.path for one in acts.signed_routes()} == asking
    assert len(asking) > 10
