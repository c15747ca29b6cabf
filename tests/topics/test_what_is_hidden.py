"""A hidden text is hidden whole: its title, its former versions, its files' names go with it."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from community.core.db import db
from community.core.transactions import transaction
from community.publishing.guard import gate_opened
from community.publishing.models import Entry
from tests.topics.conftest import Forum
from tests.world import SLUG, Person

RUDE = "Вера Павловна, ну ты и дура, раз не понимаешь таких вещей."
TITLE = "Дурная затея Веры Павловны"
GROUNDS = {
    "article": "4.1.1",
    "quote": "Как вернуть интерес",
    "reason": "Грубость в адрес коллеги, автора урока.",
    "milder": "useless",
}


def insist(by: Person, path: str, fields: dict[str, object]) -> None:
    """Send a text twice: the first time its author is only asked."""
    page = by.post(path, fields).get_data(as_text=True)
    seen = page.split('name="seen"')[1].split('value="')[1].split('"')[0]
    assert seen
    assert by.post(path, fields | {"seen": seen}).status_code == 200


def set_state(forum: Forum, entry_id: int, state: str, **more: object) -> None:
    with forum.town.app.app_context(), transaction(), gate_opened():
        db.session.execute(update(Entry).where(Entry.id == entry_id).values(state=state, **more))


@pytest.mark.parametrize("state", ["removed", "withdrawn", "held"])
def test_the_title_of_a_hidden_opener_is_hidden_everywhere(
    forum: Forum, anna: Person, irina: Person, boris: Person, vera: Person, state: str
) -> None:
    topic = forum.open(anna, title=TITLE)
    irina.post(f"/c/{SLUG}/topics/{topic}/follow/follow")
    opener = forum.thread(topic).opener_id or 0
    more = {"removal_number": 1, "removal_article": "4.1"} if state == "removed" else {}
    set_state(forum, opener, state, **more)
    forum.reply(vera, topic, "Ответ, который придёт в уведомлении.")
    forum.town.drain()

    pages = [
        f"/c/{SLUG}/topics/{topic}?page=1",
        f"/c/{SLUG}/forum",
        f"/c/{SLUG}/boards/{forum.board()}",
        f"/c/{SLUG}/news",
        "/notices",
        f"/c/{SLUG}/search?q=уведомлении",
    ]
    for path in pages:
        assert TITLE not in irina.get(path).get_data(as_text=True), path
    assert TITLE in forum.page(anna, topic), "the author reads it"
    assert TITLE in forum.page(boris, topic), "so does a moderator"


def test_an_edit_of_a_title_that_is_held_shows_to_nobody(
    forum: Forum, anna: Person, irina: Person
) -> None:
    topic = forum.open(anna)
    opener = forum.thread(topic).opener_id
    rude = "Вера Павловна, ты дура"
    insist(anna, f"/e/{opener}/edit", {"title": rude, "body": RUDE, "revision": 1})
    assert forum.entry(opener or 0).state == "held"

    for path in (f"/c/{SLUG}/topics/{topic}?page=1", f"/c/{SLUG}/forum"):
        assert "дура" not in irina.get(path).get_data(as_text=True)


def test_a_version_that_was_held_stays_out_of_the_history(
    forum: Forum, anna: Person, irina: Person, boris: Person
) -> None:
    topic = forum.open(anna)
    insist(anna, f"/c/{SLUG}/topics/{topic}/reply", {"body": RUDE})
    with forum.town.app.app_context():
        held = db.session.scalar(select(Entry.id).where(Entry.body == RUDE))
    anna.post(f"/e/{held}/edit", {"body": "Вера Павловна, не соглашусь с вами.", "revision": 1})

    assert "дура" not in irina.get(f"/e/{held}/history").get_data(as_text=True)
    assert "не соглашусь" in irina.get(f"/e/{held}/history").get_data(as_text=True)
    assert "дура" in anna.get(f"/e/{held}/history").get_data(as_text=True)
    assert "дура" in boris.get(f"/e/{held}/history").get_data(as_text=True)


def test_nobody_answers_a_text_that_is_not_out(forum: Forum, anna: Person, irina: Person) -> None:
    topic = forum.open(anna)
    insist(anna, f"/c/{SLUG}/topics/{topic}/reply", {"body": RUDE})
    with forum.town.app.app_context():
        held = db.session.scalar(select(Entry.id).where(Entry.body == RUDE))

    answer = irina.post(f"/c/{SLUG}/topics/{topic}/reply", {"body": "Что?", "parent_id": held})

    assert answer.status_code == 404
    far = {"body": "Что?", "parent_id": str(10**30)}
    assert irina.post(f"/c/{SLUG}/topics/{topic}/reply", far).status_code == 422


def test_nobody_answers_in_a_topic_that_waits(forum: Forum, anna: Person, boris: Person) -> None:
    path = f"/c/{SLUG}/boards/{forum.board()}/topics/new"
    insist(anna, path, {"title": "Вопрос", "kind": "case", "body": RUDE})
    with forum.town.app.app_context():
        entry = db.session.scalars(select(Entry).where(Entry.body == RUDE)).one()
    topic = entry.thread_id and anna.get(f"/e/{entry.id}").request.path.rsplit("/", 1)[-1]

    for person in (anna, boris):
        answer = person.post(f"/c/{SLUG}/topics/{topic}/reply", {"body": "Ещё слово."})
        assert answer.status_code == 403
    locked = boris.post(
        f"/c/{SLUG}/topics/{topic}/arrange", {"act": "lock", "lock-reason": "Закрываю тему."}
    )
    assert locked.status_code == 422
    assert forum.thread(int(topic or 0)).state == "held", "arranging does not let a text out"


def test_strangers_learn_nothing_of_members_from_the_composer(
    forum: Forum, gleb: Person, vera: Person
) -> None:
    sent = gleb.post(f"/c/{SLUG}/preview", {"body": "@Вера Ильина"})
    assert f"/people/{vera.id}" not in sent.get_data(as_text=True)
    assert gleb.post(f"/c/{SLUG}/check/topic:1", {"body": "Слово"}).status_code in (403, 404)


def test_a_notice_that_came_before_forgets_the_title_with_the_text(
    forum: Forum, anna: Person, irina: Person, vera: Person
) -> None:
    topic = forum.open(anna, title=TITLE)
    irina.post(f"/c/{SLUG}/topics/{topic}/follow/follow")
    forum.reply(vera, topic, "Ответ, о котором сказано сразу.")
    forum.town.drain()
    assert TITLE in irina.get("/notices").get_data(as_text=True)

    opener = forum.thread(topic).opener_id or 0
    set_state(forum, opener, "removed", removal_number=1, removal_article="4.1")
    told = irina.get("/notices").get_data(as_text=True)
    assert TITLE not in told
    assert "«…»" in told

    set_state(forum, opener, "published", removal_number=None, removal_article="")
    assert TITLE in irina.get("/notices").get_data(as_text=True)
