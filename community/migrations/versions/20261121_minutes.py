"""Minutes are numbered within a school year, notes keep their places, tasks are threads."""

import sqlalchemy as sa
from alembic import op

revision = "0018_minutes"
down_revision = "0017_sendings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("council_minutes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("community_id", sa.Integer(), nullable=False))
        batch_op.add_column(sa.Column("school_year", sa.Integer(), nullable=False))
        batch_op.create_foreign_key(
            batch_op.f("fk_council_minutes_community_id_communities"),
            "communities", ["community_id"], ["id"],
        )  # fmt: skip
        batch_op.create_unique_constraint(
            batch_op.f("uq_council_minutes_community_id_school_year_number"),
            ["community_id", "school_year", "number"],
        )

    with op.batch_alter_table("council_notes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("place", sa.Integer(), nullable=False))
        batch_op.add_column(sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("council_objections", schema=None) as batch_op:
        batch_op.add_column(sa.Column("item_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_council_objections_item_id_council_items"),
            "council_items", ["item_id"], ["thread_id"],
        )  # fmt: skip

    with op.batch_alter_table("council_tasks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("thread_id", sa.Integer(), nullable=False))
        batch_op.create_foreign_key(
            batch_op.f("fk_council_tasks_thread_id_threads"), "threads", ["thread_id"], ["id"]
        )
        batch_op.create_unique_constraint(batch_op.f("uq_council_tasks_thread_id"), ["thread_id"])


def downgrade() -> None:
    with op.batch_alter_table("council_tasks", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_council_tasks_thread_id"), type_="unique")
        batch_op.drop_constraint(
            batch_op.f("fk_council_tasks_thread_id_threads"), type_="foreignkey"
        )
        batch_op.drop_column("thread_id")

    with op.batch_alter_table("council_objections", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_council_objections_item_id_council_items"), type_="foreignkey"
        )
        batch_op.drop_column("item_id")

    with op.batch_alter_table("council_notes", schema=None) as batch_op:
        batch_op.drop_column("dropped_at")
        batch_op.drop_column("place")

    with op.batch_alter_table("council_minutes", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("uq_council_minutes_community_id_school_year_number"), type_="unique"
        )
        batch_op.drop_constraint(
            batch_op.f("fk_council_minutes_community_id_communities"), type_="foreignkey"
        )
        batch_op.drop_column("school_year")
        batch_op.drop_column("community_id")
