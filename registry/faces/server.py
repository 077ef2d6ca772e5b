"""Server: the HTTP faces assembled into one application."""

from fastapi import FastAPI

from registry.faces.api.router import api
from registry.faces.http import health, problems
from registry.faces.http.description import TAGS, DescribedAPI, operation_id
from registry.faces.http.letters import OnlyPrintable
from registry.faces.web import login, verify
from registry.faces.web.router import router as web
from registry.services.work import Workshop

DESCRIPTION = """
A registry of clinical models whose evidence is computed, whose decisions are signed,
and whose cards can be checked offline.

Sign in with `POST /api/v1/sessions` and send the answer's `token` as
`Authorization: Bearer …`. API tokens serve scripts; they can never sign.
Every error is a problem document (RFC 9457) that says what to do.
"""


def create_app(workshop: Workshop) -> FastAPI:
    """Return the application over one workshop."""
    app = DescribedAPI(
        title="Clinical model registry",
        version="0.1.0",
        description=DESCRIPTION,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # the usual page loads its scripts from elsewhere; a hospital may be offline
        redoc_url=None,
        openapi_tags=TAGS,
        generate_unique_id_function=operation_id,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    app.state.workshop = workshop
    problems.install(app)
    app.add_middleware(OnlyPrintable)
    app.include_router(health.router)
    app.include_router(api())
    app.include_router(web)
    app.include_router(login.router)
    app.include_router(verify.router)
    return app
