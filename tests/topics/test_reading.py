"""What one has read: a mark that only moves forward; and help, asked for and come."""

from sqlalchemy import select

from community.core.db import db
from community.publishing import marks
from community.publishing.models import ReadMark
from tests.world import SLUG

MANY = 24


def mark(forum, who, topic):
    """Return up to which place a person has read a topic."""
    thread = forum.thread(topic)
    with forum.town.app.app_context():
        mine = select(ReadMark.position).where(
            ReadMark.user_id == who.id, ReadMark.thread_id == thread.id
        )
        return db.session.scalar(mine)


def test_a_mark_moves_with_the_pages_and_never_back(forum, anna, irina):
    topic = forum.open(anna)
    for number in range(MANY):
        forum.reply(anna, topic, f"Мысль номер {number} об этом уроке.")
    assert mark(forum, irina, topic) is None

    forum.page(irina, topic, 1)
    assert mark(forum, irina, topic) == 20
    fresh = irina.client.get(f"/c/{SLUG}/topics/{topic}")
    assert fresh.location.endswith("page=2#new"), "she is led to what is new"
    forum.page(irina, topic, 2)
    assert mark(forum, irina, topic) == MANY + 1

    forum.page(irina, topic, 1)
    with forum.town.app.app_context():
        marks.read_to(irina.actor, forum.thread(topic).id, 3)
    assert mark(forum, irina, topic) == MANY + 1
    assert forum.thread(topic).reader_count == 2


def test_help_is_asked_for_and_told_to_have_come(forum, anna, irina):
    topic = forum.open(anna, "Помогите с дробями")
    ask, news = f"/c/{SLUG}/topics/{topic}/help", f"/c/{SLUG}/news"
    assert irina.post(ask).status_code == 403, "only who opened the topic asks"
    assert "Коллеги ждут помощи" not in irina.get(news).get_data(as_text=True)

    assert "Помощь пришла" in anna.post(ask).get_data(as_text=True)
    assert "Коллеги ждут помощи" in irina.get(news).get_data(as_text=True)
    anna.post(ask)
    assert "Коллеги ждут помощи" not in irina.get(news).get_data(as_text=True)
