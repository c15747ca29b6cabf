"""Only what the searcher may see, as it stands now: the index proposes, the database decides."""

import re

import pytest

from community.communities.services import founding
from community.core import outbox
from community.core.actor import SYSTEM
from community.core.db import db
from community.profiles import services as profiles
from community.publishing import moves
from community.publishing import services as publishing
from community.publishing.facts import Words
from community.search import upkeep
from community.search.engines import index
from tests.world import SLUG

PAGE = f"/c/{SLUG}/search?q=глобус"


@pytest.fixture
def globe(library, anna):
    return library.topic(
        anna, "Старый глобус", "Отдаём школьный глобус в хорошие руки.", name="глобус"
    )


def removed(entry_id):
    publishing.mark_removed(entry_id, number=1, article="4.1-оскорбления")


def test_a_removed_text_is_found_by_nobody_and_comes_back(library, anna, boris, globe):
    assert library.found(boris, "глобус") == ["глобус"]

    removed(globe.entry_id)
    assert library.found(boris, "глобус") == []
    assert library.found(anna, "глобус") == [], "its author has it among the decisions, not here"

    publishing.restore(globe.entry_id)
    assert library.found(boris, "глобус") == ["глобус"]


def test_the_database_has_the_last_word_when_the_index_is_behind(
    library, ctx, boris, globe, monkeypatch
):
    library.find(boris, "глобус")
    monkeypatch.setattr(upkeep, "catch_up_soon", lambda: None)
    monkeypatch.setattr("community.search.consumers.upkeep.catch_up_soon", lambda: None)

    removed(globe.entry_id)
    outbox.drain()

    from community.search.parsing import parse

    assert f"e{globe.entry_id}" in index().search(library.community_id, parse("глобус")).keys
    assert library.found(boris, "глобус") == []


def test_a_held_text_is_not_found_even_by_its_author(library, anna, boris, globe):
    made = library.reply(anna, globe.thread_id, "Глобус мой, я тебя найду и убью.", name="угроза")
    assert made.state == "held"

    assert library.found(anna, "найду") == []
    assert library.found(boris, "найду") == []

    publishing.release(made.entry_id)
    assert library.found(boris, "найду") == ["угроза"]


def test_an_edit_is_found_by_its_new_words_only(library, anna, globe):
    publishing.revise(
        anna.actor, globe.entry_id, Words(body="Отдаём карту полушарий.", title="Старая карта"),
        expected_revision=1,
    )  # fmt: skip

    assert library.found(anna, "глобус") == []
    assert library.found(anna, "карта") == ["глобус"]


def test_a_text_taken_back_is_gone(library, anna, boris, globe):
    made = library.reply(boris, globe.thread_id, "Заберу с удовольствием", name="заберу")
    assert library.found(anna, "удовольствие") == ["заберу"]
    publishing.withdraw(boris.actor, made.entry_id)
    assert library.found(anna, "удовольствие") == []


def test_a_hidden_thread_hides_its_texts_and_moved_ones_follow(library, anna, boris, globe):
    other = library.topic(boris, "Другая тема", "О другом", name="другая")
    reply = library.reply(boris, globe.thread_id, "Пыльный, зато большой", name="пыльный")
    moves.move_entries([reply.entry_id], globe.thread_id, other.thread_id)
    publishing.set_thread(globe.thread_id, state="hidden")

    assert library.found(boris, "глобус") == []
    assert library.found(boris, "пыльный") == ["пыльный"]
    publishing.set_thread(globe.thread_id, state="open")
    assert library.found(anna, "глобус") == ["глобус"]


def test_communities_do_not_see_each_other(library, anna, gleb, globe):
    other = founding.found(SYSTEM, name="Химики", slug="himiki", administrator_id=gleb.id)
    outbox.drain()
    from community.search import queries
    from community.search.asking import Asked

    assert library.found(anna, "глобус") == ["глобус"]
    assert queries.search(gleb.actor, other.id, Asked(q="глобус")).is_empty
    assert queries.search(anna.actor, other.id, Asked(q="Крюков", what="people")).person_count == 1


def test_people_are_found_by_name_school_and_subject_until_they_leave(library, anna, irina):
    def people(words):
        found = library.find(anna, words, what="people").people
        return [re.sub("<[^>]+>", "", str(person.name)).split()[0] for person in found]

    assert people("кольцовой") == ["Кольцова"]
    assert sorted(people("школа математика")) == ["Кольцова", "Соколова"]
    assert people("Крюков") == [], "an outsider is nobody's colleague"
    profiles.rewrite(
        irina.actor, about="", interests_typed="краеведение", expected_revision=0, seen=frozenset()
    )
    assert people("краеведении") == ["Кольцова"]

    from community.communities.services import members

    members.leave(irina.actor, library.community_id)
    assert people("кольцова") == []


def test_strangers_and_visitors_are_turned_away(app, gleb, galina):
    answer = app.test_client().get(PAGE)
    assert answer.status_code == 302
    assert "/login" in answer.headers["Location"]
    refused = gleb.get(PAGE)
    assert refused.status_code == 403
    assert "участник" in refused.get_data(as_text=True)
    assert gleb.get("/c/nowhere/search?q=a").status_code == 404


def test_a_suspended_member_still_finds(library, get_as, anna, galina, globe):
    from community.communities.services import members

    library.find(anna, "глобус")
    members.suspend(galina.actor, library.community_id, anna.id, reason="до выяснения")
    db.session.rollback()
    assert get_as(anna, PAGE).status_code == 200
