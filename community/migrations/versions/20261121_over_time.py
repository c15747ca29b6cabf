"""What rules count over time: where and to whom a text was said, the rules it met, pauses."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

PLACE = ("community_id", "thread_id", "target_id")


def upgrade() -> None:
    for name in PLACE:
        op.add_column("verdicts", sa.Column(name, sa.Integer(), nullable=True))
    op.create_index("ix_verdicts_actor_id_at", "verdicts", ["actor_id", "at"])
    op.create_index("ix_verdicts_community_id_at", "verdicts", ["community_id", "at"])
    op.add_column(
        "memberships", sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True)
    )
    op.create_table(
        "rule_hits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("verdict_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=20), nullable=False),
        sa.Column("v", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("is_quiet", sa.Boolean(), nullable=False),
        sa.Column("event", sa.String(length=20), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in PLACE),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["users.id"], name=op.f("fk_rule_hits_actor_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["verdict_id"], ["verdicts.id"], name=op.f("fk_rule_hits_verdict_id_verdicts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_hits")),
    )
    op.create_index("ix_rule_hits_verdict_id", "rule_hits", ["verdict_id"])
    op.create_index("ix_rule_hits_rule_at", "rule_hits", ["rule", "at"])
    op.create_index("ix_rule_hits_actor_id_rule_at", "rule_hits", ["actor_id", "rule", "at"])
    op.create_table(
        "pauses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=10), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=True),
        sa.Column("target_id", sa.Integer(), nullable=True),
        sa.Column("rule", sa.String(length=20), nullable=False),
        sa.Column("v", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("what IN ('words', 'letters', 'reports')", name=op.f("ck_pauses_what")),
        sa.CheckConstraint("since < until", name=op.f("ck_pauses_lasts")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_pauses_community_id_communities")
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["users.id"], name=op.f("fk_pauses_target_id_users")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_pauses_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pauses")),
    )
    op.create_index("ix_pauses_user_id_until", "pauses", ["user_id", "until"])


def downgrade() -> None:
    op.drop_index("ix_pauses_user_id_until", table_name="pauses")
    op.drop_table("pauses")
    for name in ("actor_id_rule_at", "rule_at", "verdict_id"):
        op.drop_index(f"ix_rule_hits_{name}", table_name="rule_hits")
    op.drop_table("rule_hits")
    op.drop_column("memberships", "paused_until")
    op.drop_index("ix_verdicts_community_id_at", table_name="verdicts")
    op.drop_index("ix_verdicts_actor_id_at", table_name="verdicts")
    for name in PLACE:
        op.drop_column("verdicts", name)
