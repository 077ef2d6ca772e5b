"""Settings: everything the environment decides, read once at a face."""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Literal, Self

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_EITHER = ("seal_key", "seal_pkcs11_module")
_OF_SEAL = {  # what is nothing without one of these
    "seal_passphrase_file": ("seal_key",),
    "seal_pkcs11_token": ("seal_pkcs11_module",),
    "seal_pkcs11_pin_file": ("seal_pkcs11_module",),
    "seal_certificate": _EITHER,
    "seal_chain": _EITHER,
    "seal_timestamp_server": _EITHER,
}


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
        description="Where browsers reach this registry; passkeys are bound to its host name, "
        "and notices link to it.",
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
    oidc_issuer: str | None = Field(
        default=None, description="Issuer of the provider of identities (OpenID Connect), if any."
    )
    oidc_client_id: str = Field(
        default="cmr", description="What this registry is called at the provider of identities."
    )
    oidc_client_secret: SecretStr | None = Field(
        default=None, description="The registry's secret there; without one PKCE alone protects."
    )
    oidc_acr: str | None = Field(
        default=None,
        description="How strongly a person must be recognised there (acr); any way without it.",
    )
    oidc_skew_seconds: int = Field(
        default=60, ge=0, le=300, description="By how much the provider's clock may differ."
    )
    session_idle_minutes: int = Field(
        default=30, ge=1, description="A session ends after so many minutes without a request."
    )
    session_hours: int = Field(
        default=12, ge=1, description="A session ends after so many hours in any case."
    )
    failures_per_address: int = Field(
        default=50,
        ge=0,
        description="Failed sign-ins from one network address, within fifteen minutes, that close "
        "it for as long; 0 does not count. Behind a proxy, have it pass the address on.",
    )
    emergency_hours: int = Field(
        default=2, ge=1, le=4, description="An emergency access lasts so many hours at most."
    )
    staging_hours: int = Field(
        default=24, ge=1, description="Uploaded rows are deleted after so many hours at the latest."
    )
    card_processes: int = Field(
        default=1,
        ge=0,
        le=8,
        description="Processes that draw cards beside a server or worker and stay warm, each of "
        "some 300 MB; 0 draws them in the worker itself.",
    )
    memory_limit: str = Field(
        default="1GB", description="Memory that reading one prediction table may use."
    )

    smtp_host: str | None = Field(
        default=None, description="Mail server for notices; none are mailed without it."
    )
    smtp_port: int = Field(default=587, ge=1, le=65535, description="Port of the mail server.")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="How the mail server is spoken to: starttls, tls or none."
    )
    smtp_user: str | None = Field(default=None, description="Name at the mail server.")
    smtp_password: SecretStr | None = Field(
        default=None, description="Password at the mail server."
    )
    smtp_from: str | None = Field(
        default=None, description="Address that mails come from; registry@ and the host without it."
    )
    webhook_networks: str = Field(
        default="",
        description="Private networks that webhooks may lead to, such as 10.20.0.0/16,fd00::/8.",
    )
    notice_days: int = Field(
        default=90, ge=1, description="Notices are deleted after so many days; the trail stays."
    )

    seal_key: Path | None = Field(
        default=None,
        description="File of the private key that seals cards: PEM or DER, or PKCS#12 where its "
        "name ends in .p12 or .pfx. Cards are not sealed without a key.",
    )
    seal_passphrase_file: Path | None = Field(
        default=None, description="File with the passphrase of that key, and nothing else."
    )
    seal_certificate: Path | None = Field(
        default=None,
        description="File of the certificate, PEM or DER, where it does not stand with the key.",
    )
    seal_chain: Path | None = Field(
        default=None, description="File with the certificates between that one and its root, PEM."
    )
    seal_pkcs11_module: Path | None = Field(
        default=None,
        description="Driver of the token or HSM that holds the key instead (PKCS#11, a shared "
        "library); it needs the extra pkcs11.",
    )
    seal_pkcs11_token: str | None = Field(
        default=None, description="Label of the token, where there are several."
    )
    seal_pkcs11_label: str = Field(
        default="seal", description="Label of the key, and of its certificate, on the token."
    )
    seal_pkcs11_pin_file: Path | None = Field(
        default=None, description="File with the PIN of the token, and nothing else."
    )
    seal_timestamp_server: str | None = Field(
        default=None,
        pattern=r"^https?://\S+$",
        description="Timestamp server (RFC 3161) that vouches for the time of seals; without one "
        "a seal says its time on the registry's word.",
    )
    seal_roots: Path | None = Field(
        default=None,
        description="File with the certificates, PEM, that vouch for people's own signatures in "
        "cards; without it whose they are is not checked.",
    )

    @field_validator("seal_pkcs11_module")
    @classmethod
    def _check_one_key(cls, path: Path | None, info: ValidationInfo) -> Path | None:
        """Refuse two keys: which of them seals must never be a guess."""
        if path is not None and info.data.get("seal_key") is not None:
            raise ValueError("set either CMR_SEAL_KEY or CMR_SEAL_PKCS11_MODULE, not both")
        return path

    @model_validator(mode="after")
    def _check_seal_has_key(self) -> Self:
        """Refuse parts of a seal without its key: cards would stay unsealed, and nobody hear of it.

        The fault names the setting itself, as no field of a whole is at fault.
        """
        for name, keys in _OF_SEAL.items():
            if getattr(self, name) is not None and all(getattr(self, one) is None for one in keys):
                needed = " or ".join(f"CMR_{one.upper()}" for one in keys)
                raise ValueError(f"CMR_{name.upper()} seals nothing by itself; set {needed} too")
        return self

    @field_validator("webhook_networks")
    @classmethod
    def _check_networks(cls, text: str) -> str:
        """Refuse what is not a list of networks when the settings are read."""
        networks_of(text)
        return text

    @property
    def database(self) -> str:
        """Address of the database, the embedded one where none is set."""
        return self.database_url or f"sqlite:///{self.home / 'registry.db'}"

    @property
    def sink(self) -> Path:
        """Where signed checkpoints are kept outside the database."""
        return self.checkpoints or self.home / "checkpoints"


