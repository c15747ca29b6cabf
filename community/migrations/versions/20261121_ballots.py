"""Ballots: the question, the roll, votes under names and slips without them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

CLOSED = "the voting is over"
DECLARED = "a declared result stays"
TABLES = ("ballot_votes", "ballot_slips")


def _sqlite() -> tuple[str, ...]:
    made = []
    for table in TABLES:
        for act, row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
            made.append(
                f"""CREATE TRIGGER {table}_{act.lower()}_open BEFORE {act} ON {table}
WHEN (SELECT state FROM ballots WHERE id = {row}.ballot_id) <> 'open'
BEGIN SELECT RAISE(ABORT, '{CLOSED}'); END"""  # noqa: S608
            )
    made.append(
        f"""CREATE TRIGGER ballots_declared BEFORE UPDATE ON ballots
WHEN OLD.state <> 'open' AND (NEW.state <> OLD.state OR NEW.result IS NOT OLD.result)
BEGIN SELECT RAISE(ABORT, '{DECLARED}'); END"""
    )
    return tuple(made)


def _postgresql() -> tuple[str, ...]:
    made = [
        f"""CREATE FUNCTION ballot_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT state FROM ballots
      WHERE id = CASE TG_OP WHEN 'DELETE' THEN OLD.ballot_id ELSE NEW.ballot_id END) <> 'open' THEN
    RAISE EXCEPTION '{CLOSED}';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$"""  # noqa: S608
    ]
    made += [
        f"""CREATE TRIGGER {table}_open BEFORE INSERT OR UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION ballot_open()"""
        for table in TABLES
    ]
    made.append(
        f"""CREATE TRIGGER ballots_declared BEFORE UPDATE ON ballots FOR EACH ROW
