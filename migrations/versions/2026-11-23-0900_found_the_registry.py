"""found the registry. Every table of the first release, and the guards of the trail."""

from alembic import op
from registry.store import guards
from registry.store.schema import metadata
from sqlalchemy import text

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table, the trail's one head, and its guards."""
    metadata.create_all(op.get_bind())
    op.execute("INSERT INTO trail_head (id, size, frontier) VALUES (1, 0, '')")
    for statement in guards.statements(op.get_bind().dialect.name):
        op.execute(text(statement))
