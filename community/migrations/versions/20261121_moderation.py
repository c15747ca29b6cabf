"""Complaints, removals with their grounds, appeals, warnings."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

GUARDS = {
    "sqlite": (
        """CREATE TRIGGER removals_quoted BEFORE INSERT ON removals
WHEN NOT EXISTS (SELECT 1 FROM entries WHERE id = NEW.entry_id
  AND (instr(body, NEW.quote) > 0 OR instr(title, NEW.quote) > 0))
BEGIN SELECT RAISE(ABORT, 'the quotation is not in the text'); END""",
        """CREATE TRIGGER removals_kept BEFORE DELETE ON removals
BEGIN SELECT RAISE(ABORT, 'decisions are not deleted'); END""",
    ),
    "postgresql": (
        """CREATE FUNCTION removals_quoted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM entries WHERE id = NEW.entry_id
    AND (position(NEW.quote IN body) > 0 OR position(NEW.quote IN title) > 0)) THEN
    RAISE EXCEPTION 'the quotation is not in the text';
  END IF;
  RETURN NEW;
END $$""",
        """CREATE TRIGGER removals_quoted BEFORE INSERT ON removals
FOR EACH ROW EXECUTE FUNCTION removals_quoted()""",
        """CREATE TRIGGER removals_kept BEFORE DELETE ON removals
FOR EACH ROW EXECUTE FUNCTION refuse_with('decisions are not deleted')""",
    ),
}
UNGUARD = {
    "sqlite": (
        """DROP TRIGGER IF EXISTS removals_quoted""",
        """DROP TRIGGER IF EXISTS removals_kept""",
    ),
    "postgresql": (
        """DROP TRIGGER IF EXISTS removals_quoted ON removals""",
        """DROP TRIGGER IF EXISTS removals_kept ON removals""",
        """DROP FUNCTION IF EXISTS removals_quoted()""",
    ),
}


def upgrade() -> None:
    op.create_table(
        "removals",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("moderator_id", sa.Integer(), nullable=False),
        sa.Column("article", sa.String(length=60), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("milder", sa.String(length=20), nullable=False),
        sa.Column("was_held", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("restored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("restored_number", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "milder IN ('asked', 'moved', 'useless')", name=op.f("ck_removals_milder")
        ),
        sa.CheckConstraint("length(trim(quote)) > 0", name=op.f("ck_removals_quoted")),
        sa.CheckConstraint("length(trim(reason)) >= 20", name=op.f("ck_removals_reasoned")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name=op.f("fk_removals_author_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_removals_community_id_communities")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_removals_entry_id_entries")
        ),
        sa.ForeignKeyConstraint(
            ["moderator_id"], ["users.id"], name=op.f("fk_removals_moderator_id_users")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_removals")),
    )
    with op.batch_alter_table("removals", schema=None) as batch_op:
        batch_op.create_index("ix_removals_author_id_at", ["author_id", "at"], unique=False)
        batch_op.create_index("ix_removals_entry_id", ["entry_id"], unique=False)

    op.create_table(
        "reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("reporter_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('new', 'upheld', 'rejected')", name=op.f("ck_reports_state")),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["users.id"], name=op.f("fk_reports_closed_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_reports_community_id_communities")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_reports_entry_id_entries")
        ),
        sa.ForeignKeyConstraint(
            ["reporter_id"], ["users.id"], name=op.f("fk_reports_reporter_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint(
            "entry_id", "reporter_id", name=op.f("uq_reports_entry_id_reporter_id")
        ),
    )
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.create_index(
            "ix_reports_community_id_state", ["community_id", "state"], unique=False
        )

    op.create_table(
        "appeals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state = 'new' OR length(trim(answer)) >= 20", name=op.f("ck_appeals_answered")
        ),
        sa.CheckConstraint(
            "state IN ('new', 'upheld', 'overturned')", name=op.f("ck_appeals_state")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name=op.f("fk_appeals_author_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["users.id"], name=op.f("fk_appeals_closed_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_appeals_community_id_communities")
        ),
        sa.ForeignKeyConstraint(
            ["decision"], ["removals.number"], name=op.f("fk_appeals_decision_removals")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeals")),
        sa.UniqueConstraint("decision", name=op.f("uq_appeals_decision")),
    )
    with op.batch_alter_table("appeals", schema=None) as batch_op:
        batch_op.create_index(
            "ix_appeals_community_id_state", ["community_id", "state"], unique=False
        )

    op.create_table(
        "warnings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("decision", sa.Integer(), nullable=True),
        sa.Column("article", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("given_by", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_warnings_community_id_communities")
        ),
        sa.ForeignKeyConstraint(
            ["decision"], ["removals.number"], name=op.f("fk_warnings_decision_removals")
        ),
        sa.ForeignKeyConstraint(
            ["given_by"], ["users.id"], name=op.f("fk_warnings_given_by_users")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_warnings_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warnings")),
        sa.UniqueConstraint("number", name=op.f("uq_warnings_number")),
    )
    with op.batch_alter_table("warnings", schema=None) as batch_op:
        batch_op.create_index("ix_warnings_user_id_until", ["user_id", "until"], unique=False)
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    for statement in UNGUARD[op.get_bind().dialect.name]:
        op.execute(statement)
    with op.batch_alter_table("warnings", schema=None) as batch_op:
        batch_op.drop_index("ix_warnings_user_id_until")

    op.drop_table("warnings")
    with op.batch_alter_table("appeals", schema=None) as batch_op:
        batch_op.drop_index("ix_appeals_community_id_state")

    op.drop_table("appeals")
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.drop_index("ix_reports_community_id_state")

    op.drop_table("reports")
    with op.batch_alter_table("removals", schema=None) as batch_op:
        batch_op.drop_index("ix_removals_entry_id")
        batch_op.drop_index("ix_removals_author_id_at")

    op.drop_table("removals")
