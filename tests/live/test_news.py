"""What changed since a number, over plain HTTP: for whoever missed it, and only for whoever may read."""

import pytest

from community.live import lines
from tests.world import SLUG

JSON = {"Accept": "application/json"}


@pytest.fixture
def chat(anna):
    """A chat with three lines; returns its number."""
    form = {"title": "Урок", "body": "О чём?", "access": "community"}
    path = anna.post(f"/c/{SLUG}/chats/new", form).request.path
    for words in ("Раз.", "Два.", "Три."):
        anna.post(path, {"body": words})
    return int(path.rsplit("/", 1)[1])


def news(who, chat, after=0, more=""):
    answer = who.client.get(f"/live/threads/{chat}?after={after}{more}", headers=JSON)
    return answer.get_json() if answer.status_code == 200 else answer.status_code


def test_everything_since_a_number_comes_in_order_and_nothing_twice(chat, irina):
    whole = news(irina, chat)
    assert [line["place"] for line in whole["lines"]] == [1, 2, 3, 4]
    assert [line["seq"] for line in whole["lines"]] == sorted(
        line["seq"] for line in whole["lines"]
    )
    later = news(irina, chat, after=whole["lines"][1]["seq"])
    assert [line["place"] for line in later["lines"]] == [3, 4]
    assert news(irina, chat, after=whole["seq"])["lines"] == []


def test_a_line_is_the_same_for_all_and_says_for_whom_its_acts_are(chat, anna, irina, boris):
    drawn = {who.id: news(who, chat)["lines"][1]["html"] for who in (anna, irina, boris)}

    assert len(set(drawn.values())) == 1
    html = drawn[irina.id]
    assert 'data-for="mine" hidden' in html
    assert 'data-for="moderator" hidden' in html
    assert "line--mine" not in html


def test_a_page_from_before_a_restored_copy_is_told_to_load_again(chat, irina):
    assert news(irina, chat, after=10_000)["lines"] is None


def test_too_much_at_once_is_loaded_by_the_page(chat, irina, monkeypatch):
    monkeypatch.setattr(lines, "MOST", 2)
    assert news(irina, chat)["lines"] is None
    assert len(news(irina, chat, after=news(irina, chat, 10**9)["seq"] - 2)["lines"]) == 2


@pytest.mark.parametrize("after", ["-5", "x", "9" * 30, ""])
def test_a_bad_number_is_no_fault(chat, irina, after):
    assert isinstance(news(irina, chat, after=after), dict)


def test_a_hidden_line_comes_as_its_stub(chat, anna, irina):
    whole = news(irina, chat)
    line = whole["lines"][1]["id"]
    anna.post(f"/e/{line}/withdraw")

    told = news(irina, chat, after=whole["seq"])["lines"]
    assert [(each["id"], each["state"]) for each in told] == [(line, "withdrawn")]
    assert "Раз." not in told[0]["html"]
    assert "автор убрал эту реплику" in told[0]["html"]


def test_a_topic_tells_bare_facts(anna, irina, town):
    page = anna.get(f"/c/{SLUG}/forum").get_data(as_text=True)
    board = page.split("/boards/")[1].split('"')[0]
    form = {"title": "Дроби", "kind": "case", "body": "Как вернуть интерес?"}
    made = anna.post(f"/c/{SLUG}/boards/{board}/topics/new", form)
    thread = made.get_data(as_text=True).split('data-topic-thread="')[1].split('"')[0]
    irina.post(f"{made.request.path}/reply", {"body": "Начните с игры."})

    told = news(anna, thread, after=1)
    assert [(each["author"], each["place"]) for each in told["lines"]] == [(irina.id, 2)]
    assert "html" not in told["lines"][0]


def test_whoever_polls_is_here(chat, anna, irina):
    assert news(anna, chat, more="&here=1")["here"] == [[anna.id, "Анна Соколова"]]
    assert len(news(irina, chat, more="&here=1")["here"]) == 2


def test_how_far_one_has_read_is_kept_by_post(chat, irina, gleb):
    assert "4 новые записи" in irina.get(f"/c/{SLUG}/chats").get_data(as_text=True)
    irina.post(f"/live/threads/{chat}/read", {"place": "3"})
    assert "1 новая запись" in irina.get(f"/c/{SLUG}/chats").get_data(as_text=True)
    assert gleb.post(f"/live/threads/{chat}/read", {"place": "3"}).status_code == 404
    assert irina.post(f"/live/threads/{chat}/read", {"place": "никак"}).status_code == 200


def test_counts_of_the_frame_follow(chat, irina, gleb):
    told = irina.client.get(f"/c/{SLUG}/live/counts", headers=JSON).get_json()
    assert told["services"]["chats"] == 1
    assert gleb.client.get(f"/c/{SLUG}/live/counts", headers=JSON).status_code == 403
    assert gleb.client.get("/live/counts", headers=JSON).get_json()["services"] == {}


def test_a_visitor_is_asked_to_sign_in(chat, town):
    assert town.app.test_client().get(f"/live/threads/{chat}", headers=JSON).status_code == 401
