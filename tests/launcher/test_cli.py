"""The command line: complete help, words instead of tracebacks, and only what is needed is loaded."""

import io
import json
import re
import subprocess
import sys

import click
import pytest

from community.cli import ELSEWHERE, main_group
from community.config import ROOT

NAMES = (
    "audit", "backup", "councils", "doctor", "import", "migrate", "reindex", "render", "restore", "rules",
    "run", "seed", "user", "worker",
)  # fmt: skip


def tree(command, path=()):
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            yield from tree(command.get_command(context, name), (*path, name))


def community(*arguments, stdin="", environ=None):
    return subprocess.run(
        [sys.executable, "-m", "community", *arguments],
        input=stdin.encode("utf-8", "surrogateescape"),
        capture_output=True, cwd=ROOT, env=environ, check=False,
    )  # fmt: skip


def test_all_commands_are_there():
    assert tuple(main_group.list_commands(click.Context(main_group))) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_help_is_complete(name):
    """Every command and subcommand says what it does, and each of its options too."""
    top = main_group.get_command(click.Context(main_group), name)
    for path, command in tree(top, (name,)):
        shown = command.get_help(click.Context(command, info_name=" ".join(("community", *path))))

        assert "Usage:" in shown
        assert command.help
        assert command.help.strip().split("\n\n")[0].endswith((".", "…")), command.help
        for option in command.params:
            if isinstance(option, click.Option):
                assert option.help, f"{path} {option.opts}"


def test_the_list_of_commands_says_what_the_commands_say():
    """The list is printed without loading the rooms, so it is written twice; here it is one."""
    for name, place in ELSEWHERE.items():
        command = main_group.get_command(click.Context(main_group), name)
        assert command.name == name
        said = " ".join(command.help.split())
        assert said.startswith(place.help[:-1]), name


def test_every_command_is_told_in_the_operations_guide():
    guide = (ROOT / "docs/operations.md").read_text("utf-8")
    assert set(re.findall(r"^\| `community (\w+)` \|", guide, re.MULTILINE)) == set(NAMES)


@pytest.mark.parametrize(
    "arguments", [["--help"], ["rules", "judge", "--help"], ["render", "--help"]]
)
def test_a_plain_question_does_not_load_the_site(arguments):
    probe = (
        "import sys; sys.argv = ['community', *sys.argv[1:]]\n"
        "from community.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print([each for each in ('flask', 'sqlalchemy', 'community.app') if each in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe, *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.stdout.strip().split("\n")[-1] == "[]", done.stdout


def test_render_answers_every_line_and_survives_any():
    lines = [
        json.dumps({"id": 1, "text": "**да**"}),
        "не JSON",
        json.dumps({"id": 2}),
        json.dumps({"id": 3, "text": "<script>alert(1)</script>"}),
        json.dumps([1]),
        "\udcff\udcfe",
        json.dumps({"id": "\ud800", "text": "\ud800\u0000x"}),
    ]
    done = community("render", stdin="\n".join(lines))

    answers = [json.loads(line) for line in io.StringIO(done.stdout.decode())]
    assert done.returncode == 0
    assert len(answers) == len(lines)
    assert answers[0] == {"id": 1, "html": "<p><strong>да</strong></p>\n"}
    assert [each["id"] for each in answers if "error" in each] == [None, 2, None, None]
    assert "<script" not in answers[3]["html"]


def test_an_unknown_command_is_refused_with_code_two():
    done = community("fly")

    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
