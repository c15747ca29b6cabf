"""The rules in the composer: asked first, then held; blocked with the draft kept; released in term."""

from datetime import timedelta

from sqlalchemy import select

from community.audit.models import AuditEntry
from community.core import clock
from community.core.db import db
from community.core.worker import run_duties
from community.publishing.models import Draft, Entry, VerdictRecord
from tests.topics.conftest import Forum
from tests.world import SLUG, Person

RUDE = "Вера Павловна, ну ты и дура, раз не понимаешь таких вещей."
PHONE = "Звоните маме Пети: 8 904 111-22-33, она всё расскажет."


def send(by: Person, topic: int, body: str, **fields: object) -> object:
    return by.post(f"/c/{SLUG}/topics/{topic}/reply", {"body": body} | fields)


def states(forum: Forum) -> list[str]:
    with forum.town.app.app_context():
        return list(db.session.scalars(select(Entry.state).where(Entry.body == RUDE)))


def test_the_author_is_asked_first_and_the_second_sending_waits(
    forum: Forum, anna: Person, vera: Person, boris: Person
) -> None:
    topic = forum.open(anna)
    asked = anna.post(f"/c/{SLUG}/topics/{topic}/reply", {"body": RUDE})
    page = asked.get_data(as_text=True)
    assert asked.status_code == 422
    assert "decision" in page
    assert RUDE in page
    assert states(forum) == []
    with forum.town.app.app_context():
        assert db.session.scalar(select(Draft.body)) == RUDE
        rules = db.session.scalars(select(VerdictRecord)).all()
        assert all(rule.act != "hold" for rule in rules)
    seen = page.split('name="seen"')[1].split('value="')[1].split('"')[0]
    assert seen

    anna.post(f"/c/{SLUG}/topics/{topic}/reply", {"body": RUDE, "seen": seen})

    assert states(forum) == ["held"]
    assert RUDE not in forum.page(vera, topic)
    assert "ждёт проверки" in forum.page(anna, topic)
    forum.town.drain()
    assert "ждёт решения" in boris.get("/notices").get_data(as_text=True)


def test_a_held_text_takes_its_place_when_released(
    forum: Forum, anna: Person, vera: Person, boris: Person
) -> None:
    topic = forum.open(anna)
    first = anna.post(f"/c/{SLUG}/topics/{topic}/reply", {"body": RUDE}).get_data(as_text=True)
    seen = first.split('name="seen"')[1].split('value="')[1].split('"')[0]
    anna.post(f"/c/{SLUG}/topics/{topic}/reply", {"body": RUDE, "seen": seen})
    later = forum.reply(vera, topic, "Тем временем.")
    with forum.town.app.app_context():
        held = db.session.scalar(select(Entry.id).where(Entry.body == RUDE))

    boris.post(f"/e/{held}/release")

    assert forum.entry(held or 0).position == 3
    assert forum.entry(later).position == 2
    assert forum.thread(topic).entry_count == 3
    again = boris.post(f"/e/{held}/release")
    assert again.status_code == 409


def test_a_machines_hold_frees_itself_in_term(forum: Forum, anna: Person) -> None:
    topic = forum.open(anna)
    first = anna.post(f"/c/{SLUG}/topics/{topic}/reply", {"body": RUDE}).get_data(as_text=True)
    seen = first.split('name="seen"')[1].split('value="')[1].split('"')[0]
    anna.post(f"/c/{SLUG}/topics/{topic}/reply", {"body": RUDE, "seen": seen})
    assert states(forum) == ["held"]

    with forum.town.app.app_context(), clock.frozen(clock.now() + timedelta(hours=23)):
        run_duties()
    assert states(forum) == ["held"]
    with forum.town.app.app_context(), clock.frozen(clock.now() + timedelta(hours=25)):
        run_duties()

    assert states(forum) == ["published"]


def test_personal_data_are_blocked_before_anyone_reads_them(
    forum: Forum, anna: Person, boris: Person
) -> None:
    topic = forum.open(anna)
    stopped = anna.post(f"/c/{SLUG}/topics/{topic}/reply", {"body": PHONE})
    page = stopped.get_data(as_text=True)

    assert stopped.status_code == 422
    assert PHONE in page, "the words stay with their author"
    assert forum.thread(topic).entry_count == 1
    with forum.town.app.app_context():
        kinds = db.session.scalars(select(AuditEntry.kind)).all()
        assert "entry.blocked" in kinds, "the refusal outlives the rolled-back transaction"
        bodies = db.session.scalars(select(AuditEntry.body)).all()
        assert not any("111-22-33" in body for body in bodies), "no personal data in the journal"
        assert db.session.scalar(select(Draft.body)) == PHONE
    assert PHONE not in boris.get(f"/c/{SLUG}/moderation").get_data(as_text=True)


