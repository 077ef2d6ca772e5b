"""Registries: an embedded registry of its own for each subject, with people to work in it."""

from pathlib import Path

from registry.services.work import Workshop
from registry.settings import Settings, data_folder
from registry.store import schema
from tests.factories.people import Registry, make_registry


def open_registry(home: Path) -> Registry:
    """Return a new, founded registry on SQLite under a folder."""
    home.mkdir(parents=True)
    workshop = Workshop.open(Settings(home=home, database_url=None))
    schema.upgrade(workshop.engine, data_folder() / "migrations")
    return make_registry(workshop)
