"""What one has read: a mark that only moves forward; and help, asked for and come."""

import re

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


def test_an_answer_begun_stays_with_its_text_whatever_is_new(forum, anna, irina):
    topic = forum.open(anna)
    first = forum.reply(anna, topic, "Первая мысль об этом уроке.")
    for number in range(MANY):
        last = forum.reply(anna, topic, f"Мысль номер {number} об этом уроке.")
    base = f"/c/{SLUG}/topics/{topic}"

    page = irina.client.get(f"{base}?reply={first}")

    assert page.status_code == 200, "much is new, and yet she answers"
    field = re.search(r'<input[^>]*name="parent_id"[^>]*>', page.text)
    assert field is not None
    assert f'value="{first}"' in field[0]
    assert f'id="entry-{first}"' in page.text
    assert f'id="entry-{last}"' in irina.client.get(f"{base}?reply={last}").text
    for strange in (
        "0",
        "-1",
        "99999999999999999999",
        "abc",
        str(forum.reply(irina, forum.open(irina), "Другая.")),
    ):
        assert irina.get(f"{base}?reply={strange}").status_code == 200


def test_help_is_asked_for_and_told_to_have_come(forum, anna, irina):
    topic = forum.open(anna, "Помогите с дробями")
    ask, news = f"/c/{SLUG}/topics/{topic}/help", f"/c/{SLUG}/news"
    assert irina.post(ask).status_code == 403, "only who opened the topic asks"
    assert "Коллеги ждут помощи" not in irina.get(news).get_data(as_text=True)

    assert "Помощь пришла" in anna.post(ask).get_data(as_text=True)
    assert "Коллеги ждут помощи" in irina.get(news).get_data(as_text=True)
    anna.post(ask)
    assert "Коллеги ждут помощи" not in irina.get(news).get_data(as_text=True)
