"""Description: the API's OpenAPI document, completed from what the routes say of themselves."""

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from registry.faces.http.problems import described_problem
from registry.shapes.problems import ProblemOut

TAGS = [
    {"name": "people", "description": "Signing in, enrolment, roles and tokens for scripts."},
    {"name": "passkeys", "description": "What people sign with; each confirmed by another person."},
    {"name": "sites", "description": "Hospitals and the names by which tables call them."},
    {"name": "models", "description": "What a model is for, for whom, and how risky it is."},
    {"name": "artifacts", "description": "Files, kept and named by their SHA-256."},
    {"name": "versions", "description": "A model's versions: their files and their lineage."},
    {
        "name": "datasets",
        "description": "Data and where they came from; patients as keyed digests.",
    },
    {"name": "statements", "description": "What people say on the thirteen considerations."},
    {"name": "papers", "description": "Documents about models, and what people have completed."},
    {"name": "protocols", "description": "Plans of measurement, signed before their first table."},
    {"name": "evidence", "description": "Tables measured by a protocol, and what came out."},
    {
        "name": "hazards",
        "description": "What may go wrong with a model, how grave it is, what was shown to help.",
    },
    {
        "name": "safety cases",
        "description": "Why a version is safe enough: written, then signed by the safety officer.",
    },
    {"name": "incidents", "description": "What went wrong, or nearly did, where it was in use."},
    {
        "name": "failure reviews",
        "description": "Who looked at a version's failures, and why they happened; counts only.",
    },
    {"name": "jobs", "description": "Durable work: where it stands and how it ended."},
    {"name": "notices", "description": "Who is told of what: notices, mail and webhooks."},
    {"name": "policies", "description": "What a decision asks, for each risk tier."},
    {"name": "reviews", "description": "Dossiers, sign-offs, decisions and their conditions."},
    {
        "name": "signings",
        "description": "Any signed act: shown, then signed by passkey; and what was signed.",
    },
    {"name": "checks", "description": "May a version be used, and what is missing?"},
    {"name": "cards", "description": "Model cards as PDF, kept by their digest."},
    {
        "name": "deployments",
        "description": "Versions at hospitals: site dossiers, their two signatures, every move.",
    },
    {
        "name": "monitoring",
        "description": "Windows of exams at a hospital: signals, verdicts, the chart, stop rules.",
    },
    {"name": "permits", "description": "Signed answers: may a version run at a hospital now?"},
    {"name": "trail", "description": "Every act in order, and signed notes over all of them."},
    {"name": "health", "description": "Whether the process lives and can work."},
]


class DescribedAPI(FastAPI):
    """An application whose description is for people: sentences, examples, our own problems."""

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document."""
        if not self.openapi_schema:
            self.openapi_schema = completed(super().openapi())
        return self.openapi_schema


def operation_id(route: APIRoute) -> str:
    """Return the name of an operation: that of its function."""
    return route.name


def completed(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document in which every operation has a sentence and every refusal our shape."""
    for operation in _operations(document):
        operation["summary"] = sentence(operation["description"])
        answers = operation["responses"]
        answers["500"] = described_problem(HTTPStatus.INTERNAL_SERVER_ERROR)
        for code, answer in answers.items():
            status = HTTPStatus(int(code))
            if status < HTTPStatus.BAD_REQUEST:
                answer["description"] = status.phrase
            elif "HTTPValidationError" in str(answer):
                answers[code] = described_problem(status)
    schemas = document["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["ProblemOut"] = ProblemOut.model_json_schema()
    document["components"]["schemas"] = dict(sorted(schemas.items()))
    return document


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield every operation of a document."""
    for path in document["paths"].values():
        yield from path.values()


def sentence(description: str) -> str:
    """Return the first clause of a description: what an operation is called in a list."""
    return re.split(r"[.;:](?:\s|$)", description, maxsplit=1)[0]
