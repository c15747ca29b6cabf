"""Sealed minutes stay as they were signed: the database refuses any change of them."""

from alembic import op

revision = "0019_sealed"
down_revision = "0018_minutes"
branch_labels = None
depends_on = None

GUARDS = {
    "sqlite": (
        """CREATE TRIGGER council_minutes_sealed BEFORE UPDATE ON council_minutes
WHEN OLD.state = 'sealed'
BEGIN SELECT RAISE(ABORT, 'sealed minutes are not changed'); END""",
        """CREATE TRIGGER council_minutes_kept BEFORE DELETE ON council_minutes
WHEN OLD.state = 'sealed'
BEGIN SELECT RAISE(ABORT, 'sealed minutes are not deleted'); END""",
    ),
    "postgresql": (
        """CREATE TRIGGER council_minutes_sealed BEFORE UPDATE ON council_minutes
FOR EACH ROW WHEN (OLD.state = 'sealed')
EXECUTE FUNCTION refuse_with('sealed minutes are not changed')""",
        """CREATE TRIGGER council_minutes_kept BEFORE DELETE ON council_minutes
FOR EACH ROW WHEN (OLD.state = 'sealed')
EXECUTE FUNCTION refuse_with('sealed minutes are not deleted')""",
    ),
}
NAMES = ("council_minutes_sealed", "council_minutes_kept")


def upgrade() -> None:
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    table = "" if op.get_bind().dialect.name == "sqlite" else " ON council_minutes"
    for name in NAMES:
        op.execute(f"DROP TRIGGER IF EXISTS {name}{table}")
