"""Meetings: who put a happening into the calendar, and may move it or call it off."""

from alembic import op

revision = "0021_meetings"
down_revision = "0020_agenda"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # One statement a column: both databases take it, and the triggers of the tables stay.
    op.execute(
        "ALTER TABLE happenings ADD COLUMN author_id INTEGER"
        " CONSTRAINT fk_happenings_author_id_users REFERENCES users (id)"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE happenings DROP COLUMN author_id")
