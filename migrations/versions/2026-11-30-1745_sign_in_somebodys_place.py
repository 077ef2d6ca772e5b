"""sign in somebody's place. Three new tables: delegations, what was signed by them, dual roles.

The previous release does not know the tables and is not hindered by them; nothing is rewritten.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def _people(table: str, *columns: str) -> list[sa.ForeignKeyConstraint]:
    """Return the constraints by which columns name people."""
    return [
        sa.ForeignKeyConstraint([one], ["people.id"], name=op.f(f"fk_{table}_{one}_people"))
        for one in columns
    ]


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "delegations",
        sa.Column("statement", sa.JSON(), nullable=False),
        sa.Column("signature", sa.String(length=120), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("giver_id", sa.Uuid(), nullable=False),
        sa.Column("taker_id", sa.Uuid(), nullable=False),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("delegated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_why", sa.String(), nullable=True),
        *_people("delegations", "giver_id", "taker_id"),
        sa.ForeignKeyConstraint(
            ["review_id"], ["reviews.id"], name=op.f("fk_delegations_review_id_reviews")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegations")),
    )
    op.create_index(op.f("ix_delegations_review_id"), "delegations", ["review_id"], unique=False)
    op.create_table(
        "delegated_signatures",
        sa.Column("signature_id", sa.Uuid(), nullable=False),
        sa.Column("delegation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delegation_id"],
            ["delegations.id"],
            name=op.f("fk_delegated_signatures_delegation_id_delegations"),
        ),
        sa.PrimaryKeyConstraint("signature_id", name=op.f("pk_delegated_signatures")),
    )
    op.create_index(
        op.f("ix_delegated_signatures_delegation_id"),
        "delegated_signatures",
        ["delegation_id"],
        unique=False,
    )
    op.create_table(
        "dual_roles",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("first", sa.String(), nullable=False),
        sa.Column("second", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("declared_by", sa.Uuid(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_why", sa.String(), nullable=True),
        *_people("dual_roles", "person_id", "declared_by", "revoked_by"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dual_roles")),
    )
    op.create_index(op.f("ix_dual_roles_person_id"), "dual_roles", ["person_id"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_index(op.f("ix_dual_roles_person_id"), table_name="dual_roles")
    op.drop_table("dual_roles")
    op.drop_index(op.f("ix_delegated_signatures_delegation_id"), table_name="delegated_signatures")
    op.drop_table("delegated_signatures")
    op.drop_index(op.f("ix_delegations_review_id"), table_name="delegations")
    op.drop_table("delegations")
