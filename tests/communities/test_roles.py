"""Roles: given and taken openly, never without an administrator (A09, B11)."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from community.audit.models import AuditEntry, Sealed
from community.communities import services
from community.communities.models import Community, RoleGrant
from community.communities.queries import people as lists
from community.communities.standing import standing
from community.core.db import db
from community.core.errors import Invalid, Refused
from community.core.transactions import transaction
from community.notices.models import Notice
from tests.communities.small import admitted, found, people

ORDER = {"order_number": "41-ОД", "order_date": date(2026, 3, 3)}


@pytest.fixture
def place(floor):
    galina, boris, gleb = people(3)
    community = found(galina)
    admitted(galina, community.id, [boris])
    return galina, boris, gleb, community


def refused(code, act, *args, **kwargs):
    with pytest.raises(Refused) as refusal:
        act(*args, **kwargs)
    assert refusal.value.code == code


def test_a_moderator_is_appointed_by_order(place):
    galina, boris, _gleb, community = place
    for order in ({}, {"order_number": "41-ОД"}, {"order_date": date(2026, 3, 3)}):
        with pytest.raises(Invalid):
            services.grant(galina, community.id, boris.id, "moderator", **order)

    services.grant(galina, community.id, boris.id, "moderator", **ORDER)

    who = standing(boris, community.id)
    assert (who.is_moderator, who.is_administrator, who.role) == (True, False, "moderator")
    grant = db.session.scalars(select(RoleGrant).where(RoleGrant.role == "moderator")).one()
    entry = db.session.get_one(AuditEntry, grant.audit_number)
    assert (entry.kind, entry.target_id, entry.actor_id) == ("role.granted", boris.id, galina.id)
    assert db.session.scalars(select(Sealed.text)).one() == "41-ОД, 2026-03-03"
    notice = db.session.scalars(select(Notice.code).where(Notice.user_id == boris.id)).all()
    assert notice[-1] == "role.granted.moderator"
    held = lists.officers(community.id)["moderator"][0][1]
    assert "41-ОД" in held.order_line


def test_the_database_knows_no_moderator_without_an_order(place):
    galina, boris, _gleb, community = place
    services.grant(galina, community.id, boris.id, "moderator", **ORDER)
    from sqlalchemy import update

    with pytest.raises(IntegrityError), transaction():
        db.session.execute(
            update(RoleGrant).where(RoleGrant.role == "moderator").values(order_date=None)
        )


def test_an_expert_has_fields(place):
    galina, boris, _gleb, community = place
    with pytest.raises(Invalid):
        services.grant(galina, community.id, boris.id, "expert", fields="  ")
    services.grant(galina, community.id, boris.id, "expert", fields="подготовка к ОГЭ")
    assert standing(boris, community.id).is_expert
    refused("role.held_already", services.grant, galina, community.id, boris.id, "expert",
            fields="физика")  # fmt: skip


def test_only_members_hold_roles_and_only_administrators_give_them(place):
    galina, boris, gleb, community = place
    refused("member.not_found", services.grant, galina, community.id, gleb.id, "administrator")
    refused("community.administrators_only", services.grant, boris, community.id, boris.id,
            "administrator")  # fmt: skip
    refused("community.administrators_only", services.revoke, boris, community.id, galina.id,
            "administrator")  # fmt: skip
    with pytest.raises(Invalid):
        services.grant(galina, community.id, boris.id, "владелец")


def test_never_fewer_than_one_administrator(place):
    galina, boris, _gleb, community = place
    refused("community.last_administrator", services.revoke, galina, community.id, galina.id,
            "administrator")  # fmt: skip
    services.grant(galina, community.id, boris.id, "administrator")
    services.revoke(galina, community.id, galina.id, "administrator")
    assert not standing(galina, community.id).is_administrator
    refused("community.last_administrator", services.leave, boris, community.id)
    refused("role.not_held", services.revoke, boris, community.id, galina.id, "administrator")
    assert db.session.scalar(select(Community.administrators)) == 1


def test_handing_over_is_one_step_with_both_rows_in_the_journal(place):
    galina, boris, gleb, community = place
    before = len(db.session.scalars(select(AuditEntry.number)).all())
    refused("member.not_yourself", services.hand_over, galina, community.id, galina.id)
    refused("member.not_found", services.hand_over, galina, community.id, gleb.id)

    services.hand_over(galina, community.id, boris.id)

    assert standing(boris, community.id).is_administrator
    assert not standing(galina, community.id).is_administrator
    kinds = db.session.scalars(select(AuditEntry.kind).order_by(AuditEntry.number)).all()
    assert list(kinds[before:]) == ["role.granted", "role.removed"]
    assert db.session.scalar(select(Community.administrators)) == 1
