"""`cmr serve`, `cmr worker`, `cmr migrate`, `cmr doctor`: run and look after an installation."""

import signal
import sqlite3
import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from registry.faces.cli.console import Exit, JsonFlag, fail, note, say, show_json
from registry.settings import Settings
from reports.errors import ReportError

if TYPE_CHECKING:
    from registry.services.checkpointing import Outside
    from registry.services.work import Workshop
    from reports.pool import Pool

SOON = timedelta(days=30)  # then an administrator is told that a certificate ends

# Before this release two connections that write and checkpoint at once may damage a WAL database.
SQLITE_SOUND = (3, 51, 3)
SQLITE_WARNING = (
    "This SQLite can damage a database when several processes write to it at once: "
    "run one registry process, back up daily, or use PostgreSQL (CMR_DATABASE_URL)."
)


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
) -> None:
    """Serve the REST API, with one worker beside it."""
    import uvicorn

    from registry.faces import worker
    from registry.faces.server import create_app
    from registry.services import audit, sealing
    from registry.services.work import Workshop

    settings = Settings()
    if "public_url" not in settings.model_fields_set:
        settings = settings.model_copy(update={"public_url": f"http://localhost:{port}"})
    pool = _pool(settings)
    workshop = Workshop.open(settings, pool=pool)
    audit.require_ready(workshop)
    sealing.usable(workshop)
    stop = threading.Event()
    beside = threading.Thread(target=worker.run, args=(workshop, stop), daemon=True)
    beside.start()
    say(f"The registry answers at http://{host}:{port}/api/v1, described at /api/v1/openapi.json.")
    try:
        uvicorn.run(create_app(workshop), host=host, port=port, log_level="info", ws="none")
    finally:
        stop.set()
        beside.join()
        if pool is not None:
            pool.close()


def work() -> None:
    """Do the jobs that wait, until stopped."""
    from registry.faces import worker
    from registry.services import audit, sealing
    from registry.services.work import Workshop

    settings = Settings()
    pool = _pool(settings)
    workshop = Workshop.open(settings, pool=pool)
    audit.require_ready(workshop)
    sealing.usable(workshop)
    stop = threading.Event()
    for wish in (signal.SIGINT, signal.SIGTERM):
        signal.signal(wish, lambda *_: stop.set())
    note("Waiting for jobs; stop with Ctrl-C.")
    worker.run(workshop, stop)
    if pool is not None:
        pool.close()


def _pool(settings: Settings) -> "Pool | None":
    """Return the processes that draw cards, not yet started; None where the worker draws them."""
    from reports.pool import Pool

    return Pool(processes=settings.card_processes) if settings.card_processes else None


def migrate(
    grant_to: Annotated[
        str | None,
        typer.Option(
            "--grant-to",
            help="Give this PostgreSQL account what the registry needs to run as it, and no more.",
        ),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Bring the database up to this release's schema.

    On PostgreSQL run it as the owner of the tables, and let the registry connect as the account
    of --grant-to: that one cannot switch the guards of the trail off. Give it after each upgrade.
    """
    from registry.services.work import Workshop
    from registry.store import roles, schema

    workshop = Workshop.open(Settings())
    schema.upgrade(workshop.engine, workshop.settings.migrations)
    kept = None if grant_to is None else roles.grant(workshop.engine, grant_to)
    if as_json:
        show_json({"schema": "current", "account": grant_to, "append_only": kept})
        return
    say("The database has the schema of this release.")
    if kept is not None:
        say(f"{grant_to} may run the registry. To these tables it may only add:")
        say(", ".join(kept))


def doctor(as_json: JsonFlag = False) -> None:
    """Say what this installation runs on and what is wrong with it."""
    from registry.services import audit
    from registry.services.work import Workshop
    from registry.store import roles, schema
    from registry.store.session import describe

    settings = Settings()
    workshop = Workshop.open(settings)
    kind, address = describe(settings.database)
    found = {"home": str(settings.home), "database": address}
    warnings, problem = list[str](), None
    if kind == "sqlite":
        found["sqlite"] = sqlite3.sqlite_version
        if sqlite3.sqlite_version_info < SQLITE_SOUND:
            warnings.append(SQLITE_WARNING)
    try:
        audit.require_ready(workshop)
        found["schema"] = "current"
        warnings += _checkpoints(audit.outside(workshop), found)
        if (unsafe := roles.trouble(workshop.engine)) is not None:
            warnings.append(unsafe)
        warnings += _seal(workshop, found)
    except (schema.SchemaError, ReportError) as error:
        problem = str(error)
    if as_json:
        show_json({**found, "warnings": warnings, "problem": problem})
        raise typer.Exit(Exit.DONE if problem is None else Exit.OTHER)
    for name, value in found.items():
        say(f"{name.capitalize():11} {value}")
    for warning in warnings:
        note(warning)
    if problem is not None:
        fail(problem, code=Exit.OTHER)


def _checkpoints(outside: "Outside", found: dict[str, str]) -> list[str]:
    """Say where checkpoints go; return what is wrong there."""
    found["checkpoints"] = outside.place
    if outside.trouble is not None:
        return [f"Checkpoints cannot be compared with what lies outside: {outside.trouble}"]
    if outside.since is None:
        return []
    missing = (
        f"{outside.waiting} signed checkpoint(s), the first of {outside.since:%Y-%m-%d %H:%M} UTC, "
        f"did not get to {outside.place} or are gone from there; is it writable? The next one "
        "takes them along."
    )
    return [missing]


def _seal(workshop: "Workshop", found: dict[str, str]) -> list[str]:
    """Say whose seal cards bear; return what is to be known of it."""
    from registry.services import sealing

    certificate = sealing.usable(workshop)
    if certificate is None:
        found["seal"] = "none: cards are not sealed (CMR_SEAL_KEY)"
        return []
    found["seal"] = f"{certificate.name}, until {certificate.valid_until:%Y-%m-%d}"
    warnings = []
    if certificate.self_made:
        warnings.append(
            "The seal's certificate vouches for itself: a card shows that it was not changed, and "
            "not whose it is. It will do for a trial."
        )
    if certificate.valid_until - workshop.clock() < SOON:
        warnings.append(
            f"The seal's certificate ends on {certificate.valid_until:%Y-%m-%d %H:%M} UTC; after "
            "that no card can be issued with it."
        )
    key = None if workshop.settings.seal is None else workshop.settings.seal.key
    if key is not None and key.stat().st_mode & 0o077:
        warnings.append(f"Others on this machine may read the seal's key: chmod 600 {key}")
    return warnings
