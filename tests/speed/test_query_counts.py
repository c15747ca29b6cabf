"""What a page asks of the database is bounded, whatever stands on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from community.core.db import db
from tests.world import SLUG

BODY = "Коллеги, как вы объясняете дроби на третьем уроке подряд, чтобы интерес не пропал?"


@contextmanager
def counted(app) -> Iterator[list[str]]:
    """Collect the statements that are sent meanwhile, BEGIN and PRAGMA aside."""
    said: list[str] = []

    def note(_conn, _cursor, statement, *_rest):
        if not statement.startswith(("BEGIN", "PRAGMA", "SET ")):
            said.append(" ".join(statement.split())[:160])

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def topics(app, anna, boris, vera) -> list[int]:
    """Twenty-five topics of three authors; the first has forty entries that answer each other."""
    from community.publishing.facts import Words
    from community.topics.models import Board
    from community.topics.services import writing
    from community.topics.services.writing import TopicPlan

    made = []
    with app.app_context():
        board = db.session.query(Board.id).filter_by(kind="formal").order_by(Board.id).first()[0]
        for number in range(25):
            opener = Words(title=f"Тема номер {number}", body=f"{BODY} {number}")
            topic_id, _published = writing.open_topic(anna.actor, board, opener, TopicPlan())
            made.append(topic_id)
        parent = None
        for number in range(39):
            who = (anna, boris, vera)[number % 3]
            said = Words(body=f"Ответ {number}. {BODY}")
            sent = writing.reply(
                who.actor, made[0], said, parent_id=None if number % 13 else parent
            )
            parent = sent.entry_id
        db.session.remove()
    return made


def _asked(app, person, path: str) -> list[str]:
    person.get(path)  # the reader's mark is moved once
    with counted(app) as said:
        assert person.get(path).status_code == 200
    return said


@pytest.mark.parametrize(
    ("path", "most"),
    [
        (f"/c/{SLUG}/topics/{{first}}?page=1", 14),
        (f"/c/{SLUG}/boards/1", 11),
        (f"/c/{SLUG}/news", 12),
        (f"/c/{SLUG}/search?q=%D0%B4%D1%80%D0%BE%D0%B1%D0%B8", 20),
    ],
    ids=["topic", "board", "news", "search"],
)
def test_a_page_asks_a_bounded_number_of_questions(app, town, irina, topics, path, most):
    town.drain()
    said = _asked(app, irina, path.format(first=topics[0]))
    assert len(said) <= most, "\n".join(said)


def test_a_full_page_asks_no_more_than_a_short_one(app, irina, topics):
    full = _asked(app, irina, f"/c/{SLUG}/topics/{topics[0]}?page=1")
    short = _asked(app, irina, f"/c/{SLUG}/topics/{topics[1]}?page=1")
    assert len(full) <= len(short) + 2, "\n".join(full)  # the parents and one's thanks


def test_a_reply_asks_a_bounded_number_of_questions(app, irina, topics):
    irina.get(f"/c/{SLUG}/topics/{topics[1]}?page=1")
    page = irina.client.get("/view").get_data(as_text=True)
    token = page.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    with counted(app) as said:
        answer = irina.client.post(
            f"/c/{SLUG}/topics/{topics[1]}/reply",
            data={"body": BODY + " Ещё.", "csrf_token": token},
        )
    assert answer.status_code == 302
    assert len(said) <= 17, "\n".join(said)


def test_a_drawn_text_is_kept_under_all_that_is_drawn():
    """``EntryView.face`` names every field that entries/_entry.html draws, so nothing goes stale."""
    import inspect
    import re
    from pathlib import Path

    from community.publishing.views import EntryView

    template = Path(__file__).parents[2] / "templates/entries/_entry.html"
    macro = template.read_text().split("macro text_of", 1)[1].split("endmacro", 1)[0]
    drawn = set(re.findall(r"\bentry\.(\w+)", macro))
    face = inspect.getsource(EntryView.face.fget)
    missing = {name for name in drawn if not re.search(rf"self\.{name}\b", face)}
    assert not missing
