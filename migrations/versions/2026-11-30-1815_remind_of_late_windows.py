"""remind of late windows. One new table: that a monitoring window was late was told, once.

The previous release does not know the table and is not hindered by it; nothing is rewritten.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "monitoring_reminders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deployment_id", sa.Uuid(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["deployment_id"],
            ["deployments.id"],
            name=op.f("fk_monitoring_reminders_deployment_id_deployments"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monitoring_reminders")),
        sa.UniqueConstraint(
            "deployment_id", "due", name=op.f("uq_monitoring_reminders_deployment_id_due")
        ),
    )
    op.create_index(
        op.f("ix_monitoring_reminders_deployment_id"),
        "monitoring_reminders",
        ["deployment_id"],
        unique=False,
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_index(op.f("ix_monitoring_reminders_deployment_id"), table_name="monitoring_reminders")
    op.drop_table("monitoring_reminders")
