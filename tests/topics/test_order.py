"""Boards and moderators' order: who reads, pin, close, conclude, move, split, merge."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from community.audit.models import AuditEntry
from community.core.db import db
from community.publishing.models import Entry, ReadMark
from community.publishing.threads import count_entries
from community.topics.models import Topic
from tests.topics.conftest import Forum
from tests.world import SLUG, Person


def kinds(forum: Forum) -> list[str]:
    with forum.town.app.app_context():
        return list(db.session.scalars(select(AuditEntry.kind).order_by(AuditEntry.number)))


def test_visitors_read_only_what_the_administrator_opened(
    forum: Forum, anna: Person, galina: Person
) -> None:
    topic = forum.open(anna)
    visitor = forum.town.app.test_client()
    address = f"/c/{SLUG}/topics/{topic}?page=1"
    assert visitor.get(address).status_code == 404

    galina.post(
        f"/c/{SLUG}/boards/{forum.board()}/edit",
        {"name": "Методика", "purpose": "", "audience": "everyone", "kind": "formal"},
    )

    page = visitor.get(address)
    assert page.status_code == 200
    assert "data-composer" not in page.get_data(as_text=True)
    answer = visitor.post(f"/c/{SLUG}/topics/{topic}/reply", data={"body": "Аноним"})
    assert answer.status_code in (302, 400, 401)
    assert forum.thread(topic).entry_count == 1


def test_an_outsider_with_an_account_reads_nothing_inside(
    forum: Forum, anna: Person, gleb: Person
) -> None:
    topic = forum.open(anna)
    entry = forum.reply(anna, topic, "Внутреннее.")
    assert gleb.get(f"/c/{SLUG}/topics/{topic}").status_code == 404
    assert gleb.get(f"/e/{entry}").status_code == 404
    assert gleb.post(f"/e/{entry}/thanks").status_code == 404
    assert gleb.post(f"/c/{SLUG}/topics/{topic}/reply", {"body": "Пустите"}).status_code == 404


def test_a_conclusion_closes_the_topic_and_stands_at_its_head(
    forum: Forum, anna: Person, vera: Person
) -> None:
    topic = forum.open(anna)
    forum.reply(vera, topic, "Ответ.")
    assert vera.post(f"/c/{SLUG}/topics/{topic}/conclude", {"body": "Итог"}).status_code == 403
    anna.post(f"/c/{SLUG}/topics/{topic}/conclude", {"body": "Решили: больше практики."})

    page = forum.page(vera, topic)

    assert "Итог подведён" in page
    assert "data-composer" not in page
    late = vera.post(f"/c/{SLUG}/topics/{topic}/reply", {"body": "Опоздала, но сохраните"})
    assert late.status_code == 409
    assert "Опоздала, но сохраните" in vera.get("/drafts").get_data(as_text=True)


def test_pins_and_locks_are_moderators_and_stand_in_the_journal(
    forum: Forum, anna: Person, boris: Person
) -> None:
    topic = forum.open(anna)
    assert anna.post(f"/c/{SLUG}/topics/{topic}/pin").status_code == 403
    boris.post(f"/c/{SLUG}/topics/{topic}/pin")
    boris.post(
        f"/c/{SLUG}/topics/{topic}/arrange", {"act": "lock", "lock-reason": "Тема исчерпана"}
    )
    assert forum.thread(topic).state == "closed"
    assert {"topic.pinned", "topic.locked"} <= set(kinds(forum))


def test_the_topic_on_moderators_acts_cannot_be_closed(forum: Forum, boris: Person) -> None:
    with forum.town.app.app_context():
        special = db.session.scalar(select(Topic.id).order_by(Topic.id).limit(1))
    refused = boris.post(
        f"/c/{SLUG}/topics/{special}/arrange", {"act": "lock", "lock-reason": "Хватит"}
    )
    assert refused.status_code == 422
    assert "остаётся на своём месте" in refused.get_data(as_text=True)


def test_a_split_takes_entries_and_marks_with_it(
    forum: Forum, anna: Person, vera: Person, boris: Person
) -> None:
    topic = forum.open(anna)
    kept = forum.reply(vera, topic, "О дробях.")
    astray = [forum.reply(vera, topic, f"О поездке {number}.") for number in range(3)]
    answer = forum.reply(anna, topic, "Едем!", parent_id=astray[0])
    forum.page(anna, topic)

    page = boris.post(
        f"/c/{SLUG}/topics/{topic}/arrange",
        {
            "act": "split", "split-title": "Поездка в музей", "split-reason": "Разговор о другом",
            "entries": [*astray, answer],
        },
    )  # fmt: skip

    assert "Поездка в музей" in page.get_data(as_text=True)
    assert forum.thread(topic).entry_count == 2
    assert forum.entry(kept).position == 2
    with forum.town.app.app_context():
        made = db.session.scalar(select(Topic).order_by(Topic.id.desc()).limit(1))
        assert made is not None
        assert count_entries(made.thread_id) == 4
        places = db.session.scalars(
            select(Entry.position).where(Entry.thread_id == made.thread_id).order_by(Entry.id)
        ).all()
        assert list(places) == [1, 2, 3, 4]
        mark = db.session.get(ReadMark, (anna.id, made.thread_id))
        assert mark is not None
        assert mark.position == 4, "what Анна had read stays read"
    assert forum.entry(answer).parent_id == astray[0]
    permalink = anna.client.get(f"/e/{astray[0]}").headers["Location"]
    assert f"/topics/{made.id}" in permalink


def test_a_merge_orders_by_time_and_leads_from_the_old_address(
    forum: Forum, anna: Person, vera: Person, boris: Person
) -> None:
    first, second = forum.open(anna, "Первая"), forum.open(vera, "Вторая")
    late = forum.reply(anna, first, "Позднее слово.")

    boris.post(
        f"/c/{SLUG}/topics/{first}/arrange",
        {
            "act": "merge",
            "merge-into": f"/c/{SLUG}/topics/{second}?page=1",
            "merge-reason": "Об одном",
        },
    )

    moved = anna.client.get(f"/c/{SLUG}/topics/{first}")
    assert moved.status_code == 301
    assert forum.thread(second).entry_count == 3
    assert forum.entry(late).position == 3
    assert "topic.merged" in kinds(forum)


def test_an_entry_out_of_place_moves_to_the_topic_on_moderators_acts(
    forum: Forum, anna: Person, boris: Person
) -> None:
    topic = forum.open(anna)
    entry = forum.reply(anna, topic, "Отвлекусь: давайте обсудим порядок.")
    with forum.town.app.app_context():
        special = db.session.scalar(select(Topic.id).order_by(Topic.id).limit(1))
    boris.post(f"/e/{entry}/move", {"into": str(special), "reason": "Для этого есть тема"})
    assert forum.entry(entry).thread_id == forum.thread(special or 0).id
    assert "entry.moved" in kinds(forum)


def test_boards_are_the_administrators(forum: Forum, anna: Person, galina: Person) -> None:
    plan = {"name": "Физика", "purpose": "Опыты", "audience": "members", "kind": "formal"}
    assert anna.post(f"/c/{SLUG}/boards/new", plan).status_code == 403
    assert galina.post(f"/c/{SLUG}/boards/new", plan).status_code == 200
    twice = galina.post(f"/c/{SLUG}/boards/new", plan)
    assert twice.status_code == 422
    assert "уже есть" in twice.get_data(as_text=True)


def test_an_initiative_goes_from_stage_to_stage(forum: Forum, anna: Person, vera: Person) -> None:
    topic = forum.open(anna, "Неделя опытов", kind="initiative")
    assert vera.post(f"/c/{SLUG}/topics/{topic}/stage/done").status_code == 403
    anna.post(f"/c/{SLUG}/topics/{topic}/stage/taken")
    assert "взята в работу" in forum.page(anna, topic)


def test_a_topic_can_be_read_where_nothing_can_be_stored(
    forum: Forum, anna: Person, vera: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = forum.open(anna)
    _ = vera.client

    def full(*_args: object, **_how: object) -> None:
        raise OperationalError("UPDATE", {}, Exception("database or disk is full"))

    monkeypatch.setattr("community.publishing.marks.read_to", full)
    assert "Как вернуть интерес" in forum.page(vera, topic)


def test_a_held_conclusion_does_not_close_the_topic(
    forum: Forum, anna: Person, vera: Person
) -> None:
    topic = forum.open(anna)
    forum.reply(vera, topic, "Ответ.")
    rude = "Итог: Вера Павловна, ну ты и дура, раз не понимаешь таких вещей."
    path = f"/c/{SLUG}/topics/{topic}/conclude"
    page = anna.post(path, {"body": rude}).get_data(as_text=True)
    seen = page.split('name="seen"')[1].split('value="')[1].split('"')[0]
    anna.post(path, {"body": rude, "seen": seen})

    assert forum.thread(topic).state == "open"
    assert "Итог подведён" not in forum.page(vera, topic)
