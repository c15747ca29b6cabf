"""The open journal for its readers: the page and its filters, lines of JSON, the feed; never a name."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest

from community.audit import checkpoints
from community.core import clock
from community.core.db import db
from tests.scene import Forms
from tests.topics.conftest import Forum
from tests.world import PEOPLE, SLUG, Person, Town

JOURNAL = f"/c/{SLUG}/journal"
ATOM = "{http://www.w3.org/2005/Atom}"
RUDE = "Вера Павловна, ну ты и дура, раз не понимаешь таких вещей."
MILD = "Ирина Олеговна, ваш лист хорош, а на третьем уроке дети скучают."
REASON = "Слова унижают детей всего класса и автора урока."
APPEAL = "Это мой урок и моя самокритика, никого я не унижаю."
ROWS = re.compile(r'<li class="row" id="n(\d+)">(.*?)</li>', re.DOTALL)


@pytest.fixture
def decided(town: Town) -> dict[str, int]:
    """Held and released, hidden, appealed against and put back: the numbers of it all."""
    forum = Forum(town)
    topic = forum.open(town["irina"])
    held = insist(forum, town["anna"], topic, RUDE)
    town["boris"].post(f"/e/{held}/release")
    hidden = forum.reply(town["anna"], topic, MILD)
    town["boris"].post(
        f"/e/{hidden}/remove",
        {
            "article": "4.1-оскорбления",
            "quote": "дети скучают",
            "reason": REASON,
            "milder": "useless",
        },
    )
    number = forum.entry(hidden).removal_number
    town["anna"].post(f"/decisions/{number}", {"act": "appeal", "appeal-words": APPEAL})
    town["galina"].post(
        f"/decisions/{number}",
        {
            "act": "answer",
            "answer-outcome": "overturned",
            "answer-answer": "Самокритика — не оскорбление.",
        },
    )
    town.drain()
    return {"removal": number, "entry": hidden}


def insist(forum: Forum, by: Person, topic: int, body: str) -> int:
    """Send a text once more after the notice: it waits for a moderator."""
    asked = by.post(f"/c/{SLUG}/topics/{topic}/reply", {"body": body}).get_data(as_text=True)
    seen = re.search(r'name="seen"[^>]*value="([^"]*)"', asked)
    assert seen is not None
    return forum.reply(by, topic, body, seen=seen[1])


def numbers(by: Person, query: str = "") -> list[int]:
    page = by.get(f"{JOURNAL}{query}").get_data(as_text=True)
    return [int(number) for number, _row in ROWS.findall(page)]


def kinds(by: Person, query: str = "") -> list[str]:
    return [json.loads(line)["kind"] for line in _lines(by, query)]


def _lines(by: Person, query: str = "") -> list[str]:
    answer = by.get(f"{JOURNAL}.jsonl{query}")
    assert answer.mimetype == "application/x-ndjson"
    return answer.get_data(as_text=True).splitlines()


def test_the_page_begins_with_decisions_and_shows_the_rest_on_request(
    decided: dict[str, int], irina: Person
) -> None:
    first = irina.get(JOURNAL).get_data(as_text=True)
    assert "Текст скрыт" in first
    assert "Принят новый участник" not in _rows(first)
    assert "стал участником" not in _rows(first)
    everything = numbers(irina, "?what=all")
    assert set(numbers(irina)) < set(everything)
    assert everything == sorted(everything, reverse=True)


def test_every_filter_narrows(decided: dict[str, int], irina: Person) -> None:
    removal = decided["removal"]
    assert numbers(irina, "?what=entry.removed") == [removal]
    assert numbers(irina, "?what=entry.removed&article=4.1-оскорбления") == [removal]
    assert numbers(irina, "?what=entry.removed&article=4.1-угрозы") == []
    assert numbers(irina, "?outcome=overturned") == [removal]
    assert numbers(irina, "?outcome=upheld") == []
    assert numbers(irina, "?outcome=restored") == [removal]
    month = f"{clock.now():%Y-%m}"
    assert numbers(irina, f"?month={month}") == numbers(irina)
    assert numbers(irina, "?month=2001-01") == []
    assert "Ничего не нашлось" in irina.get(f"{JOURNAL}?month=2001-01").get_data(as_text=True)
    for nonsense in ("?what=<b>", "?month=2026-13", "?article=%00", "?outcome=x", "?before=-1"):
        assert numbers(irina, nonsense) == numbers(irina), nonsense


def test_a_decision_tells_how_its_appeal_ended(decided: dict[str, int], irina: Person) -> None:
    page = irina.get(JOURNAL).get_data(as_text=True)
    row = dict(ROWS.findall(page))[str(decided["removal"])]
    assert "отменено после обжалования" in row
    whole = irina.get(f"{JOURNAL}/{decided['removal']}").get_data(as_text=True)
    assert "отменено после обжалования" in whole


def test_a_number_is_found_and_a_wrong_one_told(decided: dict[str, int], irina: Person) -> None:
    found = irina.get(f"{JOURNAL}/find?number={decided['removal']}")
    assert found.request.path == f"{JOURNAL}/{decided['removal']}"
    missed = irina.get(f"{JOURNAL}/find?number=99999")
    assert "Такого номера в этом журнале нет" in missed.get_data(as_text=True)


def test_pages_are_walked_by_numbers_and_keep_the_filter(town: Town, anna: Person) -> None:
    forum = Forum(town)
    topic = forum.open(anna)
    for each in range(32):
        insist(forum, anna, topic, f"{RUDE} {each}")
    page = anna.get(f"{JOURNAL}?what=entry.held").get_data(as_text=True)
    older = re.search(r'rel="next" href="([^"]+)"', page)
    assert older is not None
    assert "what=entry.held" in older[1]
    rest = anna.get(older[1].replace("&amp;", "&")).get_data(as_text=True)
    first, second = (re.findall(r'id="n(\d+)"', each) for each in (page, rest))
    assert (len(first), len(second)) == (30, 2)
    assert min(map(int, first)) > max(map(int, second))
    assert "32 записи" in page.replace("\xa0", " ")


def test_the_lines_hold_what_the_page_holds(decided: dict[str, int], irina: Person) -> None:
    rows = [json.loads(line) for line in _lines(irina, "?what=all")]
    assert [row["number"] for row in rows][::-1] == numbers(irina, "?what=all")
    removal = next(row for row in rows if row["number"] == decided["removal"])
    assert (removal["kind"], removal["article"]) == ("entry.removed", "4.1-оскорбления")
    assert {each["outcome"] for each in removal["answers"] if each["kind"] == "appeal.closed"} == {
        "overturned"
    }
    assert set(kinds(irina, "?what=entry.held")) == {"entry.held"}


def test_the_feed_is_read_by_a_key_until_it_is_taken_back(
    decided: dict[str, int], town: Town, irina: Person
) -> None:
    settings = irina.get("/notices/settings").get_data(as_text=True)
    assert "?key=" not in settings
    shown = irina.post("/notices/feeds", {"act": "make"}).get_data(as_text=True)
    url = re.search(rf"{JOURNAL}\.atom\?key=[\w-]+", shown)
    assert url is not None
    reader = town.app.test_client()
    feed = reader.get(url[0])
    assert (feed.status_code, feed.mimetype) == (200, "application/atom+xml")
    tree = ET.fromstring(feed.get_data())
    titles = [each.findtext(f"{ATOM}title") for each in tree.findall(f"{ATOM}entry")]
    assert len(titles) == len(numbers(irina))
    assert any(f"№ {decided['removal']}. Текст скрыт" in title for title in titles)
    assert tree.findtext(f"{ATOM}updated", "").startswith(f"{clock.now():%Y}")

    etag = feed.headers["ETag"]
    assert reader.get(url[0], headers={"If-None-Match": etag}).status_code == 304
    for spoiled in (url[0][:-1], f"{JOURNAL}.atom", f"{JOURNAL}.atom?key=%D0%B0-1"):
        assert reader.get(spoiled).status_code == 404, spoiled
    irina.post("/notices/feeds", {"act": "revoke"})
    assert reader.get(url[0]).status_code == 404


def test_a_key_of_a_stranger_opens_nothing(town: Town, gleb: Person, irina: Person) -> None:
    shown = irina.post("/notices/feeds", {"act": "make"}).get_data(as_text=True)
    assert "?key=" in shown
    made = gleb.post("/notices/feeds", {"act": "make"}).get_data(as_text=True)
    assert "?key=" not in made  # he is in no community
    with town.app.app_context():
        from community.accounts.services import feed_keys

        key = feed_keys.key_of(gleb.id)
        assert feed_keys.person_of(key) == gleb.actor
        db.session.remove()
    assert town.app.test_client().get(f"{JOURNAL}.atom?key={key}").status_code == 404
    assert gleb.get(f"{JOURNAL}.jsonl").status_code == 403
    assert gleb.get(f"{JOURNAL}.atom").status_code == 403


def test_a_feed_is_well_formed_whatever_the_community_is_called(
    town: Town, galina: Person, anna: Person
) -> None:
    card = f"/c/{SLUG}/admin/card"
    form = next(
        each
        for each in Forms(galina.get(card).get_data(as_text=True), card).found
        if "tagline" in each["fields"] or "tagline" in each["words"]
    )
    galina.post(card, form["fields"] | {"name": "«5 < 6» & <script>"})
    tree = ET.fromstring(anna.get(f"{JOURNAL}.atom?what=all").get_data())
    assert tree.findtext(f"{ATOM}title", "").startswith("«5 < 6» & <script>: ")


@pytest.mark.parametrize("address", [f"{JOURNAL}?what=all", f"{JOURNAL}.jsonl?what=all", f"{JOURNAL}.atom?what=all"])  # fmt: skip  # noqa: E501
def test_no_name_and_no_word_of_people_is_given_out(
    decided: dict[str, int], irina: Person, address: str
) -> None:
    said = irina.get(address).get_data(as_text=True)
    if address.startswith(f"{JOURNAL}?"):
        said = _rows(said)  # the frame of the page greets its reader
    assert f"{decided['removal']}" in said
    for last, first, *_rest in PEOPLE.values():
        assert last not in said
        assert first not in said
    for words in ("дура", "дети скучают", REASON, APPEAL, "shkola.example"):
        assert words not in said


def test_the_newest_signature_stands_on_the_page_and_is_kept_as_a_file(
    decided: dict[str, int], town: Town, irina: Person
) -> None:
    assert "Подписи ещё нет" in irina.get(JOURNAL).get_data(as_text=True)
    assert irina.get(f"{JOURNAL}/checkpoint.json").status_code == 404
    with town.app.app_context():
        signed = checkpoints.make()
        db.session.remove()
    assert signed is not None
    page = irina.get(JOURNAL).get_data(as_text=True)
    for each in (signed.root, signed.head, signed.signature, "community audit verify"):
        assert each in page
    kept = irina.get(f"{JOURNAL}/checkpoint.json").get_json()
    assert kept == signed.as_json()


def test_months_are_those_of_the_reader(decided: dict[str, int], irina: Person) -> None:
    with clock.frozen(clock.now()):
        clock.travel(timedelta(days=62))
        irina._client = None  # the old session is over by then
        page = irina.get(JOURNAL).get_data(as_text=True)
    options = re.findall(r'<option value="(\d{4}-\d\d)"', page)
    assert len(options) in (3, 4)
    assert f"{clock.now():%Y-%m}" in options
    assert options == sorted(options, reverse=True)


def _rows(page: str) -> str:
    found = re.search(r'<ol class="rows">.*?</ol>', page, re.DOTALL)
    assert found is not None
    return found[0]
