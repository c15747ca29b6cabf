"""Refused attempts are counted by the hour: one row for each code, whatever came in."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from community.audit import refusals
from community.audit.models import AuditEntry
from community.core import clock
from community.core.db import db
from tests.topics.conftest import Forum
from tests.world import SLUG, Person, Town

PHONE = "Звоните мне: 8 904 111-22-33, договоримся"
START = clock.now().replace(minute=10, second=0, microsecond=0)


def told(town: Town) -> list[tuple[str, int, str, int | None]]:
    """Return code, count, hour and community of every row of the journal on refusals."""
    with town.app.app_context():
        query = select(AuditEntry.body).where(AuditEntry.kind == "refusals.counted")
        bodies = [
            json.loads(body) for body in db.session.scalars(query.order_by(AuditEntry.number))
        ]
        db.session.remove()
    return [(each["code"], each["count"], each["hour"], each["community_id"]) for each in bodies]


def tend(town: Town) -> None:
    with town.app.app_context():
        refusals.tell_past_hours()
        db.session.remove()


def test_an_hour_of_refusals_is_one_row_for_each_code(
    town: Town, anna: Person, gleb: Person
) -> None:
    topic = Forum(town).open(anna)
    with clock.frozen(START):
        for _ in range(3):
            anna.post(f"/c/{SLUG}/topics/{topic}/reply", {"body": PHONE})
        anna.post(f"/c/{SLUG}/topics/{topic}/reply", {"body": ""})
        gleb.get(f"/c/{SLUG}/journal")
        tend(town)
        assert told(town) == []  # the hour is not over
        clock.travel(timedelta(hours=1))
        tend(town)
        tend(town)
    hour = f"{START:%Y-%m-%dT%H}"
    assert sorted(told(town)) == [
        ("community.members_only", 1, hour, town.community_id),
        ("form.invalid", 1, hour, town.community_id),
        ("words.blocked", 3, hour, town.community_id),
    ]


def test_several_processes_bring_their_counts_together(town: Town) -> None:
    with clock.frozen(START):
        for _process in range(3):
            with town.app.app_context():
                refusals.count("entry.changed_meanwhile", None)
                refusals.count("entry.changed_meanwhile", None)
                refusals.flush()
                db.session.remove()
        clock.travel(timedelta(hours=2))
        tend(town)
    assert told(town) == [("entry.changed_meanwhile", 6, f"{START:%Y-%m-%dT%H}", None)]


def test_what_comes_late_makes_no_second_row_of_its_hour(town: Town) -> None:
    with clock.frozen(START):
        with town.app.app_context():
            refusals.count("http.403", None)
        tend(town)
        with town.app.app_context():
            refusals.count("http.403", None)  # kept in memory over the end of the hour
        clock.travel(timedelta(hours=1))
        with town.app.app_context():
            kept = refusals._counts().numbers.copy()
            refusals._counts().numbers.clear()
        tend(town)
        with town.app.app_context():
            refusals._counts().numbers.update(kept)
        clock.travel(timedelta(hours=1))
        tend(town)
        clock.travel(timedelta(hours=1))
        tend(town)
    hours = [hour for _code, _count, hour, _place in told(town)]
    assert len(hours) == len(set(hours)) == 2


def test_a_flood_does_not_write_for_each_refusal(
    town: Town, gleb: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    visits = []
    add = refusals._add
    monkeypatch.setattr(refusals, "_add", lambda taken: (visits.append(taken), add(taken)))
    for _ in range(40):
        gleb.get(f"/c/{SLUG}/journal")
    assert visits == []
    monkeypatch.setattr(refusals, "EVERY", 0.0)
    gleb.get(f"/c/{SLUG}/journal")
    assert [sum(taken.values()) for taken in visits] == [41]


def test_counts_are_kept_when_they_cannot_be_stored(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_taken: object) -> None:
        raise OSError("the disk is full")

    with town.app.app_context():
        refusals.count("http.403", None)
        with monkeypatch.context() as patch:
            patch.setattr(refusals, "_add", broken)
            refusals.flush()
        assert sum(refusals._counts().numbers.values()) == 1
        refusals.flush()
        assert db.session.scalar(text("SELECT sum(count) FROM refusal_counts")) == 1
        db.session.remove()


def views(town: Town) -> list[tuple[str, int, int]]:
    with town.app.app_context():
        query = select(AuditEntry.body).where(AuditEntry.kind == "personal.viewed")
        bodies = [
            json.loads(body) for body in db.session.scalars(query.order_by(AuditEntry.number))
        ]
        db.session.remove()
    return [(each["what"], each["user_id"], each["actor_id"]) for each in bodies]


def test_an_administrators_look_at_others_data_is_written_once_a_day(
    town: Town, galina: Person, anna: Person, gleb: Person
) -> None:
    from tests.world import WHY

    gleb.post(f"/c/{SLUG}/apply", {"why": WHY, "agree_charter": "y", "agree_rules": "y",
                                   "charter_version": "1", "rules_version": "1"})  # fmt: skip
    with clock.frozen(START.replace(hour=9)):
        galina._client = None
        for _ in range(2):
            galina.get(f"/c/{SLUG}/admin/members/{anna.id}")
            galina.get(f"/c/{SLUG}/admin/members/{galina.id}")
            galina.get(f"/c/{SLUG}/admin/applications")
        day = [("member_card", anna.id, galina.id), ("application", gleb.id, galina.id)]
        assert views(town) == day
        clock.travel(timedelta(days=1))
        galina._client = None
        galina.get(f"/c/{SLUG}/admin/members/{anna.id}")
    assert views(town) == [*day, ("member_card", anna.id, galina.id)]
    page = anna.get(f"/c/{SLUG}/journal?what=personal.viewed").get_data(as_text=True)
    assert page.count('class="row"') == 3
    assert "администратор" in page
