"""Every table of the register."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = sa.Text().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Every table of the register."""
    op.create_table(
        "checkpoint",
        sa.Column(
            "size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_checkpoint")),
    )
    op.create_table(
        "follower_position",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_follower_position")),
    )
    op.create_table(
        "frozen_text",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_frozen_text")),
    )
    op.create_index(op.f("ix_frozen_text_ref"), "frozen_text", ["ref"], unique=False)
    op.create_table(
        "idempotent_answer",
        sa.Column("caller", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("headers", DOCUMENT, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("caller", "key", name=op.f("pk_idempotent_answer")),
    )
    op.create_index(op.f("ix_idempotent_answer_at"), "idempotent_answer", ["at"], unique=False)
    op.create_table(
        "log_entry",
        sa.Column(
            "idx", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("leaf_hash", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("idx", name=op.f("pk_log_entry")),
    )
    op.create_table(
        "log_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("id = 1", name="one_log_state"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_state")),
    )
    op.create_table(
        "log_subject",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("idx", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("kind", "id", name=op.f("pk_log_subject")),
    )
    op.create_table(
        "log_tile_hash",
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("idx", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "idx", name=op.f("pk_log_tile_hash")),
    )
    op.create_table(
        "oauth_code",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("redirect_uri", sa.String(), nullable=False),
        sa.Column("code_challenge", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_oauth_code")),
    )
    op.create_index(op.f("ix_oauth_code_expires_at"), "oauth_code", ["expires_at"], unique=False)
    op.create_table(
        "oauth_session",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("csrf_token", sa.String(), nullable=False),
        sa.Column("pending", DOCUMENT, nullable=True),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_oauth_session")),
    )
    op.create_index(op.f("ix_oauth_session_seen_at"), "oauth_session", ["seen_at"], unique=False)
    op.create_table(
        "oauth_sign_in_attempt",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oauth_sign_in_attempt")),
    )
    op.create_index(
        op.f("ix_oauth_sign_in_attempt_address"), "oauth_sign_in_attempt", ["address"], unique=False
    )
    op.create_index(op.f("ix_oauth_sign_in_attempt_at"), "oauth_sign_in_attempt", ["at"], unique=False)
    op.create_index(
        op.f("ix_oauth_sign_in_attempt_username"), "oauth_sign_in_attempt", ["username"], unique=False
    )
    op.create_table(
        "oauth_used_assertion",
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("jti", sa.String(), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("client_id", "jti", name=op.f("pk_oauth_used_assertion")),
    )
    op.create_index(
        op.f("ix_oauth_used_assertion_expires_at"), "oauth_used_assertion", ["expires_at"], unique=False
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("name_cy", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("nations", sa.String(), nullable=False),
        sa.Column("public_authority", sa.Boolean(), nullable=False),
        sa.Column("competent_authority", sa.Boolean(), nullable=False),
        sa.Column("health_or_care", sa.Boolean(), nullable=False),
        sa.Column("dpo_designated", sa.Boolean(), nullable=False),
        sa.Column("ico_number", sa.String(), nullable=False),
        sa.Column("ig_contact", sa.String(), nullable=False),
        sa.Column("duty_contact", sa.String(), nullable=False),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("username", name=op.f("uq_person_username")),
    )
    op.create_table(
        "agreement",
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("author_organisation", sa.String(), nullable=False),
        sa.Column("latest", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_organisation"], ["organisation.id"], name=op.f("fk_agreement_author_organisation")
        ),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_agreement")),
    )
    op.create_table(
        "assessment",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("authors", DOCUMENT, nullable=False),
        sa.Column("scope", DOCUMENT, nullable=False),
        sa.Column("supersedes", sa.String(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.CheckConstraint("kind IN ('dpia', 'ethics')", name="kind_known"),
        sa.CheckConstraint(
            "status IN ('screening', 'not_required', 'dpo_advice', 'approval', 'high_residual', 'regulator_consulted', 'review_due', 'panel_advice', 'decision', 'approved_for_pilot', 'expired', 'draft', 'approved', 'approved_with_conditions', 'rejected', 'superseded', 'revoked')",
            name="status_known",
        ),
        sa.ForeignKeyConstraint(["owner"], ["organisation.id"], name=op.f("fk_assessment_owner")),
        sa.ForeignKeyConstraint(["supersedes"], ["assessment.id"], name=op.f("fk_assessment_supersedes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
    )
    op.create_index(op.f("ix_assessment_owner"), "assessment", ["owner"], unique=False)
    op.create_table(
        "log_opening",
        sa.Column("idx", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.CheckConstraint("field IN ('entry', 'actor')", name="opening_field"),
        sa.ForeignKeyConstraint(["idx"], ["log_entry.idx"], name=op.f("fk_log_opening_idx")),
        sa.PrimaryKeyConstraint("idx", "field", name=op.f("pk_log_opening")),
    )
    op.create_table(
        "oauth_client",
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=True),
        sa.Column("mode", sa.String(), nullable=True),
        sa.Column("scopes", sa.String(), nullable=False),
        sa.Column("alg", sa.String(), nullable=True),
        sa.Column("jwks", DOCUMENT, nullable=True),
        sa.Column("redirect_uris", DOCUMENT, nullable=False),
        sa.Column("nhs_legacy", sa.Boolean(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_oauth_client_organisation")
        ),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_oauth_client")),
    )
    op.create_table(
        "organisation_alias",
        sa.Column("alias", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_organisation_alias_organisation")
        ),
        sa.PrimaryKeyConstraint("alias", name=op.f("pk_organisation_alias")),
    )
    op.create_index(
        op.f("ix_organisation_alias_organisation"), "organisation_alias", ["organisation"], unique=False
    )
    op.create_table(
        "role_held",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("granted_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_role_held_organisation")
        ),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_role_held_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_held")),
        sa.UniqueConstraint(
            "person",
            "organisation",
            "role",
            "granted_at",
            name=op.f("uq_role_held_person_organisation_role_granted_at"),
        ),
    )
    op.create_index(op.f("ix_role_held_person"), "role_held", ["person"], unique=False)
    op.create_table(
        "agreement_version",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("authors", DOCUMENT, nullable=False),
        sa.Column("author_organisation", sa.String(), nullable=False),
        sa.Column("publication", sa.String(), nullable=False),
        sa.Column("title_en", sa.String(), nullable=False),
        sa.Column("title_cy", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("first_live_at", INSTANT, nullable=True),
        sa.Column("end_reason", sa.String(), nullable=False),
        sa.Column("openable", DOCUMENT, nullable=False),
        sa.CheckConstraint(
            "status IN ('draft', 'in_review', 'changes_requested', 'assessments_pending', 'ready_to_sign', 'part_signed', 'executed', 'active', 'under_review', 'suspended', 'expired', 'terminated', 'superseded', 'withdrawn', 'rejected', 'archived')",
            name="status_known",
        ),
        sa.ForeignKeyConstraint(["ref"], ["agreement.ref"], name=op.f("fk_agreement_version_ref")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_version")),
        sa.UniqueConstraint("ref", "number", name=op.f("uq_agreement_version_ref_number")),
    )
    op.create_index("ix_agreement_version_status", "agreement_version", ["status"], unique=False)
    op.create_table(
        "assessment_adoption",
        sa.Column("assessment", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("adopted_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment"], ["assessment.id"], name=op.f("fk_assessment_adoption_assessment")
        ),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_assessment_adoption_organisation")
        ),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_assessment_adoption_person")),
        sa.PrimaryKeyConstraint("assessment", "organisation", name=op.f("pk_assessment_adoption")),
    )
    op.create_table(
        "assessment_advice",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("assessment", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("advice", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("advised_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment"], ["assessment.id"], name=op.f("fk_assessment_advice_assessment")
        ),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_assessment_advice_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_advice")),
    )
    op.create_index(
        op.f("ix_assessment_advice_assessment"), "assessment_advice", ["assessment"], unique=False
    )
    op.create_table(
        "assessment_consultation",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("assessment", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("submitted_on", sa.Date(), nullable=False),
        sa.Column("replied_on", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment"], ["assessment.id"], name=op.f("fk_assessment_consultation_assessment")
        ),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_assessment_consultation_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_consultation")),
    )
    op.create_index(
        op.f("ix_assessment_consultation_assessment"), "assessment_consultation", ["assessment"], unique=False
    )
    op.create_table(
        "assessment_cover",
        sa.Column("assessment", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment"], ["assessment.id"], name=op.f("fk_assessment_cover_assessment")
        ),
        sa.PrimaryKeyConstraint("assessment", "ref", name=op.f("pk_assessment_cover")),
    )
    op.create_index(op.f("ix_assessment_cover_ref"), "assessment_cover", ["ref"], unique=False)
    op.create_table(
        "assessment_decision",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("assessment", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("conditions", DOCUMENT, nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment"], ["assessment.id"], name=op.f("fk_assessment_decision_assessment")
        ),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_assessment_decision_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_decision")),
    )
    op.create_index(
        op.f("ix_assessment_decision_assessment"), "assessment_decision", ["assessment"], unique=False
    )
    op.create_table(
        "assessment_text",
        sa.Column("assessment", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment"], ["assessment.id"], name=op.f("fk_assessment_text_assessment")
        ),
        sa.PrimaryKeyConstraint("assessment", "hash", name=op.f("pk_assessment_text")),
    )
    op.create_table(
        "agreement_flow",
        sa.Column("version_id", sa.String(), nullable=False),
        sa.Column("flow", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("live_at", INSTANT, nullable=True),
        sa.Column("watched", sa.Boolean(), nullable=False),
        sa.Column("blocked_by", DOCUMENT, nullable=False),
        sa.Column("blocked_from", sa.Date(), nullable=True),
        sa.Column("awaiting", DOCUMENT, nullable=False),
        sa.Column("spec", DOCUMENT, nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'live', 'suspended', 'ended')", name="state_known"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["agreement_version.id"], name=op.f("fk_agreement_flow_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", "flow", name=op.f("pk_agreement_flow")),
    )
    op.create_index(op.f("ix_agreement_flow_ref"), "agreement_flow", ["ref"], unique=False)
    op.create_index("ix_agreement_flow_state", "agreement_flow", ["state"], unique=False)
    op.create_table(
        "agreement_party",
        sa.Column("version_id", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("is_controller", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_agreement_party_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["agreement_version.id"], name=op.f("fk_agreement_party_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", "organisation", name=op.f("pk_agreement_party")),
    )
    op.create_index(
        op.f("ix_agreement_party_organisation"), "agreement_party", ["organisation"], unique=False
    )
    op.create_table(
        "agreement_topic",
        sa.Column("version_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["agreement_version.id"], name=op.f("fk_agreement_topic_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", "kind", "code", name=op.f("pk_agreement_topic")),
    )
    op.create_index("ix_agreement_topic_code", "agreement_topic", ["kind", "code"], unique=False)
    op.create_table(
        "confirmation",
        sa.Column("version_id", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("next_review_on", sa.Date(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_confirmation_person")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["agreement_version.id"], name=op.f("fk_confirmation_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", "organisation", "review_on", name=op.f("pk_confirmation")),
    )
    op.create_table(
        "quality_review",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("version_id", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("comments", DOCUMENT, nullable=False),
        sa.Column("reviewed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_quality_review_person")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["agreement_version.id"], name=op.f("fk_quality_review_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_review")),
    )
    op.create_index(op.f("ix_quality_review_version_id"), "quality_review", ["version_id"], unique=False)
    op.create_table(
        "signature",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("version_id", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("strength", sa.String(), nullable=False),
        sa.Column("signed_at", INSTANT, nullable=False),
        sa.Column("log_index", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["log_index"], ["log_entry.idx"], name=op.f("fk_signature_log_index")),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_signature_organisation")
        ),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_signature_person")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["agreement_version.id"], name=op.f("fk_signature_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
        sa.UniqueConstraint("log_index", name=op.f("uq_signature_log_index")),
        sa.UniqueConstraint(
            "version_id", "organisation", "role", name=op.f("uq_signature_version_id_organisation_role")
        ),
    )
    op.create_table(
        "suspension",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("version_id", sa.String(), nullable=False),
        sa.Column("flow", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("suspended_at", INSTANT, nullable=False),
        sa.Column("lift_asked_by", sa.String(), nullable=True),
        sa.Column("lift_reason", sa.String(), nullable=False),
        sa.Column("lifted_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_suspension_person")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["agreement_version.id"], name=op.f("fk_suspension_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspension")),
    )
    op.create_index("ix_suspension_version", "suspension", ["version_id", "flow"], unique=False)


def downgrade() -> None:
    """Undo it."""
    op.drop_index("ix_suspension_version", table_name="suspension")
    op.drop_table("suspension")
    op.drop_table("signature")
    op.drop_index(op.f("ix_quality_review_version_id"), table_name="quality_review")
    op.drop_table("quality_review")
    op.drop_table("confirmation")
    op.drop_index("ix_agreement_topic_code", table_name="agreement_topic")
    op.drop_table("agreement_topic")
    op.drop_index(op.f("ix_agreement_party_organisation"), table_name="agreement_party")
    op.drop_table("agreement_party")
    op.drop_index("ix_agreement_flow_state", table_name="agreement_flow")
    op.drop_index(op.f("ix_agreement_flow_ref"), table_name="agreement_flow")
    op.drop_table("agreement_flow")
    op.drop_table("assessment_text")
    op.drop_index(op.f("ix_assessment_decision_assessment"), table_name="assessment_decision")
    op.drop_table("assessment_decision")
    op.drop_index(op.f("ix_assessment_cover_ref"), table_name="assessment_cover")
    op.drop_table("assessment_cover")
    op.drop_index(op.f("ix_assessment_consultation_assessment"), table_name="assessment_consultation")
    op.drop_table("assessment_consultation")
    op.drop_index(op.f("ix_assessment_advice_assessment"), table_name="assessment_advice")
    op.drop_table("assessment_advice")
    op.drop_table("assessment_adoption")
    op.drop_index("ix_agreement_version_status", table_name="agreement_version")
    op.drop_table("agreement_version")
    op.drop_index(op.f("ix_role_held_person"), table_name="role_held")
    op.drop_table("role_held")
    op.drop_index(op.f("ix_organisation_alias_organisation"), table_name="organisation_alias")
    op.drop_table("organisation_alias")
    op.drop_table("oauth_client")
    op.drop_table("log_opening")
    op.drop_index(op.f("ix_assessment_owner"), table_name="assessment")
    op.drop_table("assessment")
    op.drop_table("agreement")
    op.drop_table("person")
    op.drop_table("organisation")
    op.drop_index(op.f("ix_oauth_used_assertion_expires_at"), table_name="oauth_used_assertion")
    op.drop_table("oauth_used_assertion")
    op.drop_index(op.f("ix_oauth_sign_in_attempt_username"), table_name="oauth_sign_in_attempt")
    op.drop_index(op.f("ix_oauth_sign_in_attempt_at"), table_name="oauth_sign_in_attempt")
    op.drop_index(op.f("ix_oauth_sign_in_attempt_address"), table_name="oauth_sign_in_attempt")
    op.drop_table("oauth_sign_in_attempt")
    op.drop_index(op.f("ix_oauth_session_seen_at"), table_name="oauth_session")
    op.drop_table("oauth_session")
    op.drop_index(op.f("ix_oauth_code_expires_at"), table_name="oauth_code")
    op.drop_table("oauth_code")
    op.drop_table("log_tile_hash")
    op.drop_table("log_subject")
    op.drop_table("log_state")
    op.drop_table("log_entry")
    op.drop_index(op.f("ix_idempotent_answer_at"), table_name="idempotent_answer")
    op.drop_table("idempotent_answer")
    op.drop_index(op.f("ix_frozen_text_ref"), table_name="frozen_text")
    op.drop_table("frozen_text")
    op.drop_table("follower_position")
    op.drop_table("checkpoint")
