"""Letters between two people: threads of nobody else."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WIDER = {
    "audience": "audience IN ('everyone', 'members', 'network', 'pair')",
    "belongs": "community_id IS NOT NULL OR audience IN ('network', 'pair')",
    "between_two": "audience <> 'pair' OR (community_id IS NULL AND state IN ('open', 'closed'))",
}
BEFORE = {
    "audience": "audience IN ('everyone', 'members', 'network')",
    "belongs": "community_id IS NOT NULL OR audience = 'network'",
}


def upgrade() -> None:
    _change(("audience", "belongs"), WIDER)
    op.create_table(
        "thread_people",
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["threads.id"], name=op.f("fk_thread_people_thread_id_threads")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_thread_people_user_id_users")
        ),
        sa.PrimaryKeyConstraint("thread_id", "user_id", name=op.f("pk_thread_people")),
    )
    op.create_index("ix_thread_people_user_id", "thread_people", ["user_id"])
    op.create_table(
        "correspondences",
        sa.Column("thread_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_correspondences_two")),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["threads.id"], name=op.f("fk_correspondences_thread_id_threads")
        ),
        sa.ForeignKeyConstraint(
            ["first_id"], ["users.id"], name=op.f("fk_correspondences_first_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["users.id"], name=op.f("fk_correspondences_second_id_users")
        ),
        sa.PrimaryKeyConstraint("thread_id", name=op.f("pk_correspondences")),
        sa.UniqueConstraint(
            "first_id", "second_id", name=op.f("uq_correspondences_first_id_second_id")
        ),
    )
    op.create_index("ix_correspondences_second_id", "correspondences", ["second_id"])


def downgrade() -> None:
    # An older program knows no letters: they stay in the table, and nobody reads them there.
    op.execute("UPDATE threads SET audience = 'network', state = 'closed' WHERE audience = 'pair'")
    op.execute("UPDATE threads SET state = 'hidden' WHERE kind = 'letter'")
    op.drop_index("ix_correspondences_second_id", table_name="correspondences")
    op.drop_table("correspondences")
    op.drop_index("ix_thread_people_user_id", table_name="thread_people")
    op.drop_table("thread_people")
    _change(("audience", "belongs", "between_two"), BEFORE)


def _change(dropped: tuple[str, ...], made: dict[str, str]) -> None:
    with op.batch_alter_table("threads") as batch_op:
        for name in dropped:
            batch_op.drop_constraint(op.f(f"ck_threads_{name}"), type_="check")
        for name, condition in made.items():
            batch_op.create_check_constraint(op.f(f"ck_threads_{name}"), condition)
