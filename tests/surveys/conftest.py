"""Surveys as tests speak of them: made by Анна, answered from devices without an account."""

from __future__ import annotations

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from community.core import clock
from community.core.db import db
from community.surveys.models import Survey, SurveyAnswer, SurveyQuestion
from tests.world import SLUG

BASE = f"/c/{SLUG}/surveys"
ASKED = "Какое время вам удобно?\n- 17:00\n- 18:30\nЧто оставить?\n+ кружок\n+ продлёнку\nКак вам столовая?\n1-5\nЧто изменить?"  # noqa: E501


def send(by, **fields):
    closes = (clock.now() + timedelta(days=3)).astimezone(ZoneInfo("Europe/Moscow"))
    form = {"title": "Собрание 5 «А»", "body": "Уважаемые родители!", "questions": ASKED,
            "closes_at": f"{closes:%Y-%m-%dT%H:%M}"}  # fmt: skip
    return by.post(f"{BASE}/new", form | fields)


@pytest.fixture
def opened(town, anna):
    """A survey of Анна's: (id, link)."""
    page = send(anna).get_data(as_text=True)
    assert "Анкета открыта" in page, page[:3000]
    with town.app.app_context():
        row = db.session.scalars(select(Survey)).one()
        return row.id, f"/s/{row.token}"


def device(town):
    """A browser of somebody without an account."""
    client = town.app.test_client()

    def post(link, **data):
        page = client.get(link).get_data(as_text=True)
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert token, page[:2000]
        return client.post(link, data=data | {"csrf_token": token[1]}, follow_redirects=True)

    return client, post


def fields(town, survey, *values):
    """Field names of the questions with what is sent to each."""
    with town.app.app_context():
        of = select(SurveyQuestion.id).where(SurveyQuestion.survey_id == survey)
        ids = db.session.scalars(of.order_by(SurveyQuestion.place)).all()
    return {
        f"q{each}": value for each, value in zip(ids, values, strict=False) if value is not None
    }


def stored(town):
    with town.app.app_context():
        return db.session.scalars(select(SurveyAnswer.given)).all()
