"""guard what runs at hospitals. Deployments, their moves and their windows are added to alone.

The previous release adds to these tables and changes nothing in them, so that it is not hindered.
"""

import sqlalchemy as sa
from alembic import op

from registry.store import guards

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

TABLES = (
    "deployments",
    "site_dossiers",
    "site_signoffs",
    "deployment_moves",
    "monitoring_windows",
    "monitoring_reminders",
)


def upgrade() -> None:
    """Refuse whatever changes or deletes a row of these tables."""
    dialect = op.get_bind().dialect.name
    for table in TABLES:
        for statement in guards.append_only(table, dialect):
            op.execute(sa.text(statement))


def downgrade() -> None:
    """Take the guards away."""
    dialect = op.get_bind().dialect.name
    for table in TABLES:
        for statement in guards.no_longer_append_only(table, dialect):
            op.execute(sa.text(statement))
