"""Real threads and lessons come in through the gate, say whose they are, and come in once."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select, update

from community.accounts.models import User
from community.audit.models import AuditEntry
from community.communities.models import Community, Membership
from community.core.db import db
from community.core.transactions import transaction
from community.files.models import StoredFile
from community.moderation.services import deciding
from community.publishing.models import Entry, EntryFile, Thread, VerdictRecord
from community.topics.cli import import_
from community.topics.importing import putting
from community.topics.importing.lessons import plain
from community.topics.importing.outline import Text, parts, pieces_of, title_of
from community.topics.models import Board, ImportedEntry, Topic
from tests.world import SLUG, email_of

DATA = Path(__file__).with_name("data")
CREDIT = "UD_Russian-Taiga, CC BY-SA 4.0"
LESSON_CREDIT = "Raspberry Pi Foundation, raspberrypilearning/{id}, CC BY-SA 4.0"


@pytest.fixture
def bring(ctx):
    """Run `community import …` inside the site of the test."""

    def run(*arguments: Any) -> Result:
        db.session.remove()
        answer = CliRunner().invoke(import_, [str(each) for each in arguments])
        db.session.remove()
        return answer

    return run


@pytest.fixture
def threads(bring):
    return lambda file=DATA / "threads.jsonl", *more: bring(
        "threads", file, "--community", SLUG, "--credit", CREDIT, *more
    )


@pytest.fixture
def lessons(bring):
    return lambda *more: bring(
        "lessons", DATA / "lessons", "--community", SLUG, "--author", email_of("vera"),
        "--credit", LESSON_CREDIT, *more,
    )  # fmt: skip


def test_threads_come_in_once_as_topics_with_their_answers(threads):
    first = threads()
    assert first.exit_code == 0, first.output
    entries = _imported()
    board = db.session.scalars(select(Board).where(Board.name == "Перенесённые обсуждения")).one()
    topics = db.session.scalars(select(Topic).where(Topic.board_id == board.id)).all()

    assert len(topics) == 2
    assert [entry.state for entry in entries] == ["published"] * 3 + ["held"]
    openers = [entry for entry in entries if entry.title]
    assert len(openers) == 2
    assert all(entry.body.endswith(f"*Перенесено: {CREDIT}*") for entry in openers)
    verdicts = db.session.scalar(
        select(func.count()).where(VerdictRecord.id.in_([each.verdict_id for each in entries]))
    )
    assert verdicts == 4

    before = _everything()
    second = threads()
    assert second.exit_code == 0
    assert "перенесено раньше: 4" in second.output
    assert _everything() == before


def test_answers_come_once_a_moderator_has_let_their_topic_through(threads, boris):
    answer = threads()
    assert "не перенесено: начало темы ждёт проверки: 3" in answer.output
    assert "повторите перенос" in answer.output
    held = next(entry for entry in _imported() if entry.state == "held")
    deciding.release(boris.actor, held.id)
    db.session.remove()

    again = threads()
    assert "перенесено раньше: 4" in again.output
    assert len(_imported()) == 7
    assert db.session.scalar(select(Thread.entry_count).where(Thread.opener_id == held.id)) == 4


def test_what_the_rules_hold_waits_and_the_report_tells_why(threads, tmp_path):
    report = tmp_path / "report.txt"
    threads(DATA / "threads.jsonl", "--report", report)

    told = report.read_text("utf-8")
    held = [entry for entry in _imported() if entry.state == "held"]
    assert len(held) == 1
    assert re.search(r"15:1 \(участник-169\) задержано до проверки: РОЗ-1, статья 6-", told)
    number = db.session.scalar(
        select(VerdictRecord.number).where(VerdictRecord.id == held[0].verdict_id)
    )
    kind = db.session.scalar(select(AuditEntry.kind).where(AuditEntry.number == number))
    assert kind == "entry.held"


def test_authors_are_named_take_seats_and_cannot_sign_in(app, threads):
    members = db.session.scalar(select(Community.members).where(Community.slug == SLUG))
    threads()
    people = db.session.scalars(select(User).where(User.email.startswith("import-"))).all()
    ids = {person.id for person in people}

    assert len(people) == 5
    assert {entry.author_id for entry in _imported()} <= ids
    assert len({person.name for person in people}) == 5
    assert all(re.fullmatch(r"[А-ЯЁ][а-яё]+ [А-ЯЁ][а-яё]+", person.name) for person in people)
    assert {person.state for person in people} == {"suspended"}
    assert {person.post for person in people} == {"участник перенесённого обсуждения"}
    assert db.session.scalar(select(Community.members).where(Community.slug == SLUG)) == members + 5
    seats = db.session.scalar(select(func.count()).where(Membership.user_id.in_(ids)))
    assert seats == 5
    email = people[0].email
    db.session.remove()
    client = app.test_client()
    page = client.get("/login").get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token is not None
    for guess in ("!", "", "мел и доска 1954"):
        form = {"csrf_token": token.group(1), "email": email, "password": guess}
        assert "Выйти" not in client.post("/login", data=form, follow_redirects=True).text


def test_a_blocked_opening_keeps_its_thread_out_and_is_not_tried_again(threads, tmp_path):
    stopped = _thread(1, "Звоните вечером: 8 900 555-01-23.", "И мне!")
    file = _file(tmp_path, stopped, _thread(2, "Добрый день!", "И вам."))
    answer = threads(file)

    assert answer.exit_code == 0, answer.output
    assert "не пропущено правилами: 1" in answer.output
    assert "не перенесено: начало темы не пропущено: 1" in answer.output
    assert [entry.body.split("\n")[0] for entry in _imported()] == ["Добрый день!", "И вам."]
    assert not db.session.scalars(select(Entry.id).where(Entry.body.contains("555-01-23"))).all()
    assert "перенесено раньше: 4" in threads(file).output


def test_a_trial_writes_nothing_and_tells_the_same(threads):
    before = _everything()
    trial = threads(DATA / "threads.jsonl", "--dry-run")
    assert trial.exit_code == 0, trial.output
    assert _everything() == before
    assert "Проба: ничего не записано." in trial.output

    real = threads()
    assert _counts(trial.output) == _counts(real.output)


def test_an_import_that_does_not_fit_is_refused_in_words(threads, tmp_path):
    with transaction():
        db.session.execute(update(Community).where(Community.slug == SLUG).values(cap=8))
    before = _everything()
    answer = threads()

    assert answer.exit_code == 1
    assert "Авторов, которых ещё нет в сообществе, — 5, а свободных мест — 3 из 8" in answer.output
    assert _everything() == before
    assert threads(DATA / "threads.jsonl", "--only", "1").exit_code == 0


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "Строка 1: это не JSON"),
        ('{"opening": 5}', "Строка 1: нужны opening и comments"),
        ('{"opening": {"n": 1, "author": "а", "text": 3}}', "Строка 1: нужны opening и comments"),
        ("[]", "Строка 1: нужны opening и comments"),
        ("", "нет ни одной темы"),
    ],
)
def test_a_broken_file_is_refused_in_words(threads, tmp_path, line, said):
    file = tmp_path / "broken.jsonl"
    file.write_text(line, "utf-8")
    answer = threads(file)
    assert answer.exit_code == 1
    assert said in answer.output


def test_a_source_must_be_named(bring, tmp_path):
    answer = bring("threads", _file(tmp_path, _thread(1, "Добрый день!")), "--community", SLUG)
    assert answer.exit_code == 1
    assert "не сказано, откуда обсуждение" in answer.output
    answer = bring("lessons", DATA / "lessons", "--community", SLUG, "--author", email_of("vera"))
    assert answer.exit_code == 1
    assert "под какой лицензией" in answer.output


def test_names_of_the_file_become_mentions(threads, tmp_path):
    thread = _thread(1, "Добрый день!", "@участник-001 и вам.")
    threads(_file(tmp_path, thread))
    opener, answer = _imported()
    assert answer.parent_id == opener.id
    name = db.session.scalar(select(User.name).where(User.id == opener.author_id))
    assert answer.body == f"@{name} и вам."
    assert f'<a href="/people/{opener.author_id}"' in answer.html


def test_a_long_text_is_split_and_no_word_is_lost(threads, tmp_path):
    words = " ".join(f"Слово{number}." for number in range(4000))
    answer = threads(_file(tmp_path, _thread(1, words)))
    assert answer.exit_code == 0, answer.output
    assert "длинный текст разделён на части" in answer.output
    entries = _imported()
    assert len(entries) >= 2
    assert all(len(entry.body) <= 20_000 for entry in entries)
    found = re.findall(r"Слово\d+\.", " ".join(entry.body for entry in entries))
    assert found == words.split()


def test_a_text_and_its_mark_come_together_or_not_at_all(threads, monkeypatch):
    """``put_once`` is one transaction: an import that breaks off doubles nothing when it is repeated."""
    before = len(_imported())
    entries = db.session.scalar(select(func.count()).select_from(Entry))

    def break_off(*_: Any) -> None:
        raise KeyError("the machine stops here")

    with monkeypatch.context() as patch:
        patch.setattr(putting, "_mark", break_off)
        assert threads().exit_code == 1
    assert len(_imported()) == before
    assert db.session.scalar(select(func.count()).select_from(Entry)) == entries
    assert threads().exit_code == 0
    assert len(_imported()) == before + 4


def test_lessons_come_in_once_with_their_pictures(lessons, vera):
    first = lessons()
    assert first.exit_code == 0, first.output
    topic = db.session.scalars(select(Topic).where(Topic.kind == "experience")).one()
    opener_id = db.session.scalar(select(Thread.opener_id).where(Thread.id == topic.thread_id))
    entries = _imported()

    assert entries[0].id == opener_id
    assert len(entries) == 3
    assert {entry.author_id for entry in entries} == {vera.id}
    assert entries[0].title == "Урок: Обо мне"
    assert "raspberrypilearning/about-me, CC BY-SA 4.0" in entries[0].body
    assert not any("{:" in entry.body or "--- task" in entry.body for entry in entries)
    file = db.session.scalars(
        select(StoredFile).join(EntryFile, EntryFile.file_id == StoredFile.id)
    ).one()
    shown = [entry for entry in entries if f"(/files/{file.id}/" in entry.body]
    assert len(shown) == 1
    assert re.search(rf'<img [^>]*src="/files/{file.id}/me-calc-run.png"', shown[0].html)
    assert (file.state, file.owner_id) == ("used", vera.id)

    assert "Картинок нет в папке, на их месте слова: 6." in first.output
    before = _everything()
    second = lessons()
    assert "перенесено раньше: 3" in second.output
    assert _everything() == before


def test_a_trial_of_lessons_takes_no_files(lessons):
    before = _everything()
    answer = lessons("--dry-run")
    assert answer.exit_code == 0, answer.output
    assert "опубликовано: 3" in answer.output
    assert _everything() == before


def test_code_in_a_lesson_stays_as_it_is():
    task = 'Нажми `если`{:class="block3control"}.'
    source = f"--- task ---\n{task}\n\n```python\nprint('{{:x}}')  # <div>\n```\n--- /task ---"
    made = plain(source)
    assert made.startswith("Нажми `если`.")
    assert "print('{:x}')  # <div>" in made
    assert "task" not in made


def test_pieces_keep_every_word_and_the_limit():
    body = "\n\n".join(f"Абзац {number}. " + "слово " * 40 for number in range(30))
    pieces = pieces_of(body, 1000)
    assert all(len(piece) <= 1000 for piece in pieces)
    assert " ".join(pieces).split() == body.split()
    assert pieces_of("а" * 2500, 1000) == ["а" * 1000, "а" * 1000, "а" * 500]
    assert parts(Text("1", "кто", "коротко")) == [Text("1", "кто", "коротко")]
    assert title_of("слово " * 40).endswith("слово…")


def _imported() -> list[Entry]:
    known = select(ImportedEntry.entry_id).where(ImportedEntry.entry_id.is_not(None))
    return list(db.session.scalars(select(Entry).where(Entry.id.in_(known)).order_by(Entry.id)))


def _everything() -> dict[str, int]:
    made = {
        name: db.session.scalar(select(func.count()).select_from(table)) or 0
        for name, table in db.metadata.tables.items()
    }
    db.session.remove()
    return made


def _counts(report: str) -> list[str]:
    return re.findall(r"^  [а-я ]+: \d+$", report, re.MULTILINE)


def _thread(number: int, *texts: str) -> dict[str, Any]:
    messages = [
        {"n": n, "author": f"участник-{n:03}", "reply_to": 1 if n > 1 else None, "text": text}
        for n, text in enumerate(texts, start=1)
    ]
    return {"thread": number, "opening": messages[0], "comments": messages[1:]}


def _file(folder: Path, *threads: dict[str, Any]) -> Path:
    file = folder / "threads.jsonl"
    file.write_text("\n".join(json.dumps(each, ensure_ascii=False) for each in threads), "utf-8")
    return file
