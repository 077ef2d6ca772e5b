"""Rows: everything that a registry has stored, as one sees it at a moment."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Engine, inspect, text

Row = dict[str, Any]
Rows = dict[str, list[Row]]

APPROVALS = {"approve", "approve with conditions"}
RUNGS = ["silent", "pilot", "general"]

UNREAD = {
    "alembic_version",
    "jobs",
    "notice_deliveries",
    "notice_readers",
    "notices",
    "trail_nodes",
}


class BrokenLawError(AssertionError):
    """A law of governance does not hold."""


def require(holds: bool, law: str) -> None:
    """Raise unless a law holds."""
    if not holds:
        raise BrokenLawError(law)


@dataclass
class Seen:
    """A registry as it stands, and how its rows are found.

    Attributes
    ----------
    engine : Engine
    folder : Path
        Where artifacts lie, each under its digest.
    public : bytes
        The registry's public key.
    queries : dict of str to str
        For each table, what reads all of it.
    bodies : list of bytes
        The entries of the trail, in order.
    """

    engine: Engine
    folder: Path
    public: bytes
    queries: dict[str, str]
    rows: Rows = field(default_factory=dict)
    bodies: list[bytes] = field(default_factory=list)

    def look(self) -> None:
        """See how everything stands now."""
        self.rows = self._read()
        self.bodies = self._bodies(self.rows)

    def _require_signed(self, row: Row, digest: str, person: str) -> None:
        """Require that a row's signature is the registry's, over this digest, for this person."""
        statement = read_json(row["statement"])
        require(statement["digest"] == digest, "a signature over another document")
        require(plain_id(statement["signer"]["id"]) == person, "a signature of another person")
        if "meaning" in row:
            require(statement["meaning"] == row["meaning"], "a signature with another meaning")
            require(statement["role"] == row["role"], "a signature in another role")
        self._verify(statement, row["signature"], "statement")

    def _verify(self, document: Mapping[str, Any], mark: str, what: str) -> None:
        """Require that a document was signed by the registry."""
        try:
            key = Ed25519PublicKey.from_public_bytes(self.public)
            key.verify(base64.b64decode(mark), rfc8785.dumps(dict(document)))
        except Exception as error:
            raise BrokenLawError(f"the signature of a {what} does not hold") from error

    def _version(self, model: str, number: int) -> Row:
        """Return the row of a version."""
        (owner,) = self._found("models", "name", model)
        (found,) = [
            row
            for row in self._found("versions", "model_id", owner["id"])
            if row["number"] == number
        ]
        return found

    def _found(self, table: str, column: str, value: object) -> list[Row]:
        """Return the rows of a table that hold a value."""
        return [row for row in self.rows[table] if row[column] == value]

    def _newest(self, table: str, column: str, value: object) -> Row | None:
        """Return the row with the highest number among those that hold a value."""
        return max(self._found(table, column, value), key=lambda row: row["number"], default=None)

    def _document(self, digest: str) -> Any:  # noqa: ANN401 -- JSON is of any shape
        """Return the document that lies under a digest, having hashed it."""
        name = digest.removeprefix("sha256:")
        content = (self.folder / "sha256" / name[:2] / name[2:]).read_bytes()
        require(hashlib.sha256(content).hexdigest() == name, "an artifact is not its digest's")
        return json.loads(content)

    def _read(self) -> Rows:
        """Return every row of every table, in the order of its key."""
        found: Rows = {}
        with self.engine.connect() as connection:
            for table, query in self.queries.items():
                rows = connection.execute(text(query))
                found[table] = [
                    {key: plain_id(value) for key, value in row._mapping.items()}  # noqa: SLF001 -- SQLAlchemy's public name for it
                    for row in rows
                ]
            connection.rollback()
        return found

    @staticmethod
    def _bodies(rows: Rows) -> list[bytes]:
        """Return the entries of the trail as bytes, in order."""
        return [
            bytes(row["body"]) for row in sorted(rows["trail_entries"], key=lambda row: row["seq"])
        ]


def queries_of(engine: Engine) -> dict[str, str]:
    """Return for each table what reads all of it, in the order of its key."""
    found = {}
    seen = inspect(engine)
    for table in sorted(set(seen.get_table_names()) - UNREAD):
        keys = seen.get_pk_constraint(table)["constrained_columns"]
        order = ", ".join(f'"{key}"' for key in keys) or "1"
        found[table] = f'SELECT * FROM "{table}" ORDER BY {order}'  # noqa: S608 -- names are the database's own
    return found


def plain_id(value: Any) -> Any:  # noqa: ANN401 -- whatever a database returns
    """Return an identifier as 32 hex digits however the database spells it; else the value."""
    spelled = str(value).replace("-", "")
    if len(spelled) == 32 and len(str(value)) in {32, 36} and not isinstance(value, bytes):
        return spelled
    return value


def read_json(value: Any) -> Any:  # noqa: ANN401 -- likewise
    """Return a JSON column's value, whether the database hands it out read or as text."""
    return json.loads(value) if isinstance(value, str) else value


def moment(value: Any) -> datetime:  # noqa: ANN401 -- likewise
    """Return a time column's value as an aware time."""
    found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


def day(value: Any) -> date:  # noqa: ANN401 -- likewise
    """Return a date column's value as a date."""
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
