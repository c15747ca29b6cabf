"""By what right a file is published, and whose work it is."""

import sqlalchemy as sa
from alembic import op

revision = "0013_licences"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("files", sa.Column("licence", sa.String(12), nullable=False, server_default=""))
    op.add_column("files", sa.Column("author", sa.String(120), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("files", "author")
    op.drop_column("files", "licence")
