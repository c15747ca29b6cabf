"""The third fence: the database itself refuses a text that changed without a new digest."""

from sqlalchemy import Connection

_CHANGED = "(NEW.body IS NOT OLD.body OR NEW.title IS NOT OLD.title)"

SQLITE = (
    f"""CREATE TRIGGER entries_digest BEFORE UPDATE ON entries
    WHEN {_CHANGED} AND (NEW.digest = OLD.digest OR NEW.verdict_id = OLD.verdict_id)
    BEGIN SELECT RAISE(ABORT, 'text changed without a new verdict'); END""",
    """CREATE TRIGGER entries_kept BEFORE DELETE ON entries
    BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END""",
    """CREATE TRIGGER entry_revisions_fixed BEFORE UPDATE ON entry_revisions
    BEGIN SELECT RAISE(ABORT, 'history is not rewritten'); END""",
    """CREATE TRIGGER verdicts_fixed BEFORE UPDATE ON verdicts
    WHEN NEW.digest IS NOT OLD.digest OR NEW.act IS NOT OLD.act OR NEW.hits IS NOT OLD.hits
      OR NEW.rule_set IS NOT OLD.rule_set
    BEGIN SELECT RAISE(ABORT, 'a verdict is not rewritten'); END""",
)
SQLITE_DROP = tuple(
    f"DROP TRIGGER IF EXISTS {name}"
    for name in ("entries_digest", "entries_kept", "entry_revisions_fixed", "verdicts_fixed")
)

POSTGRESQL = (
    """CREATE FUNCTION refuse_with() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION USING MESSAGE = TG_ARGV[0]; END $$""",
    """CREATE TRIGGER entries_digest BEFORE UPDATE ON entries FOR EACH ROW
    WHEN ((NEW.body IS DISTINCT FROM OLD.body OR NEW.title IS DISTINCT FROM OLD.title)
      AND (NEW.digest = OLD.digest OR NEW.verdict_id = OLD.verdict_id))
    EXECUTE FUNCTION refuse_with('text changed without a new verdict')""",
    """CREATE TRIGGER entries_kept BEFORE DELETE ON entries FOR EACH ROW
    EXECUTE FUNCTION refuse_with('entries are never deleted')""",
    """CREATE TRIGGER entry_revisions_fixed BEFORE UPDATE ON entry_revisions FOR EACH ROW
    EXECUTE FUNCTION refuse_with('history is not rewritten')""",
    """CREATE TRIGGER verdicts_fixed BEFORE UPDATE ON verdicts FOR EACH ROW
    WHEN (NEW.digest IS DISTINCT FROM OLD.digest OR NEW.act IS DISTINCT FROM OLD.act
      OR NEW.hits IS DISTINCT FROM OLD.hits OR NEW.rule_set IS DISTINCT FROM OLD.rule_set)
    EXECUTE FUNCTION refuse_with('a verdict is not rewritten')""",
)
POSTGRESQL_DROP = (
    "DROP TRIGGER IF EXISTS entries_digest ON entries",
    "DROP TRIGGER IF EXISTS entries_kept ON entries",
    "DROP TRIGGER IF EXISTS entry_revisions_fixed ON entry_revisions",
    "DROP TRIGGER IF EXISTS verdicts_fixed ON verdicts",
    "DROP FUNCTION IF EXISTS refuse_with()",
)


def install(connection: Connection) -> None:
    """Create the triggers; the tables exist."""
    for statement in SQLITE if connection.dialect.name == "sqlite" else POSTGRESQL:
        connection.exec_driver_sql(statement)


def drop(connection: Connection) -> None:
    """Drop the triggers, for a migration that rebuilds a table; ``install`` follows."""
    for statement in SQLITE_DROP if connection.dialect.name == "sqlite" else POSTGRESQL_DROP:
        connection.exec_driver_sql(statement)
