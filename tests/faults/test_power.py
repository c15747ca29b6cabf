"""The power goes: what was acknowledged is there, nothing is half there, the index comes round."""

import http.client
import random
import threading
import time
from contextlib import suppress

import pytest
from sqlalchemy import func, select

from community.communities.models import Community, Membership
from community.core import outbox
from community.core.db import db
from community.publishing.models import Entry
from tests.faults.site import Browser
from tests.scene import inconsistencies
from tests.world import SLUG

pytestmark = pytest.mark.fault


def writer(site, topic, name, acknowledged, until):
    """Answer in a topic as fast as it goes, noting what was acknowledged."""
    browser = Browser(site.port).sign_in(name)
    number = 0
    while not until.is_set():
        number += 1
        body = f"Ответ {name} номер {number} в {time.monotonic_ns()}: дроби с пирогом, потом с линейкой."
        with suppress(OSError, http.client.HTTPException):
            answer = browser.send("POST", f"{topic}/reply", {"body": body})
            if answer.status in (302, 303):
                acknowledged.append(body)


def test_every_acknowledged_reply_outlives_kills(start, topic, after):
    acknowledged: list[str] = []
    for _round in range(3):
        site, until = start(), threading.Event()
        writers = [
            threading.Thread(
                target=writer, args=(site, topic, name, acknowledged, until), daemon=True
            )
            for name in ("anna", "irina", "vera")
        ]
        before = len(acknowledged)
        for each in writers:
            each.start()
        deadline = time.monotonic() + 20
        while len(acknowledged) < before + 8 and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(random.uniform(0, 0.3))
        site.kill()
        until.set()
        for each in writers:
            each.join(25)
        assert len(acknowledged) >= before + 8, site.said()

    with after() as scene, scene.town.app.app_context():
        stored = set(db.session.scalars(select(Entry.body)))
        assert [body for body in acknowledged if body not in stored] == []
        assert inconsistencies(scene.town) == []
        scene.town.drain()
        found = scene.town["anna"].get(f"/c/{SLUG}/search?q=линейкой").get_data(as_text=True)
        assert "линейкой" in found
        assert outbox.dead_letters() == []


def test_a_kill_while_indexing_loses_no_text_from_the_search(start, topic, folder, after):
    """The worker is killed with work under way; the next one takes its lease over."""
    site = start()
    browser = Browser(site.port).sign_in("anna")
    for number in range(6):
        assert browser.send(
            "POST", f"{topic}/reply", {"body": f"Транспортир {number} и циркуль."}
        ).status in (302, 303)
    site.kill()
    again = start()
    reader, deadline, count = Browser(again.port).sign_in("irina"), time.monotonic() + 90, 0
    while (
        count < 6 and time.monotonic() < deadline
    ):  # a lease that was held at the kill runs out first
        page = reader.send(
            "GET", f"/c/{SLUG}/search?q=%D1%86%D0%B8%D1%80%D0%BA%D1%83%D0%BB%D1%8C"
        ).page
        count = sum(
            f"анспортир {number}" in page.replace("<mark>", "").replace("</mark>", "")
            for number in range(6)
        )
        time.sleep(0.2)
    assert count == 6
    again.stop()
    with after() as scene:
        assert inconsistencies(scene.town) == []


def test_a_kill_while_admitting_seats_nobody_twice_and_nobody_beyond(start, folder, after):
    """Two seats are free, two administrators' browsers admit everybody at once, the power goes."""
    from community.accounts import documents as consents
    from community.accounts.services import registration
    from community.communities.services import applications
    from community.core.actor import Actor
    from tests.faults.conftest import opened
    from tests.world import AGREED, PASSWORD, WHY, Town

    with opened(folder) as app:
        town = Town(app)
        with app.app_context():
            from community.communities.services import settings

            cases = []
            for number in range(6):
                user = registration.create_account(
                    registration.prepared(
                        email=f"n{number}@shkola.example", password=PASSWORD, last_name="Новикова",
                        first_name=f"Нина{'абвгде'[number]}", patronymic="Ильинична", school="Школа № 2",
                        post="учитель", subjects=["химия"], role="teacher",
                    ),
                    consent_sha=consents.consent().sha256,
                )  # fmt: skip
                cases.append(
                    applications.apply(
                        Actor(user, "Нина Новикова"), town.community_id, why=WHY, agreed=AGREED
                    )
                )
            settings.set_cap(town["galina"].actor, town.community_id, 7)
    site = start()
    browsers = [Browser(site.port).sign_in("galina") for _ in range(2)]
    threads = [
        threading.Thread(target=admit, args=(browser, cases), daemon=True) for browser in browsers
    ]
    for each in threads:
        each.start()
    time.sleep(random.uniform(0.02, 0.25))
    site.kill()
    for each in threads:
        each.join(25)
    again = start()
    admit(Browser(again.port).sign_in("galina"), cases)
    again.stop()

    with after() as scene, scene.town.app.app_context():
        room = db.session.get_one(Community, scene.town.community_id)
        rows = db.session.scalar(
            select(func.count()).select_from(Membership).where(
                Membership.community_id == room.id, Membership.state.in_(("active", "suspended"))
            )
        )  # fmt: skip
        assert room.members == rows == 7
        assert inconsistencies(scene.town) == []


def admit(browser, cases):
    for case in cases:
        with suppress(OSError, http.client.HTTPException):
            browser.send(
                "POST", f"/c/{SLUG}/admin/applications", {"id": str(case), "act": "approve"}
            )


def test_an_order_to_stop_loses_nothing_acknowledged_and_the_next_start_is_quick(
    start, topic, after
):
    site, acknowledged, until = start(), [], threading.Event()
    writers = [threading.Thread(target=writer, args=(site, topic, name, acknowledged, until), daemon=True)
               for name in ("anna", "irina")]  # fmt: skip
    for each in writers:
        each.start()
    deadline = time.monotonic() + 15
    while len(acknowledged) < 5 and time.monotonic() < deadline:
        time.sleep(0.05)
    seconds = site.stop()
    until.set()
    for each in writers:
        each.join(25)
    assert seconds < 2, f"{seconds:.1f} s"
    assert site.process.returncode == 0, site.said()
    again = start()
    assert time.monotonic() - again.began < 3, "to the first answer"
    again.stop()
    with after() as scene, scene.town.app.app_context():
        stored = set(db.session.scalars(select(Entry.body)))
        assert len(acknowledged) >= 5
        assert [body for body in acknowledged if body not in stored] == []