WHEN (OLD.state <> 'open' AND (NEW.state <> OLD.state OR NEW.result IS DISTINCT FROM OLD.result))
EXECUTE FUNCTION refuse_with('{DECLARED}')"""
    )
    return tuple(made)


GUARDS = {"sqlite": _sqlite(), "postgresql": _postgresql()}
UNGUARD = {
    "sqlite": (
        *(
            f"DROP TRIGGER IF EXISTS {table}_{act}_open"
            for table in TABLES
            for act in ("insert", "update", "delete")
        ),
        "DROP TRIGGER IF EXISTS ballots_declared",
    ),
    "postgresql": (
        *(f"DROP TRIGGER IF EXISTS {table}_open ON {table}" for table in TABLES),
        "DROP TRIGGER IF EXISTS ballots_declared ON ballots",
        "DROP FUNCTION IF EXISTS ballot_open()",
    ),
}


def upgrade() -> None:
    op.create_table(
        "ballots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("secrecy", sa.String(length=6), nullable=False),
        sa.Column("results", sa.String(length=11), nullable=False),
        sa.Column("majority", sa.String(length=10), nullable=False),
        sa.Column("base", sa.String(length=4), nullable=False),
        sa.Column("quorum", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voters", sa.Integer(), nullable=False),
        sa.Column("cast", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("outcome_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("base IN ('cast', 'roll')", name=op.f("ck_ballots_base")),
        sa.CheckConstraint(
            "kind IN ('opinion', 'several', 'decision', 'time', 'ranking')",
            name=op.f("ck_ballots_kind"),
        ),
        sa.CheckConstraint("majority IN ('half', 'two_thirds')", name=op.f("ck_ballots_majority")),
        sa.CheckConstraint(
            "results IN ('at_once', 'after_vote', 'after_close')", name=op.f("ck_ballots_results")
        ),
        sa.CheckConstraint(
            "secrecy = 'open' OR results = 'after_close'",
            name=op.f("ck_ballots_secret_till_closing"),
        ),
        sa.CheckConstraint("secrecy IN ('open', 'secret')", name=op.f("ck_ballots_secrecy")),
        sa.CheckConstraint(
            "state <> 'closed' OR result IS NOT NULL", name=op.f("ck_ballots_counted")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'closed', 'cancelled')", name=op.f("ck_ballots_state")
        ),
        sa.CheckConstraint('"cast" BETWEEN 0 AND voters', name=op.f("ck_ballots_within_roll")),
        sa.CheckConstraint("quorum BETWEEN 0 AND 100", name=op.f("ck_ballots_quorum")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name=op.f("fk_ballots_author_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["users.id"], name=op.f("fk_ballots_closed_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_ballots_community_id_communities")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_ballots_entry_id_entries")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["ballots.id"], name=op.f("fk_ballots_group_id_ballots")
        ),
        sa.ForeignKeyConstraint(
            ["outcome_id"], ["entries.id"], name=op.f("fk_ballots_outcome_id_entries")
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["threads.id"], name=op.f("fk_ballots_thread_id_threads")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballots")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_ballots_entry_id")),
    )
    with op.batch_alter_table("ballots", schema=None) as batch_op:
        batch_op.create_index(
            "ix_ballots_community_id_state", ["community_id", "state", "id"], unique=False
        )
        batch_op.create_index("ix_ballots_state_closes_at", ["state", "closes_at"], unique=False)
        batch_op.create_index("ix_ballots_thread_id", ["thread_id"], unique=False)

    op.create_table(
        "ballot_options",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["ballot_id"], ["ballots.id"], name=op.f("fk_ballot_options_ballot_id_ballots")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot_options")),
    )
    with op.batch_alter_table("ballot_options", schema=None) as batch_op:
        batch_op.create_index("ix_ballot_options_ballot_id", ["ballot_id", "place"], unique=True)

    op.create_table(
        "ballot_slips",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column("choices", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ballot_id"], ["ballots.id"], name=op.f("fk_ballot_slips_ballot_id_ballots")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot_slips")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("ballot_slips", schema=None) as batch_op:
        batch_op.create_index("ix_ballot_slips_ballot_id", ["ballot_id"], unique=False)

    op.create_table(
        "ballot_voters",
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("has_voted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ballot_id"], ["ballots.id"], name=op.f("fk_ballot_voters_ballot_id_ballots")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_ballot_voters_user_id_users")
        ),
        sa.PrimaryKeyConstraint("ballot_id", "user_id", name=op.f("pk_ballot_voters")),
    )
    with op.batch_alter_table("ballot_voters", schema=None) as batch_op:
        batch_op.create_index("ix_ballot_voters_user_id", ["user_id", "has_voted"], unique=False)

    op.create_table(
        "ballot_votes",
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("choices", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["ballot_id"], ["ballots.id"], name=op.f("fk_ballot_votes_ballot_id_ballots")
        ),
        sa.ForeignKeyConstraint(
            ["reason_id"], ["entries.id"], name=op.f("fk_ballot_votes_reason_id_entries")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_ballot_votes_user_id_users")
        ),
        sa.PrimaryKeyConstraint("ballot_id", "user_id", name=op.f("pk_ballot_votes")),
    )
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    for statement in UNGUARD[op.get_bind().dialect.name]:
        op.execute(statement)
    op.drop_table("ballot_votes")
    with op.batch_alter_table("ballot_voters", schema=None) as batch_op:
        batch_op.drop_index("ix_ballot_voters_user_id")

    op.drop_table("ballot_voters")
    with op.batch_alter_table("ballot_slips", schema=None) as batch_op:
        batch_op.drop_index("ix_ballot_slips_ballot_id")

    op.drop_table("ballot_slips")
    with op.batch_alter_table("ballot_options", schema=None) as batch_op:
        batch_op.drop_index("ix_ballot_options_ballot_id")

    op.drop_table("ballot_options")
    with op.batch_alter_table("ballots", schema=None) as batch_op:
        batch_op.drop_index("ix_ballots_thread_id")
        batch_op.drop_index("ix_ballots_state_closes_at")
        batch_op.drop_index("ix_ballots_community_id_state")

    op.drop_table("ballots")
