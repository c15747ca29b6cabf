"""The quotation of a removal stands in the text: checked by the database too (rules, §6)."""

from sqlalchemy import Connection

SQLITE = (
    """CREATE TRIGGER removals_quoted BEFORE INSERT ON removals
WHEN NOT EXISTS (SELECT 1 FROM entries WHERE id = NEW.entry_id
  AND (instr(body, NEW.quote) > 0 OR instr(title, NEW.quote) > 0))
BEGIN SELECT RAISE(ABORT, 'the quotation is not in the text'); END""",
    """CREATE TRIGGER removals_kept BEFORE DELETE ON removals
BEGIN SELECT RAISE(ABORT, 'decisions are not deleted'); END""",
)
SQLITE_DROP = ("DROP TRIGGER IF EXISTS removals_quoted", "DROP TRIGGER IF EXISTS removals_kept")

POSTGRESQL = (
    """CREATE FUNCTION removals_quoted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM entries WHERE id = NEW.entry_id
    AND (position(NEW.quote IN body) > 0 OR position(NEW.quote IN title) > 0)) THEN
    RAISE EXCEPTION 'the quotation is not in the text';
  END IF;
  RETURN NEW;
END $$""",
    """CREATE TRIGGER removals_quoted BEFORE INSERT ON removals
FOR EACH ROW EXECUTE FUNCTION removals_quoted()""",
    """CREATE TRIGGER removals_kept BEFORE DELETE ON removals
FOR EACH ROW EXECUTE FUNCTION refuse_with('decisions are not deleted')""",
)
POSTGRESQL_DROP = (
    "DROP TRIGGER IF EXISTS removals_quoted ON removals",
    "DROP TRIGGER IF EXISTS removals_kept ON removals",
    "DROP FUNCTION IF EXISTS removals_quoted()",
)


def install(connection: Connection) -> None:
    """Create the triggers; the tables exist."""
    for statement in SQLITE if connection.dialect.name == "sqlite" else POSTGRESQL:
        connection.exec_driver_sql(statement)


def drop(connection: Connection) -> None:
    """Drop the triggers, for a migration that rebuilds a table; ``install`` follows."""
    for statement in SQLITE_DROP if connection.dialect.name == "sqlite" else POSTGRESQL_DROP:
        connection.exec_driver_sql(statement)
