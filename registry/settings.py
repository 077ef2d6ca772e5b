"""Settings: everything the environment decides, read once at a face."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from platformdirs import user_data_path
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What an installation may choose; each field is the variable ``CMR_<FIELD>``."""

    model_config = SettingsConfigDict(env_prefix="CMR_", extra="ignore")

    home: Path = Field(
        default_factory=lambda: user_data_path("cmr"),
        description="Folder of the embedded registry: database, artifacts, staging, keys.",
    )
    database_url: str | None = Field(
        default=None, description="PostgreSQL address; SQLite under the home folder without it."
    )
    server: str | None = Field(
        default=None, description="Address of a running registry that `cmr` speaks to."
    )
    token: SecretStr | None = Field(
        default=None, description="API token for scripts; can never sign."
    )
    origin: str = Field(
        default="clinical-model-registry",
        pattern=r"^[^\s+]+$",
        description="Name of this registry in checkpoints and signatures; no spaces or +.",
    )
    public_url: str = Field(
        default="http://localhost:8000",
        description="Where browsers reach this registry; passkeys are bound to its host name.",
    )
    synced_passkeys: bool = Field(
        default=True,
        description="Whether a passkey that its vendor copies between devices may be registered.",
    )
    checkpoints: Path | None = Field(
        default=None,
        description="Where signed checkpoints are kept outside the database: a folder, or a file "
        "(its name has an ending) that is only appended to; `checkpoints` under the home folder "
        "without it. Choose a place that the registry's administrators cannot rewrite.",
    )
    checkpoint_minutes: int = Field(
        default=5,
        ge=1,
        description="The trail is signed after so many minutes if it grew, besides every decision.",
    )
    session_idle_minutes: int = Field(
        default=30, ge=1, description="A session ends after so many minutes without a request."
    )
    session_hours: int = Field(
        default=12, ge=1, description="A session ends after so many hours in any case."
    )
    staging_hours: int = Field(
        default=24, ge=1, description="Uploaded rows are deleted after so many hours at the latest."
    )
    memory_limit: str = Field(
        default="1GB", description="Memory that reading one prediction table may use."
    )

    @property
    def database(self) -> str:
        """Address of the database, the embedded one where none is set."""
        return self.database_url or f"sqlite:///{self.home / 'registry.db'}"

    @property
    def sink(self) -> Path:
        """Where signed checkpoints are kept outside the database."""
        return self.checkpoints or self.home / "checkpoints"


def data_folder() -> Path:
    """Return the folder that holds ``templates`` and ``migrations``, in a checkout or a wheel."""
    installed = Path(__file__).parent / "_data"
    return installed if installed.is_dir() else Path(__file__).parent.parent


@dataclass(frozen=True, kw_only=True)
class WorkSettings:
    """The settings that use cases need."""

    origin: str
    public_url: str
    synced_passkeys: bool
    memory_limit: str
    staging_hours: int
    checkpoint_minutes: int
    session_idle_minutes: int
    session_hours: int
    templates: Path
    migrations: Path

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return what use cases need of an installation's settings."""
        return cls(
            origin=settings.origin,
            public_url=settings.public_url,
            synced_passkeys=settings.synced_passkeys,
            memory_limit=settings.memory_limit,
            staging_hours=settings.staging_hours,
            checkpoint_minutes=settings.checkpoint_minutes,
            session_idle_minutes=settings.session_idle_minutes,
            session_hours=settings.session_hours,
            templates=data_folder() / "templates",
            migrations=data_folder() / "migrations",
        )
