"""The keys of forms that were taken: what is sent twice over a weak line is taken once."""

import sqlalchemy as sa
from alembic import op

revision = "0017_sendings"
down_revision = "0016_councils"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sendings",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("url", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sendings_user_id_users")),
        sa.PrimaryKeyConstraint("user_id", "key", name=op.f("pk_sendings")),
    )
    with op.batch_alter_table("sendings", schema=None) as batch_op:
        batch_op.create_index("ix_sendings_at", ["at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("sendings", schema=None) as batch_op:
        batch_op.drop_index("ix_sendings_at")

    op.drop_table("sendings")
