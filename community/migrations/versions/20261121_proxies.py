"""Voices by proxy: whom a voter trusts, and who cast an open vote for another."""

from alembic import op

revision = "0015_proxies"
down_revision = "0014_strikes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # One statement a column: both databases take it, and the triggers of the tables stay.
    op.execute(
        "ALTER TABLE ballot_voters ADD COLUMN proxy_id INTEGER"
        " CONSTRAINT fk_ballot_voters_proxy_id_users REFERENCES users (id)"
        " CONSTRAINT ck_ballot_voters_own_proxy CHECK (proxy_id <> user_id)"
    )
    op.create_index("ix_ballot_voters_proxy_id", "ballot_voters", ["proxy_id"])
    op.execute(
        "ALTER TABLE ballot_votes ADD COLUMN by_id INTEGER"
        " CONSTRAINT fk_ballot_votes_by_id_users REFERENCES users (id)"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE ballot_votes DROP COLUMN by_id")
    op.drop_index("ix_ballot_voters_proxy_id", "ballot_voters")
    op.execute("ALTER TABLE ballot_voters DROP COLUMN proxy_id")
