"""Keep what happens while an agreement lives: incidents, disclosures, break-glass."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

INSTANT = sa.Text().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """The records of living agreements, and the tasks they bring."""
    op.create_table(
        "incident",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("flow", sa.String(), nullable=True),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("discovered_on", sa.Date(), nullable=False),
        sa.Column("discovered_at", INSTANT, nullable=False),
        sa.Column("reported_at", INSTANT, nullable=False),
        sa.Column("narrative", sa.String(), nullable=False),
        sa.Column("people_affected", sa.Integer(), nullable=True),
        sa.Column("partner_due_at", INSTANT, nullable=True),
        sa.Column("partner_told_at", INSTANT, nullable=True),
        sa.Column("regulator_due_at", INSTANT, nullable=True),
        sa.Column("regulator_told_at", INSTANT, nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.CheckConstraint("status IN ('open', 'closed')", name="incident_status_known"),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_incident_organisation")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_incident_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    op.create_index(op.f("ix_incident_ref"), "incident", ["ref"], unique=False)
    op.create_table(
        "disclosure_report",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("evaluation_id", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("flow", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("client", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("disclosed_on", sa.Date(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("reported_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_disclosure_report_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosure_report")),
        sa.UniqueConstraint(
            "organisation", "evaluation_id", name=op.f("uq_disclosure_report_organisation_evaluation_id")
        ),
    )
    op.create_index(
        "ix_disclosure_report_flow", "disclosure_report", ["ref", "flow", "disclosed_on"], unique=False
    )
    op.create_table(
        "emergency_record",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("evaluation_id", sa.String(), nullable=True),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("categories", DOCUMENT, nullable=False),
        sa.Column("items", DOCUMENT, nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("consent_sought", sa.Boolean(), nullable=False),
        sa.Column("person_told", sa.Boolean(), nullable=False),
        sa.Column("notified", DOCUMENT, nullable=False),
        sa.Column("decided_at", INSTANT, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("recorder", sa.String(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("erase_on", sa.Date(), nullable=False),
        sa.Column("review_due_on", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("reviewed_at", INSTANT, nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("decision IN ('share', 'withhold')", name="emergency_decision_known"),
        sa.ForeignKeyConstraint(["owner"], ["organisation.id"], name=op.f("fk_emergency_record_owner")),
        sa.ForeignKeyConstraint(
            ["recipient"], ["organisation.id"], name=op.f("fk_emergency_record_recipient")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_record")),
    )
    op.create_index(op.f("ix_emergency_record_erase_on"), "emergency_record", ["erase_on"], unique=False)
    op.create_index(
        "ix_emergency_record_pair", "emergency_record", ["owner", "recipient", "purpose"], unique=False
    )
    op.create_table(
        "task",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("raised_at", INSTANT, nullable=False),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_task_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
        sa.UniqueConstraint(
            "organisation",
            "role",
            "kind",
            "subject",
            "due_on",
            name=op.f("uq_task_organisation_role_kind_subject_due_on"),
        ),
    )
    op.create_index("ix_task_open", "task", ["organisation", "done_at", "due_on"], unique=False)
    op.create_table(
        "complaint",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("acknowledge_by", sa.Date(), nullable=False),
        sa.Column("acknowledged_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("status IN ('received', 'acknowledged', 'closed')", name="complaint_status_known"),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_complaint_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
    )
    op.create_index(op.f("ix_complaint_organisation"), "complaint", ["organisation"], unique=False)
    op.create_index(op.f("ix_complaint_ref"), "complaint", ["ref"], unique=False)
    op.create_table(
        "exit_duty",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("method", sa.String(), nullable=True),
        sa.Column("certificate", sa.String(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_exit_duty_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exit_duty")),
        sa.UniqueConstraint("ref", "organisation", name=op.f("uq_exit_duty_ref_organisation")),
    )
    op.add_column("suspension", sa.Column("incident", sa.String(), nullable=True))


def downgrade() -> None:
    """Forget every record."""
    with op.batch_alter_table("suspension") as suspension:
        suspension.drop_column("incident")
    for name in ("exit_duty", "complaint", "task", "emergency_record", "disclosure_report", "incident"):
        op.drop_table(name)
