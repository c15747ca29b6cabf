"""Items taken off the agenda, and the words by which a proposal was declined."""

import sqlalchemy as sa
from alembic import op

revision = "0020_agenda"
down_revision = "0019_sealed"
branch_labels = None
depends_on = None

STATES = "'listed', 'current', 'done', 'put_off'"


def upgrade() -> None:
    with op.batch_alter_table("council_items") as batch_op:
        batch_op.add_column(sa.Column("declined_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_council_items_declined_id_entries"), "entries", ["declined_id"], ["id"]
        )
        for name in ("state", "placed"):
            batch_op.drop_constraint(op.f(f"ck_council_items_{name}"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_council_items_state"),
            f"state IN ('proposed', 'declined', 'withdrawn', {STATES})",
        )
        batch_op.create_check_constraint(
            op.f("ck_council_items_placed"),
            "(place IS NULL) = (state IN ('proposed', 'declined', 'withdrawn'))",
        )
        batch_op.create_check_constraint(
            op.f("ck_council_items_declined"), "(state = 'declined') = (declined_id IS NOT NULL)"
        )


def downgrade() -> None:
    op.execute(
        "UPDATE council_items SET state = 'proposed', declined_id = NULL"
        " WHERE state IN ('withdrawn', 'declined')"
    )
    with op.batch_alter_table("council_items") as batch_op:
        for name in ("declined", "state", "placed"):
            batch_op.drop_constraint(op.f(f"ck_council_items_{name}"), type_="check")
        batch_op.drop_constraint(op.f("fk_council_items_declined_id_entries"), type_="foreignkey")
        batch_op.drop_column("declined_id")
        batch_op.create_check_constraint(
            op.f("ck_council_items_state"), f"state IN ('proposed', 'declined', {STATES})"
        )
        batch_op.create_check_constraint(
            op.f("ck_council_items_placed"),
            "(place IS NULL) = (state IN ('proposed', 'declined'))",
        )
