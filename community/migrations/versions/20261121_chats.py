"""Chats, threads by invitation, and an index for catching up by number."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "threads",
        sa.Column("by_invitation", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_index("ix_entries_thread_id_seq", "entries", ["thread_id", "seq"])
    op.create_table(
        "chat_rooms",
        sa.Column("thread_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pace", sa.Integer(), nullable=False),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "opens_at IS NULL OR closes_at IS NULL OR opens_at < closes_at",
            name=op.f("ck_chat_rooms_hours"),
        ),
        sa.CheckConstraint("pace IN (0, 10, 30, 60, 300)", name=op.f("ck_chat_rooms_pace")),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["threads.id"], name=op.f("fk_chat_rooms_thread_id_threads")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("fk_chat_rooms_community_id_communities"),
        ),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["users.id"], name=op.f("fk_chat_rooms_closed_by_users")
        ),
        sa.PrimaryKeyConstraint("thread_id", name=op.f("pk_chat_rooms")),
    )
    op.create_index("ix_chat_rooms_community_id", "chat_rooms", ["community_id"])
    op.create_index("ix_chat_rooms_closes_at", "chat_rooms", ["closes_at"])
    op.create_table(
        "chat_pins",
        sa.Column("entry_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("pinned_by", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_chat_pins_entry_id_entries")
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["threads.id"], name=op.f("fk_chat_pins_thread_id_threads")
        ),
        sa.ForeignKeyConstraint(
            ["pinned_by"], ["users.id"], name=op.f("fk_chat_pins_pinned_by_users")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_chat_pins")),
    )
    op.create_index("ix_chat_pins_thread_id", "chat_pins", ["thread_id"])
    op.create_table(
        "chat_gatherings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["threads.id"], name=op.f("fk_chat_gatherings_thread_id_threads")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_chat_gatherings_entry_id_entries")
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["users.id"], name=op.f("fk_chat_gatherings_by_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_gatherings")),
    )
    op.create_index("ix_chat_gatherings_thread_id", "chat_gatherings", ["thread_id"])


def downgrade() -> None:
    # An older program would show a chat by invitation to everyone: it is hidden before.
    op.execute("UPDATE threads SET state = 'hidden' WHERE by_invitation")
    op.drop_table("chat_gatherings")
    op.drop_table("chat_pins")
    op.drop_table("chat_rooms")
    op.drop_index("ix_entries_thread_id_seq", table_name="entries")
    op.drop_column("threads", "by_invitation")
