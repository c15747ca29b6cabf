"""What the source itself promises, read from its syntax trees."""

import ast
import re
from pathlib import Path

import pytest

from community.config import ROOT

SOURCE = {
    path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8"))
    for path in sorted((ROOT / "community").rglob("*.py"))
    if "migrations/versions" not in path.as_posix()
}
FORBIDDEN = re.compile(r"^(skip|force|forced|bypass|commit|unsafe|unchecked|no_check)(_|$)")


def calls(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node, ast.unparse(node.func)


def places(condition):
    """Files and lines of the calls for which the condition holds."""
    return [
        f"{path}:{node.lineno} {name}"
        for path, tree in SOURCE.items()
        for node, name in calls(tree)
        if condition(path, node, name)
    ]


# The fourth fence -------------------------------------------------------------------------------


def test_no_parameter_skips_or_forces():
    found = []
    for path, tree in SOURCE.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                every = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
                found += [
                    f"{path}:{node.lineno} {arg.arg}" for arg in every if FORBIDDEN.match(arg.arg)
                ]
            if isinstance(node, ast.ClassDef):  # the fields of a command
                names = [each.target.id for each in node.body
                         if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)]  # fmt: skip  # noqa: E501
                found += [f"{path}:{node.lineno} {name}" for name in names if FORBIDDEN.match(name)]
    assert found == []


def test_only_the_gate_opens_the_gate():
    opening = places(lambda _p, _n, name: name.endswith("gate_opened"))
    assert {place.split(":")[0] for place in opening} <= {
        "community/publishing/gate.py",
        "community/publishing/bulk.py",  # judges by the same engine; proven equal by its own tests
    }


def test_only_publishing_asks_the_gate_to_write():
    writing = ("gate.let_in", "gate.store", "gate.rewrite", "gate.mark", "gate.rerender")
    found = places(lambda path, _n, name: name in writing and "/publishing/" not in path)
    assert found == []


def test_the_gate_stores_only_what_it_let_in():
    """``store`` and ``rewrite`` take a judged text; nothing but ``let_in`` makes one."""
    assert {
        place.split(" ")[0].split(":")[0] for place in places(lambda _p, _n, name: name == "Passed")
    } == {"community/publishing/gate.py"}


# Transactions, time, SQL ------------------------------------------------------------------------


def test_only_transactions_commit():
    ending = ("session.commit", "session.begin", "session.begin_nested", "connection.commit")
    found = places(lambda path, _n, name: name.endswith(ending)
                   and not path.startswith("community/migrations/"))  # fmt: skip
    allowed = {
        "community/core/transactions.py",  # the one place
        # connections of their own, outside of the site's database
        "community/backup.py", "community/restore.py",
    }  # fmt: skip
    assert [place for place in found if place.split(":")[0] not in allowed] == []


def test_time_is_asked_of_the_clock():
    asking = ("datetime.now", "datetime.utcnow", "date.today", "datetime.today", "time.time")
    allowed = {
        "community/core/clock.py": "the clock itself",
        "community/files/storage.py": "compared with the mtime of files, which the system sets",
    }
    found = places(lambda path, _n, name: name.endswith(asking) and path not in allowed)
    assert found == []


RAW_SQL = {
    "community/accounts/owner.py": "a server default",
    "community/audit/triggers.py": "triggers",
    "community/audit/signing.py": "verifies without the site and its models",
    "community/publishing/reserving.py": "fills a whole community for measuring",
    "community/audit/verify.py": "verifies without the site and its models",
    "community/communities/models.py": "the condition of a partial index",
    "community/core/outbox.py": "a partial index",
    "community/demo/haste.py": "a pragma while the demonstration is made",
    "community/core/transactions.py": "the begin policy",
    "community/moderation/triggers.py": "triggers",
    "community/publishing/triggers.py": "triggers",
    "community/search/postgres_engine.py": "full text has no other language",
    "community/backup.py": "copies a database whole",
    "community/restore.py": "copies a database whole",
}


def test_raw_sql_stands_only_where_it_must():
    def raw(path, node, name):
        is_text = name in ("text", "sa.text", "sqlalchemy.text") and bool(node.args)
        sql = is_text and imports_text(SOURCE[path])
        return (sql or name.endswith("exec_driver_sql")) and path not in RAW_SQL

    assert [p for p in places(raw) if not p.startswith("community/migrations/")] == []


def imports_text(tree):
    return any(
        isinstance(node, ast.ImportFrom) and node.module == "sqlalchemy"
        and any(each.name == "text" for each in node.names)
        for node in ast.walk(tree)
    )  # fmt: skip


def test_sql_is_never_glued_from_words_of_people():
    """A statement is a constant; f-strings in it hold names of tables only, in files listed above."""
    found = places(lambda path, node, name: name.endswith(("exec_driver_sql", "text")) and node.args
                   and isinstance(node.args[0], ast.JoinedStr) and imports_text(SOURCE[path])
                   and path not in RAW_SQL)  # fmt: skip
    assert found == []


