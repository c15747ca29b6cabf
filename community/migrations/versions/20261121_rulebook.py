"""Trials on history, brakes, proposals of changes to rules, texts that rules were wrong about."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rule_backtests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule_set", sa.String(length=64), nullable=False),
        sa.Column("canonical", sa.Text(), nullable=True),
        sa.Column("engine", sa.String(length=20), nullable=False),
        sa.Column("rule", sa.String(length=12), nullable=True),
        sa.Column("community_id", sa.Integer(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_id", sa.Integer(), nullable=False),
        sa.Column("cursor", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("judged", sa.Integer(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("state IN ('running', 'done')", name=op.f("ck_rule_backtests_state")),
        sa.CheckConstraint("judged <= total", name=op.f("ck_rule_backtests_judged")),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("fk_rule_backtests_community_id_communities"),
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["users.id"], name=op.f("fk_rule_backtests_made_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_backtests")),
    )
    op.create_table(
        "rule_brakes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=12), nullable=False),
        sa.Column("v", sa.Integer(), nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["users.id"], name=op.f("fk_rule_brakes_closed_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_brakes")),
    )
    op.create_index("ix_rule_brakes_rule_id", "rule_brakes", ["rule", "id"])

    op.create_table(
        "rule_proposals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=12), nullable=False),
        sa.Column("v", sa.Integer(), nullable=False),
        sa.Column("block", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("base", sa.String(length=64), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("backtest_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> made_by OR state = 'withdrawn'",
            name=op.f("ck_rule_proposals_two_people"),
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'accepted', 'refused', 'withdrawn')",
            name=op.f("ck_rule_proposals_state"),
        ),
        sa.ForeignKeyConstraint(
            ["backtest_id"],
            ["rule_backtests.id"],
            name=op.f("fk_rule_proposals_backtest_id_rule_backtests"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("fk_rule_proposals_community_id_communities"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["users.id"], name=op.f("fk_rule_proposals_decided_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["users.id"], name=op.f("fk_rule_proposals_made_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_proposals")),
    )
    op.create_index(
        "ix_rule_proposals_state_community_id", "rule_proposals", ["state", "community_id"]
    )

    op.create_table(
        "rule_wrong_hits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=12), nullable=False),
        sa.Column("verdict_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["users.id"], name=op.f("fk_rule_wrong_hits_closed_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_rule_wrong_hits_entry_id_entries")
        ),
        sa.ForeignKeyConstraint(
            ["verdict_id"], ["verdicts.id"], name=op.f("fk_rule_wrong_hits_verdict_id_verdicts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_wrong_hits")),
    )
    op.create_index(
        "ix_rule_wrong_hits_rule_verdict_id", "rule_wrong_hits", ["rule", "verdict_id"], unique=True
    )

    op.create_index("ix_entries_verdict_id", "entries", ["verdict_id"])
    op.create_index("ix_entry_revisions_verdict_id", "entry_revisions", ["verdict_id"])


def downgrade() -> None:
    op.drop_index("ix_entry_revisions_verdict_id", "entry_revisions")
    op.drop_index("ix_entries_verdict_id", "entries")
    op.drop_index("ix_rule_wrong_hits_rule_verdict_id", "rule_wrong_hits")

    op.drop_table("rule_wrong_hits")
    op.drop_index("ix_rule_proposals_state_community_id", "rule_proposals")

    op.drop_table("rule_proposals")
    op.drop_index("ix_rule_brakes_rule_id", "rule_brakes")

    op.drop_table("rule_brakes")
    op.drop_table("rule_backtests")
