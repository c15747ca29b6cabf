"""The calendar of happenings; councils, their agenda, votes, minutes and tasks."""

import sqlalchemy as sa
from alembic import op

revision = "0016_councils"
down_revision = "0015_proxies"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "happenings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("attendance", sa.String(length=5), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("takes_proxies", sa.Boolean(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "attendance IN ('live', 'whole')", name=op.f("ck_happenings_attendance")
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'cancelled', 'over')", name=op.f("ck_happenings_state")
        ),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_happenings_begins_first")),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("fk_happenings_community_id_communities"),
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["threads.id"], name=op.f("fk_happenings_thread_id_threads")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_happenings")),
        sa.UniqueConstraint("thread_id", name=op.f("uq_happenings_thread_id")),
    )
    with op.batch_alter_table("happenings", schema=None) as batch_op:
        batch_op.create_index(
            "ix_happenings_community_id_starts_at", ["community_id", "starts_at"], unique=False
        )
        batch_op.create_index("ix_happenings_state_starts_at", ["state", "starts_at"], unique=False)

    op.create_table(
        "councils",
        sa.Column("thread_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("happening_id", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=9), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("chairman_id", sa.Integer(), nullable=False),
        sa.Column("secretary_id", sa.Integer(), nullable=False),
        sa.Column("deputy_id", sa.Integer(), nullable=True),
        sa.Column("quorum", sa.String(length=10), nullable=False),
        sa.Column("proposals_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("follows_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_councils_closed")
        ),
        sa.CheckConstraint(
            "(state IN ('open', 'break', 'closed')) = (opened_at IS NOT NULL)",
            name=op.f("ck_councils_opened"),
        ),
        sa.CheckConstraint("mode IN ('live', 'stretched')", name=op.f("ck_councils_mode")),
        sa.CheckConstraint("quorum IN ('half', 'two_thirds')", name=op.f("ck_councils_quorum")),
        sa.CheckConstraint(
            "state IN ('planned', 'open', 'break', 'closed', 'cancelled')",
            name=op.f("ck_councils_state"),
        ),
        sa.CheckConstraint("chairman_id <> secretary_id", name=op.f("ck_councils_two_people")),
        sa.ForeignKeyConstraint(
            ["chairman_id"], ["users.id"], name=op.f("fk_councils_chairman_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_councils_community_id_communities")
        ),
        sa.ForeignKeyConstraint(
            ["deputy_id"], ["users.id"], name=op.f("fk_councils_deputy_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["follows_id"], ["councils.thread_id"], name=op.f("fk_councils_follows_id_councils")
        ),
        sa.ForeignKeyConstraint(
            ["happening_id"], ["happenings.id"], name=op.f("fk_councils_happening_id_happenings")
        ),
        sa.ForeignKeyConstraint(
            ["secretary_id"], ["users.id"], name=op.f("fk_councils_secretary_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["threads.id"], name=op.f("fk_councils_thread_id_threads")
        ),
        sa.PrimaryKeyConstraint("thread_id", name=op.f("pk_councils")),
        sa.UniqueConstraint("happening_id", name=op.f("uq_councils_happening_id")),
    )
    with op.batch_alter_table("councils", schema=None) as batch_op:
        batch_op.create_index(
            "ix_councils_community_id_state", ["community_id", "state"], unique=False
        )

    op.create_table(
        "happening_people",
        sa.Column("happening_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=5), nullable=False),
        sa.Column("proxy_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(answer = 'proxy') = (proxy_id IS NOT NULL)",
            name=op.f("ck_happening_people_proxy_named"),
        ),
        sa.CheckConstraint(
            "answer IN ('', 'yes', 'no', 'proxy')", name=op.f("ck_happening_people_answer")
        ),
        sa.CheckConstraint(
            "proxy_id IS NULL OR proxy_id <> user_id", name=op.f("ck_happening_people_not_oneself")
        ),
        sa.ForeignKeyConstraint(
            ["happening_id"],
            ["happenings.id"],
            name=op.f("fk_happening_people_happening_id_happenings"),
        ),
        sa.ForeignKeyConstraint(
            ["proxy_id"], ["users.id"], name=op.f("fk_happening_people_proxy_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_happening_people_user_id_users")
        ),
        sa.PrimaryKeyConstraint("happening_id", "user_id", name=op.f("pk_happening_people")),
    )
    with op.batch_alter_table("happening_people", schema=None) as batch_op:
        batch_op.create_index("ix_happening_people_proxy_id", ["proxy_id"], unique=False)
        batch_op.create_index("ix_happening_people_user_id", ["user_id"], unique=False)

    op.create_table(
        "happening_visits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("happening_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_by", sa.String(length=7), nullable=False),
        sa.CheckConstraint(
            "(left_at IS NULL) = (left_by = '')", name=op.f("ck_happening_visits_left")
        ),
        sa.CheckConstraint(
            "left_by IN ('', 'self', 'silence', 'end')", name=op.f("ck_happening_visits_left_by")
        ),
        sa.CheckConstraint(
            "left_at IS NULL OR left_at >= came_at", name=op.f("ck_happening_visits_came_first")
        ),
        sa.ForeignKeyConstraint(
            ["happening_id"],
            ["happenings.id"],
            name=op.f("fk_happening_visits_happening_id_happenings"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_happening_visits_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_happening_visits")),
    )
    with op.batch_alter_table("happening_visits", schema=None) as batch_op:
        batch_op.create_index("ix_happening_visits_user_id", ["user_id"], unique=False)
        batch_op.create_index(
            "uq_happening_visits_here",
            ["happening_id", "user_id"],
            unique=True,
            sqlite_where=sa.text("left_at IS NULL"),
            postgresql_where=sa.text("left_at IS NULL"),
        )

    op.create_table(
        "council_items",
        sa.Column("thread_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("council_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("rapporteur_id", sa.Integer(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("spent", sa.Integer(), nullable=False),
        sa.Column("is_review", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(place IS NULL) = (state IN ('proposed', 'declined'))",
            name=op.f("ck_council_items_placed"),
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'declined', 'listed', 'current', 'done', 'put_off')",
            name=op.f("ck_council_items_state"),
        ),
        sa.CheckConstraint("minutes BETWEEN 1 AND 240", name=op.f("ck_council_items_minutes")),
        sa.CheckConstraint("spent >= 0", name=op.f("ck_council_items_spent")),
        sa.ForeignKeyConstraint(
            ["council_id"],
            ["councils.thread_id"],
            name=op.f("fk_council_items_council_id_councils"),
        ),
        sa.ForeignKeyConstraint(
            ["rapporteur_id"], ["users.id"], name=op.f("fk_council_items_rapporteur_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["threads.id"], name=op.f("fk_council_items_thread_id_threads")
        ),
        sa.PrimaryKeyConstraint("thread_id", name=op.f("pk_council_items")),
        sa.UniqueConstraint("council_id", "place", name=op.f("uq_council_items_council_id_place")),
    )
    with op.batch_alter_table("council_items", schema=None) as batch_op:
        batch_op.create_index(
            "uq_council_items_current",
            ["council_id"],
            unique=True,
            sqlite_where=sa.text("state = 'current'"),
            postgresql_where=sa.text("state = 'current'"),
        )

    op.create_table(
        "council_minutes",
        sa.Column("council_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("objections_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("secretary_signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("secretary_signed_by", sa.Integer(), nullable=True),
        sa.Column("chairman_signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("chairman_signed_by", sa.Integer(), nullable=True),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("sealed_number", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(state = 'sealed') = (sha256 IS NOT NULL AND content IS NOT NULL AND sealed_number IS NOT NULL AND secretary_signed_at IS NOT NULL AND chairman_signed_at IS NOT NULL)",
            name=op.f("ck_council_minutes_sealed"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'objections', 'signing', 'sealed')",
            name=op.f("ck_council_minutes_state"),
        ),
        sa.CheckConstraint(
            "secretary_signed_by <> chairman_signed_by", name=op.f("ck_council_minutes_two_hands")
        ),
        sa.ForeignKeyConstraint(
            ["chairman_signed_by"],
            ["users.id"],
            name=op.f("fk_council_minutes_chairman_signed_by_users"),
        ),
        sa.ForeignKeyConstraint(
            ["council_id"],
            ["councils.thread_id"],
            name=op.f("fk_council_minutes_council_id_councils"),
        ),
        sa.ForeignKeyConstraint(
            ["secretary_signed_by"],
            ["users.id"],
            name=op.f("fk_council_minutes_secretary_signed_by_users"),
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["threads.id"], name=op.f("fk_council_minutes_thread_id_threads")
        ),
        sa.PrimaryKeyConstraint("council_id", name=op.f("pk_council_minutes")),
        sa.UniqueConstraint("thread_id", name=op.f("uq_council_minutes_thread_id")),
    )
    op.create_table(
        "council_objections",
        sa.Column("entry_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("council_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("answer_id", sa.Integer(), nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(state = 'open') = (answered_by IS NULL)", name=op.f("ck_council_objections_answered")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'accepted', 'declined')", name=op.f("ck_council_objections_state")
        ),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["entries.id"], name=op.f("fk_council_objections_answer_id_entries")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["users.id"], name=op.f("fk_council_objections_answered_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["council_id"],
            ["councils.thread_id"],
            name=op.f("fk_council_objections_council_id_councils"),
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_council_objections_entry_id_entries")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_council_objections")),
    )
    with op.batch_alter_table("council_objections", schema=None) as batch_op:
        batch_op.create_index("ix_council_objections_council_id", ["council_id"], unique=False)

    op.create_table(
        "council_questions",
        sa.Column("entry_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_council_questions_entry_id_entries")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["council_items.thread_id"],
            name=op.f("fk_council_questions_item_id_council_items"),
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_council_questions")),
    )
    with op.batch_alter_table("council_questions", schema=None) as batch_op:
        batch_op.create_index("ix_council_questions_item_id", ["item_id"], unique=False)

    op.create_table(
        "council_readings",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["council_items.thread_id"],
            name=op.f("fk_council_readings_item_id_council_items"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_council_readings_user_id_users")
        ),
        sa.PrimaryKeyConstraint("item_id", "user_id", name=op.f("pk_council_readings")),
    )
    op.create_table(
        "council_tasks",
        sa.Column("entry_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("council_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("offered_by", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("report_id", sa.Integer(), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('done', 'dropped')) = (closed_at IS NOT NULL)",
            name=op.f("ck_council_tasks_ended"),
        ),
        sa.CheckConstraint(
            "(taken_at IS NULL) = (state IN ('offered', 'declined')) OR state = 'dropped'",
            name=op.f("ck_council_tasks_accepted"),
        ),
        sa.CheckConstraint(
            "state <> 'taken' OR owner_id IS NOT NULL", name=op.f("ck_council_tasks_owned")
        ),
        sa.CheckConstraint(
            "state IN ('offered', 'taken', 'declined', 'done', 'dropped')",
            name=op.f("ck_council_tasks_state"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("fk_council_tasks_community_id_communities"),
        ),
        sa.ForeignKeyConstraint(
            ["council_id"],
            ["councils.thread_id"],
            name=op.f("fk_council_tasks_council_id_councils"),
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_council_tasks_entry_id_entries")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["council_items.thread_id"],
            name=op.f("fk_council_tasks_item_id_council_items"),
        ),
        sa.ForeignKeyConstraint(
            ["offered_by"], ["users.id"], name=op.f("fk_council_tasks_offered_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_council_tasks_owner_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["entries.id"], name=op.f("fk_council_tasks_report_id_entries")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_council_tasks")),
    )
    with op.batch_alter_table("council_tasks", schema=None) as batch_op:
        batch_op.create_index(
            "ix_council_tasks_community_id_state", ["community_id", "state"], unique=False
        )
        batch_op.create_index("ix_council_tasks_council_id", ["council_id"], unique=False)
        batch_op.create_index(
            "ix_council_tasks_owner_id_state", ["owner_id", "state"], unique=False
        )

    op.create_table(
        "council_turns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=6), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('remark', 'speech')", name=op.f("ck_council_turns_kind")),
        sa.CheckConstraint(
            "state <> 'speaking' OR began_at IS NOT NULL", name=op.f("ck_council_turns_began")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'speaking', 'done', 'withdrawn')",
            name=op.f("ck_council_turns_state"),
        ),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["council_items.thread_id"],
            name=op.f("fk_council_turns_item_id_council_items"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_council_turns_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_council_turns")),
    )
    with op.batch_alter_table("council_turns", schema=None) as batch_op:
        batch_op.create_index(
            "uq_council_turns_asked",
            ["item_id", "user_id"],
            unique=True,
            sqlite_where=sa.text("state = 'waiting' OR state = 'speaking'"),
            postgresql_where=sa.text("state = 'waiting' OR state = 'speaking'"),
        )
        batch_op.create_index(
            "uq_council_turns_speaking",
            ["item_id"],
            unique=True,
            sqlite_where=sa.text("state = 'speaking'"),
            postgresql_where=sa.text("state = 'speaking'"),
        )

    op.create_table(
        "council_votes",
        sa.Column("ballot_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("base", sa.String(length=7), nullable=False),
        sa.Column("present", sa.Integer(), nullable=False),
        sa.CheckConstraint("base IN ('present', 'all')", name=op.f("ck_council_votes_base")),
        sa.ForeignKeyConstraint(
            ["ballot_id"], ["ballots.id"], name=op.f("fk_council_votes_ballot_id_ballots")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["council_items.thread_id"],
            name=op.f("fk_council_votes_item_id_council_items"),
        ),
        sa.PrimaryKeyConstraint("ballot_id", name=op.f("pk_council_votes")),
    )
    with op.batch_alter_table("council_votes", schema=None) as batch_op:
        batch_op.create_index("ix_council_votes_item_id", ["item_id"], unique=False)

    op.create_table(
        "council_notes",
        sa.Column("entry_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("council_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("speaker_id", sa.Integer(), nullable=True),
        sa.Column("turn_id", sa.Integer(), nullable=True),
        sa.Column("ballot_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('heard', 'spoke', 'resolved')", name=op.f("ck_council_notes_kind")
        ),
        sa.ForeignKeyConstraint(
            ["ballot_id"], ["ballots.id"], name=op.f("fk_council_notes_ballot_id_ballots")
        ),
        sa.ForeignKeyConstraint(
            ["council_id"],
            ["councils.thread_id"],
            name=op.f("fk_council_notes_council_id_councils"),
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_council_notes_entry_id_entries")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["council_items.thread_id"],
            name=op.f("fk_council_notes_item_id_council_items"),
        ),
        sa.ForeignKeyConstraint(
            ["speaker_id"], ["users.id"], name=op.f("fk_council_notes_speaker_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["turn_id"], ["council_turns.id"], name=op.f("fk_council_notes_turn_id_council_turns")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_council_notes")),
    )
    with op.batch_alter_table("council_notes", schema=None) as batch_op:
        batch_op.create_index("ix_council_notes_council_id", ["council_id"], unique=False)
        batch_op.create_index("ix_council_notes_item_id", ["item_id"], unique=False)

    op.create_table(
        "council_question_votes",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["council_questions.entry_id"],
            name=op.f("fk_council_question_votes_entry_id_council_questions"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_council_question_votes_user_id_users")
        ),
        sa.PrimaryKeyConstraint("entry_id", "user_id", name=op.f("pk_council_question_votes")),
    )


def downgrade() -> None:

    op.drop_table("council_question_votes")
    with op.batch_alter_table("council_notes", schema=None) as batch_op:
        batch_op.drop_index("ix_council_notes_item_id")
        batch_op.drop_index("ix_council_notes_council_id")

    op.drop_table("council_notes")
    with op.batch_alter_table("council_votes", schema=None) as batch_op:
        batch_op.drop_index("ix_council_votes_item_id")

    op.drop_table("council_votes")
    with op.batch_alter_table("council_turns", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_council_turns_speaking",
            sqlite_where=sa.text("state = 'speaking'"),
            postgresql_where=sa.text("state = 'speaking'"),
        )
        batch_op.drop_index(
            "uq_council_turns_asked",
            sqlite_where=sa.text("state = 'waiting' OR state = 'speaking'"),
            postgresql_where=sa.text("state = 'waiting' OR state = 'speaking'"),
        )

    op.drop_table("council_turns")
    with op.batch_alter_table("council_tasks", schema=None) as batch_op:
        batch_op.drop_index("ix_council_tasks_owner_id_state")
        batch_op.drop_index("ix_council_tasks_council_id")
        batch_op.drop_index("ix_council_tasks_community_id_state")

    op.drop_table("council_tasks")
    op.drop_table("council_readings")
    with op.batch_alter_table("council_questions", schema=None) as batch_op:
        batch_op.drop_index("ix_council_questions_item_id")

    op.drop_table("council_questions")
    with op.batch_alter_table("council_objections", schema=None) as batch_op:
        batch_op.drop_index("ix_council_objections_council_id")

    op.drop_table("council_objections")
    op.drop_table("council_minutes")
    with op.batch_alter_table("council_items", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_council_items_current",
            sqlite_where=sa.text("state = 'current'"),
            postgresql_where=sa.text("state = 'current'"),
        )

    op.drop_table("council_items")
    with op.batch_alter_table("happening_visits", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_happening_visits_here",
            sqlite_where=sa.text("left_at IS NULL"),
            postgresql_where=sa.text("left_at IS NULL"),
        )
        batch_op.drop_index("ix_happening_visits_user_id")

    op.drop_table("happening_visits")
    with op.batch_alter_table("happening_people", schema=None) as batch_op:
        batch_op.drop_index("ix_happening_people_user_id")
        batch_op.drop_index("ix_happening_people_proxy_id")

    op.drop_table("happening_people")
    with op.batch_alter_table("councils", schema=None) as batch_op:
        batch_op.drop_index("ix_councils_community_id_state")

    op.drop_table("councils")
    with op.batch_alter_table("happenings", schema=None) as batch_op:
        batch_op.drop_index("ix_happenings_state_starts_at")
        batch_op.drop_index("ix_happenings_community_id_starts_at")

    op.drop_table("happenings")
