"""The power goes in the middle of a council: what was acknowledged stands, nobody votes twice, it goes on."""

from __future__ import annotations

import http.client
import random
import re
import threading
import time
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from community.ballots.models import Ballot, BallotSlip, BallotVoter
from community.calendar.models import HappeningVisit
from community.calendar.services.appointing import When
from community.core import clock, outbox
from community.core.db import db
from community.councils.models import Council, CouncilItem, CouncilTurn
from community.councils.services import planning
from community.councils.services.planning import CouncilPlan, ItemPlan
from community.publishing.facts import Words
from community.publishing.models import Entry
from tests.faults.conftest import opened
from tests.faults.site import Browser
from tests.scene import inconsistencies
from tests.world import SLUG, Town

pytestmark = pytest.mark.fault
PEOPLE = ("galina", "boris", "vera", "anna", "irina")


@pytest.fixture
def council(folder):
    """A council in ten minutes: its address and its first item."""
    with opened(folder) as app:
        town = Town(app)
        galina, soon = town["galina"], clock.now() + timedelta(minutes=10)
        plan = CouncilPlan(
            when=When(starts_at=soon, ends_at=soon + timedelta(hours=1)),
            chairman_id=galina.id, secretary_id=town["irina"].id,
        )  # fmt: skip
        with app.app_context():
            words = Words(title="Итоги четверти", body="Успеваемость по классам.")
            made = planning.call(galina.actor, town.community_id, words, plan).thread_id
            item = planning.add_item(
                galina.actor, made, Words(title="Успеваемость", body="Справка."), ItemPlan()
            ).thread_id
    return f"/c/{SLUG}/councils/{made}", item


def press(browser, path, **data):
    """Send a form and tell whether the site acknowledged it; no answer is no acknowledgement."""
    with suppress(OSError, http.client.HTTPException):
        return browser.send("POST", path, data).status in (302, 303)
    return False


def version(browser, council):
    page = browser.send("GET", f"{council}/desk").page
    return re.search(r'name="version"[^>]*value="(\d+)"', page)[1]


def talk(site, council, item, name, acknowledged, until):
    """Say lines and raise a hand as fast as it goes, noting what was acknowledged."""
    with suppress(OSError, http.client.HTTPException):
        browser, number = Browser(site.port).sign_in(name), 0
        while not until.is_set():
            number += 1
            line = f"Реплика {name} номер {number} в {time.monotonic_ns()} по успеваемости."
            if press(browser, f"{council}/items/{item}", body=line):
                acknowledged.append(line)


def test_a_council_outlives_kills(start, council, folder, after):
    path, item = council
    acknowledged: list[str] = []
    voted: set[str] = set()
    vote = 0
    for round_ in range(3):
        site, until = start(), threading.Event()
        chair = Browser(site.port).sign_in("galina")
        if round_ == 0:
            assert press(chair, f"{path}/desk/open", version=version(chair, path))
            for name in PEOPLE[1:]:
                assert press(Browser(site.port).sign_in(name), f"{path}/come")
            take = f"{path}/desk/items/{item}/take"
            assert press(chair, take, version=version(chair, path))
            assert press(chair, f"{path}/vote", title="Утвердить план?", body="", secrecy="secret",
                         majority="half", base="present")  # fmt: skip
            page = chair.send("GET", f"{path}/hall").page
            vote = int(re.search(rf"{path}/votes/(\d+)/", page)[1])
        writers = [
            threading.Thread(target=talk, args=(site, path, item, name, acknowledged, until), daemon=True)
            for name in ("anna", "vera")
        ]  # fmt: skip
        before = len(acknowledged)
        for each in writers:
            each.start()
        voter = PEOPLE[round_]
        voter_browser = Browser(site.port).sign_in(voter)
        deadline = time.monotonic() + 20
        while len(acknowledged) < before + 6 and time.monotonic() < deadline:
            time.sleep(0.05)
        if press(voter_browser, f"{path}/votes/{vote}/cast/0"):
            voted.add(voter)
        press(chair, f"{path}/desk/pause", version=version(chair, path)) if round_ == 1 else None
        time.sleep(random.uniform(0, 0.2))
        site.kill()
        until.set()
        for each in writers:
            each.join(25)
        assert len(acknowledged) >= before + 6, site.said()

    with after() as scene, scene.town.app.app_context():
        stored = set(db.session.scalars(select(Entry.body)))
        assert [line for line in acknowledged if line not in stored] == []
        assert inconsistencies(scene.town) == []
        assert db.session.get_one(Council, int(path.rpartition("/")[2])).state == "break"
        assert db.session.get_one(CouncilItem, item).state == "current"
        cast = db.session.get_one(Ballot, vote).cast
        assert cast == len(voted) == 3
        assert db.session.scalar(select(func.count()).select_from(BallotSlip)) == cast
        open_stays = select(HappeningVisit.user_id).where(HappeningVisit.left_at.is_(None))
        here = list(db.session.scalars(open_stays))
        assert len(here) == len(set(here)) == len(PEOPLE)
        scene.town.drain()
        assert outbox.dead_letters() == []

    site = start()
    chair = Browser(site.port).sign_in("galina")
    assert press(chair, f"{path}/desk/resume", version=version(chair, path))
    again = Browser(site.port).sign_in("boris")
    again.send("POST", f"{path}/votes/{vote}/cast/1", {})  # a secret voice is cast once
    assert press(Browser(site.port).sign_in("anna"), f"{path}/votes/{vote}/cast/1")
    assert press(chair, f"{path}/votes/{vote}/close")
    assert press(chair, f"{path}/desk/close", version=version(chair, path))
    site.stop()
    with after() as scene, scene.town.app.app_context():
        it = db.session.get_one(Ballot, vote)
        assert (it.state, it.cast, it.result["reconciled"]) == ("closed", 4, True)
        assert (
            db.session.scalar(
                select(func.count()).where(BallotVoter.ballot_id == vote, BallotVoter.has_voted)
            )
            == 4
        )
        assert (
            db.session.scalar(
                select(func.count()).select_from(CouncilTurn).where(CouncilTurn.state == "speaking")
            )
            == 0
        )