def test_nothing_from_outside_is_evaluated():
    bad = ("eval", "exec", "pickle.loads", "marshal.loads", "yaml.load", "os.system", "shelve.open")
    assert places(lambda _p, node, name: name in bad and not safe_yaml(node)) == []


def safe_yaml(node):
    return any("Safe" in ast.unparse(each) or "Loader" in ast.unparse(each)
               for each in (*node.args, *(key.value for key in node.keywords)))  # fmt: skip


def test_a_shell_is_never_asked():
    def shell(_path, node, _name):
        return any(
            key.arg == "shell" and getattr(key.value, "value", None) for key in node.keywords
        )

    assert places(shell) == []


# Refusals ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def reasons(tmp_path_factory):
    from community.core.verdict import REASONS
    from tests.conftest import site

    folder = tmp_path_factory.mktemp("reasons")
    site(f"sqlite:///{folder / 'x.sqlite3'}", folder / "data")
    return REASONS


def codes():
    """Every code that is said literally, also as either side of an «if else»."""
    said = {}
    for path, tree in SOURCE.items():
        for node, name in calls(tree):
            if name.rsplit(".", 1)[-1] in {"deny", "hold", "Conflict"} and node.args:
                for each in ast.walk(node.args[0]):
                    if isinstance(each, ast.Constant) and re.fullmatch(
                        r"[a-z_]+\.[a-z_]+", str(each.value)
                    ):
                        said.setdefault(each.value, f"{path}:{node.lineno}")
    return said


def test_every_refusal_has_its_sentence(reasons):
    said = codes()
    assert len(said) > 60
    assert {code: place for code, place in said.items() if code not in reasons} == {}


def test_every_sentence_of_a_refusal_is_in_russian(reasons):
    from babel.messages.pofile import read_po

    russian = {}
    for path in sorted((ROOT / "community/translations/ru").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file):
                key = message.id if isinstance(message.id, str) else message.id and message.id[0]
                russian[key] = (
                    message.string if isinstance(message.string, str) else message.string[0]
                )
    whole = {"moderation.grounds"}  # its sentence is the rule's message, Russian already
    assert [code for code, said in reasons.items() if code not in whole
            and not re.search("[а-яё]", russian.get(said, ""), re.IGNORECASE)] == []  # fmt: skip


# Use cases, documents ---------------------------------------------------------------------------


def test_every_use_case_is_named_in_a_test(reasons):
    """By its own name (``_leave`` by ``leave``), or by the address or the words that lead to it."""
    from community.core.transactions import USE_CASES

    here = Path(__file__).parent
    tests = "\n".join(
        path.read_text("utf-8")
        for path in (ROOT / "tests").rglob("*.py")
        if here not in path.parents
    )
    words = set(re.findall(r"[a-z_][a-z0-9_]*", tests))
    ours = [name for name in USE_CASES if name.startswith("community.")]
    short = {name: name.removeprefix("community.") for name in ours}
    unnamed = {
        name for name in short.values()
        if name.rsplit(".", 1)[1].lstrip("_") not in words and BY_THEIR_PAGE.get(name, "\0") not in tests
    }  # fmt: skip
    assert unnamed == set(), "a use case without a story of its own: write one"


