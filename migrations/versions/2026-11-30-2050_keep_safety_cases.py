"""keep safety cases. Three new tables: cases, signatures over them, and the files made of them.

The previous release does not know the tables and is not hindered by them; nothing is rewritten.
"""

import sqlalchemy as sa
from alembic import op

from registry.store import guards

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TABLES = ("safety_cases", "safety_case_signatures", "safety_case_files")


def upgrade() -> None:
    """Make the tables, to which rows are added alone."""
    op.create_table(
        "safety_cases",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_safety_cases_site_id_sites")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name=op.f("fk_safety_cases_version_id_versions")
        ),
        sa.ForeignKeyConstraint(
            ["written_by"], ["people.id"], name=op.f("fk_safety_cases_written_by_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_safety_cases")),
        sa.UniqueConstraint("digest", name=op.f("uq_safety_cases_digest")),
        sa.UniqueConstraint("subject", "number", name=op.f("uq_safety_cases_subject_number")),
    )
    op.create_index(op.f("ix_safety_cases_site_id"), "safety_cases", ["site_id"], unique=False)
    op.create_index(
        op.f("ix_safety_cases_version_id"), "safety_cases", ["version_id"], unique=False
    )
    op.create_table(
        "safety_case_signatures",
        sa.Column("statement", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("signature", sa.String(length=120), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("registration", sa.String(), nullable=True),
        sa.Column("meaning", sa.String(length=80), nullable=False),
        sa.Column("reasons", sa.String(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_safety_case_signatures_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_safety_case_signatures")),
        sa.UniqueConstraint("digest", name=op.f("uq_safety_case_signatures_digest")),
    )
    op.create_index(
        op.f("ix_safety_case_signatures_person_id"),
        "safety_case_signatures",
        ["person_id"],
        unique=False,
    )
    op.create_table(
        "safety_case_files",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("banner", sa.String(length=20), nullable=True),
        sa.Column("documents_digest", sa.String(length=71), nullable=False),
        sa.Column("pdf_digest", sa.String(length=71), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["safety_cases.id"], name=op.f("fk_safety_case_files_case_id_safety_cases")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_safety_case_files")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_safety_case_files_case_id_number")),
    )
    op.create_index(
        op.f("ix_safety_case_files_case_id"), "safety_case_files", ["case_id"], unique=False
    )
    dialect = op.get_bind().dialect.name
    for table in TABLES:
        for statement in guards.append_only(table, dialect):
            op.execute(sa.text(statement))


def downgrade() -> None:
    """Drop the tables, guards and all."""
    dialect = op.get_bind().dialect.name
    for table in TABLES:
        for statement in guards.no_longer_append_only(table, dialect):
            op.execute(sa.text(statement))
    op.drop_index(op.f("ix_safety_case_files_case_id"), table_name="safety_case_files")
    op.drop_table("safety_case_files")
    op.drop_index(op.f("ix_safety_case_signatures_person_id"), table_name="safety_case_signatures")
    op.drop_table("safety_case_signatures")
    op.drop_index(op.f("ix_safety_cases_version_id"), table_name="safety_cases")
    op.drop_index(op.f("ix_safety_cases_site_id"), table_name="safety_cases")
    op.drop_table("safety_cases")
