"""Who follows a published text: only those whom a text of its kind concerns get a job."""

import pytest
from sqlalchemy import select

from community.core import outbox
from community.core.db import db
from community.core.outbox import OutboxJob
from community.publishing.events import EntryPublished, in_kind, not_in_kind
from tests.world import SLUG


def published(kind):
    return EntryPublished(entry_id=1, thread_id=1, kind=kind)


@pytest.mark.parametrize(("kind", "wanted"), [("chat", True), ("topic", False), (None, True)])
def test_what_an_older_version_has_stored_without_a_kind_reaches_everybody(kind, wanted):
    assert in_kind("chat")(published(kind)) is wanted


@pytest.mark.parametrize(("kind", "wanted"), [("chat", False), ("topic", True), (None, True)])
def test_some_kinds_may_be_of_no_interest(kind, wanted):
    assert not_in_kind("chat")(published(kind)) is wanted


def test_a_line_of_a_chat_wakes_only_its_own(anna, app):
    form = {"title": "Урок", "body": "О чём?", "access": "community"}
    path = anna.post(f"/c/{SLUG}/chats/new", form).request.path
    with app.app_context():
        outbox.drain()
    anna.post(path, {"body": "Раз."})
    with app.app_context():
        found = set(db.session.scalars(select(OutboxJob.consumer)))
    assert found == {"chats.consumers.tell_people", "search.consumers.note_entry"}
