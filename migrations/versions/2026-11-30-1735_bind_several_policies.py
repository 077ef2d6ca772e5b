"""bind several policies. One new table and one new column: what stands under a further policy.

The previous release does not know them and is not hindered: every policy of before is in force in
its turn, none stands beside.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of bindings, and let a policy stand beside the one in force."""
    op.create_table(
        "policy_bindings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("policy", sa.String(length=64), nullable=False),
        sa.Column("model_id", sa.Uuid(), nullable=True),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("bound_by", sa.Uuid(), nullable=False),
        sa.Column("bound_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_by", sa.Uuid(), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_why", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["bound_by"], ["people.id"], name=op.f("fk_policy_bindings_bound_by_people")
        ),
        sa.ForeignKeyConstraint(
            ["model_id"], ["models.id"], name=op.f("fk_policy_bindings_model_id_models")
        ),
        sa.ForeignKeyConstraint(
            ["released_by"], ["people.id"], name=op.f("fk_policy_bindings_released_by_people")
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_policy_bindings_site_id_sites")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_bindings")),
    )
    for column in ("model_id", "site_id"):
        op.create_index(
            op.f(f"ix_policy_bindings_{column}"), "policy_bindings", [column], unique=False
        )
    op.add_column(
        "policies", sa.Column("beside", sa.Boolean(), server_default=sa.false(), nullable=False)
    )


def downgrade() -> None:
    """Drop the table of bindings, and put every policy in force again."""
    op.drop_column("policies", "beside")
    for column in ("site_id", "model_id"):
        op.drop_index(op.f(f"ix_policy_bindings_{column}"), table_name="policy_bindings")
    op.drop_table("policy_bindings")
