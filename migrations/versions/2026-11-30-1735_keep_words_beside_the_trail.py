"""keep words beside the trail. Two new tables: words of entries, and the lines of witnesses.

The previous release knows neither. What it appends meanwhile is of `cmr.event/1` and stays valid.
"""

import sqlalchemy as sa
from alembic import op

from registry.store import guards

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make both tables and their guards."""
    op.create_table(
        "trail_texts",
        sa.Column("seq", BIG, autoincrement=False, nullable=False),
        sa.Column("path", sa.String(length=120), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("text", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("seq", "path", name=op.f("pk_trail_texts")),
    )
    op.create_table(
        "trail_cosignatures",
        sa.Column("size", BIG, autoincrement=False, nullable=False),
        sa.Column("witness", sa.String(length=300), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("size", "witness", name=op.f("pk_trail_cosignatures")),
    )
    dialect = op.get_bind().dialect.name
    for statement in guards.texts(dialect) + guards.append_only("trail_cosignatures", dialect):
        op.execute(sa.text(statement))


def downgrade() -> None:
    """Drop both tables; words that stand only here are lost, their digests stay."""
    op.drop_table("trail_cosignatures")
    op.drop_table("trail_texts")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.text("DROP FUNCTION trail_texts_forgets()"))
