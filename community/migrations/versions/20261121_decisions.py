"""Second signatures, milder steps, terms of suspension, quarterly figures."""

import sqlalchemy as sa
from alembic import op

revision = "0006_decisions"
down_revision = "0011"
branch_labels = None
depends_on = None

GUARDS = (
    """CREATE TRIGGER removals_quoted BEFORE INSERT ON removals
WHEN NOT EXISTS (SELECT 1 FROM entries WHERE id = NEW.entry_id
  AND (instr(body, NEW.quote) > 0 OR instr(title, NEW.quote) > 0))
BEGIN SELECT RAISE(ABORT, 'the quotation is not in the text'); END""",
    """CREATE TRIGGER removals_kept BEFORE DELETE ON removals
BEGIN SELECT RAISE(ABORT, 'decisions are not deleted'); END""",
)
"""SQLite rebuilds a table to change its checks, and loses its triggers by it."""


def upgrade() -> None:
    op.create_table(
        "quarter_rows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.String(length=7), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("decided", sa.Integer(), nullable=False),
        sa.Column("appealed", sa.Integer(), nullable=False),
        sa.Column("overturned", sa.Integer(), nullable=False),
        sa.Column("followed", sa.String(length=10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('article', 'rule', 'moderator', 'total')", name=op.f("ck_quarter_rows_kind")
        ),
        sa.CheckConstraint(
            "overturned <= decided AND appealed <= decided", name=op.f("ck_quarter_rows_parts")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("fk_quarter_rows_community_id_communities"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarter_rows")),
        sa.UniqueConstraint(
            "community_id",
            "quarter",
            "kind",
            "code",
            name=op.f("uq_quarter_rows_community_id_quarter_kind_code"),
        ),
    )
    op.create_table(
        "second_signatures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.String(length=7), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("fk_second_signatures_community_id_communities"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_second_signatures_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_signatures")),
        sa.UniqueConstraint(
            "community_id",
            "user_id",
            "quarter",
            name=op.f("uq_second_signatures_community_id_user_id_quarter"),
        ),
        sa.UniqueConstraint("number", name=op.f("uq_second_signatures_number")),
    )
    op.create_table(
        "milder_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("moderator_id", sa.Integer(), nullable=False),
        sa.Column("article", sa.String(length=60), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'open') = (closed_at IS NULL)", name=op.f("ck_milder_steps_closed")
        ),
        sa.CheckConstraint("kind IN ('asked', 'folded')", name=op.f("ck_milder_steps_kind")),
        sa.CheckConstraint(
            "state IN ('open', 'done', 'lapsed', 'lifted')", name=op.f("ck_milder_steps_state")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name=op.f("fk_milder_steps_author_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("fk_milder_steps_community_id_communities"),
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_milder_steps_entry_id_entries")
        ),
        sa.ForeignKeyConstraint(
            ["moderator_id"], ["users.id"], name=op.f("fk_milder_steps_moderator_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milder_steps")),
        sa.UniqueConstraint("number", name=op.f("uq_milder_steps_number")),
    )
    with op.batch_alter_table("milder_steps", schema=None) as batch_op:
        batch_op.create_index("ix_milder_steps_entry_id", ["entry_id"], unique=False)
        batch_op.create_index("ix_milder_steps_state_until", ["state", "until"], unique=False)
        batch_op.create_index(
            "uq_milder_steps_open",
            ["entry_id", "kind"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "proposals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("why", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("bundle", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=False),
        sa.Column("article", sa.String(length=60), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("milder", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'suspension') = (entry_id IS NULL)", name=op.f("ck_proposals_about")
        ),
        sa.CheckConstraint(
            "(state = 'waiting') = (closed_at IS NULL)", name=op.f("ck_proposals_closed")
        ),
        sa.CheckConstraint(
            "kind IN ('removal', 'purge', 'suspension')", name=op.f("ck_proposals_kind")
        ),
        sa.CheckConstraint(
            "state <> 'signed' OR closed_by <> proposed_by", name=op.f("ck_proposals_two_people")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'signed', 'refused', 'lapsed', 'withdrawn')",
            name=op.f("ck_proposals_state"),
        ),
        sa.CheckConstraint("length(trim(reason)) >= 20", name=op.f("ck_proposals_reasoned")),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["users.id"], name=op.f("fk_proposals_closed_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_proposals_community_id_communities")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_proposals_entry_id_entries")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["users.id"], name=op.f("fk_proposals_proposed_by_users")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_proposals_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
        sa.UniqueConstraint("number", name=op.f("uq_proposals_number")),
    )
    with op.batch_alter_table("proposals", schema=None) as batch_op:
        batch_op.create_index("ix_proposals_bundle", ["bundle"], unique=False)
        batch_op.create_index(
            "ix_proposals_community_id_state", ["community_id", "state"], unique=False
        )
        batch_op.create_index(
            "uq_proposals_waiting",
            ["entry_id"],
            unique=True,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    with op.batch_alter_table("memberships") as batch_op:
        batch_op.add_column(sa.Column("suspended_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("suspended_number", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("suspended_article", sa.String(length=60), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("strikes", sa.Integer(), nullable=False, server_default="0"))
        batch_op.create_check_constraint(op.f("ck_memberships_strikes"), "strikes >= 0")
        batch_op.create_check_constraint(
            op.f("ck_memberships_suspended_until"),
            "suspended_until IS NULL OR state = 'suspended'",
        )
    with op.batch_alter_table("memberships") as batch_op:
        batch_op.alter_column("suspended_article", server_default=None)
        batch_op.alter_column("strikes", server_default=None)

    op.add_column("entries", sa.Column("fold_number", sa.Integer(), nullable=True))
    _unguard()
    with op.batch_alter_table("removals") as batch_op:
        batch_op.add_column(sa.Column("second_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("rule", sa.String(length=40), nullable=True))
        batch_op.add_column(
            sa.Column("undone", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("purged_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_constraint(op.f("ck_removals_milder"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_removals_milder"), "milder IN ('asked', 'moved', 'folded', 'useless')"
        )
        batch_op.create_check_constraint(
            op.f("ck_removals_two_people"), "second_id IS NULL OR second_id <> moderator_id"
        )
        batch_op.create_check_constraint(
            op.f("ck_removals_undone_is_back"), "NOT undone OR restored_at IS NOT NULL"
        )
        batch_op.create_foreign_key(
            op.f("fk_removals_second_id_users"), "users", ["second_id"], ["id"]
        )
        batch_op.create_index("ix_removals_community_id_at", ["community_id", "at"])
    with op.batch_alter_table("removals") as batch_op:
        batch_op.alter_column("undone", server_default=None)
    _guard()


def downgrade() -> None:
    op.execute("UPDATE removals SET milder = 'useless' WHERE milder = 'folded'")
    _unguard()
    with op.batch_alter_table("removals") as batch_op:
        batch_op.drop_index("ix_removals_community_id_at")
        batch_op.drop_constraint(op.f("fk_removals_second_id_users"), type_="foreignkey")
        for name in ("undone_is_back", "two_people", "milder"):
            batch_op.drop_constraint(op.f(f"ck_removals_{name}"), type_="check")
        for column in ("purged_at", "undone", "rule", "second_id"):
            batch_op.drop_column(column)
        batch_op.create_check_constraint(
            op.f("ck_removals_milder"), "milder IN ('asked', 'moved', 'useless')"
        )
    _guard()
    op.drop_column("entries", "fold_number")
    with op.batch_alter_table("memberships") as batch_op:
        for name in ("suspended_until", "strikes"):
            batch_op.drop_constraint(op.f(f"ck_memberships_{name}"), type_="check")
        for column in ("strikes", "suspended_article", "suspended_number", "suspended_until"):
            batch_op.drop_column(column)
    for table in ("proposals", "milder_steps", "second_signatures", "quarter_rows"):
        op.drop_table(table)


def _guard() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for statement in GUARDS:
            op.execute(statement)


def _unguard() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER IF EXISTS removals_quoted")
        op.execute("DROP TRIGGER IF EXISTS removals_kept")
