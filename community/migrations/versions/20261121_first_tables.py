"""The first tables, and the triggers that keep texts and the journal as they are."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

GUARDS = {
    "sqlite": (
        """CREATE TRIGGER audit_entries_no_update BEFORE UPDATE ON audit_entries
BEGIN SELECT RAISE(ABORT, 'audit_entries is append-only'); END""",
        """CREATE TRIGGER audit_checkpoints_no_update BEFORE UPDATE ON audit_checkpoints
BEGIN SELECT RAISE(ABORT, 'audit_checkpoints is append-only'); END""",
        """CREATE TRIGGER audit_entries_no_delete BEFORE DELETE ON audit_entries
BEGIN SELECT RAISE(ABORT, 'audit_entries is append-only'); END""",
        """CREATE TRIGGER audit_checkpoints_no_delete BEFORE DELETE ON audit_checkpoints
BEGIN SELECT RAISE(ABORT, 'audit_checkpoints is append-only'); END""",
        """CREATE TRIGGER audit_heads_no_delete BEFORE DELETE ON audit_heads
BEGIN SELECT RAISE(ABORT, 'audit_heads is append-only'); END""",
        """CREATE TRIGGER audit_entries_append BEFORE INSERT ON audit_entries
WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM audit_entries)
  OR NEW.prev IS NOT coalesce((SELECT hash FROM audit_entries ORDER BY number DESC LIMIT 1), '0000000000000000000000000000000000000000000000000000000000000000')
  OR NEW.at < coalesce((SELECT at FROM audit_entries ORDER BY number DESC LIMIT 1), '')
  OR NOT json_valid(NEW.body)
BEGIN SELECT RAISE(ABORT, 'the journal only grows at its end'); END""",
        """CREATE TRIGGER audit_checkpoints_append BEFORE INSERT ON audit_checkpoints
WHEN NEW.size <= (SELECT coalesce(max(size), 0) FROM audit_checkpoints)
  OR NOT EXISTS (SELECT 1 FROM audit_entries WHERE number = NEW.size AND hash = NEW.head)
BEGIN SELECT RAISE(ABORT, 'a checkpoint covers what the journal holds'); END""",
        """CREATE TRIGGER audit_heads_follow BEFORE UPDATE ON audit_heads
WHEN NEW.number IS NOT OLD.number + 1
  OR NOT EXISTS (SELECT 1 FROM audit_entries WHERE number = NEW.number AND hash = NEW.hash)
BEGIN SELECT RAISE(ABORT, 'the head follows the journal'); END""",
        """CREATE TRIGGER audit_heads_first BEFORE INSERT ON audit_heads
WHEN EXISTS (SELECT 1 FROM audit_heads) OR NEW.number <> 1
BEGIN SELECT RAISE(ABORT, 'the journal has one head'); END""",
        """CREATE TRIGGER audit_seals_fixed BEFORE UPDATE ON audit_seals
