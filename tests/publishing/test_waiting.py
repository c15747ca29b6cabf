"""The port of cases: any room gives them, each reader gets what they may decide, in order of term."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import bindparam, func, select

from community.communities.models import Community
from community.communities.standing import Standing, standing
from community.core import clock
from community.publishing import waiting
from community.publishing.waiting import Case, Source
from tests.world import Town


@pytest.fixture
def sources(monkeypatch: pytest.MonkeyPatch) -> dict[str, Source]:
    """The port, empty for a while."""
    kept: dict[str, Source] = {}
    monkeypatch.setattr(waiting, "_sources", kept)
    monkeypatch.setattr(waiting, "_counting", {})
    return kept


def case(kind: str, number: int, hours: int | None) -> Case:
    moment = clock.now()
    until = None if hours is None else moment + timedelta(hours=hours)
    return Case(kind, number, "", "", "", moment, until, 1, "", "/", 1)


def source(kind: str, *cases: Case, role: str = "moderator") -> Source:
    asked = select(func.count(Community.id) * len(cases)).where(
        Community.id == bindparam("community")
    )
    return Source(kind, kind, lambda _who: cases, asked.scalar_subquery(), role)


def as_(town: Town, who: str) -> Standing:
    return standing(town[who].actor, town.community_id)


def test_cases_of_all_rooms_stand_in_order_of_term(
    ctx: Flask, town: Town, sources: dict[str, Source]
) -> None:
    waiting.provide(source("late", case("late", 1, 9), case("late", 2, None)))
    waiting.provide(source("soon", case("soon", 1, -3), case("soon", 2, 12)))

    found = [(each.kind, each.id) for each in waiting.waiting(as_(town, "boris"))]

    assert found == [("soon", 1), ("late", 1), ("soon", 2), ("late", 2)]
    assert waiting.count(as_(town, "boris")) == 4


def test_what_an_administrator_decides_is_not_counted_for_a_moderator(
    ctx: Flask, town: Town, sources: dict[str, Source]
) -> None:
    waiting.provide(source("hold", case("hold", 1, 1)))
    assert waiting.count(as_(town, "galina")) == 1
    waiting.provide(source("joining", case("joining", 1, 2), role="administrator"))

    assert waiting.count(as_(town, "boris")) == 1
    assert waiting.count(as_(town, "galina")) == 2
    assert [each.kind for each in waiting.waiting(as_(town, "boris"))] == ["hold"]


def test_a_member_has_nothing_to_decide(ctx: Flask, town: Town, sources: dict[str, Source]) -> None:
    waiting.provide(source("hold", case("hold", 1, 1)))

    assert waiting.waiting(as_(town, "anna")) == []
    assert waiting.count(as_(town, "anna")) == 0


def test_a_kind_belongs_to_one_room(sources: dict[str, Source]) -> None:
    waiting.provide(source("hold"))

    with pytest.raises(ValueError, match="hold"):
        waiting.provide(Source("hold", "another", lambda _who: (), source("x").counted))
