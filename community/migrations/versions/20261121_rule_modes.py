"""Modes of rules laid over the rule file; the circumstances that a verdict was given under."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rule_modes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=12), nullable=False),
        sa.Column("v", sa.Integer(), nullable=False),
        sa.Column("meaning", sa.String(length=64), nullable=False),
        sa.Column("reach", sa.String(length=64), nullable=False),
        sa.Column("mode", sa.String(length=6), nullable=False),
        sa.Column("why", sa.String(length=8), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "mode IN ('live', 'trial', 'shadow', 'off')", name=op.f("ck_rule_modes_mode")
        ),
        sa.CheckConstraint(
            "why IN ('first', 'new', 'changed', 'file', 'lists', 'promoted', 'brake', 'quarter', 'hand')",
            name=op.f("ck_rule_modes_why"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_rule_modes_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_modes")),
    )
    op.create_index("ix_rule_modes_rule_id", "rule_modes", ["rule", "id"])
    op.add_column("verdicts", sa.Column("facts", sa.Text(), nullable=True))
    op.create_index("ix_verdicts_at", "verdicts", ["at"])


def downgrade() -> None:
    op.drop_index("ix_verdicts_at", "verdicts")
    op.execute("ALTER TABLE verdicts DROP COLUMN facts")
    op.drop_index("ix_rule_modes_rule_id", "rule_modes")
    op.drop_table("rule_modes")