BEGIN SELECT RAISE(ABORT, 'sealed words are erased, not rewritten'); END""",
        """CREATE TRIGGER entries_digest BEFORE UPDATE ON entries
    WHEN (NEW.body IS NOT OLD.body OR NEW.title IS NOT OLD.title) AND (NEW.digest = OLD.digest OR NEW.verdict_id = OLD.verdict_id)
    BEGIN SELECT RAISE(ABORT, 'text changed without a new verdict'); END""",
        """CREATE TRIGGER entries_kept BEFORE DELETE ON entries
    BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END""",
        """CREATE TRIGGER entry_revisions_fixed BEFORE UPDATE ON entry_revisions
    BEGIN SELECT RAISE(ABORT, 'history is not rewritten'); END""",
        """CREATE TRIGGER verdicts_fixed BEFORE UPDATE ON verdicts
    WHEN NEW.digest IS NOT OLD.digest OR NEW.act IS NOT OLD.act OR NEW.hits IS NOT OLD.hits
      OR NEW.rule_set IS NOT OLD.rule_set
    BEGIN SELECT RAISE(ABORT, 'a verdict is not rewritten'); END""",
    ),
    "postgresql": (
        """CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only'; END $$""",
        """CREATE FUNCTION audit_append() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE last record;
BEGIN
  SELECT number, hash, at INTO last FROM audit_entries ORDER BY number DESC LIMIT 1;
  IF NEW.number IS DISTINCT FROM coalesce(last.number, 0) + 1
    OR NEW.prev IS DISTINCT FROM coalesce(last.hash, '0000000000000000000000000000000000000000000000000000000000000000')
    OR NEW.at COLLATE "C" < coalesce(last.at, '') THEN
    RAISE EXCEPTION 'the journal only grows at its end';
  END IF;
  PERFORM NEW.body::jsonb;
  RETURN NEW;
END $$""",
        """CREATE FUNCTION audit_checkpoint() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.size <= (SELECT coalesce(max(size), 0) FROM audit_checkpoints)
    OR NOT EXISTS (SELECT 1 FROM audit_entries WHERE number = NEW.size AND hash = NEW.head) THEN
    RAISE EXCEPTION 'a checkpoint covers what the journal holds';
  END IF;
  RETURN NEW;
END $$""",
        """CREATE FUNCTION audit_head() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.number IS DISTINCT FROM (CASE TG_OP WHEN 'INSERT' THEN 1 ELSE OLD.number + 1 END)
    OR NOT EXISTS (SELECT 1 FROM audit_entries WHERE number = NEW.number AND hash = NEW.hash) THEN
    RAISE EXCEPTION 'the head follows the journal';
  END IF;
  RETURN NEW;
END $$""",
        """CREATE TRIGGER audit_entries_no_update BEFORE UPDATE ON audit_entries FOR EACH ROW EXECUTE FUNCTION audit_refuse()""",
        """CREATE TRIGGER audit_checkpoints_no_update BEFORE UPDATE ON audit_checkpoints FOR EACH ROW EXECUTE FUNCTION audit_refuse()""",
        """CREATE TRIGGER audit_seals_no_update BEFORE UPDATE ON audit_seals FOR EACH ROW EXECUTE FUNCTION audit_refuse()""",
        """CREATE TRIGGER audit_entries_no_delete BEFORE DELETE ON audit_entries FOR EACH ROW EXECUTE FUNCTION audit_refuse()""",
        """CREATE TRIGGER audit_checkpoints_no_delete BEFORE DELETE ON audit_checkpoints FOR EACH ROW EXECUTE FUNCTION audit_refuse()""",
        """CREATE TRIGGER audit_heads_no_delete BEFORE DELETE ON audit_heads FOR EACH ROW EXECUTE FUNCTION audit_refuse()""",
        """CREATE TRIGGER audit_entries_no_truncate BEFORE TRUNCATE ON audit_entries FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()""",
        """CREATE TRIGGER audit_checkpoints_no_truncate BEFORE TRUNCATE ON audit_checkpoints FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()""",
        """CREATE TRIGGER audit_heads_no_truncate BEFORE TRUNCATE ON audit_heads FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()""",
        """CREATE TRIGGER audit_entries_append BEFORE INSERT ON audit_entries FOR EACH ROW EXECUTE FUNCTION audit_append()""",
        """CREATE TRIGGER audit_checkpoints_append BEFORE INSERT ON audit_checkpoints FOR EACH ROW EXECUTE FUNCTION audit_checkpoint()""",
        """CREATE TRIGGER audit_heads_follow BEFORE INSERT OR UPDATE ON audit_heads FOR EACH ROW EXECUTE FUNCTION audit_head()""",
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
    ),
}
UNGUARD = {
    "sqlite": (
        """DROP TRIGGER IF EXISTS audit_entries_no_update""",
        """DROP TRIGGER IF EXISTS audit_checkpoints_no_update""",
        """DROP TRIGGER IF EXISTS audit_entries_no_delete""",
        """DROP TRIGGER IF EXISTS audit_checkpoints_no_delete""",
        """DROP TRIGGER IF EXISTS audit_heads_no_delete""",
        """DROP TRIGGER IF EXISTS audit_entries_append""",
        """DROP TRIGGER IF EXISTS audit_checkpoints_append""",
        """DROP TRIGGER IF EXISTS audit_heads_follow""",
        """DROP TRIGGER IF EXISTS audit_heads_first""",
        """DROP TRIGGER IF EXISTS audit_seals_fixed""",
        """DROP TRIGGER IF EXISTS entries_digest""",
        """DROP TRIGGER IF EXISTS entries_kept""",
        """DROP TRIGGER IF EXISTS entry_revisions_fixed""",
        """DROP TRIGGER IF EXISTS verdicts_fixed""",
    ),
    "postgresql": (
        """DROP FUNCTION IF EXISTS audit_refuse() CASCADE""",
        """DROP FUNCTION IF EXISTS audit_append() CASCADE""",
        """DROP FUNCTION IF EXISTS audit_checkpoint() CASCADE""",
        """DROP FUNCTION IF EXISTS audit_head() CASCADE""",
        """DROP TRIGGER IF EXISTS entries_digest ON entries""",
        """DROP TRIGGER IF EXISTS entries_kept ON entries""",
        """DROP TRIGGER IF EXISTS entry_revisions_fixed ON entry_revisions""",
        """DROP TRIGGER IF EXISTS verdicts_fixed ON verdicts""",
        """DROP FUNCTION IF EXISTS refuse_with()""",
    ),
}


