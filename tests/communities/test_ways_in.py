"""Number 151 by every way in: none leads past the cap (S3 §1, complaint 15)."""

from __future__ import annotations

import pytest
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from community.communities import ports, services
from community.communities.models import CAP, Application, Community, Membership
from community.communities.services import seats
from community.core.clock import now
from community.core.db import db
from community.core.errors import Invalid, Refused
from community.core.transactions import transaction
from tests.communities.small import AGREED, WHY, admitted, found, people


@pytest.fixture
def house(floor):
    """A community of exactly 150, its administrator, and Глеб before the door."""
    galina, *inside, gleb = people(CAP + 1)
    community = found(galina)
    code = services.invite(galina, community.id, uses=5)[0].code
    admitted(galina, community.id, inside)
    return galina, community, gleb, code, inside


def members(community_id):
    db.session.rollback()
    counter = db.session.scalar(select(Community.members).where(Community.id == community_id))
    rows = db.session.scalar(
        select(func.count()).where(
            Membership.community_id == community_id, Membership.state.in_(("active", "suspended"))
        )
    )
    assert counter == rows
    return counter


def test_by_application(house):
    galina, community, gleb, _code, _inside = house
    application = services.apply(gleb, community.id, why=WHY, agreed=AGREED)
    assert services.approve(galina, application).state == "waitlisted"
    assert members(community.id) == 150


def test_by_an_administrators_invitation(house):
    _galina, community, gleb, code, _inside = house
    outcome = services.accept_invitation(gleb, code, agreed=AGREED)
    assert (outcome.state, outcome.place) == ("waitlisted", 1)
    assert members(community.id) == 150


def test_by_import_or_command_line(house):
    galina, community, gleb, _code, _inside = house
    with pytest.raises(Refused) as refusal:
        services.admit(galina, community.id, gleb.id)
    assert refusal.value.code == "community.full"
    assert refusal.value.verdict.params == {"cap": 150}
    assert members(community.id) == 150


def test_by_an_offer_that_has_been_given_to_another(house):
    galina, community, gleb, _code, inside = house
    vera = people(1, first=500)[0]
    one = services.apply(gleb, community.id, why=WHY, agreed=AGREED)
    two = services.apply(vera, community.id, why=WHY, agreed=AGREED)
    services.approve(galina, one)
    services.approve(galina, two)
    services.leave(inside[0], community.id)
    with pytest.raises(Refused):
        services.accept_offer(vera, two, agreed=AGREED)
    services.accept_offer(gleb, one, agreed=AGREED)
    with pytest.raises(Refused):
        services.accept_offer(gleb, one, agreed=AGREED)
    assert members(community.id) == 150


def test_by_resuming_a_suspended_member_whose_seat_was_never_free(house):
    galina, community, gleb, _code, inside = house
    services.suspend(galina, community.id, inside[0].id, reason="До выяснения жалобы коллег.")
    application = services.apply(gleb, community.id, why=WHY, agreed=AGREED)
    assert services.approve(galina, application).state == "waitlisted"
    services.resume(galina, community.id, inside[0].id)
    assert members(community.id) == 150


def test_by_raising_the_limit(house):
    galina, community, _gleb, _code, _inside = house
    with pytest.raises(Invalid):
        services.set_cap(galina, community.id, 151)
    with pytest.raises(Refused) as refusal:
        services.set_cap(galina, community.id, 149)
    assert refusal.value.code == "community.cap_below"


def test_by_hand_in_the_database(house):
    _galina, community, _gleb, _code, _inside = house
    for values in (
        {"members": 151}, {"reserved": 1}, {"cap": 151}, {"cap": 1000, "members": 151},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction():
            db.session.execute(update(Community).values(**values))
    assert members(community.id) == 150


def test_twice_by_two_rows_of_one_person(house):
    _galina, community, _gleb, _code, inside = house
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(
            insert(Membership).values(
                community_id=community.id, user_id=inside[0].id, state="active",
                came_by="admission", joined_at=now(), charter_agreed=0, rules_agreed=0,
                state_note="",
            )
        )  # fmt: skip


def test_a_row_without_a_seat_is_found_by_the_count(house):
    _galina, community, gleb, _code, _inside = house
    with transaction():
        db.session.execute(
            insert(Membership).values(
                community_id=community.id, user_id=gleb.id, state="active",
                came_by="admission", joined_at=now(), charter_agreed=0, rules_agreed=0,
                state_note="",
            )
        )  # fmt: skip
    assert seats.miscounted() == [(community.id, 150, 151)]


def test_a_failure_after_the_seat_gives_it_back(house, monkeypatch):
    galina, community, gleb, _code, inside = house
    services.leave(inside[0], community.id)
    application = services.apply(gleb, community.id, why=WHY, agreed=AGREED)

    def broken(*_args, **_kwargs):
        raise RuntimeError("the journal is out of order")

    with monkeypatch.context() as patch:
        patch.setattr("community.audit.services.record", broken)
        with pytest.raises(RuntimeError):
            services.approve(galina, application)

    assert members(community.id) == 149
    assert db.session.get_one(Application, application).state == "new"
    assert services.approve(galina, application).state == "approved"


def test_the_rule_of_the_engine_is_asked_too(floor, tmp_path, monkeypatch):
    """A set that refuses from three members on holds before the database does (ЧЛН)."""
    from datetime import date

    from community.rules import loader

    file = tmp_path / "rules.yaml"
    file.write_text(
        """
schema: 1
ruleset: малое
rules:
- id: ЧЛН-1
  v: 1
  article: 1.5-не более 150 участников
  title: Предел
  severity: 3
  mode: live
  on: [join]
  when: {community: {members_at_least: 3}}
  then: [refuse, waitlist]
  message: Мест нет.
  tests: {hit: [{text: "", event: join, members: 3}], miss: [{text: "", event: join, members: 2}]}
  owner: проба
  review_by: 2030-01-01
""",
        "utf-8",
    )
    ruleset = loader.load(file, today=date(2026, 9, 1))
    monkeypatch.setattr(ports, "_provider", [lambda: ruleset])
    galina, anna, vera, gleb = people(4)
    community = found(galina)
    admitted(galina, community.id, [anna, vera])

    application = services.apply(gleb, community.id, why=WHY, agreed=AGREED)

    assert services.approve(galina, application).state == "waitlisted"
    assert members(community.id) == 3
    assert db.session.scalar(text("SELECT cap FROM communities")) == 150
