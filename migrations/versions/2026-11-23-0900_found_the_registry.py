"""found the registry. Every table of the first release, and the guards of the trail.

There is no previous release; nothing is rewritten.
"""

import sqlalchemy as sa
from alembic import op

from registry.store import guards

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table, the trail's one head, and its guards."""
    op.create_table(
        "failed_signins",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failed_signins")),
    )
    op.create_index(op.f("ix_failed_signins_login"), "failed_signins", ["login"], unique=False)
    op.create_table(
        "jobs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("args", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("run_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("max_attempts", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(length=120), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("step", sa.String(length=200), nullable=False),
        sa.Column("progress", sa.Float(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("result", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("key", name=op.f("uq_jobs_key")),
    )
    op.create_index("ix_jobs_status_run_after", "jobs", ["status", "run_after"], unique=False)
    op.create_table(
        "people",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column("enrolled_by", sa.Uuid(), nullable=True),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["enrolled_by"], ["people.id"], name=op.f("fk_people_enrolled_by_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("login", name=op.f("uq_people_login")),
    )
    op.create_table(
        "trail_checkpoints",
        sa.Column(
            "size",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_trail_checkpoints")),
    )
    op.create_table(
        "trail_entries",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(body) > 0", name=op.f("ck_trail_entries_body")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_trail_entries")),
    )
    op.create_table(
        "trail_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_trail_head_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trail_head")),
    )
    op.create_table(
        "trail_nodes",
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column(
            "index",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "index", name=op.f("pk_trail_nodes")),
    )
    op.create_table(
        "datasets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("registered_by", sa.Uuid(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_why", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["registered_by"], ["people.id"], name=op.f("fk_datasets_registered_by_people")
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"], ["people.id"], name=op.f("fk_datasets_withdrawn_by_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_datasets")),
        sa.UniqueConstraint("name", "number", name=op.f("uq_datasets_name_number")),
    )
    op.create_table(
        "models",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("registered_by", sa.Uuid(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["registered_by"], ["people.id"], name=op.f("fk_models_registered_by_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_models")),
        sa.UniqueConstraint("name", name=op.f("uq_models_name")),
    )
    op.create_table(
        "person_records",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["people.id"], name=op.f("fk_person_records_recorded_by_people")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["people.id"], name=op.f("fk_person_records_subject_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_records")),
        sa.UniqueConstraint(
            "subject_id", "number", name=op.f("uq_person_records_subject_id_number")
        ),
    )
    op.create_index(
        op.f("ix_person_records_subject_id"), "person_records", ["subject_id"], unique=False
    )
    op.create_table(
        "policies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("document", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("registered_by", sa.Uuid(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["registered_by"], ["people.id"], name=op.f("fk_policies_registered_by_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policies")),
        sa.UniqueConstraint("name", "version", name=op.f("uq_policies_name_version")),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_sessions_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_sessions_secret_hash")),
    )
    op.create_index(op.f("ix_sessions_person_id"), "sessions", ["person_id"], unique=False)
    op.create_table(
        "sites",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("registered_by", sa.Uuid(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["registered_by"], ["people.id"], name=op.f("fk_sites_registered_by_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sites")),
        sa.UniqueConstraint("name", name=op.f("uq_sites_name")),
    )
    op.create_table(
        "tokens",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_tokens_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tokens")),
    )
    op.create_index(op.f("ix_tokens_person_id"), "tokens", ["person_id"], unique=False)
    op.create_table(
        "dataset_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dataset_id", sa.Uuid(), nullable=False),
        sa.Column("partition", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["dataset_id"], ["datasets.id"], name=op.f("fk_dataset_keys_dataset_id_datasets")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["people.id"], name=op.f("fk_dataset_keys_recorded_by_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dataset_keys")),
        sa.UniqueConstraint(
            "dataset_id",
            "partition",
            "number",
            name=op.f("uq_dataset_keys_dataset_id_partition_number"),
        ),
    )
    op.create_index(
        op.f("ix_dataset_keys_dataset_id"), "dataset_keys", ["dataset_id"], unique=False
    )
    op.create_table(
        "dataset_records",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["people.id"], name=op.f("fk_dataset_records_recorded_by_people")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["datasets.id"], name=op.f("fk_dataset_records_subject_id_datasets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dataset_records")),
        sa.UniqueConstraint(
            "subject_id", "number", name=op.f("uq_dataset_records_subject_id_number")
        ),
    )
    op.create_index(
        op.f("ix_dataset_records_subject_id"), "dataset_records", ["subject_id"], unique=False
    )
    op.create_table(
        "model_records",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["people.id"], name=op.f("fk_model_records_recorded_by_people")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["models.id"], name=op.f("fk_model_records_subject_id_models")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_records")),
        sa.UniqueConstraint(
            "subject_id", "number", name=op.f("uq_model_records_subject_id_number")
        ),
    )
    op.create_index(
        op.f("ix_model_records_subject_id"), "model_records", ["subject_id"], unique=False
    )
    op.create_table(
        "person_roles",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("granted_by", sa.Uuid(), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_why", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["granted_by"], ["people.id"], name=op.f("fk_person_roles_granted_by_people")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_person_roles_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["revoked_by"], ["people.id"], name=op.f("fk_person_roles_revoked_by_people")
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_person_roles_site_id_sites")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_roles")),
    )
    op.create_index(op.f("ix_person_roles_person_id"), "person_roles", ["person_id"], unique=False)
    op.create_table(
        "protocols",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("model_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("measure_digest", sa.String(length=71), nullable=False),
        sa.Column("source_digest", sa.String(length=71), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("document", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("registered_by", sa.Uuid(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["model_id"], ["models.id"], name=op.f("fk_protocols_model_id_models")
        ),
        sa.ForeignKeyConstraint(
            ["registered_by"], ["people.id"], name=op.f("fk_protocols_registered_by_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_protocols")),
        sa.UniqueConstraint("digest", name=op.f("uq_protocols_digest")),
    )
    op.create_index(op.f("ix_protocols_model_id"), "protocols", ["model_id"], unique=False)
    op.create_table(
        "site_records",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["people.id"], name=op.f("fk_site_records_recorded_by_people")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["sites.id"], name=op.f("fk_site_records_subject_id_sites")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_records")),
        sa.UniqueConstraint("subject_id", "number", name=op.f("uq_site_records_subject_id_number")),
    )
    op.create_index(
        op.f("ix_site_records_subject_id"), "site_records", ["subject_id"], unique=False
    )
    op.create_table(
        "versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("model_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("registered_by", sa.Uuid(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["model_id"], ["models.id"], name=op.f("fk_versions_model_id_models")
        ),
        sa.ForeignKeyConstraint(
            ["registered_by"], ["people.id"], name=op.f("fk_versions_registered_by_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_versions")),
        sa.UniqueConstraint("model_id", "number", name=op.f("uq_versions_model_id_number")),
    )
    op.create_index(op.f("ix_versions_model_id"), "versions", ["model_id"], unique=False)
    op.create_table(
        "cards",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("dossier", sa.String(length=71), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("banner", sa.String(length=20), nullable=True),
        sa.Column("headline", sa.String(), nullable=False),
        sa.Column("documents_digest", sa.String(length=71), nullable=False),
        sa.Column("pdf_digest", sa.String(length=71), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("issued_by", sa.Uuid(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["issued_by"], ["people.id"], name=op.f("fk_cards_issued_by_people")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name=op.f("fk_cards_version_id_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cards")),
        sa.UniqueConstraint("version_id", "number", name=op.f("uq_cards_version_id_number")),
    )
    op.create_index(op.f("ix_cards_dossier"), "cards", ["dossier"], unique=False)
    op.create_index(op.f("ix_cards_version_id"), "cards", ["version_id"], unique=False)
    op.create_table(
        "evidence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("protocol_id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("scores_from", sa.String(length=40), nullable=False),
        sa.Column("custody", sa.String(length=40), nullable=False),
        sa.Column("dataset_id", sa.Uuid(), nullable=True),
        sa.Column("table_digest", sa.String(length=71), nullable=False),
        sa.Column("table_format", sa.String(length=20), nullable=False),
        sa.Column("table_size", sa.BigInteger(), nullable=False),
        sa.Column("custodian", sa.String(length=200), nullable=False),
        sa.Column("location", sa.String(length=500), nullable=False),
        sa.Column("retained_until", sa.Date(), nullable=True),
        sa.Column("submitted_by", sa.Uuid(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("exploratory_because", sa.String(), nullable=True),
        sa.Column("discounted_because", sa.String(), nullable=True),
        sa.Column("staged", sa.String(length=64), nullable=False),
        sa.Column("table_deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refusal", sa.String(), nullable=True),
        sa.Column("rows", sa.BigInteger(), nullable=True),
        sa.Column("tally_digest", sa.String(length=71), nullable=True),
        sa.Column("assessment_digest", sa.String(length=71), nullable=True),
        sa.Column("engine", sa.String(length=80), nullable=True),
        sa.Column("keys_digest", sa.String(length=71), nullable=True),
        sa.Column("keys_count", sa.Integer(), nullable=True),
        sa.Column("keys_coverage", sa.Float(), nullable=True),
        sa.Column("keys_unknown_because", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["dataset_id"], ["datasets.id"], name=op.f("fk_evidence_dataset_id_datasets")
        ),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_evidence_job_id_jobs")),
        sa.ForeignKeyConstraint(
            ["protocol_id"], ["protocols.id"], name=op.f("fk_evidence_protocol_id_protocols")
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by"], ["people.id"], name=op.f("fk_evidence_submitted_by_people")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name=op.f("fk_evidence_version_id_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("version_id", "number", name=op.f("uq_evidence_version_id_number")),
    )
    op.create_index(op.f("ix_evidence_dataset_id"), "evidence", ["dataset_id"], unique=False)
    op.create_index(op.f("ix_evidence_protocol_id"), "evidence", ["protocol_id"], unique=False)
    op.create_index(op.f("ix_evidence_table_digest"), "evidence", ["table_digest"], unique=False)
    op.create_index(op.f("ix_evidence_version_id"), "evidence", ["version_id"], unique=False)
    op.create_index(
        "uq_evidence_version_id_protocol_id_table_digest",
        "evidence",
        ["version_id", "protocol_id", "table_digest"],
        unique=True,
        sqlite_where=sa.text("state <> 'refused'"),
        postgresql_where=sa.text("state <> 'refused'"),
    )
    op.create_table(
        "protocol_signatures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("protocol_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("meaning", sa.String(length=80), nullable=False),
        sa.Column("statement", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("signature", sa.String(length=120), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_protocol_signatures_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["protocol_id"],
            ["protocols.id"],
            name=op.f("fk_protocol_signatures_protocol_id_protocols"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_protocol_signatures")),
        sa.UniqueConstraint(
            "protocol_id", "person_id", name=op.f("uq_protocol_signatures_protocol_id_person_id")
        ),
        sa.UniqueConstraint(
            "protocol_id", "role", name=op.f("uq_protocol_signatures_protocol_id_role")
        ),
    )
    op.create_index(
        op.f("ix_protocol_signatures_protocol_id"),
        "protocol_signatures",
        ["protocol_id"],
        unique=False,
    )
    op.create_table(
        "reviews",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("policy_name", sa.String(length=64), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("policy_digest", sa.String(length=71), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["people.id"], name=op.f("fk_reviews_opened_by_people")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name=op.f("fk_reviews_version_id_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
    )
    op.create_index(op.f("ix_reviews_version_id"), "reviews", ["version_id"], unique=False)
    op.create_table(
        "standings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("dossier", sa.String(length=71), nullable=True),
        sa.Column("document", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name=op.f("fk_standings_version_id_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standings")),
        sa.UniqueConstraint("version_id", "number", name=op.f("uq_standings_version_id_number")),
    )
    op.create_index(op.f("ix_standings_version_id"), "standings", ["version_id"], unique=False)
    op.create_table(
        "statements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("consideration", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("evidence", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("carried_from_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["author_id"], ["people.id"], name=op.f("fk_statements_author_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["carried_from_id"],
            ["versions.id"],
            name=op.f("fk_statements_carried_from_id_versions"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name=op.f("fk_statements_version_id_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statements")),
        sa.UniqueConstraint(
            "version_id",
            "consideration",
            "number",
            name=op.f("uq_statements_version_id_consideration_number"),
        ),
    )
    op.create_index(op.f("ix_statements_version_id"), "statements", ["version_id"], unique=False)
    op.create_table(
        "version_artifacts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.String(length=400), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("content", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name=op.f("fk_version_artifacts_version_id_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version_artifacts")),
        sa.UniqueConstraint(
            "version_id", "path", name=op.f("uq_version_artifacts_version_id_path")
        ),
    )
    op.create_index(
        op.f("ix_version_artifacts_digest"), "version_artifacts", ["digest"], unique=False
    )
    op.create_index(
        op.f("ix_version_artifacts_version_id"), "version_artifacts", ["version_id"], unique=False
    )
    op.create_table(
        "version_records",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["people.id"], name=op.f("fk_version_records_recorded_by_people")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["versions.id"], name=op.f("fk_version_records_subject_id_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version_records")),
        sa.UniqueConstraint(
            "subject_id", "number", name=op.f("uq_version_records_subject_id_number")
        ),
    )
    op.create_index(
        op.f("ix_version_records_subject_id"), "version_records", ["subject_id"], unique=False
    )
    op.create_table(
        "decisions",
        sa.Column("statement", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("signature", sa.String(length=120), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("dossier", sa.String(length=71), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["people.id"], name=op.f("fk_decisions_decided_by_people")
        ),
        sa.ForeignKeyConstraint(
            ["review_id"], ["reviews.id"], name=op.f("fk_decisions_review_id_reviews")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name=op.f("fk_decisions_version_id_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        sa.UniqueConstraint("review_id", name=op.f("uq_decisions_review_id")),
    )
    op.create_index(op.f("ix_decisions_version_id"), "decisions", ["version_id"], unique=False)
    op.create_table(
        "dossiers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("frozen_by", sa.Uuid(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["frozen_by"], ["people.id"], name=op.f("fk_dossiers_frozen_by_people")
        ),
        sa.ForeignKeyConstraint(
            ["review_id"], ["reviews.id"], name=op.f("fk_dossiers_review_id_reviews")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name=op.f("fk_dossiers_version_id_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossiers")),
        sa.UniqueConstraint("digest", name=op.f("uq_dossiers_digest")),
        sa.UniqueConstraint("version_id", "number", name=op.f("uq_dossiers_version_id_number")),
    )
    op.create_index(op.f("ix_dossiers_review_id"), "dossiers", ["review_id"], unique=False)
    op.create_index(op.f("ix_dossiers_version_id"), "dossiers", ["version_id"], unique=False)
    op.create_table(
        "signoffs",
        sa.Column("statement", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("signature", sa.String(length=120), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("registration", sa.String(), nullable=True),
        sa.Column("meaning", sa.String(length=40), nullable=False),
        sa.Column("reasons", sa.String(), nullable=True),
        sa.Column("dossier", sa.String(length=71), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_signoffs_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["review_id"], ["reviews.id"], name=op.f("fk_signoffs_review_id_reviews")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signoffs")),
    )
    op.create_index(op.f("ix_signoffs_person_id"), "signoffs", ["person_id"], unique=False)
    op.create_index(op.f("ix_signoffs_review_id"), "signoffs", ["review_id"], unique=False)
    op.create_table(
        "version_datasets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("dataset_id", sa.Uuid(), nullable=False),
        sa.Column("use", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["dataset_id"], ["datasets.id"], name=op.f("fk_version_datasets_dataset_id_datasets")
        ),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["version_records.id"],
            name=op.f("fk_version_datasets_record_id_version_records"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version_datasets")),
        sa.UniqueConstraint(
            "record_id",
            "dataset_id",
            "use",
            name=op.f("uq_version_datasets_record_id_dataset_id_use"),
        ),
    )
    op.create_index(
        op.f("ix_version_datasets_dataset_id"), "version_datasets", ["dataset_id"], unique=False
    )
    op.create_index(
        op.f("ix_version_datasets_record_id"), "version_datasets", ["record_id"], unique=False
    )
    op.create_table(
        "version_parents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=False),
        sa.Column("relation", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["versions.id"], name=op.f("fk_version_parents_parent_id_versions")
        ),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["version_records.id"],
            name=op.f("fk_version_parents_record_id_version_records"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version_parents")),
        sa.UniqueConstraint(
            "record_id", "parent_id", name=op.f("uq_version_parents_record_id_parent_id")
        ),
    )
    op.create_index(
        op.f("ix_version_parents_parent_id"), "version_parents", ["parent_id"], unique=False
    )
    op.create_index(
        op.f("ix_version_parents_record_id"), "version_parents", ["record_id"], unique=False
    )
    op.create_table(
        "conditions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_conditions_decision_id_decisions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conditions")),
        sa.UniqueConstraint("decision_id", "number", name=op.f("uq_conditions_decision_id_number")),
    )
    op.create_index(op.f("ix_conditions_decision_id"), "conditions", ["decision_id"], unique=False)
    op.create_table(
        "signoff_seats",
        sa.Column("dossier", sa.String(length=71), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.Column("signoff_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_signoff_seats_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["signoff_id"], ["signoffs.id"], name=op.f("fk_signoff_seats_signoff_id_signoffs")
        ),
        sa.PrimaryKeyConstraint("dossier", "person_id", "place", name=op.f("pk_signoff_seats")),
        sa.UniqueConstraint("signoff_id", name=op.f("uq_signoff_seats_signoff_id")),
    )
    op.create_table(
        "signoff_withdrawals",
        sa.Column("statement", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("signature", sa.String(length=120), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("signoff_id", sa.Uuid(), nullable=False),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["signoff_id"], ["signoffs.id"], name=op.f("fk_signoff_withdrawals_signoff_id_signoffs")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signoff_withdrawals")),
        sa.UniqueConstraint("signoff_id", name=op.f("uq_signoff_withdrawals_signoff_id")),
    )
    op.create_table(
        "condition_closures",
        sa.Column("statement", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("signature", sa.String(length=120), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("condition_id", sa.Uuid(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["condition_id"],
            ["conditions.id"],
            name=op.f("fk_condition_closures_condition_id_conditions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_condition_closures")),
        sa.UniqueConstraint("condition_id", name=op.f("uq_condition_closures_condition_id")),
    )

    op.execute(sa.text("INSERT INTO trail_head (id, size, frontier) VALUES (1, 0, '')"))
    for statement in guards.statements(op.get_bind().dialect.name):
        op.execute(sa.text(statement))


def downgrade() -> None:
    """Take everything away again."""
    op.drop_table("condition_closures")
    op.drop_table("signoff_withdrawals")
    op.drop_table("signoff_seats")
    op.drop_index(op.f("ix_conditions_decision_id"), table_name="conditions")
    op.drop_table("conditions")
    op.drop_index(op.f("ix_version_parents_record_id"), table_name="version_parents")
    op.drop_index(op.f("ix_version_parents_parent_id"), table_name="version_parents")
    op.drop_table("version_parents")
    op.drop_index(op.f("ix_version_datasets_record_id"), table_name="version_datasets")
    op.drop_index(op.f("ix_version_datasets_dataset_id"), table_name="version_datasets")
    op.drop_table("version_datasets")
    op.drop_index(op.f("ix_signoffs_review_id"), table_name="signoffs")
    op.drop_index(op.f("ix_signoffs_person_id"), table_name="signoffs")
    op.drop_table("signoffs")
    op.drop_index(op.f("ix_dossiers_version_id"), table_name="dossiers")
    op.drop_index(op.f("ix_dossiers_review_id"), table_name="dossiers")
    op.drop_table("dossiers")
    op.drop_index(op.f("ix_decisions_version_id"), table_name="decisions")
    op.drop_table("decisions")
    op.drop_index(op.f("ix_version_records_subject_id"), table_name="version_records")
    op.drop_table("version_records")
    op.drop_index(op.f("ix_version_artifacts_version_id"), table_name="version_artifacts")
    op.drop_index(op.f("ix_version_artifacts_digest"), table_name="version_artifacts")
    op.drop_table("version_artifacts")
    op.drop_index(op.f("ix_statements_version_id"), table_name="statements")
    op.drop_table("statements")
    op.drop_index(op.f("ix_standings_version_id"), table_name="standings")
    op.drop_table("standings")
    op.drop_index(op.f("ix_reviews_version_id"), table_name="reviews")
    op.drop_table("reviews")
    op.drop_index(op.f("ix_protocol_signatures_protocol_id"), table_name="protocol_signatures")
    op.drop_table("protocol_signatures")
    op.drop_index(
        "uq_evidence_version_id_protocol_id_table_digest",
        table_name="evidence",
        sqlite_where=sa.text("state <> 'refused'"),
        postgresql_where=sa.text("state <> 'refused'"),
    )
    op.drop_index(op.f("ix_evidence_version_id"), table_name="evidence")
    op.drop_index(op.f("ix_evidence_table_digest"), table_name="evidence")
    op.drop_index(op.f("ix_evidence_protocol_id"), table_name="evidence")
    op.drop_index(op.f("ix_evidence_dataset_id"), table_name="evidence")
    op.drop_table("evidence")
    op.drop_index(op.f("ix_cards_version_id"), table_name="cards")
    op.drop_index(op.f("ix_cards_dossier"), table_name="cards")
    op.drop_table("cards")
    op.drop_index(op.f("ix_versions_model_id"), table_name="versions")
    op.drop_table("versions")
    op.drop_index(op.f("ix_site_records_subject_id"), table_name="site_records")
    op.drop_table("site_records")
    op.drop_index(op.f("ix_protocols_model_id"), table_name="protocols")
    op.drop_table("protocols")
    op.drop_index(op.f("ix_person_roles_person_id"), table_name="person_roles")
    op.drop_table("person_roles")
    op.drop_index(op.f("ix_model_records_subject_id"), table_name="model_records")
    op.drop_table("model_records")
    op.drop_index(op.f("ix_dataset_records_subject_id"), table_name="dataset_records")
    op.drop_table("dataset_records")
    op.drop_index(op.f("ix_dataset_keys_dataset_id"), table_name="dataset_keys")
    op.drop_table("dataset_keys")
    op.drop_index(op.f("ix_tokens_person_id"), table_name="tokens")
    op.drop_table("tokens")
    op.drop_table("sites")
    op.drop_index(op.f("ix_sessions_person_id"), table_name="sessions")
    op.drop_table("sessions")
    op.drop_table("policies")
    op.drop_index(op.f("ix_person_records_subject_id"), table_name="person_records")
    op.drop_table("person_records")
    op.drop_table("models")
    op.drop_table("datasets")
    op.drop_table("trail_nodes")
    op.drop_table("trail_head")
    op.drop_table("trail_entries")
    op.drop_table("trail_checkpoints")
    op.drop_table("people")
    op.drop_index("ix_jobs_status_run_after", table_name="jobs")
    op.drop_table("jobs")
    op.drop_index(op.f("ix_failed_signins_login"), table_name="failed_signins")
    op.drop_table("failed_signins")

    if op.get_bind().dialect.name == "postgresql":
        for function in guards.POSTGRESQL_FUNCTIONS:
            op.execute(sa.text(f"DROP FUNCTION {function}()"))
