"""Settings are read once, told in the documents, and a bad one is refused in words."""

import dataclasses
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from community.config import KEYS, ROOT, Config, ConfigError, prepare

FIELDS = {each.name for each in dataclasses.fields(Config)} - {"root"}


def test_every_field_has_a_key_and_every_key_a_field():
    assert {key.name for key in KEYS} == FIELDS


def test_every_setting_is_used():
    """A setting that nothing reads would be a promise that nothing keeps."""
    silent = {"config.py", "around.py", "inside.py"}  # they define and look, they use nothing
    files = [each for each in (ROOT / "community").rglob("*.py") if each.name not in silent]
    code = "\n".join(each.read_text("utf-8") for each in files)
    readers = {"secret_key_file": "secret_key", "audit_signing_key_file": "audit_signing_key"}
    assert [name for name in FIELDS if not re.search(rf"\.{readers.get(name, name)}\b", code)] == []


def test_every_key_is_told_in_the_operations_guide():
    table = (ROOT / "docs/operations.md").read_text("utf-8")
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", table, re.MULTILINE)) == {key.env for key in KEYS}


def test_the_defaults_told_are_the_defaults_taken():
    guide = (ROOT / "docs/operations.md").read_text("utf-8")
    told = dict(re.findall(r"^\| `([A-Z_]+)` \| `([^`]+)` \|", guide, re.MULTILINE))
    plain = {
        key.env: str(int(key.default) if isinstance(key.default, bool) else key.default)
        for key in KEYS
    }
    assert told == {name: plain[name] for name in told}
    assert len(told) > 10


def test_nothing_else_reads_the_environment():
    """The launcher of tests and the command line hand settings on; pages and rooms never look."""
    allowed = {"config.py", "cli.py", "backup.py"}
    guilty = [
        str(file.relative_to(ROOT))
        for file in sorted((ROOT / "community").rglob("*.py"))
        if file.name not in allowed and re.search(r"os\.(environ|getenv)", file.read_text("utf-8"))
    ]
    assert guilty == []


def test_an_empty_environment_will_do(tmp_path):
    config = Config.from_env({"COMMUNITY_DATA": str(tmp_path)})

    assert config.database_url == f"sqlite:///{tmp_path}/community.sqlite3"
    assert config.public_url == "http://127.0.0.1:8000"
    assert not config.is_secure


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COMMUNITY_PORT", "восемь"),
        ("COMMUNITY_PORT", "70000"),
        ("COMMUNITY_PORT", "-1"),
        ("COMMUNITY_TIMEZONE", "Марс/Олимп"),
        ("COMMUNITY_TIMEZONE", "../etc/passwd"),
        ("DATABASE_URL", "mysql://root@localhost/x"),
        ("DATABASE_URL", "sqlite:///"),
        ("PUBLIC_URL", "school.example"),
        ("PUBLIC_URL", "javascript://x"),
        ("PUBLIC_URL", "http://[::1"),
        ("SMTP_URL", "mail.example"),
        ("MAIL_FROM", "Учительская"),
        ("MAIL_FROM", "a@b.example\r\nBcc: all@example.org"),
        ("EMBEDDED_WORKER", "maybe"),
        ("TRUSTED_HOPS", "99"),
        ("LOG_LEVEL", "loud"),
        ("DEFAULT_LANGUAGE", "tlh"),
    ],
)
def test_a_bad_value_is_named_in_russian(name, value):
    with pytest.raises(ConfigError) as refusal:
        Config.from_env({name: value})

    assert refusal.value.problems[0].startswith(f"{name}: ")
    assert "нуж" in str(refusal.value) or "нет" in str(refusal.value) or "не " in str(refusal.value)


def test_all_bad_values_are_told_at_once():
    with pytest.raises(ConfigError) as refusal:
        Config.from_env({"COMMUNITY_PORT": "x", "LOG_LEVEL": "y"})

    assert len(refusal.value.problems) == 2


def test_a_password_in_an_address_is_not_shown():
    with pytest.raises(ConfigError) as refusal:
        Config.from_env({"DATABASE_URL": "mysql://root:tayna@localhost/x"})
    assert "tayna" not in str(refusal.value)

    config = Config.from_env({"SMTP_URL": "smtps://me:tayna@mail.example"})
    assert "tayna" not in repr(config)


def test_postgres_is_spoken_to_by_psycopg():
    assert (
        Config.from_env({"DATABASE_URL": "postgres://u@h/d"}).database_url
        == "postgresql+psycopg://u@h/d"
    )


def test_the_keys_are_made_once_and_only_their_owner_reads_them(tmp_path):
    config = Config.from_env({"COMMUNITY_DATA": str(tmp_path / "deep" / "data")})

    prepare(config)
    first = config.secret_key(), config.audit_signing_key()
    prepare(config)

    assert (config.secret_key(), config.audit_signing_key()) == first
    assert first[0] != first[1]
    assert [len(each) for each in first] == [32, 32]
    assert config.secret_key_file.stat().st_mode & 0o777 == 0o600
    assert config.data.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", ["", "xyz", "00", "\x00" * 64])
def test_a_damaged_key_is_told(tmp_path, content):
    config = Config.from_env({"COMMUNITY_DATA": str(tmp_path)})
    prepare(config)
    config.secret_key_file.write_text(content)

    with pytest.raises(ConfigError, match="ключ"):
        config.secret_key()


def test_a_data_folder_that_cannot_be_is_refused_in_words(tmp_path):
    (tmp_path / "taken").write_text("это файл")
    config = Config.from_env({"COMMUNITY_DATA": str(tmp_path / "taken")})

    with pytest.raises(ConfigError, match="нельзя писать"):
        prepare(config)


def test_a_command_with_a_bad_setting_ends_with_code_two():
    done = subprocess.run(
        [sys.executable, "-m", "community", "migrate"],
        env=os.environ | {"COMMUNITY_PORT": "дверь", "PYTHONIOENCODING": "utf-8"},
        capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == "COMMUNITY_PORT: «дверь» не подходит — нужно целое число от 1 до 65535.\n"
    assert "Traceback" not in done.stderr


def test_the_root_is_where_run_py_stands():
    assert (ROOT / "run.py").exists()
    assert Path(__file__).is_relative_to(ROOT)