def networks_of(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Return the networks of a list with commas between them.

    Raises
    ------
    ValueError
        When one is not a network.
    """
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def data_folder() -> Path:
    """Return the folder that holds ``templates`` and ``migrations``, in a checkout or a wheel."""
    installed = Path(__file__).parent / "_data"
    return installed if installed.is_dir() else Path(__file__).parent.parent


@dataclass(frozen=True, kw_only=True)
class Mail:
    """How mail is sent; `security` is starttls, tls or none."""

    host: str
    port: int
    security: str
    user: str | None
    password: str | None
    sender: str

    @classmethod
    def of(cls, settings: Settings) -> Self | None:
        """Return what settings say of mail; None where none is to be sent."""
        if settings.smtp_host is None:
            return None
        password = settings.smtp_password
        return cls(
            host=settings.smtp_host,
            port=settings.smtp_port,
            security=settings.smtp_security,
            user=settings.smtp_user,
            password=None if password is None else password.get_secret_value(),
            sender=settings.smtp_from or f"registry@{settings.smtp_host}",
        )


@dataclass(frozen=True, kw_only=True)
class SealSettings:
    """Where the key lies that seals cards: in the file `key`, or on the token of `module`."""

    key: Path | None
    passphrase: Path | None
    certificate: Path | None
    chain: Path | None
    module: Path | None
    token: str | None
    label: str
    pin: Path | None
    timestamp_server: str | None

    @classmethod
    def of(cls, settings: Settings) -> Self | None:
        """Return what settings say of the seal; None where cards are not sealed."""
        if settings.seal_key is None and settings.seal_pkcs11_module is None:
            return None
        return cls(
            key=settings.seal_key,
            passphrase=settings.seal_passphrase_file,
            certificate=settings.seal_certificate,
            chain=settings.seal_chain,
            module=settings.seal_pkcs11_module,
            token=settings.seal_pkcs11_token,
            label=settings.seal_pkcs11_label,
            pin=settings.seal_pkcs11_pin_file,
            timestamp_server=settings.seal_timestamp_server,
        )


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
    failures_per_address: int
    emergency_hours: int
    oidc_issuer: str | None
    oidc_acr: str | None
    oidc_skew_seconds: int
    templates: Path
    migrations: Path
    mail: Mail | None
    webhook_networks: tuple[IPv4Network | IPv6Network, ...]
    notice_days: int
    seal: SealSettings | None
    seal_roots: Path | None

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
            failures_per_address=settings.failures_per_address,
            emergency_hours=settings.emergency_hours,
            oidc_issuer=settings.oidc_issuer,
            oidc_acr=settings.oidc_acr,
            oidc_skew_seconds=settings.oidc_skew_seconds,
            templates=data_folder() / "templates",
            migrations=data_folder() / "migrations",
            mail=Mail.of(settings),
            webhook_networks=networks_of(settings.webhook_networks),
            notice_days=settings.notice_days,
            seal=SealSettings.of(settings),
            seal_roots=settings.seal_roots,
        )
