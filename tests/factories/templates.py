"""Templates: a registry that was set up once and is copied for every test that begins with it."""

import atexit
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL

from registry.services.work import Workshop
from tests.databases import COPY

DATABASE = "registry.db"


def home_of(workshop: Workshop) -> Path:
    """Return the folder that a test's registry lives in."""
    return workshop.staging.path("any").parent.parent


def _execute(url: URL, *statements: str) -> None:
    """Run statements on the server of a database, outside any transaction."""
    admin = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    admin.dispose()


@dataclass(frozen=True, kw_only=True)
class Template:
    """A registry's folder and, on PostgreSQL, its database, as they were when it was kept."""

    folder: Path
    database: str | None

    @classmethod
    def keep(cls, workshop: Workshop) -> "Template":
        """Copy a registry that nobody is at work in; the copy goes when the tests end."""
        workshop.engine.dispose()  # the last to leave folds the write-ahead log into the file
        folder = Path(tempfile.mkdtemp(prefix="cmr-template-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        shutil.copytree(home_of(workshop), folder, dirs_exist_ok=True)
        url = workshop.engine.url
        if url.get_backend_name() == "sqlite":
            return cls(folder=folder, database=None)
        name = f"template_{uuid4().hex}"
        _execute(url, f"CREATE DATABASE {name} TEMPLATE {url.database} {COPY}")
        return cls(folder=folder, database=name)

    def restore(self, workshop: Workshop) -> None:
        """Put the copy in the place of a registry that is empty yet."""
        workshop.engine.dispose()
        home = home_of(workshop)
        shutil.copytree(self.folder, home, dirs_exist_ok=True)
        for left in ("-wal", "-shm"):
            (home / f"{DATABASE}{left}").unlink(missing_ok=True)
        url = workshop.engine.url
        if self.database is not None:
            _execute(
                url,
                f"DROP DATABASE {url.database} WITH (FORCE)",
                f"CREATE DATABASE {url.database} TEMPLATE {self.database} {COPY}",
            )
