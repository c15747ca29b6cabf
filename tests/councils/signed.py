"""A council that is over, with its minutes shown, waited for, and signed by two."""

import re
from datetime import timedelta

from community.core import clock
from community.core.worker import run_duties
from community.councils.services import holding
from tests.councils.conftest import HOUR, Meeting, call
from tests.world import PASSWORD, Person, Town


def text(answer) -> str:
    """Return the words of a page, without its marks."""
    bare = re.sub(r"</?(strong|span|a)[^>]*>", "", answer.get_data(as_text=True))
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", bare))


def hidden(page: str, name: str) -> str:
    """Return what a hidden field of a page holds."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found, f"no field {name}"
    return found.group(1)


def closed(meeting: Meeting) -> Meeting:
    """The council is over; a note stands in its minutes."""
    meeting.secretary.post(
        f"{meeting.path}/minutes/note?item={meeting.items[0]}&kind=resolved",
        {"body": "Провести консультации до Нового года."},
    )
    meeting.do(holding.close)
    return meeting


def shown(meeting: Meeting, days: int = 3) -> Meeting:
    """The minutes are shown for objections."""
    page = meeting.secretary.get(f"{meeting.path}/minutes").get_data(as_text=True)
    fields = {"days": str(days), "version": hidden(page, "version")}
    assert meeting.secretary.post(f"{meeting.path}/minutes/show", fields).status_code == 200
    return meeting


def term_over(meeting: Meeting, days: int = 3) -> Meeting:
    """The term for objections is over, and the worker has seen it."""
    clock.travel(timedelta(days=days))
    with meeting.town.app.app_context():
        run_duties()
    return meeting


def sign(meeting: Meeting, by: Person, **fields: str):
    """Open the page of the signature and sign what it shows."""
    page = by.get(f"{meeting.path}/minutes/sign")
    if page.status_code != 200:
        return page
    sent = {"password": PASSWORD, "sha256": hidden(page.get_data(as_text=True), "sha256")}
    return by.post(f"{meeting.path}/minutes/sign", sent | fields)


def sealed_minutes(town: Town) -> Meeting:
    """Lead a council from its call to the seal."""
    with clock.frozen(HOUR - timedelta(minutes=20)):
        meeting = call(town, town["galina"], town["irina"])
        meeting.come(town["irina"], town["anna"])
        meeting.do(holding.begin)
        term_over(shown(closed(meeting)))
        sign(meeting, meeting.secretary)
        assert sign(meeting, meeting.chair).status_code == 200
    return meeting
