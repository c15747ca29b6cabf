"""Appeals against every kind of decision, and cases that moderators take up."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

OPEN = "state IN ('new', 'taken')"


def upgrade() -> None:
    op.create_table(
        "case_takings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("taken_by", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("fk_case_takings_community_id_communities"),
        ),
        sa.ForeignKeyConstraint(
            ["taken_by"], ["users.id"], name=op.f("fk_case_takings_taken_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_takings")),
        sa.UniqueConstraint("kind", "case_id", name=op.f("uq_case_takings_kind_case_id")),
    )
    op.create_index("ix_case_takings_community_id", "case_takings", ["community_id"])

    with op.batch_alter_table("reports") as batch_op:
        batch_op.add_column(sa.Column("closed_number", sa.Integer(), nullable=True))
        batch_op.drop_constraint(op.f("ck_reports_state"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_reports_state"), "state IN ('new', 'upheld', 'rejected', 'lapsed')"
        )
        batch_op.create_index("ix_reports_closed_number", ["closed_number"])
        batch_op.create_index("ix_reports_reporter_id_created_at", ["reporter_id", "created_at"])

    with op.batch_alter_table("appeals") as batch_op:
        batch_op.add_column(
            sa.Column("side", sa.String(length=10), nullable=False, server_default="author")
        )
        batch_op.add_column(
            sa.Column("kind", sa.String(length=12), nullable=False, server_default="removal")
        )
        batch_op.add_column(sa.Column("entry_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("taken_by", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_constraint(op.f("fk_appeals_decision_removals"), type_="foreignkey")
        batch_op.drop_constraint(op.f("uq_appeals_decision"), type_="unique")
        batch_op.drop_constraint(op.f("ck_appeals_state"), type_="check")
        batch_op.drop_constraint(op.f("ck_appeals_answered"), type_="check")
    op.execute(
        "UPDATE appeals SET entry_id ="
        " (SELECT removals.entry_id FROM removals WHERE removals.number = appeals.decision)"
    )
    with op.batch_alter_table("appeals") as batch_op:
        for column in ("side", "kind", "version"):
            batch_op.alter_column(column, server_default=None)
        batch_op.create_unique_constraint(op.f("uq_appeals_decision_side"), ["decision", "side"])
        batch_op.create_foreign_key(
            op.f("fk_appeals_entry_id_entries"), "entries", ["entry_id"], ["id"]
        )
        batch_op.create_foreign_key(
            op.f("fk_appeals_taken_by_users"), "users", ["taken_by"], ["id"]
        )
        batch_op.create_check_constraint(
            op.f("ck_appeals_state"),
            "state IN ('new', 'taken', 'upheld', 'overturned', 'partly', 'rejected',"
            " 'withdrawn', 'lapsed')",
        )
        batch_op.create_check_constraint(op.f("ck_appeals_side"), "side IN ('author', 'reporter')")
        batch_op.create_check_constraint(
            op.f("ck_appeals_closed"), f"({OPEN}) = (closed_at IS NULL)"
        )
        batch_op.create_check_constraint(
            op.f("ck_appeals_taken"), "state <> 'taken' OR taken_by IS NOT NULL"
        )
        batch_op.create_check_constraint(
            op.f("ck_appeals_not_own"), "closed_by IS NULL OR closed_by <> author_id"
        )
        batch_op.create_check_constraint(
            op.f("ck_appeals_answered"),
            "state IN ('new', 'taken', 'withdrawn', 'lapsed') OR length(trim(answer)) >= 20",
        )
        batch_op.create_index("ix_appeals_author_id", ["author_id"])


def downgrade() -> None:
    op.execute("DELETE FROM appeals WHERE kind <> 'removal' OR state IN ('withdrawn', 'lapsed')")
    op.execute("UPDATE appeals SET state = 'new' WHERE state = 'taken'")
    op.execute("UPDATE appeals SET state = 'upheld' WHERE state IN ('partly', 'rejected')")
    with op.batch_alter_table("appeals") as batch_op:
        batch_op.drop_index("ix_appeals_author_id")
        for name in ("answered", "not_own", "taken", "closed", "side", "state"):
            batch_op.drop_constraint(op.f(f"ck_appeals_{name}"), type_="check")
        batch_op.drop_constraint(op.f("fk_appeals_taken_by_users"), type_="foreignkey")
        batch_op.drop_constraint(op.f("fk_appeals_entry_id_entries"), type_="foreignkey")
        batch_op.drop_constraint(op.f("uq_appeals_decision_side"), type_="unique")
        for column in ("escalated_at", "taken_by", "version", "entry_id", "kind", "side"):
            batch_op.drop_column(column)
        batch_op.create_unique_constraint(op.f("uq_appeals_decision"), ["decision"])
        batch_op.create_foreign_key(
            op.f("fk_appeals_decision_removals"), "removals", ["decision"], ["number"]
        )
        batch_op.create_check_constraint(
            op.f("ck_appeals_state"), "state IN ('new', 'upheld', 'overturned')"
        )
        batch_op.create_check_constraint(
            op.f("ck_appeals_answered"), "state = 'new' OR length(trim(answer)) >= 20"
        )

    op.execute("UPDATE reports SET state = 'rejected' WHERE state = 'lapsed'")
    with op.batch_alter_table("reports") as batch_op:
        batch_op.drop_index("ix_reports_reporter_id_created_at")
        batch_op.drop_index("ix_reports_closed_number")
        batch_op.drop_constraint(op.f("ck_reports_state"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_reports_state"), "state IN ('new', 'upheld', 'rejected')"
        )
        batch_op.drop_column("closed_number")

    op.drop_table("case_takings")
