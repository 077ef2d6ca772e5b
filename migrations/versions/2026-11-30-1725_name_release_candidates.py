"""name release candidates. One new table: the versions that may go into review.

The previous release does not know the table and is not hindered by it; versions reviewed before
need no candidacy, and nothing is rewritten.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of release candidates."""
    op.create_table(
        "release_candidates",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("named_by", sa.Uuid(), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["named_by"], ["people.id"], name=op.f("fk_release_candidates_named_by_people")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name=op.f("fk_release_candidates_version_id_versions")
        ),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_release_candidates")),
    )


def downgrade() -> None:
    """Drop the table of release candidates."""
    op.drop_table("release_candidates")