def test_the_check_of_the_composer_writes_nothing(forum: Forum, anna: Person) -> None:
    topic = forum.open(anna)
    with forum.town.app.app_context():
        before = len(db.session.scalars(select(VerdictRecord.id)).all())
    said = anna.post(
        f"/c/{SLUG}/check/topic:{topic}", {"body": RUDE}, headers={"Accept": "application/json"}
    )
    assert said.json is not None
    assert said.json["act"] == "hold"
    start, end = said.json["hits"][0]["spans"][0]
    assert RUDE[start:end] == "дура"
    with forum.town.app.app_context():
        assert len(db.session.scalars(select(VerdictRecord.id)).all()) == before


def test_talk_of_moderation_is_asked_to_move_but_not_in_its_own_topic(
    forum: Forum, anna: Person
) -> None:
    topic = forum.open(anna)
    words = "Почему модератор удалил мой комментарий?"
    assert anna.post(f"/c/{SLUG}/topics/{topic}/reply", {"body": words}).status_code == 422
    assert anna.post(f"/c/{SLUG}/topics/1/reply", {"body": words}).status_code == 200


def test_a_mended_text_is_published_at_once_and_the_journal_says_how(
    forum: Forum, anna: Person, vera: Person
) -> None:
    topic = forum.open(anna)
    first = anna.post(f"/c/{SLUG}/topics/{topic}/reply", {"body": RUDE}).get_data(as_text=True)
    seen = first.split('name="seen"')[1].split('value="')[1].split('"')[0]
    anna.post(f"/c/{SLUG}/topics/{topic}/reply", {"body": RUDE, "seen": seen})
    with forum.town.app.app_context():
        held = db.session.scalar(select(Entry.id).where(Entry.body == RUDE)) or 0

    anna.post(f"/e/{held}/edit", {"body": "Вера Павловна, не соглашусь с вами.", "revision": 1})

    assert forum.entry(held).state == "published"
    assert "не соглашусь с вами" in forum.page(vera, topic)
    with forum.town.app.app_context():
        assert "entry.released" in db.session.scalars(select(AuditEntry.kind)).all()


def test_an_edit_that_is_held_hides_the_text_from_others_meanwhile(
    forum: Forum, anna: Person, vera: Person
) -> None:
    topic = forum.open(anna)
    entry = forum.reply(anna, topic, "Спокойный ответ.")
    page = anna.post(f"/e/{entry}/edit", {"body": RUDE, "revision": 1}).get_data(as_text=True)
    seen = page.split('name="seen"')[1].split('value="')[1].split('"')[0]
    anna.post(f"/e/{entry}/edit", {"body": RUDE, "revision": 1, "seen": seen})

    read = forum.page(vera, topic)

    assert "дура" not in read
    assert "ждёт проверки" in read
    assert RUDE in forum.page(anna, topic)


def test_without_scripts_the_card_of_a_notice_sends_with_one_press(
    forum: Forum, anna: Person, vera: Person
) -> None:
    topic = forum.open(vera)
    asked = anna.post(f"/c/{SLUG}/topics/{topic}/reply", {"body": RUDE}).get_data(as_text=True)
    card = asked.split('class="decision"')[1].split("</section>")[0]
    assert "ждёт проверки" not in card.split("</h3>")[0]  # nothing waits yet
    assert "опубликуется сам" in card
    assert 'name="accept" value="as_it_is">Отправить на проверку модератору' in card
    seen = asked.split('name="seen"')[1].split('value="')[1].split('"')[0]
    sent = anna.post(
        f"/c/{SLUG}/topics/{topic}/reply", {"body": RUDE, "seen": seen, "accept": "as_it_is"}
    )
    assert "ждёт проверки" in sent.get_data(as_text=True)


def test_a_rude_title_is_shown_to_the_composer_and_masked_with_one_press(
    forum: Forum, anna: Person
) -> None:
    title = "Звоните 8 904 111-22-33"
    said = anna.post(
        f"/c/{SLUG}/check/board:{forum.board()}",
        {"title": title, "body": "Кто даст материалы к уроку?"},
        headers={"Accept": "application/json"},
    ).get_json()
    (hit,) = said["hits"]
    assert (hit["spans"], hit["title_spans"]) == ([], [[8, 23]])
    assert "mask" in [offer.get("act") for offer in hit["offers"]]
    anna.post(
        f"/c/{SLUG}/boards/{forum.board()}/topics/new",
        {"title": title, "kind": "case", "body": "Кто даст материалы к уроку?", "accept": "mask"},
    )
    assert "Звоните ▒▒▒" in anna.get(f"/c/{SLUG}/forum").get_data(as_text=True)
