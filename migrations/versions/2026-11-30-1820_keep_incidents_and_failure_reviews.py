"""keep incidents and failure reviews. Three new tables: incidents, their records, reviews.

The previous release does not know the tables and is not hindered by them; nothing is rewritten.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of incidents and failure reviews."""
    op.create_table(
        "incidents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.Uuid(), nullable=False),
        sa.Column("reported_by", sa.Uuid(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("blinded", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["model_id"], ["models.id"], name=op.f("fk_incidents_model_id_models")
        ),
        sa.ForeignKeyConstraint(
            ["reported_by"], ["people.id"], name=op.f("fk_incidents_reported_by_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
        sa.UniqueConstraint("number", name=op.f("uq_incidents_number")),
    )
    op.create_index(op.f("ix_incidents_model_id"), "incidents", ["model_id"], unique=False)
    op.create_table(
        "incident_records",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["people.id"], name=op.f("fk_incident_records_recorded_by_people")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["incidents.id"], name=op.f("fk_incident_records_subject_id_incidents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_records")),
        sa.UniqueConstraint(
            "subject_id", "number", name=op.f("uq_incident_records_subject_id_number")
        ),
    )
    op.create_index(
        op.f("ix_incident_records_subject_id"), "incident_records", ["subject_id"], unique=False
    )
    op.create_table(
        "failure_reviews",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("document", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("reviewed_by", sa.Uuid(), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["evidence.id"], name=op.f("fk_failure_reviews_evidence_id_evidence")
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_by"], ["people.id"], name=op.f("fk_failure_reviews_reviewed_by_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failure_reviews")),
        sa.UniqueConstraint(
            "evidence_id", "number", name=op.f("uq_failure_reviews_evidence_id_number")
        ),
    )
    op.create_index(
        op.f("ix_failure_reviews_evidence_id"), "failure_reviews", ["evidence_id"], unique=False
    )


def downgrade() -> None:
    """Drop the tables of incidents and failure reviews."""
    op.drop_index(op.f("ix_failure_reviews_evidence_id"), table_name="failure_reviews")
    op.drop_table("failure_reviews")
    op.drop_index(op.f("ix_incident_records_subject_id"), table_name="incident_records")
    op.drop_table("incident_records")
    op.drop_index(op.f("ix_incidents_model_id"), table_name="incidents")
    op.drop_table("incidents")
