"""Strikes are counted from the warnings; the membership keeps no number of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0014_strikes"
down_revision = "0013_licences"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("memberships") as batch_op:
        batch_op.drop_constraint(op.f("ck_memberships_strikes"), type_="check")
        batch_op.drop_column("strikes")


def downgrade() -> None:
    with op.batch_alter_table("memberships") as batch_op:
        batch_op.add_column(sa.Column("strikes", sa.Integer(), nullable=False, server_default="0"))
        batch_op.create_check_constraint(op.f("ck_memberships_strikes"), "strikes >= 0")
    with op.batch_alter_table("memberships") as batch_op:
        batch_op.alter_column("strikes", server_default=None)
