"""keep hazards and their log. Five new tables: plans, hazards, their records, issues, approvals.

The previous release does not know the tables and is not hindered by them; nothing is rewritten.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of hazards."""
    op.create_table(
        "hazard_approvals",
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
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_hazard_approvals_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hazard_approvals")),
        sa.UniqueConstraint("digest", name=op.f("uq_hazard_approvals_digest")),
    )
    op.create_index(
        op.f("ix_hazard_approvals_person_id"), "hazard_approvals", ["person_id"], unique=False
    )
    op.create_table(
        "hazard_plans",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("model_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("document", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["model_id"], ["models.id"], name=op.f("fk_hazard_plans_model_id_models")
        ),
        sa.ForeignKeyConstraint(
            ["written_by"], ["people.id"], name=op.f("fk_hazard_plans_written_by_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hazard_plans")),
        sa.UniqueConstraint("digest", name=op.f("uq_hazard_plans_digest")),
        sa.UniqueConstraint("model_id", "number", name=op.f("uq_hazard_plans_model_id_number")),
    )
    op.create_index(op.f("ix_hazard_plans_model_id"), "hazard_plans", ["model_id"], unique=False)
    op.create_table(
        "hazards",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("model_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("raised_by", sa.Uuid(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["model_id"], ["models.id"], name=op.f("fk_hazards_model_id_models")
        ),
        sa.ForeignKeyConstraint(
            ["raised_by"], ["people.id"], name=op.f("fk_hazards_raised_by_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hazards")),
        sa.UniqueConstraint("model_id", "number", name=op.f("uq_hazards_model_id_number")),
    )
    op.create_index(op.f("ix_hazards_model_id"), "hazards", ["model_id"], unique=False)
    op.create_table(
        "hazard_logs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("model_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("issued_by", sa.Uuid(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["issued_by"], ["people.id"], name=op.f("fk_hazard_logs_issued_by_people")
        ),
        sa.ForeignKeyConstraint(
            ["model_id"], ["models.id"], name=op.f("fk_hazard_logs_model_id_models")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["hazard_plans.id"], name=op.f("fk_hazard_logs_plan_id_hazard_plans")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hazard_logs")),
        sa.UniqueConstraint("digest", name=op.f("uq_hazard_logs_digest")),
        sa.UniqueConstraint("model_id", "number", name=op.f("uq_hazard_logs_model_id_number")),
    )
    op.create_index(op.f("ix_hazard_logs_model_id"), "hazard_logs", ["model_id"], unique=False)
    op.create_table(
        "hazard_records",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["people.id"], name=op.f("fk_hazard_records_recorded_by_people")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["hazards.id"], name=op.f("fk_hazard_records_subject_id_hazards")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hazard_records")),
        sa.UniqueConstraint(
            "subject_id", "number", name=op.f("uq_hazard_records_subject_id_number")
        ),
    )
    op.create_index(
        op.f("ix_hazard_records_subject_id"), "hazard_records", ["subject_id"], unique=False
    )


def downgrade() -> None:
    """Drop the tables of hazards."""
    op.drop_index(op.f("ix_hazard_records_subject_id"), table_name="hazard_records")
    op.drop_table("hazard_records")
    op.drop_index(op.f("ix_hazard_logs_model_id"), table_name="hazard_logs")
    op.drop_table("hazard_logs")
    op.drop_index(op.f("ix_hazards_model_id"), table_name="hazards")
    op.drop_table("hazards")
    op.drop_index(op.f("ix_hazard_plans_model_id"), table_name="hazard_plans")
    op.drop_table("hazard_plans")
    op.drop_index(op.f("ix_hazard_approvals_person_id"), table_name="hazard_approvals")
    op.drop_table("hazard_approvals")
