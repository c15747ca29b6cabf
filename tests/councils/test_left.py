"""The page of a council that is over leads to what it left: its minutes, votes and tasks."""

from community.councils.services import holding
from tests.councils.signed import text


def put(meeting, title, **more):
    fields = {"title": title, "body": "", "secrecy": "open", "majority": "half", "base": "present"}
    assert meeting.secretary.post(f"{meeting.path}/vote", fields | more).status_code == 200


def test_votes_and_tasks_are_linked_when_it_is_over(opened, anna, town):
    opened.do(holding.take_item, opened.items[0])
    put(opened, "Принять отчёт?")
    page = anna.get(f"{opened.path}/hall").get_data(as_text=True)
    vote = int(page.split(f"{opened.path}/votes/")[1].split("/")[0])
    for who in ("anna", "boris", "galina"):
        town[who].post(f"{opened.path}/votes/{vote}/cast/0")
    opened.secretary.post(f"{opened.path}/votes/{vote}/close")
    put(opened, "Спросить ещё раз?")
    page = anna.get(f"{opened.path}/hall").get_data(as_text=True)
    votes = {int(each.split("/")[0]) for each in page.split(f"{opened.path}/votes/")[1:]}
    opened.secretary.post(f"{opened.path}/votes/{max(votes)}/cancel")
    fields = {"body": "Составить график.", "due_on": "2026-12-20", "owner_id": "0"}
    opened.secretary.post(f"{opened.path}/tasks/new?item={opened.items[0]}", fields)
    before = anna.get(opened.path).get_data(as_text=True)
    assert "/ballots/" not in before  # while it goes on, the hall shows them

    opened.do(holding.close)
    over = anna.get(opened.path)
    page = over.get_data(as_text=True)
    assert "за — 3, против — 0, воздержались — 0." in text(over)
    assert "Составить график." in text(over)
    assert "Спросить ещё раз?" not in text(over)  # it was called off: nothing was decided by it
    link = page.split('href="/c/')[1:]
    for part in ("ballots/", "tasks/"):
        path = next("/c/" + each.split('"')[0] for each in link if f"/{part}" in each.split('"')[0])
        assert anna.get(path).status_code == 200


def test_a_council_that_left_nothing_says_so_by_its_minutes_alone(opened, anna):
    opened.do(holding.close)
    page = text(anna.get(opened.path))
    assert "Читать протокол" in page
    assert "За что голосовали" not in page
    assert "Поручения этого педсовета" not in page
    assert "Обсудить" not in page  # what is over is read, not talked over
