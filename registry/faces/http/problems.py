"""Problems: what an error becomes over HTTP (RFC 9457), by one table."""

import logging
import secrets
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from registry.domain.errors import (
    BadInputError,
    BusyError,
    ConflictError,
    ForbiddenError,
    IntegrityError,
    NotFoundError,
    NotSignedInError,
    RegistryError,
    RuleBrokenError,
    WaitingError,
)
from registry.shapes.problems import ProblemOut
from registry.store.schema import SchemaError
from registry.store.session import DatabaseAwayError
from validation.errors import ProtocolError, TableError, ValidationError

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
# The nearest ancestor of an error decides.
STATUS: dict[type[Exception], HTTPStatus] = {
    BadInputError: HTTPStatus.UNPROCESSABLE_ENTITY,
    BusyError: HTTPStatus.SERVICE_UNAVAILABLE,
    ConflictError: HTTPStatus.CONFLICT,
    DatabaseAwayError: HTTPStatus.SERVICE_UNAVAILABLE,
    ForbiddenError: HTTPStatus.FORBIDDEN,
    IntegrityError: HTTPStatus.INTERNAL_SERVER_ERROR,
    NotFoundError: HTTPStatus.NOT_FOUND,
    NotSignedInError: HTTPStatus.UNAUTHORIZED,
    RegistryError: HTTPStatus.INTERNAL_SERVER_ERROR,
    RuleBrokenError: HTTPStatus.CONFLICT,
    SchemaError: HTTPStatus.SERVICE_UNAVAILABLE,
    ValidationError: HTTPStatus.UNPROCESSABLE_ENTITY,
}

# For each status the API describes: a code and a sentence, as one may read them.
EXAMPLES: dict[HTTPStatus, tuple[str, str]] = {
    HTTPStatus.UNAUTHORIZED: ("not-signed-in", "The session has ended; sign in again."),
    HTTPStatus.FORBIDDEN: ("forbidden", "This needs the role of clinical lead."),
    HTTPStatus.NOT_FOUND: ("not-found", "There is no model “heart-cad”."),
    HTTPStatus.CONFLICT: ("conflict", "There is a model “heart-cad” already."),
    HTTPStatus.UNPROCESSABLE_ENTITY: (
        "table",
        "Column “score”, row 12: “high” is not a number. Give a number, or leave the cell empty.",
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: (
        "unexpected",
        "Something went wrong inside the registry; its log says what, under 5f1c09ab.",
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: ("busy", "Too many wrong passwords; try again in 15 minutes."),
}


def status_of(error: Exception) -> HTTPStatus:
    """Return the status of an error: that of its nearest ancestor in the table."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def problem_of(error: RegistryError | ValidationError) -> ProblemOut:
    """Return an error as it travels: code for machines, sentences for people."""
    status = status_of(error)
    return ProblemOut(
        type=f"urn:cmr:problem:{error.code}",
        title=status.phrase,
        status=status.value,
        detail=str(error),
        code=error.code,
        field=_field(error),
        rows=list(error.rows) if isinstance(error, TableError) else None,
        waits_for=list(error.waits_for) if isinstance(error, WaitingError) else None,
    )


def _field(error: Exception) -> str | None:
    """Return the field, column or place in a protocol that an error names."""
    if isinstance(error, BadInputError):
        return error.field
    if isinstance(error, TableError):
        return error.column
    return error.at or None if isinstance(error, ProtocolError) else None


def answer(error: RegistryError | ValidationError) -> JSONResponse:
    """Return one of our own errors as a response."""
    return _answer(problem_of(error))


def _answer(problem: ProblemOut) -> JSONResponse:
    """Return a problem as a response."""
    return JSONResponse(
        problem.model_dump(exclude_none=True), status_code=problem.status, media_type=MEDIA_TYPE
    )


def _ours(request: Request, error: Exception) -> JSONResponse:
    """Answer one of our own errors."""
    del request
    if not isinstance(error, RegistryError | ValidationError):
        raise TypeError("this handler answers our own errors only") from error
    return answer(error)


def _malformed(request: Request, error: Exception) -> JSONResponse:
    """Answer a request that does not fit its shape, naming every field that does not."""
    del request
    if not isinstance(error, RequestValidationError):
        raise TypeError("this handler answers malformed requests only") from error
    faults = [_fault(fault) for fault in error.errors()]
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    problem = ProblemOut(
        type="urn:cmr:problem:bad-input",
        title=status.phrase,
        status=status.value,
        detail="; ".join(f"{place}: {message}" for place, message in faults),
        code="bad-input",
        field=faults[0][0] if faults else None,
    )
    return _answer(problem)


def _fault(fault: dict[str, Any]) -> tuple[str, str]:
    """Return where a request is wrong and how, without repeating what was sent."""
    if fault["type"] == "json_invalid":
        return "body", f"This is not JSON: {fault['ctx']['error']} at character {fault['loc'][-1]}"
    place = ".".join(str(part) for part in fault["loc"] if part not in {"body", "query", "path"})
    return place or "body", str(fault["msg"])


def _plain(request: Request, error: Exception) -> JSONResponse:
    """Answer what the framework itself refuses, such as an unknown path."""
    del request
    if not isinstance(error, HTTPException):
        raise TypeError("this handler answers the framework's refusals only") from error
    status = HTTPStatus(error.status_code)
    return _answer(
        ProblemOut(
            type=f"urn:cmr:problem:http-{status.value}",
            title=status.phrase,
            status=status.value,
            detail=str(error.detail),
            code=f"http-{status.value}",
        )
    )


def _unexpected(request: Request, error: Exception) -> JSONResponse:
    """Answer a bug: what happened is in the log under a name, not in the answer."""
    reference = secrets.token_hex(4)
    what = f"{request.method} {request.url.path}"
    logger.error("%s failed unexpectedly, under %s", what, reference, exc_info=error)
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return _answer(
        ProblemOut(
            type="urn:cmr:problem:unexpected",
            title=status.phrase,
            status=status.value,
            detail="Something went wrong inside the registry; "
            f"its log says what, under {reference}.",
            code="unexpected",
        )
    )


def install(app: FastAPI) -> None:
    """Make an application answer every error as a problem."""
    app.add_exception_handler(RegistryError, _ours)
    app.add_exception_handler(ValidationError, _ours)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _plain)
    app.add_exception_handler(Exception, _unexpected)


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the error shapes of a route, for its OpenAPI description."""
    return {
        status: described_problem(HTTPStatus(status)) for status in sorted({401, 403, *statuses})
    }


def described_problem(status: HTTPStatus) -> dict[str, Any]:
    """Return how OpenAPI describes a problem of some status, with an example."""
    code, detail = EXAMPLES[status]
    problem = ProblemOut(
        type=f"urn:cmr:problem:{code}",
        title=status.phrase,
        status=status.value,
        detail=detail,
        code=code,
    )
    content = {
        "schema": {"$ref": "#/components/schemas/ProblemOut"},
        "example": problem.model_dump(exclude_none=True),
    }
    return {"description": status.phrase, "content": {MEDIA_TYPE: content}}
