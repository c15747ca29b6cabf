"""Leaving a living community: words stay in their place, the name goes from every one of them."""

import io
import json
import zipfile

import pytest

from community.core.db import db
from tests.world import PASSWORD


@pytest.fixture
def words(app, town, anna, irina):
    """Anna opens a topic, Irina answers."""
    from community.publishing import services
    from community.publishing.facts import Words
    from community.topics.models import Board
    from community.topics.services import writing

    with app.app_context():
        board = db.session.scalar(
            db.select(Board.id).where(Board.kind == "formal").order_by(Board.id)
        )
        written = Words(body="Половина детей *пропустила* осень.", title="Дроби")
        _topic, opened = writing.open_topic(anna.actor, board, written, writing.TopicPlan())
        services.publish(irina.actor, opened.thread_id, Words(body="Начните с полосок бумаги."))
        db.session.remove()
    return opened


def test_the_archive_holds_every_own_text_and_nobody_elses(town, anna, words):
    anna.post("/me/data")
    town.drain()

    archive = zipfile.ZipFile(io.BytesIO(anna.get("/me/data/1/download").data))

    texts = json.loads(archive.read("texts/texts.json"))
    assert [text["body"] for text in texts] == ["Половина детей *пропустила* осень."]
    page = archive.read("texts/texts.html").decode()
    assert "<em>пропустила</em>" in page
    everything = "".join(
        archive.read(name).decode("utf-8", "replace") for name in archive.namelist()
    )
    assert "полосок бумаги" not in everything
    assert "Педагоги Приозёрного района" in everything


def test_the_words_stay_and_the_name_goes(app, town, anna, irina, words):
    from community.communities.models import Community
    from community.publishing.models import Draft, Entry

    with app.app_context():
        before = db.session.scalar(db.select(Community.members))
        from community.publishing import drafts
        from community.publishing.facts import Words

        drafts.save(anna.actor, "reply:1", Words(body="недописанное"))
        db.session.remove()

    page = anna.post("/me/leave", {"mode": "anonymise", "password": PASSWORD, "sure": "y"})
    assert "Имя снято" in page.text

    with app.app_context():
        assert db.session.scalar(db.select(Community.members)) == before - 1
        assert db.session.scalars(db.select(Draft)).all() == []
        assert (
            db.session.scalar(db.select(Entry.body).where(Entry.id == words.entry_id)) is not None
        )
    shown = irina.get(f"/e/{words.entry_id}").text
    assert "Половина детей" in shown
    assert "Участник (ушёл)" in shown
    assert "Соколова" not in shown
    assert irina.get(f"/people/{anna.id}").status_code == 404


def test_the_last_administrator_is_told_to_hand_over_first(galina):
    page = galina.post("/me/leave", {"mode": "keep", "password": PASSWORD, "sure": "y"})

    assert "Педагоги Приозёрного района" in page.text
    assert galina.get("/me").status_code == 200
    assert "Настройки" in galina.get("/me").text
