"""What waits to be indexed, and the index of PostgreSQL."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_tasks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=24), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("fk_search_tasks_community_id_communities"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_tasks")),
    )
    op.create_index("ix_search_tasks_community_id_id", "search_tasks", ["community_id", "id"])
    op.create_table(
        "search_documents",
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=24), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("words", sa.Text().with_variant(TSVECTOR(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("fk_search_documents_community_id_communities"),
        ),
        sa.PrimaryKeyConstraint("community_id", "key", name=op.f("pk_search_documents")),
    )
    op.create_index(
        "ix_search_documents_community_id_number", "search_documents", ["community_id", "number"]
    )
    if op.get_bind().dialect.name == "postgresql":
        op.create_index(
            "ix_search_documents_words", "search_documents", ["words"], postgresql_using="gin"
        )
    op.create_table(
        "search_words",
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("fk_search_words_community_id_communities"),
        ),
        sa.PrimaryKeyConstraint("community_id", "word", name=op.f("pk_search_words")),
    )


def downgrade() -> None:
    op.drop_table("search_words")
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index("ix_search_documents_words", table_name="search_documents")
    op.drop_index("ix_search_documents_community_id_number", table_name="search_documents")
    op.drop_table("search_documents")
    op.drop_index("ix_search_tasks_community_id_id", table_name="search_tasks")
    op.drop_table("search_tasks")
