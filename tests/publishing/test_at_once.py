"""Two windows, two moderators, two clicks: counters tell the truth, nobody sees an error."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import func, select

from community.core.actor import Actor
from community.core.db import db
from community.core.errors import Conflict, Refused
from community.core.transactions import in_transaction
from community.publishing import drafts, marks
from community.publishing import services as publishing
from community.publishing.access import viewer
from community.publishing.facts import Words
from community.publishing.models import Draft, Entry, Follow, ReadMark, Thanks, Thread
from community.publishing.unread import unread_count
from community.topics.services import curation
from tests.topics.conftest import Forum
from tests.world import Person

TIMES = 6


def at_once(forum: Forum, *acts: Callable[[], object]) -> list[BaseException | None]:
    """Run the acts at the same moment, each in a thread of its own; return what each raised."""
    gate = Barrier(len(acts))

    def run(act: Callable[[], object]) -> BaseException | None:
        with forum.town.app.app_context():
            gate.wait()
            try:
                act()
            except Exception as error:  # noqa: BLE001 — the test looks at it
                return error
            finally:
                assert not in_transaction()
                db.session.remove()
        return None

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def ask(forum: Forum, statement: object) -> object:
    with forum.town.app.app_context():
        return db.session.scalar(statement)  # type: ignore[arg-type]


def actor(person: Person) -> Actor:
    return person.actor


def test_two_clicks_on_thanks_leave_a_true_count(forum: Forum, anna: Person, vera: Person) -> None:
    entry = forum.reply(vera, forum.open(anna), "Спасибо за вопрос.")
    for _round in range(TIMES):
        raised = at_once(forum, *[lambda: marks.thank(actor(anna), entry)] * 3)
        assert raised == [None] * 3
        stands = ask(forum, select(func.count()).where(Thanks.entry_id == entry))
        assert forum.entry(entry).thanks == stands


def test_two_clicks_on_follow_leave_a_true_count(forum: Forum, anna: Person, vera: Person) -> None:
    thread = forum.thread(forum.open(anna)).id
    for level in ("follow", "none", "mute", "follow", "none") * 2:
        raised = at_once(
            forum, *[lambda said=level: marks.follow(vera.actor, thread, level=said)] * 3
        )
        assert raised == [None] * 3
        followers = select(func.count()).where(Follow.thread_id == thread, Follow.level == "follow")
        kept = ask(forum, select(Thread.follower_count).where(Thread.id == thread))
        assert kept == ask(forum, followers)


def test_a_mark_never_goes_back_and_counts_a_reader_once(
    forum: Forum, anna: Person, vera: Person, irina: Person
) -> None:
    topic = forum.open(anna)
    for number in range(6):
        forum.reply(irina, topic, f"Ответ {number}.")
    thread = forum.thread(topic).id
    before = forum.thread(topic).reader_count
    places = (3, 7, 1, 5)

    raised = at_once(
        forum, *[lambda at=place: marks.read_to(vera.actor, thread, at) for place in places]
    )

    assert raised == [None] * len(places)
    mine = select(ReadMark.position).where(
        ReadMark.thread_id == thread, ReadMark.user_id == vera.id
    )
    assert ask(forum, mine) == 7
    assert forum.thread(topic).reader_count == before + 1


def test_two_windows_save_the_first_draft_of_a_place(forum: Forum, anna: Person) -> None:
    for round_ in range(TIMES):
        place = f"topic:{round_ + 1}"
        saves = [
            lambda at=place, words=number: drafts.save(anna.actor, at, Words(body=f"Окно {words}"))
            for number in range(3)
        ]
        assert at_once(forum, *saves) == [None] * 3
        assert ask(forum, select(func.count()).where(Draft.place == place)) == 1


def test_answers_at_once_stand_one_after_another(
    forum: Forum, anna: Person, vera: Person, irina: Person
) -> None:
    topic = forum.open(anna)
    thread = forum.thread(topic).id
    people = (anna, vera, irina) * 2

    raised = at_once(
        forum,
        *[
            lambda who=person, at=place: publishing.publish(
                who.actor, thread, Words(body=f"Ответ номер {at} от коллеги.")
            )
            for place, person in enumerate(people)
        ],
    )

    assert raised == [None] * len(people)
    with forum.town.app.app_context():
        places = db.session.scalars(
            select(Entry.position).where(Entry.thread_id == thread).order_by(Entry.position)
        ).all()
    assert places == list(range(1, len(people) + 2))
    assert forum.thread(topic).entry_count == len(people) + 1


def test_an_edit_meets_another_edit(forum: Forum, anna: Person) -> None:
    entry = forum.reply(anna, forum.open(anna), "Первый вариант текста.")

    raised = at_once(
        forum,
        *[
            lambda words=number: publishing.revise(
                anna.actor, entry, Words(body=f"Вариант {words}."), expected_revision=1
            )
            for number in range(3)
        ],
    )

    assert sorted(type(each).__name__ for each in raised) == ["Conflict", "Conflict", "NoneType"]
    assert all(each is None or isinstance(each, (Conflict, Refused)) for each in raised)
    assert forum.entry(entry).revision == 2


def test_ones_own_answer_does_not_swallow_what_is_new(
    forum: Forum, anna: Person, vera: Person, irina: Person
) -> None:
    topic = forum.open(anna)
    thread = forum.thread(topic).id
    forum.page(vera, topic)
    for number in range(3):
        forum.reply(irina, topic, f"Ответ {number}, который Вера ещё не видела.")

    with forum.town.app.app_context():
        before = unread_count(viewer(vera.actor), forum.town.community_id or 0)
        publishing.publish(vera.actor, thread, Words(body="Отвечаю, не дочитав."))
        assert unread_count(viewer(vera.actor), forum.town.community_id or 0) == before

    page = vera.get(f"/c/priozersk/topics/{topic}").get_data(as_text=True)
    assert "new-line" in page, "the answers before one's own are still new"


def test_two_entries_moved_past_each_other_do_not_wait_for_each_other(
    forum: Forum, anna: Person, boris: Person, galina: Person
) -> None:
    first, second = forum.open(anna), forum.open(anna, "Проценты")
    for _round in range(TIMES):
        one, other = forum.reply(anna, first, "Об одном."), forum.reply(anna, second, "О другом.")
        raised = at_once(
            forum,
            lambda entry=one: curation.move_entry(boris.actor, entry, second, reason="не туда"),
            lambda entry=other: curation.move_entry(galina.actor, entry, first, reason="не туда"),
        )
        assert raised == [None, None]
        assert forum.entry(one).thread_id == forum.thread(second).id
        assert forum.entry(other).thread_id == forum.thread(first).id
