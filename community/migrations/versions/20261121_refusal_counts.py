"""Refused attempts, counted by the hour until the journal has them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "refusal_counts",
        sa.Column("hour", sa.Text(), nullable=False),
        sa.Column("community_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count >= 1", name=op.f("ck_refusal_counts_counted")),
        sa.CheckConstraint("length(hour) = 13", name=op.f("ck_refusal_counts_hour")),
        sa.PrimaryKeyConstraint("hour", "community_id", "code", name=op.f("pk_refusal_counts")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    op.drop_table("refusal_counts")
