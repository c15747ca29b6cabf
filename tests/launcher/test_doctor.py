"""The doctor says what is wrong inside an installation, and the cure."""

from __future__ import annotations

import shutil

import pytest
from sqlalchemy import update

from community.communities.models import Community
from community.core.db import db
from community.core.transactions import transaction
from community.doctor import cli, inside
from community.search import upkeep
from tests.dbs import LEG


def levels(findings) -> dict[str, list[str]]:
    said: dict[str, list[str]] = {"ok": [], "warn": [], "bad": []}
    for each in findings:
        said[each.level].append(each.words)
        assert each.level == "ok" or each.cure
    return said


def test_a_sound_installation_has_nothing_broken_inside(app, town):
    town.drain()
    with app.app_context():
        upkeep.rebuild(town.community_id)
        config = app.extensions["community"]
        said = levels(finding for check in cli.INSIDE for finding in check(config))
        db.session.remove()
    assert said["bad"] == []
    assert "Число участников в каждом сообществе верно" in said["ok"]
    assert any("Указатель поиска полон" in each for each in said["ok"])


def test_a_counter_that_tells_another_number_is_named(app):
    with app.app_context():
        with transaction():
            db.session.execute(update(Community).values(members=Community.members + 2))
        said = levels(inside.seats(app.extensions["community"]))
        db.session.remove()
    assert said["bad"] == ["В сообществе 1 записано участников: 7, на деле их 5."]


@pytest.mark.skipif(LEG == "postgres", reason="the index is a folder only beside SQLite")
def test_a_lost_index_is_named_with_its_community(app, town):
    town.drain()
    shutil.rmtree(app.extensions["community"].index_dir)
    with app.app_context():
        said = levels(inside.search_index(app.extensions["community"]))
        db.session.remove()
    assert said["ok"] == []
    assert "priozersk" in said["warn"][0]
