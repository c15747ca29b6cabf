"""The journal is append-only by the database itself. Plain SQL, no models: migrations use it."""

from sqlalchemy import Connection

_GENESIS = "0" * 64
_FIXED = ("audit_entries", "audit_checkpoints")
_KEPT = (*_FIXED, "audit_heads")

# INSERT OR REPLACE slips past a delete trigger while recursive_triggers is off; the insert trigger,
# which fires first, does not let it.
_SQLITE_APPEND = f"""CREATE TRIGGER audit_entries_append BEFORE INSERT ON audit_entries
WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM audit_entries)
  OR NEW.prev IS NOT coalesce((SELECT hash FROM audit_entries ORDER BY number DESC LIMIT 1), '{_GENESIS}')
  OR NEW.at < coalesce((SELECT at FROM audit_entries ORDER BY number DESC LIMIT 1), '')
  OR NOT json_valid(NEW.body)
BEGIN SELECT RAISE(ABORT, 'the journal only grows at its end'); END"""  # noqa: S608 — a constant

_SQLITE_CHECKPOINT = """CREATE TRIGGER audit_checkpoints_append BEFORE INSERT ON audit_checkpoints
WHEN NEW.size <= (SELECT coalesce(max(size), 0) FROM audit_checkpoints)
  OR NOT EXISTS (SELECT 1 FROM audit_entries WHERE number = NEW.size AND hash = NEW.head)
BEGIN SELECT RAISE(ABORT, 'a checkpoint covers what the journal holds'); END"""

_SQLITE_HEAD = """CREATE TRIGGER audit_heads_follow BEFORE UPDATE ON audit_heads
WHEN NEW.number IS NOT OLD.number + 1
  OR NOT EXISTS (SELECT 1 FROM audit_entries WHERE number = NEW.number AND hash = NEW.hash)
BEGIN SELECT RAISE(ABORT, 'the head follows the journal'); END"""

_SQLITE_HEAD_FIRST = """CREATE TRIGGER audit_heads_first BEFORE INSERT ON audit_heads
WHEN EXISTS (SELECT 1 FROM audit_heads) OR NEW.number <> 1
BEGIN SELECT RAISE(ABORT, 'the journal has one head'); END"""

_SQLITE_SEAL = """CREATE TRIGGER audit_seals_fixed BEFORE UPDATE ON audit_seals
BEGIN SELECT RAISE(ABORT, 'sealed words are erased, not rewritten'); END"""


def _sqlite_refuse(table: str, act: str) -> str:
    return (
        f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table}\n"
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


SQLITE = (
    *(_sqlite_refuse(table, "UPDATE") for table in _FIXED),
    *(_sqlite_refuse(table, "DELETE") for table in _KEPT),
    _SQLITE_APPEND,
    _SQLITE_CHECKPOINT,
    _SQLITE_HEAD,
    _SQLITE_HEAD_FIRST,
    _SQLITE_SEAL,
)

_POSTGRESQL_APPEND = f"""CREATE FUNCTION audit_append() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE last record;
BEGIN
  SELECT number, hash, at INTO last FROM audit_entries ORDER BY number DESC LIMIT 1;
  IF NEW.number IS DISTINCT FROM coalesce(last.number, 0) + 1
    OR NEW.prev IS DISTINCT FROM coalesce(last.hash, '{_GENESIS}')
    OR NEW.at COLLATE "C" < coalesce(last.at, '') THEN
    RAISE EXCEPTION 'the journal only grows at its end';
  END IF;
  PERFORM NEW.body::jsonb;
  RETURN NEW;
END $$"""  # noqa: S608 — a constant

_POSTGRESQL_CHECKPOINT = """CREATE FUNCTION audit_checkpoint() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.size <= (SELECT coalesce(max(size), 0) FROM audit_checkpoints)
    OR NOT EXISTS (SELECT 1 FROM audit_entries WHERE number = NEW.size AND hash = NEW.head) THEN
    RAISE EXCEPTION 'a checkpoint covers what the journal holds';
  END IF;
  RETURN NEW;
END $$"""

_POSTGRESQL_HEAD = """CREATE FUNCTION audit_head() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.number IS DISTINCT FROM (CASE TG_OP WHEN 'INSERT' THEN 1 ELSE OLD.number + 1 END)
    OR NOT EXISTS (SELECT 1 FROM audit_entries WHERE number = NEW.number AND hash = NEW.hash) THEN
    RAISE EXCEPTION 'the head follows the journal';
  END IF;
  RETURN NEW;
END $$"""

_POSTGRESQL_REFUSE = """CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only'; END $$"""


def _postgresql_refuse(table: str, act: str) -> str:
    level = "STATEMENT" if act == "TRUNCATE" else "ROW"
    return (
        f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
        f"FOR EACH {level} EXECUTE FUNCTION audit_refuse()"
    )


def _postgresql_guard(name: str, acts: str, table: str, function: str) -> str:
    return (
        f"CREATE TRIGGER {name} BEFORE {acts} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()"
    )


POSTGRESQL = (
    _POSTGRESQL_REFUSE,
    _POSTGRESQL_APPEND,
    _POSTGRESQL_CHECKPOINT,
    _POSTGRESQL_HEAD,
    *(_postgresql_refuse(table, "UPDATE") for table in (*_FIXED, "audit_seals")),
    *(_postgresql_refuse(table, "DELETE") for table in _KEPT),
    *(_postgresql_refuse(table, "TRUNCATE") for table in _KEPT),
    _postgresql_guard("audit_entries_append", "INSERT", "audit_entries", "audit_append"),
    _postgresql_guard(
        "audit_checkpoints_append", "INSERT", "audit_checkpoints", "audit_checkpoint"
    ),
    _postgresql_guard("audit_heads_follow", "INSERT OR UPDATE", "audit_heads", "audit_head"),
)
_POSTGRESQL_FUNCTIONS = ("audit_refuse", "audit_append", "audit_checkpoint", "audit_head")


def install(connection: Connection) -> None:
    """Create the triggers; the tables exist."""
    for statement in SQLITE if connection.dialect.name == "sqlite" else POSTGRESQL:
        connection.exec_driver_sql(statement)


def drop(connection: Connection) -> None:
    """Drop the triggers, for a migration that rebuilds a table; ``install`` follows."""
    if connection.dialect.name == "sqlite":
        for statement in SQLITE:
            name = statement.split()[2]
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
        return
    for function in _POSTGRESQL_FUNCTIONS:
        connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {function}() CASCADE")


def missing(connection: Connection) -> list[str]:
    """Return the names of triggers that should guard the journal and do not."""
    if connection.dialect.name == "sqlite":
        expected = {statement.split()[2] for statement in SQLITE}
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        made = [statement.split() for statement in POSTGRESQL]
        expected = {words[2] for words in made if words[1] == "TRIGGER"}
        query = "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'"
    return sorted(expected - set(connection.exec_driver_sql(query).scalars()))