BY_THEIR_PAGE = {
    "accounts.services.keeping.reset_link": "reset-link",
    "accounts.services.keeping.make_operator": "promote-operator",
    "accounts.services.consents.give_consent": "/register",
    "accounts.services.consents.withdraw_consent": "/me/consents/withdraw",
    "accounts.services.sessions.open_session": "/login",
    "accounts.services.sessions.close_session": "/logout",
    "accounts.services.sessions.close_sessions": "/me/sessions/close-others",
    "accounts.services.credentials.request_reset": "/password/forgotten",
    "accounts.services.credentials._set_password_by_link": "/password/new",
    "accounts.services.credentials._change_password": "/me/password",
    "accounts.services.credentials._request_email": "/me/email",
    "accounts.services.credentials.confirm_email": "/confirm/",
    "accounts.services.credentials.send_confirmation_again": "/me/email/confirm",
    "accounts.services.second_factor.switch_on": "/me/second-step/on",
    "accounts.services.second_factor._switch_off": "/me/second-step/off",
    "accounts.services.second_factor._renew": "/me/second-step/codes",
    "accounts.services.person.rename": "/me/name",
    "accounts.services.person.change_details": "/me/details",
    "accounts.services.person.prefer": "/me/language",
    "accounts.services.archives.request_archive": "/me/data",
    "accounts.services.archives._finish": "/me/data",
    "accounts.services.archives._give_up": "/me/data",
    "accounts.services.delays.forgive": "/login",
    "accounts.services.signing_in._remind": "/register",
    "accounts.services.signing_in._rehash": "/login",
    "communities.services.offers.lapse": "offers",
    "communities.services.invitations.open_invitation": "/invitation/",
    "communities.services.settings.switch_services": "/admin/services",
    "communities.routes.first_run.open_installation": "/first-run/",
    "files.services._hang": "claim",
    "files.services.rename": "file_name_",
    "publishing.marks.read_all": "/news/read",
    "publishing.services.open_thread": "open_topic",
    "publishing.services.retitle": "/arrange",
    "topics.services.boards.move_up": "/up",
    "topics.services.writing.ask_help": "/help",
    "topics.services.writing.advance": "/stage/",
    "topics.services.curation.move_entry": "/move",
    "chats.services.talking.open_chat": "/chats/new",
    "councils.services.minutes.write_down": "/minutes/note?",
    "councils.services.tasks.offer_anew": '"offer"',
    "councils.services.tasks.remind": "run_duties",
    "councils.services.objections.show": "/minutes/show",
    "councils.services.objections.object_to": "/minutes/objection",
    "councils.services.objections.answer": "/minutes/objections/",
    "councils.services.objections.end_term": "run_duties",
    "councils.services.signing.take_back": '/back"',
    "accounts.services.delays.forgive_one": "confirm",
    "councils.services.minutes.take_out": '/out"',
    "chats.services.leading.set_hours": "/hours",
    "chats.services.leading.set_pace": "/pace/",
    "councils.services.floor.raise_hand": "/hand/",
    "councils.services.floor.withdraw_hand": "/withdraw",
    "councils.services.floor.give_floor": "/give",
    "councils.services.floor.give_next": "/turns/next",
    "councils.services.floor.end_turn": "/end",
    "councils.services.talking.ask": "question",
    "councils.services.talking.mark_question": "/councils/lines/",
    "councils.services.talking.mark_answered": "/answered",
    "councils.services.talking.ask_too": "/too",
    "councils.services.visiting.here": "/here",
    "councils.services.voting.put_to_vote": "/vote",
    "councils.services.voting.close_vote": "/close",
    "councils.services.voting.cancel_vote": "/cancel",
    "councils.services.planning.call": "/councils/new",
    "councils.services.replanning.replan": "plan_sent",
    "councils.services.replanning.expect_more": "/people",
    "councils.services.replanning.expect_newcomer": "who_joins_the_community_is_expected",
    "councils.services.replanning.release_leaver": "who_leaves_is_not",
    "councils.services.agenda.change_item": "the_rapporteur_may_decline_and_another_is_asked",
    "councils.services.agenda.move_item": "items_change_places",
    "councils.services.agenda.take_off": "take-off",
    "councils.services.agenda.take_back": "take-back",
    "councils.services.agenda.decline_report": "decline-report",
    "moderation.services.deciding.release_in_term": "run_duties",
    "moderation.services.deciding.uphold_text": "/uphold",
    "moderation.terms.remind": "moderation.term",
    "moderation.services.appealing.appeal": "/decisions/",
    "moderation.services.appealing.answer": "/decisions/",
    "moderation.services.appealing.take": "/decisions/",
    "moderation.services.appealing.give_back": "/decisions/",
    "moderation.services.appealing.withdraw": "/decisions/",
    "moderation.services.warning.warn": "/me/warnings",
    "moderation.services.lifting.lift_pause": "lift-reason",
    "moderation.services.handing.hand_over": "/hand-over",
    "moderation.services.milder.ask_to_edit": "/ask",
    "moderation.services.milder.fold": "/fold",
    "moderation.services.milder.unfold": "/unfold",
    "moderation.services.milder.note_edit": "исправил текст",
    "moderation.services.milder.lapse_request": "не исправил текст",
    "moderation.services.removing.undo": "/undo",
    "moderation.services.signing.propose_purge": "/purge",
    "moderation.services.signing.sign_bundle": "/sign-all",
    "moderation.services.bulk.propose_all": "/moderation/texts",
    "moderation.services.suspending.propose_suspension": "/moderation/members/",
    "moderation.services.suspending.sign_suspension": "/sign",
    "moderation.services.suspending.refuse_suspension": "/refuse",
    "moderation.services.suspending.withdraw_suspension": "/withdraw",
    "moderation.services.suspending.lapse_suspension": "nobody_answers_lapses",
    "publishing.deciding.fold": "/fold",
    "publishing.deciding.keep_unseen": "waits unseen",
    "publishing.erasing.erase": "/purge",
}
"""Use cases whose tests go through the front door and never say their name: what they say instead."""


def test_every_floor_is_drawn_in_the_guide():
    guide = (ROOT / "docs/architecture.md").read_text("utf-8")
    floors = [path.parent.name for path in (ROOT / "community").glob("*/__init__.py")]
    assert [name for name in floors if name not in guide] == []


def test_every_setting_is_explained():
    names = set(
        re.findall(r"\"([A-Z][A-Z_]{3,})\"", (ROOT / "community/config.py").read_text("utf-8"))
    )
    said = "\n".join(path.read_text("utf-8") for path in (ROOT / "docs").rglob("*.md"))
    assert len(names) > 5
    assert sorted(name for name in names if name not in said) == []


def test_every_command_is_explained():
    import click

    from community.cli import main_group

    said = "\n".join(
        path.read_text("utf-8") for path in [*(ROOT / "docs").rglob("*.md"), ROOT / "README.md"]
    )
    commands = main_group.list_commands(click.Context(main_group))
    assert [name for name in commands if not re.search(rf"community {name}\b", said)] == []
