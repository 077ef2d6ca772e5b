"""keep what runs at sites. Five new tables, from a deployment to its monitoring windows.

The previous release does not know them and is not hindered by them; nothing is rewritten.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "deployments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["people.id"], name=op.f("fk_deployments_proposed_by_people")
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_deployments_site_id_sites")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name=op.f("fk_deployments_version_id_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deployments")),
        sa.UniqueConstraint(
            "version_id", "site_id", "number", name=op.f("uq_deployments_version_id_site_id_number")
        ),
    )
    op.create_index(op.f("ix_deployments_site_id"), "deployments", ["site_id"], unique=False)
    op.create_index(op.f("ix_deployments_version_id"), "deployments", ["version_id"], unique=False)
    op.create_table(
        "deployment_moves",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deployment_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("dossier", sa.String(length=71), nullable=True),
        sa.Column("signed", sa.JSON(), nullable=True),
        sa.Column("moved_by", sa.Uuid(), nullable=True),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["deployment_id"],
            ["deployments.id"],
            name=op.f("fk_deployment_moves_deployment_id_deployments"),
        ),
        sa.ForeignKeyConstraint(
            ["moved_by"], ["people.id"], name=op.f("fk_deployment_moves_moved_by_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deployment_moves")),
        sa.UniqueConstraint(
            "deployment_id", "number", name=op.f("uq_deployment_moves_deployment_id_number")
        ),
    )
    op.create_index(
        op.f("ix_deployment_moves_deployment_id"),
        "deployment_moves",
        ["deployment_id"],
        unique=False,
    )
    op.create_table(
        "monitoring_windows",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deployment_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("submitted_by", sa.Uuid(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["deployment_id"],
            ["deployments.id"],
            name=op.f("fk_monitoring_windows_deployment_id_deployments"),
        ),
        sa.ForeignKeyConstraint(
            ["evidence_id"],
            ["evidence.id"],
            name=op.f("fk_monitoring_windows_evidence_id_evidence"),
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by"], ["people.id"], name=op.f("fk_monitoring_windows_submitted_by_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monitoring_windows")),
        sa.UniqueConstraint(
            "deployment_id",
            "evidence_id",
            name=op.f("uq_monitoring_windows_deployment_id_evidence_id"),
        ),
        sa.UniqueConstraint(
            "deployment_id", "number", name=op.f("uq_monitoring_windows_deployment_id_number")
        ),
    )
    op.create_index(
        op.f("ix_monitoring_windows_deployment_id"),
        "monitoring_windows",
        ["deployment_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_monitoring_windows_evidence_id"),
        "monitoring_windows",
        ["evidence_id"],
        unique=False,
    )
    op.create_table(
        "site_dossiers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deployment_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rung", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("frozen_by", sa.Uuid(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["deployment_id"],
            ["deployments.id"],
            name=op.f("fk_site_dossiers_deployment_id_deployments"),
        ),
        sa.ForeignKeyConstraint(
            ["frozen_by"], ["people.id"], name=op.f("fk_site_dossiers_frozen_by_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_dossiers")),
        sa.UniqueConstraint(
            "deployment_id", "number", name=op.f("uq_site_dossiers_deployment_id_number")
        ),
        sa.UniqueConstraint("digest", name=op.f("uq_site_dossiers_digest")),
    )
    op.create_index(
        op.f("ix_site_dossiers_deployment_id"), "site_dossiers", ["deployment_id"], unique=False
    )
    op.create_table(
        "site_signoffs",
        sa.Column("statement", sa.JSON(), nullable=False),
        sa.Column("signature", sa.String(length=120), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deployment_id", sa.Uuid(), nullable=False),
        sa.Column("dossier", sa.String(length=71), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("registration", sa.String(), nullable=True),
        sa.Column("meaning", sa.String(length=40), nullable=False),
        sa.Column("reasons", sa.String(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["deployment_id"],
            ["deployments.id"],
            name=op.f("fk_site_signoffs_deployment_id_deployments"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_site_signoffs_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_signoffs")),
        sa.UniqueConstraint(
            "dossier", "person_id", name=op.f("uq_site_signoffs_dossier_person_id")
        ),
        sa.UniqueConstraint("dossier", "role", name=op.f("uq_site_signoffs_dossier_role")),
    )
    op.create_index(
        op.f("ix_site_signoffs_deployment_id"), "site_signoffs", ["deployment_id"], unique=False
    )
    op.create_index(
        op.f("ix_site_signoffs_person_id"), "site_signoffs", ["person_id"], unique=False
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_index(op.f("ix_site_signoffs_person_id"), table_name="site_signoffs")
    op.drop_index(op.f("ix_site_signoffs_deployment_id"), table_name="site_signoffs")
    op.drop_table("site_signoffs")
    op.drop_index(op.f("ix_site_dossiers_deployment_id"), table_name="site_dossiers")
    op.drop_table("site_dossiers")
    op.drop_index(op.f("ix_monitoring_windows_evidence_id"), table_name="monitoring_windows")
    op.drop_index(op.f("ix_monitoring_windows_deployment_id"), table_name="monitoring_windows")
    op.drop_table("monitoring_windows")
    op.drop_index(op.f("ix_deployment_moves_deployment_id"), table_name="deployment_moves")
    op.drop_table("deployment_moves")
    op.drop_index(op.f("ix_deployments_version_id"), table_name="deployments")
    op.drop_index(op.f("ix_deployments_site_id"), table_name="deployments")
    op.drop_table("deployments")
