"""Embedded: the registry's application and one worker, run inside a command."""

import logging
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from registry.faces import worker
from registry.faces.server import create_app
from registry.services import audit
from registry.services.work import Workshop
from registry.settings import Settings

START_SECONDS = 30.0


@contextmanager
def opened(settings: Settings, *, log: Path) -> Iterator[Path]:
    """Run the registry of a home folder; yield the private socket to it.

    Raises
    ------
    SchemaError
        When the database has not the schema of this release.
    """
    workshop = Workshop.open(settings)
    audit.require_ready(workshop)
    with logging_to(log), serving(workshop) as socket:
        yield socket


@contextmanager
def serving(workshop: Workshop) -> Iterator[Path]:
    """Run the application and one worker in threads; yield the private socket to it.

    What the command asked for without waiting, such as the card that a decision calls for, is
    done before it ends: nobody else may come to do it.
    """
    stop = threading.Event()
    with tempfile.TemporaryDirectory(prefix="cmr-") as folder:
        socket = Path(folder) / "registry.sock"
        server = uvicorn.Server(
            uvicorn.Config(
                create_app(workshop),
                uds=str(socket),
                log_config=None,
                log_level="warning",
                lifespan="off",
                ws="none",
            )
        )
        threads = [
            threading.Thread(target=server.run, daemon=True),
            threading.Thread(target=worker.run, args=(workshop, stop), daemon=True),
        ]
        for thread in threads:
            thread.start()
        _await_start(server, threads[0])
        try:
            yield socket
        finally:
            stop.set()
            server.should_exit = True
            for thread in threads:
                thread.join()
        while worker.run_one(workshop):
            pass


@contextmanager
def logging_to(path: Path) -> Iterator[None]:
    """Write what goes wrong into a file instead of between a command's sentences."""
    handler = logging.FileHandler(path, encoding="utf-8", delay=True)
    handler.setLevel(logging.WARNING)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
        handler.close()


def _await_start(server: uvicorn.Server, thread: threading.Thread) -> None:
    """Wait until the application accepts connections."""
    deadline = time.monotonic() + START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise RuntimeError("the embedded registry did not start")
        time.sleep(0.005)
