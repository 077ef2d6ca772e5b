"""Callers for tests: people who speak to the API of a founded registry."""

from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from registry.domain.people import Role
from registry.faces.server import create_app
from registry.services.work import Workshop
from registry.shapes.sessions import SessionOut
from tests.factories.people import PASSWORD, Registry, login_of

_BUILT: list[FastAPI] = []


def application(workshop: Workshop) -> FastAPI:
    """Return the application over a workshop: built once, since its routes are always the same."""
    if not _BUILT:
        _BUILT.append(create_app(workshop))
    _BUILT[0].state.workshop = workshop
    return _BUILT[0]


@dataclass
class Api:
    """The application over a registry, in this process."""

    client: TestClient

    @classmethod
    def over(cls, registry: Registry) -> "Api":
        """Return the application over a registry."""
        return cls(client=TestClient(application(registry.workshop), base_url="http://test/api/v1"))

    def signed_in(self, role: Role, *, password: str = PASSWORD) -> dict[str, str]:
        """Sign a role's person in and return the header that says so."""
        answer = self.client.post("sessions", json={"login": login_of(role), "password": password})
        session = SessionOut.model_validate_json(answer.content)
        return {"Authorization": f"Bearer {session.token}"}


def problem(answer: Response) -> tuple[int, str, str | None]:
    """Return status, code and field of a refusal."""
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == answer.status_code
    return answer.status_code, told["code"], told.get("field")
