"""keep the life of decisions: conditions, reminders, suspensions, waivers and comments.

Nine new tables, and three columns that may be empty; the previous release does not know them and
is not hindered by them, and nothing is rewritten.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

SIGNED = (
    ("statement", sa.JSON()),
    ("signature", sa.String(length=120)),
    ("key", sa.String(length=64)),
    ("method", sa.String(length=40)),
)


def signed() -> list[sa.Column]:
    """Return the columns that hold a signature."""
    return [sa.Column(name, kind, nullable=False) for name, kind in SIGNED]


def upgrade() -> None:
    """Make the tables."""
    _life()
    _waivers()
    _comments()


def _life() -> None:
    """Make the tables of conditions, reminders and suspensions."""
    op.add_column("condition_closures", sa.Column("submission", sa.Integer(), nullable=True))
    op.create_table(
        "condition_submissions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("condition_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("artifact", sa.String(length=71), nullable=True),
        sa.Column("submitted_by", sa.Uuid(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["condition_id"],
            ["conditions.id"],
            name=op.f("fk_condition_submissions_condition_id_conditions"),
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by"],
            ["people.id"],
            name=op.f("fk_condition_submissions_submitted_by_people"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_condition_submissions")),
        sa.UniqueConstraint(
            "condition_id", "number", name=op.f("uq_condition_submissions_condition_id_number")
        ),
    )
    op.create_index(
        op.f("ix_condition_submissions_condition_id"), "condition_submissions", ["condition_id"]
    )
    op.create_table(
        "condition_extensions",
        *signed(),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("condition_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("extended_by", sa.Uuid(), nullable=False),
        sa.Column("extended_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["condition_id"],
            ["conditions.id"],
            name=op.f("fk_condition_extensions_condition_id_conditions"),
        ),
        sa.ForeignKeyConstraint(
            ["extended_by"], ["people.id"], name=op.f("fk_condition_extensions_extended_by_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_condition_extensions")),
        sa.UniqueConstraint(
            "condition_id", "number", name=op.f("uq_condition_extensions_condition_id_number")
        ),
    )
    op.create_index(
        op.f("ix_condition_extensions_condition_id"), "condition_extensions", ["condition_id"]
    )
    op.create_table(
        "reminders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("about", sa.String(length=40), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("notice", sa.String(length=40), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["review_id"], ["reviews.id"], name=op.f("fk_reminders_review_id_reviews")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
        sa.UniqueConstraint(
            "review_id",
            "about",
            "due",
            "notice",
            name=op.f("uq_reminders_review_id_about_due_notice"),
        ),
    )
    op.create_index(op.f("ix_reminders_review_id"), "reminders", ["review_id"])
    op.create_table(
        "suspensions",
        *signed(),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("verb", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name=op.f("fk_suspensions_version_id_versions")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_suspensions_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspensions")),
    )
    op.create_index(op.f("ix_suspensions_version_id"), "suspensions", ["version_id"])
    op.create_table(
        "approval_lapses",
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("dossier", sa.String(length=71), nullable=False),
        sa.Column("lapsed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_approval_lapses_decision_id_decisions")
        ),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_approval_lapses")),
    )
    op.create_index(op.f("ix_approval_lapses_dossier"), "approval_lapses", ["dossier"])


def _waivers() -> None:
    """Make the tables of waivers."""
    op.create_table(
        "waivers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("dossier", sa.String(length=71), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["review_id"], ["reviews.id"], name=op.f("fk_waivers_review_id_reviews")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["people.id"], name=op.f("fk_waivers_proposed_by_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waivers")),
        sa.UniqueConstraint("review_id", "number", name=op.f("uq_waivers_review_id_number")),
    )
    op.create_index(op.f("ix_waivers_review_id"), "waivers", ["review_id"])
    op.create_table(
        "waiver_signatures",
        sa.Column("statement", sa.JSON(), nullable=False),
        sa.Column("signature", sa.String(length=120), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("waiver_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["waiver_id"], ["waivers.id"], name=op.f("fk_waiver_signatures_waiver_id_waivers")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_waiver_signatures_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiver_signatures")),
        sa.UniqueConstraint(
            "waiver_id", "person_id", name=op.f("uq_waiver_signatures_waiver_id_person_id")
        ),
    )
    op.create_index(op.f("ix_waiver_signatures_waiver_id"), "waiver_signatures", ["waiver_id"])


def _comments() -> None:
    """Make the tables of comments, and why a review was opened."""
    op.add_column("reviews", sa.Column("reason", sa.String(), nullable=True))
    op.add_column("reviews", sa.Column("unchanged_from", sa.String(length=71), nullable=True))
    op.create_table(
        "comments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("part", sa.String(length=80), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("dossier", sa.String(length=71), nullable=False),
        sa.Column("said_by", sa.Uuid(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["review_id"], ["reviews.id"], name=op.f("fk_comments_review_id_reviews")
        ),
        sa.ForeignKeyConstraint(
            ["said_by"], ["people.id"], name=op.f("fk_comments_said_by_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
        sa.UniqueConstraint("review_id", "number", name=op.f("uq_comments_review_id_number")),
    )
    op.create_index(op.f("ix_comments_review_id"), "comments", ["review_id"])
    op.create_table(
        "comment_ends",
        sa.Column("comment_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("ended_by", sa.Uuid(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_comment_ends_comment_id_comments")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by"], ["people.id"], name=op.f("fk_comment_ends_ended_by_people")
        ),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_comment_ends")),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("comment_ends")
    op.drop_index(op.f("ix_comments_review_id"), table_name="comments")
    op.drop_table("comments")
    op.drop_column("reviews", "unchanged_from")
    op.drop_column("reviews", "reason")
    op.drop_index(op.f("ix_waiver_signatures_waiver_id"), table_name="waiver_signatures")
    op.drop_table("waiver_signatures")
    op.drop_index(op.f("ix_waivers_review_id"), table_name="waivers")
    op.drop_table("waivers")
    for table, column in (
        ("approval_lapses", "dossier"),
        ("suspensions", "version_id"),
        ("reminders", "review_id"),
        ("condition_extensions", "condition_id"),
        ("condition_submissions", "condition_id"),
    ):
        op.drop_index(op.f(f"ix_{table}_{column}"), table_name=table)
        op.drop_table(table)
    op.drop_column("condition_closures", "submission")
