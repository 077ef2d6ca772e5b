"""Accounts: what the registry's own account on PostgreSQL may do, and what it may not.

The tables belong to whoever migrates. The registry connects as another account, with the rights of
this table and no more: it cannot switch the guards of the trail off, nor change what it signed.
SQLite has no accounts: whoever can write the file can do anything.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sqlalchemy import Connection, Engine, inspect, text

from registry.domain.errors import BadInputError, ConflictError

EVERYTHING: Final = ("SELECT", "INSERT", "UPDATE", "DELETE")
ADDED: Final = ("SELECT", "INSERT")

# Whatever is not named here the registry may read, add to, change and delete from.
RIGHTS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "alembic_version": ("SELECT",),
        # The trail is added to; its head grows; its words are taken out.
        "trail_entries": ADDED,
        "trail_nodes": ADDED,
        "trail_checkpoints": ADDED,
        "trail_cosignatures": ADDED,
        "trail_head": ("SELECT", "UPDATE (size, frontier)"),
        "trail_texts": ("SELECT", "INSERT", "UPDATE (salt, text)"),
        # What people signed is added to and never edited.
        "dossiers": ADDED,
        "signoffs": ADDED,
        "signoff_withdrawals": ADDED,
        "decisions": ADDED,
        "condition_closures": ADDED,
        "protocol_signatures": ADDED,
        "hazard_approvals": ADDED,
        # What is known of safety is recorded anew and never deleted.
        "hazard_plans": ADDED,
        "hazards": ADDED,
        "hazard_records": ADDED,
        "hazard_logs": ADDED,
        "incidents": ADDED,
        "incident_records": ADDED,
        "failure_reviews": ADDED,
        "standings": ADDED,
        # A card stays as it was issued; what people sign in it is added.
        "cards": ADDED,
        "card_signatures": ADDED,
        # Where a deployment stands is what was added last.
        "deployments": ADDED,
        "site_dossiers": ADDED,
        "site_signoffs": ADDED,
        "deployment_moves": ADDED,
        "monitoring_windows": ADDED,
        "monitoring_reminders": ADDED,
    }
)


def grant(engine: Engine, account: str) -> list[str]:
    """Give an account exactly the rights of the registry; return the tables it may only add to.

    Raises
    ------
    BadInputError
        When the database has no accounts, or none of this name.
    ConflictError
        When the account could take any right itself: an owner of the tables, or a superuser.
    """
    if engine.dialect.name != "postgresql":
        raise BadInputError(
            "SQLite has no accounts; whoever can write the file can do anything. Rights are given "
            "on PostgreSQL (CMR_DATABASE_URL).",
            field="grant-to",
        )
    with engine.begin() as connection:
        _require_lesser(connection, account)
        quoted = connection.dialect.identifier_preparer.quote(account)
        tables = sorted(inspect(connection).get_table_names())
        for statement in _statements(tables, quoted):
            connection.execute(text(statement))
    return [table for table in tables if RIGHTS.get(table) == ADDED]


def trouble(engine: Engine) -> str | None:
    """Return what is wrong with the account that the registry connects as, or None."""
    if engine.dialect.name != "postgresql":
        return None
    with engine.connect() as connection:
        if not connection.execute(text(_MIGHT), {"account": None}).scalar_one():
            return None
    return (
        "The registry connects as an account that can switch the guards of the trail off: the "
        "owner of its tables. Make another and give it only what it needs, with "
        "`cmr migrate --grant-to ACCOUNT`, then name that one in CMR_DATABASE_URL."
    )


_MIGHT = (
    "SELECT r.rolsuper OR pg_has_role(r.oid, c.relowner, 'MEMBER') FROM pg_roles r, pg_class c "
    "WHERE r.rolname = coalesce(:account, current_user) "
    "AND c.oid = to_regclass('trail_entries')"
)


def _require_lesser(connection: Connection, account: str) -> None:
    """Refuse an account to which rights mean nothing."""
    might = connection.execute(text(_MIGHT), {"account": account}).scalar_one_or_none()
    if might is None:
        raise BadInputError(
            f"PostgreSQL has no account “{account}”; make it first: "
            f"CREATE ROLE {account} LOGIN PASSWORD '…';",
            field="grant-to",
        )
    if might:
        raise ConflictError(
            f"“{account}” owns the tables, is of the owner's group, or is a superuser, so that no "
            "right can be kept from it. Name an account of its own."
        )


def _statements(tables: list[str], account: str) -> list[str]:
    """Return what gives an account its rights, and takes all others away."""
    return [
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {account}",
        f"GRANT USAGE ON SCHEMA public TO {account}",
        *(
            f"GRANT {', '.join(RIGHTS.get(table, EVERYTHING))} ON {table} TO {account}"
            for table in tables
        ),
    ]
