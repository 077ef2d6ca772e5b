"""seal cards and know them again. What a seal and people's own signatures add to a card's file.

The previous release adds cards without these columns and changes none, so that it is not hindered;
a card that it issues has no code.
"""

import base64
import hashlib

import sqlalchemy as sa
from alembic import op

from registry.store import guards

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

TABLES = ("cards", "card_signatures")
ADDED = {
    "code": sa.String(length=19),
    "sealed_digest": sa.String(length=71),
    "sealed_size": sa.Integer(),
    "seal_method": sa.String(length=20),
    "seal_name": sa.String(),
    "seal_certificate": sa.String(length=71),
    "sealed_at": sa.DateTime(timezone=True),
    "seal_timestamped": sa.Boolean(),
}
INDEXED = ("pdf_digest", "code", "sealed_digest")
LETTERS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ")


def upgrade() -> None:
    """Make room for seals and signatures, and give every card the code of its documents."""
    for name, kind in ADDED.items():
        op.add_column("cards", sa.Column(name, kind, nullable=True))
    connection = op.get_bind()
    found = connection.execute(sa.text("SELECT id, documents_digest FROM cards")).all()
    for card, digest in found:
        connection.execute(
            sa.text("UPDATE cards SET code = :code WHERE id = :id"),
            {"code": _code(digest), "id": card},
        )
    for name in INDEXED:
        op.create_index(op.f(f"ix_cards_{name}"), "cards", [name], unique=False)
    _signatures()
    _misses()
    for table in TABLES:
        for statement in guards.append_only(table, connection.dialect.name):
            op.execute(sa.text(statement))


def downgrade() -> None:
    """Take all of it away."""
    for table in TABLES:
        for statement in guards.no_longer_append_only(table, op.get_bind().dialect.name):
            op.execute(sa.text(statement))
    op.drop_table("card_misses")
    op.drop_table("card_signatures")
    for name in INDEXED:
        op.drop_index(op.f(f"ix_cards_{name}"), table_name="cards")
    for name in ADDED:
        op.drop_column("cards", name)


def _code(digest: str) -> str:
    """Return the code of a card as this release prints it."""
    hashed = hashlib.sha256(f"cmr.card-code/1\n{digest}".encode()).digest()[:10]
    plain = base64.b32encode(hashed).decode().translate(LETTERS)
    return "-".join(plain[i : i + 4] for i in range(0, 16, 4))


def _signatures() -> None:
    """Make room for people's own signatures."""
    op.create_table(
        "card_signatures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("card_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("certificate", sa.String(length=71), nullable=False),
        sa.Column("trusted", sa.Boolean(), nullable=True),
        sa.Column("file_digest", sa.String(length=71), nullable=False),
        sa.Column("file_size", sa.Integer(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["card_id"], ["cards.id"], name=op.f("fk_card_signatures_card_id_cards")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_card_signatures_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_signatures")),
        sa.UniqueConstraint("card_id", "field", name=op.f("uq_card_signatures_card_id_field")),
        sa.UniqueConstraint("card_id", "number", name=op.f("uq_card_signatures_card_id_number")),
    )
    for name in ("card_id", "file_digest"):
        op.create_index(op.f(f"ix_card_signatures_{name}"), "card_signatures", [name], unique=False)


def _misses() -> None:
    """Make room for what was asked about and is not known."""
    op.create_table(
        "card_misses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_misses")),
    )
    for name in ("address", "at"):
        op.create_index(op.f(f"ix_card_misses_{name}"), "card_misses", [name], unique=False)
