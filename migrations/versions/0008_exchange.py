"""Keep what came in from outside: attestations of agreements signed elsewhere, imported registers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

INSTANT = sa.Text().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

SEARCHED = 300


def upgrade() -> None:
    """Mark attested versions, and make the tables of attestations and imports."""
    op.add_column(
        "agreement_version", sa.Column("attested_by", sa.String(), nullable=False, server_default="")
    )
    _create_attestation()
    _create_intake()
    _prepare_search()


def _prepare_search() -> None:
    """Give parties and topics the reference that lists are ordered by, and titles narrow rows of their own."""
    for name in ("agreement_party", "agreement_topic"):
        op.add_column(name, sa.Column("ref", sa.String(), nullable=False, server_default=""))
        op.execute(
            f"UPDATE {name} SET ref = (SELECT ref FROM agreement_version WHERE id = {name}.version_id)"  # noqa: S608
        )
    op.create_table(
        "agreement_title",
        sa.Column("version_id", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["agreement_version.id"], name=op.f("fk_agreement_title_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_agreement_title")),
    )
    op.create_index("ix_agreement_title_ref", "agreement_title", ["ref", "text", "version_id"], unique=False)
    titles = sa.table("agreement_title", *map(sa.column, ("version_id", "ref", "text")))
    versions = sa.table("agreement_version", *map(sa.column, ("id", "ref", "title_en", "title_cy")))
    connection = op.get_bind()
    for rows in connection.execute(sa.select(versions)).partitions(1000):
        connection.execute(
            titles.insert(),
            [
                {
                    "version_id": row.id,
                    "ref": row.ref,
                    "text": f"{row.title_en[:SEARCHED]}\n{row.title_cy[:SEARCHED]}".lower(),
                }
                for row in rows
            ],
        )
    _index_again(
        ("agreement_party", "ix_agreement_party_organisation", ["organisation", "ref"]),
        ("agreement_topic", "ix_agreement_topic_code", ["kind", "code", "ref"]),
        ("agreement_version", "ix_agreement_version_status", ["status", "ref"]),
    )


def _index_again(*indexes: tuple[str, str, list[str]]) -> None:
    for table, name, columns in indexes:
        op.drop_index(name, table_name=table)
        op.create_index(name, table, columns, unique=False)


def _create_attestation() -> None:
    op.create_table(
        "attestation",
        sa.Column("version_id", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("pdf", sa.String(), nullable=False),
        sa.Column("signatures", DOCUMENT, nullable=False),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("attested_at", INSTANT, nullable=False),
        sa.Column("second_person", sa.String(), nullable=True),
        sa.Column("completed_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_attestation_person")),
        sa.ForeignKeyConstraint(["second_person"], ["person.id"], name=op.f("fk_attestation_second_person")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["agreement_version.id"], name=op.f("fk_attestation_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_attestation")),
    )


def _create_intake() -> None:
    op.create_table(
        "intake",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sent_at", INSTANT, nullable=False),
        sa.Column("refs", DOCUMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake")),
    )
    op.create_index(op.f("ix_intake_organisation"), "intake", ["organisation"], unique=False)


def downgrade() -> None:
    """Take it away again."""
    _index_again(
        ("agreement_party", "ix_agreement_party_organisation", ["organisation"]),
        ("agreement_topic", "ix_agreement_topic_code", ["kind", "code"]),
        ("agreement_version", "ix_agreement_version_status", ["status"]),
    )
    op.drop_table("agreement_title")
    for name in ("agreement_party", "agreement_topic"):
        with op.batch_alter_table(name) as batch:
            batch.drop_column("ref")
    op.drop_table("intake")
    op.drop_table("attestation")
    with op.batch_alter_table("agreement_version") as batch:
        batch.drop_column("attested_by")
