"""Fixtures: a browser, and a registry that it can reach at http://localhost."""

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from registry.domain.people import Role
from registry.faces.api import acts
from registry.faces.server import create_app
from registry.services import signings
from registry.services.work import Workshop
from registry.settings import Settings
from tests.factories.browser import Browser, opened
from tests.factories.evidence import make_protocol
from tests.factories.people import Registry, make_registry
from tests.factories.records import make_model, make_sites, make_version


@dataclass
class Site:
    """A registry behind an address, and one protocol that waits for signatures."""

    address: str
    home: Path
    registry: Registry
    digest: str

    def begun(self, role: Role = Role.CLINICAL_LEAD, **body: Any) -> dict[str, Any]:  # noqa: ANN401
        """Prepare a signature under a protocol of its own and return what comes back."""
        path = f"/protocols/{self.digest}/signatures"
        asked = acts.asked({"path": path, "body": {"role": role.value, **body}})
        return signings.prepare(self.registry.workshop, self.registry.people[role], asked)


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Return a running Chromium."""
    with opened(tmp_path_factory.mktemp("chromium")) as found:
        yield found


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, empty_sqlite: Path) -> Iterator[Site]:
    """Return a registry that a browser can reach."""
    home = tmp_path_factory.mktemp("home")
    shutil.copy(empty_sqlite, home / "registry.db")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"http://localhost:{listening.getsockname()[1]}"
        workshop = Workshop.open(Settings(home=home, public_url=address, origin="test-registry"))
        registry = make_registry(workshop)
        make_sites(registry)
        make_model(registry)
        make_version(registry)
        with _serving(workshop, listening):
            yield Site(
                address=address, home=home, registry=registry, digest=make_protocol(registry)
            )
    workshop.engine.dispose()


@contextmanager
def _serving(workshop: Workshop, listening: socket.socket) -> Iterator[None]:
    """Serve a registry on a socket."""
    server = uvicorn.Server(
        uvicorn.Config(create_app(workshop), log_config=None, lifespan="off", ws="none")
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()