def upgrade() -> None:
    op.create_table(
        "audit_checkpoints",
        sa.Column("size", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.Column("peaks", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "length(root) = 64 AND length(head) = 64", name=op.f("ck_audit_checkpoints_hashes")
        ),
        sa.CheckConstraint("size >= 1", name=op.f("ck_audit_checkpoints_counted")),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_audit_checkpoints")),
        sqlite_strict=True,
    )
    op.create_table(
        "audit_entries",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=True),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_role", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("target_kind", sa.Text(), nullable=True),
        sa.Column("target_id", sa.Integer(), nullable=True),
        sa.Column("previous", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_hash", sa.Text(), nullable=False),
        sa.Column("prev", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(target_kind IS NULL) = (target_id IS NULL)", name=op.f("ck_audit_entries_target")
        ),
        sa.CheckConstraint("length(at) = 27", name=op.f("ck_audit_entries_at")),
        sa.CheckConstraint(
            "length(body_hash) = 64 AND length(prev) = 64 AND length(hash) = 64",
            name=op.f("ck_audit_entries_hashes"),
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_audit_entries_counted")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_entries")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_audit_entries_author_id_number", "audit_entries", ["author_id", "number"], unique=False
    )
    op.create_index(
        "ix_audit_entries_community_id_number",
        "audit_entries",
        ["community_id", "number"],
        unique=False,
    )
    op.create_index("ix_audit_entries_previous", "audit_entries", ["previous"], unique=False)
    op.create_index(
        "ix_audit_entries_target_kind_target_id",
        "audit_entries",
        ["target_kind", "target_id"],
        unique=False,
    )

    op.create_table(
        "audit_heads",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_heads_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_heads")),
        sqlite_strict=True,
    )
    op.create_table(
        "communities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("scope", sa.String(length=10), nullable=False),
        sa.Column("subjects", sa.Text(), nullable=False),
        sa.Column("district", sa.String(length=120), nullable=False),
        sa.Column("tagline", sa.String(length=200), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("goals", sa.Text(), nullable=False),
        sa.Column("tasks", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("cap", sa.Integer(), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("reserved", sa.Integer(), nullable=False),
        sa.Column("administrators", sa.Integer(), nullable=False),
        sa.Column("offer_hours", sa.Integer(), nullable=False),
        sa.Column("charter_version", sa.Integer(), nullable=False),
        sa.Column("rules_version", sa.Integer(), nullable=False),
        sa.Column("services", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "scope IN ('above', 'multi', 'subject')", name=op.f("ck_communities_scope")
        ),
        sa.CheckConstraint(
            "administrators BETWEEN 0 AND members", name=op.f("ck_communities_administrators")
        ),
        sa.CheckConstraint("cap BETWEEN 2 AND 150", name=op.f("ck_communities_own_cap")),
        sa.CheckConstraint("members BETWEEN 0 AND 150", name=op.f("ck_communities_cap")),
        sa.CheckConstraint(
            "offer_hours BETWEEN 1 AND 720", name=op.f("ck_communities_offer_hours")
        ),
        sa.CheckConstraint(
            "reserved >= 0 AND members + reserved <= cap", name=op.f("ck_communities_seats")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["communities.id"], name=op.f("fk_communities_parent_id_communities")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_communities")),
        sa.UniqueConstraint("slug", name=op.f("uq_communities_slug")),
    )
    op.create_table(
        "letters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=True),
        sa.Column("more_url", sa.String(length=400), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('queued', 'sent', 'dead')", name=op.f("ck_letters_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
        sa.UniqueConstraint("key", name=op.f("uq_letters_key")),
    )
    op.create_index("ix_letters_state_due", "letters", ["state", "due"], unique=False)

    op.create_table(
        "login_attempts",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_login_attempts")),
    )
    op.create_table(
        "organisations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("short_name", sa.String(length=80), nullable=False),
        sa.Column("folded", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("settlement", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("folded", name=op.f("uq_organisations_folded")),
    )
    op.create_table(
        "outbox_jobs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consumer", sa.String(length=120), nullable=False),
        sa.Column("event", sa.String(length=80), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(length=60), nullable=True),
        sa.Column("dedupe", sa.String(length=200), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('new', 'run', 'dead')", name=op.f("ck_outbox_jobs_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_jobs")),
        sa.UniqueConstraint("dedupe", name=op.f("uq_outbox_jobs_dedupe")),
    )
    op.create_index("ix_outbox_jobs_state_due", "outbox_jobs", ["state", "due"], unique=False)

    op.create_table(
        "owner_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("spent_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_owner_links")),
        sa.UniqueConstraint("nonce", name=op.f("uq_owner_links_nonce")),
    )
    op.create_table(
        "rule_sets",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("canonical", sa.Text(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_rule_sets")),
    )
    op.create_table(
        "subjects",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("folded", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subjects")),
        sa.UniqueConstraint("folded", name=op.f("uq_subjects_folded")),
    )
    op.create_table(
        "audit_seals",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint("length(salt) = 32", name=op.f("ck_audit_seals_salt")),
        sa.ForeignKeyConstraint(
            ["number"], ["audit_entries.number"], name=op.f("fk_audit_seals_number_audit_entries")
        ),
        sa.PrimaryKeyConstraint("number", "part", name=op.f("pk_audit_seals")),
        sqlite_strict=True,
    )
    op.create_table(
        "boards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("purpose", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("audience", sa.String(length=10), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("audience IN ('everyone', 'members')", name=op.f("ck_boards_audience")),
        sa.CheckConstraint(
            "kind IN ('formal', 'informal', 'moderation')", name=op.f("ck_boards_kind")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_boards_community_id_communities")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_boards")),
        sa.UniqueConstraint("community_id", "name", name=op.f("uq_boards_community_id_name")),
    )
    op.create_table(
        "pulses",
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_pulses_community_id_communities")
        ),
        sa.PrimaryKeyConstraint("community_id", name=op.f("pk_pulses")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("email_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("last_name", sa.String(length=80), nullable=False),
        sa.Column("first_name", sa.String(length=80), nullable=False),
        sa.Column("patronymic", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=170), nullable=False),
        sa.Column("sort_name", sa.String(length=250), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("post", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("subject_line", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("is_operator", sa.Boolean(), nullable=False),
        sa.Column("consent_sha", sa.String(length=64), nullable=False),
        sa.Column("preferences", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "role IN ('teacher', 'head', 'methodist', 'parent', 'partner')",
            name=op.f("ck_users_role"),
        ),
        sa.CheckConstraint(
            "state <> 'anonymised' OR email IS NULL", name=op.f("ck_users_nameless")
        ),
        sa.CheckConstraint(
            "state IN ('new', 'active', 'suspended', 'left', 'anonymised')",
            name=op.f("ck_users_state"),
        ),
        sa.CheckConstraint(
            "length(trim(first_name)) > 0 AND length(trim(last_name)) > 0",
            name=op.f("ck_users_named"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_users_organisation_id_organisations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )
    op.create_index(op.f("ix_users_sort_name"), "users", ["sort_name"], unique=False)

    op.create_table(
        "agreements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_agreements_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreements")),
    )
    op.create_index(
        "ix_agreements_user_id_kind",
        "agreements",
        ["user_id", "kind", "community_id"],
        unique=False,
    )

    op.create_table(
        "archives",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("file", sa.String(length=80), nullable=False),
        sa.Column("octets", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('queued', 'making', 'ready', 'failed', 'gone')",
            name=op.f("ck_archives_state"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_archives_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archives")),
    )
    op.create_index(op.f("ix_archives_user_id"), "archives", ["user_id"], unique=False)

    op.create_table(
        "consents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("text_version", sa.String(length=16), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ip", sa.String(length=45), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_consents_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index(op.f("ix_consents_user_id"), "consents", ["user_id"], unique=False)

    op.create_table(
        "document_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('charter', 'rules')", name=op.f("ck_document_versions_kind")),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("fk_document_versions_community_id_communities"),
        ),
        sa.ForeignKeyConstraint(
            ["published_by"], ["users.id"], name=op.f("fk_document_versions_published_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_versions")),
        sa.UniqueConstraint(
            "community_id",
            "kind",
            "number",
            name=op.f("uq_document_versions_community_id_kind_number"),
        ),
    )
    op.create_table(
        "drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("extra", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_drafts_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
        sa.UniqueConstraint(
            "user_id", "place", "version", name=op.f("uq_drafts_user_id_place_version")
        ),
    )
    op.create_table(
        "files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("mime", sa.String(length=100), nullable=False),
        sa.Column("octets", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("thumb_sha256", sa.String(length=64), nullable=True),
        sa.Column("thumb_octets", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("loose_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'loose') = (loose_since IS NOT NULL)", name=op.f("ck_files_loose_since")
        ),
        sa.CheckConstraint(
            "kind <> 'image' OR thumb_sha256 IS NOT NULL", name=op.f("ck_files_image_has_thumb")
        ),
        sa.CheckConstraint("kind IN ('image', 'document', 'other')", name=op.f("ck_files_kind")),
        sa.CheckConstraint("state IN ('loose', 'used')", name=op.f("ck_files_state")),
        sa.CheckConstraint("octets > 0 AND thumb_octets >= 0", name=op.f("ck_files_octets")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_files_community_id_communities")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_files_owner_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_files")),
    )
    op.create_index(
        "ix_files_owner_id_created_at", "files", ["owner_id", "created_at"], unique=False
    )
    op.create_index(op.f("ix_files_sha256"), "files", ["sha256"], unique=False)
    op.create_index("ix_files_state_loose_since", "files", ["state", "loose_since"], unique=False)
    op.create_index(op.f("ix_files_thumb_sha256"), "files", ["thumb_sha256"], unique=False)

    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("admits", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("uses_limit", sa.Integer(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("uses BETWEEN 0 AND uses_limit", name=op.f("ck_invitations_uses")),
        sa.CheckConstraint("uses_limit BETWEEN 1 AND 150", name=op.f("ck_invitations_uses_limit")),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("fk_invitations_community_id_communities"),
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["users.id"], name=op.f("fk_invitations_made_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_invitations_code_hash")),
    )
    op.create_index(
        op.f("ix_invitations_community_id"), "invitations", ["community_id"], unique=False
    )

    op.create_table(
        "mail_choices",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("topic_group", sa.String(length=20), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_mail_choices_user_id_users")
        ),
        sa.PrimaryKeyConstraint("user_id", "topic_group", name=op.f("pk_mail_choices")),
    )
    op.create_table(
        "mailed_tokens",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=12), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "purpose IN ('confirm', 'reset', 'email')", name=op.f("ck_mailed_tokens_purpose")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_mailed_tokens_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailed_tokens")),
        sa.UniqueConstraint("hash", name=op.f("uq_mailed_tokens_hash")),
    )
    op.create_index(op.f("ix_mailed_tokens_user_id"), "mailed_tokens", ["user_id"], unique=False)

    op.create_table(
        "memberships",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("state_note", sa.Text(), nullable=False),
        sa.Column("came_by", sa.String(length=12), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_active_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_to_confirm_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("charter_agreed", sa.Integer(), nullable=False),
        sa.Column("rules_agreed", sa.Integer(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "came_by IN ('application', 'invitation', 'offer', 'founding', 'admission')",
            name=op.f("ck_memberships_came_by"),
        ),
        sa.CheckConstraint(
            "state IN ('active', 'suspended', 'left', 'removed')", name=op.f("ck_memberships_state")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("fk_memberships_community_id_communities"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_memberships_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
        sa.UniqueConstraint(
            "community_id", "user_id", name=op.f("uq_memberships_community_id_user_id")
        ),
    )
    op.create_index(
        "ix_memberships_community_id_state", "memberships", ["community_id", "state"], unique=False
    )
    op.create_index(
        "ix_memberships_user_id_state", "memberships", ["user_id", "state"], unique=False
    )

    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=True),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("url", sa.String(length=400), nullable=True),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mail_state", sa.String(length=8), nullable=False),
        sa.CheckConstraint(
            "mail_state IN ('none', 'due', 'sent', 'skipped')", name=op.f("ck_notices_mail_state")
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_notices_actor_id_users")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_notices_community_id_communities")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_notices_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_index("ix_notices_user_id_id", "notices", ["user_id", "id"], unique=False)
    op.create_index("ix_notices_user_id_read_at", "notices", ["user_id", "read_at"], unique=False)

    op.create_table(
        "read_floors",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("fk_read_floors_community_id_communities"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_read_floors_user_id_users")
        ),
        sa.PrimaryKeyConstraint("user_id", "community_id", name=op.f("pk_read_floors")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_recovery_codes_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
        sa.UniqueConstraint("user_id", "hash", name=op.f("uq_recovery_codes_user_id_hash")),
    )
    op.create_index(op.f("ix_recovery_codes_user_id"), "recovery_codes", ["user_id"], unique=False)

    op.create_table(
        "second_factors",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.String(length=200), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_second_factors_user_id_users")
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_second_factors")),
    )
    op.create_table(
        "sign_ins",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agent", sa.String(length=200), nullable=False),
        sa.Column("network", sa.String(length=45), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sign_ins_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_sign_ins_key_hash")),
    )
    op.create_index(op.f("ix_sign_ins_user_id"), "sign_ins", ["user_id"], unique=False)

    op.create_table(
        "threads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("space", sa.String(length=30), nullable=True),
        sa.Column("audience", sa.String(length=10), nullable=False),
        sa.Column("posting", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("opener_id", sa.Integer(), nullable=True),
        sa.Column("entry_count", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("reader_count", sa.Integer(), nullable=False),
        sa.Column("follower_count", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_author_id", sa.Integer(), nullable=True),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("shelf_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "audience IN ('everyone', 'members', 'network')", name=op.f("ck_threads_audience")
        ),
        sa.CheckConstraint(
            "community_id IS NOT NULL OR audience = 'network'", name=op.f("ck_threads_belongs")
        ),
        sa.CheckConstraint(
            "posting IN ('members', 'moderators', 'author', 'nobody')",
            name=op.f("ck_threads_posting"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'closed', 'held', 'hidden', 'merged')", name=op.f("ck_threads_state")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name=op.f("fk_threads_author_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_threads_community_id_communities")
        ),
        sa.ForeignKeyConstraint(
            ["last_author_id"], ["users.id"], name=op.f("fk_threads_last_author_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["threads.id"], name=op.f("fk_threads_merged_into_id_threads")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_threads")),
    )
    op.create_index(
        "ix_threads_community_id_last_at", "threads", ["community_id", "last_at"], unique=False
    )
    op.create_index("ix_threads_shelf_id_last_at", "threads", ["shelf_id", "last_at"], unique=False)

    op.create_table(
        "user_interests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=40), nullable=False),
        sa.Column("folded", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(trim(words)) > 0", name=op.f("ck_user_interests_said")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_user_interests_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_interests")),
        sa.UniqueConstraint("user_id", "folded", name=op.f("uq_user_interests_user_id_folded")),
    )
    op.create_index("ix_user_interests_folded", "user_interests", ["folded"], unique=False)

    op.create_table(
        "user_names",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("old", sa.String(length=250), nullable=False),
        sa.Column("new", sa.String(length=250), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by"], ["users.id"], name=op.f("fk_user_names_by_users")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_user_names_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_names")),
    )
    op.create_index(op.f("ix_user_names_user_id"), "user_names", ["user_id"], unique=False)

    op.create_table(
        "user_subjects",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subjects.id"], name=op.f("fk_user_subjects_subject_id_subjects")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_user_subjects_user_id_users")
        ),
        sa.PrimaryKeyConstraint("user_id", "subject_id", name=op.f("pk_user_subjects")),
    )
    op.create_index(
        op.f("ix_user_subjects_subject_id"), "user_subjects", ["subject_id"], unique=False
    )

    op.create_table(
        "verdicts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("event", sa.String(length=20), nullable=False),
        sa.Column("rule_set", sa.String(length=64), nullable=False),
        sa.Column("engine", sa.String(length=20), nullable=False),
        sa.Column("hits", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["users.id"], name=op.f("fk_verdicts_actor_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["rule_set"], ["rule_sets.hash"], name=op.f("fk_verdicts_rule_set_rule_sets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdicts")),
        sa.UniqueConstraint("id", "digest", name=op.f("uq_verdicts_id_digest")),
    )
    op.create_index("ix_verdicts_number", "verdicts", ["number"], unique=False)

    op.create_table(
        "applications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=True),
        sa.Column("charter_version", sa.Integer(), nullable=False),
        sa.Column("rules_version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("offer_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state <> 'offered' OR offer_until IS NOT NULL", name=op.f("ck_applications_term")
        ),
        sa.CheckConstraint(
            "state <> 'refused' OR length(reason) >= 10", name=op.f("ck_applications_reason")
        ),
        sa.CheckConstraint(
            "state <> 'waitlisted' OR queued_at IS NOT NULL", name=op.f("ck_applications_place")
        ),
        sa.CheckConstraint(
            "state IN ('new', 'waitlisted', 'offered', 'approved', 'refused', 'withdrawn', 'declined', 'lapsed')",
            name=op.f("ck_applications_state"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("fk_applications_community_id_communities"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["users.id"], name=op.f("fk_applications_decided_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["invitations.id"],
            name=op.f("fk_applications_invitation_id_invitations"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_applications_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applications")),
    )
    op.create_index(
        "ix_applications_community_id_state",
        "applications",
        ["community_id", "state", "queued_at"],
        unique=False,
    )
    op.create_index("ix_applications_user_id", "applications", ["user_id"], unique=False)
    op.create_index(
        "uq_applications_open",
        "applications",
        ["community_id", "user_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('new', 'waitlisted', 'offered')"),
        postgresql_where=sa.text("state IN ('new', 'waitlisted', 'offered')"),
    )

    op.create_table(
        "entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("html_version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("verdict_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("thanks", sa.Integer(), nullable=False),
        sa.Column("file_count", sa.Integer(), nullable=False),
        sa.Column("removal_number", sa.Integer(), nullable=True),
        sa.Column("removal_article", sa.String(length=60), nullable=True),
        sa.CheckConstraint(
            "state <> 'published' OR position IS NOT NULL", name=op.f("ck_entries_placed")
        ),
        sa.CheckConstraint(
            "state <> 'removed' OR (removal_number IS NOT NULL AND removal_article IS NOT NULL)",
            name=op.f("ck_entries_removal_has_grounds"),
        ),
        sa.CheckConstraint(
            "state IN ('published', 'held', 'removed', 'withdrawn')", name=op.f("ck_entries_state")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name=op.f("fk_entries_author_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_entries_community_id_communities")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["entries.id"], name=op.f("fk_entries_parent_id_entries")
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["threads.id"], name=op.f("fk_entries_thread_id_threads")
        ),
        sa.ForeignKeyConstraint(
            ["verdict_id", "digest"],
            ["verdicts.id", "verdicts.digest"],
            name=op.f("fk_entries_verdict_id_digest_verdicts"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entries")),
        sa.UniqueConstraint("thread_id", "position", name=op.f("uq_entries_thread_id_position")),
    )
    op.create_index("ix_entries_author_id_id", "entries", ["author_id", "id"], unique=False)
    op.create_index(
        "ix_entries_community_id_state_id", "entries", ["community_id", "state", "id"], unique=False
    )
    op.create_index("ix_entries_parent_id", "entries", ["parent_id"], unique=False)

    op.create_table(
        "follows",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=6), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("level IN ('follow', 'mute')", name=op.f("ck_follows_level")),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["threads.id"], name=op.f("fk_follows_thread_id_threads")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_follows_user_id_users")),
        sa.PrimaryKeyConstraint("user_id", "thread_id", name=op.f("pk_follows")),
    )
    op.create_index("ix_follows_thread_id_level", "follows", ["thread_id", "level"], unique=False)

    op.create_table(
        "portraits",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_portraits_file_id_files")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_portraits_user_id_users")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_portraits")),
        sa.UniqueConstraint("file_id", name=op.f("uq_portraits_file_id")),
    )
    op.create_table(
        "read_marks",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["threads.id"], name=op.f("fk_read_marks_thread_id_threads")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_read_marks_user_id_users")
        ),
        sa.PrimaryKeyConstraint("user_id", "thread_id", name=op.f("pk_read_marks")),
    )
    op.create_index("ix_read_marks_thread_id", "read_marks", ["thread_id"], unique=False)

    op.create_table(
        "role_grants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("membership_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("fields", sa.String(length=300), nullable=False),
        sa.Column("order_number", sa.String(length=40), nullable=True),
        sa.Column("order_date", sa.Date(), nullable=True),
        sa.Column("order_file_id", sa.Integer(), nullable=True),
        sa.Column("granted_by", sa.Integer(), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("audit_number", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "role <> 'moderator' OR (order_number IS NOT NULL AND order_date IS NOT NULL)",
            name=op.f("ck_role_grants_order"),
        ),
        sa.CheckConstraint(
            "role IN ('administrator', 'moderator', 'expert')", name=op.f("ck_role_grants_role")
        ),
        sa.ForeignKeyConstraint(
            ["granted_by"], ["users.id"], name=op.f("fk_role_grants_granted_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["memberships.id"],
            name=op.f("fk_role_grants_membership_id_memberships"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grants")),
        sa.UniqueConstraint(
            "membership_id", "role", name=op.f("uq_role_grants_membership_id_role")
        ),
    )
    op.create_table(
        "application_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["users.id"], name=op.f("fk_application_steps_actor_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_application_steps_application_id_applications"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_steps")),
    )
    op.create_index(
        op.f("ix_application_steps_application_id"),
        "application_steps",
        ["application_id"],
        unique=False,
    )

    op.create_table(
        "entry_files",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_entry_files_entry_id_entries")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["files.id"], name=op.f("fk_entry_files_file_id_files")
        ),
        sa.PrimaryKeyConstraint("entry_id", "file_id", name=op.f("pk_entry_files")),
    )
    op.create_index("ix_entry_files_file_id", "entry_files", ["file_id"], unique=False)

    op.create_table(
        "entry_references",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("quoted_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(user_id IS NULL) <> (quoted_id IS NULL)", name=op.f("ck_entry_references_one")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_entry_references_entry_id_entries")
        ),
        sa.ForeignKeyConstraint(
            ["quoted_id"], ["entries.id"], name=op.f("fk_entry_references_quoted_id_entries")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_entry_references_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_references")),
        sa.UniqueConstraint(
            "entry_id",
            "user_id",
            "quoted_id",
            name=op.f("uq_entry_references_entry_id_user_id_quoted_id"),
        ),
    )
    op.create_index(
        "ix_entry_references_quoted_id", "entry_references", ["quoted_id"], unique=False
    )

    op.create_table(
        "entry_revisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("verdict_id", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_entry_revisions_entry_id_entries")
        ),
        sa.ForeignKeyConstraint(
            ["verdict_id", "digest"],
            ["verdicts.id", "verdicts.digest"],
            name=op.f("fk_entry_revisions_verdict_id_digest_verdicts"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_revisions")),
        sa.UniqueConstraint("entry_id", "number", name=op.f("uq_entry_revisions_entry_id_number")),
    )
    op.create_table(
        "imported_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("fk_imported_entries_community_id_communities"),
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_imported_entries_entry_id_entries")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_entries")),
        sa.UniqueConstraint(
            "community_id",
            "source",
            "key",
            name=op.f("uq_imported_entries_community_id_source_key"),
        ),
    )
    op.create_table(
        "profiles",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_profiles_entry_id_entries")
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["threads.id"], name=op.f("fk_profiles_thread_id_threads")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_profiles_user_id_users")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_profiles")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_profiles_entry_id")),
        sa.UniqueConstraint("thread_id", name=op.f("uq_profiles_thread_id")),
    )
    op.create_table(
        "thanks",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_thanks_entry_id_entries")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_thanks_user_id_users")),
        sa.PrimaryKeyConstraint("entry_id", "user_id", name=op.f("pk_thanks")),
    )
    op.create_table(
        "topics",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("help_wanted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stage", sa.String(length=10), nullable=True),
        sa.Column("pinned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("conclusion_id", sa.Integer(), nullable=True),
        sa.Column("views", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('discussion', 'question', 'experience', 'case', 'initiative', 'study')",
            name=op.f("ck_topics_kind"),
        ),
        sa.CheckConstraint(
            "stage IS NULL OR kind = 'initiative'", name=op.f("ck_topics_stage_of_initiative")
        ),
        sa.CheckConstraint(
            "stage IS NULL OR stage IN ('proposed', 'taken', 'done')", name=op.f("ck_topics_stage")
        ),
        sa.ForeignKeyConstraint(
            ["board_id"], ["boards.id"], name=op.f("fk_topics_board_id_boards")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_topics_community_id_communities")
        ),
        sa.ForeignKeyConstraint(
            ["conclusion_id"], ["entries.id"], name=op.f("fk_topics_conclusion_id_entries")
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["threads.id"], name=op.f("fk_topics_thread_id_threads")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topics")),
        sa.UniqueConstraint("thread_id", name=op.f("uq_topics_thread_id")),
    )
    op.create_index(
        "ix_topics_community_id_pinned_at", "topics", ["community_id", "pinned_at"], unique=False
    )
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(sa.text(statement))


def downgrade() -> None:
    for statement in UNGUARD[op.get_bind().dialect.name]:
        op.execute(sa.text(statement))
    op.drop_index("ix_topics_community_id_pinned_at", table_name="topics")

    op.drop_table("topics")
    op.drop_table("thanks")
    op.drop_table("profiles")
    op.drop_table("imported_entries")
    op.drop_table("entry_revisions")
    op.drop_index("ix_entry_references_quoted_id", table_name="entry_references")

    op.drop_table("entry_references")
    op.drop_index("ix_entry_files_file_id", table_name="entry_files")

    op.drop_table("entry_files")
    op.drop_index(op.f("ix_application_steps_application_id"), table_name="application_steps")

    op.drop_table("application_steps")
    op.drop_table("role_grants")
    op.drop_index("ix_read_marks_thread_id", table_name="read_marks")

    op.drop_table("read_marks")
    op.drop_table("portraits")
    op.drop_index("ix_follows_thread_id_level", table_name="follows")

    op.drop_table("follows")
    op.drop_index("ix_entries_parent_id", table_name="entries")
    op.drop_index("ix_entries_community_id_state_id", table_name="entries")
    op.drop_index("ix_entries_author_id_id", table_name="entries")

    op.drop_table("entries")
    op.drop_index(
        "uq_applications_open",
        table_name="applications",
        sqlite_where=sa.text("state IN ('new', 'waitlisted', 'offered')"),
        postgresql_where=sa.text("state IN ('new', 'waitlisted', 'offered')"),
    )
    op.drop_index("ix_applications_user_id", table_name="applications")
    op.drop_index("ix_applications_community_id_state", table_name="applications")

    op.drop_table("applications")
    op.drop_index("ix_verdicts_number", table_name="verdicts")

    op.drop_table("verdicts")
    op.drop_index(op.f("ix_user_subjects_subject_id"), table_name="user_subjects")

    op.drop_table("user_subjects")
    op.drop_index(op.f("ix_user_names_user_id"), table_name="user_names")

    op.drop_table("user_names")
    op.drop_index("ix_user_interests_folded", table_name="user_interests")

    op.drop_table("user_interests")
    op.drop_index("ix_threads_shelf_id_last_at", table_name="threads")
    op.drop_index("ix_threads_community_id_last_at", table_name="threads")

    op.drop_table("threads")
    op.drop_index(op.f("ix_sign_ins_user_id"), table_name="sign_ins")

    op.drop_table("sign_ins")
    op.drop_table("second_factors")
    op.drop_index(op.f("ix_recovery_codes_user_id"), table_name="recovery_codes")

    op.drop_table("recovery_codes")
    op.drop_table("read_floors")
    op.drop_index("ix_notices_user_id_read_at", table_name="notices")
    op.drop_index("ix_notices_user_id_id", table_name="notices")

    op.drop_table("notices")
    op.drop_index("ix_memberships_user_id_state", table_name="memberships")
    op.drop_index("ix_memberships_community_id_state", table_name="memberships")

    op.drop_table("memberships")
    op.drop_index(op.f("ix_mailed_tokens_user_id"), table_name="mailed_tokens")

    op.drop_table("mailed_tokens")
    op.drop_table("mail_choices")
    op.drop_index(op.f("ix_invitations_community_id"), table_name="invitations")

    op.drop_table("invitations")
    op.drop_index(op.f("ix_files_thumb_sha256"), table_name="files")
    op.drop_index("ix_files_state_loose_since", table_name="files")
    op.drop_index(op.f("ix_files_sha256"), table_name="files")
    op.drop_index("ix_files_owner_id_created_at", table_name="files")

    op.drop_table("files")
    op.drop_table("drafts")
    op.drop_table("document_versions")
    op.drop_index(op.f("ix_consents_user_id"), table_name="consents")

    op.drop_table("consents")
    op.drop_index(op.f("ix_archives_user_id"), table_name="archives")

    op.drop_table("archives")
    op.drop_index("ix_agreements_user_id_kind", table_name="agreements")

    op.drop_table("agreements")
    op.drop_index(op.f("ix_users_sort_name"), table_name="users")

    op.drop_table("users")
    op.drop_table("pulses")
    op.drop_table("boards")
    op.drop_table("audit_seals")
    op.drop_table("subjects")
    op.drop_table("rule_sets")
    op.drop_table("owner_links")
    op.drop_index("ix_outbox_jobs_state_due", table_name="outbox_jobs")

    op.drop_table("outbox_jobs")
    op.drop_table("organisations")
    op.drop_table("login_attempts")
    op.drop_index("ix_letters_state_due", table_name="letters")

    op.drop_table("letters")
    op.drop_table("communities")
    op.drop_table("audit_heads")
    op.drop_index("ix_audit_entries_target_kind_target_id", table_name="audit_entries")
    op.drop_index("ix_audit_entries_previous", table_name="audit_entries")
    op.drop_index("ix_audit_entries_community_id_number", table_name="audit_entries")
    op.drop_index("ix_audit_entries_author_id_number", table_name="audit_entries")

    op.drop_table("audit_entries")
    op.drop_table("audit_checkpoints")
