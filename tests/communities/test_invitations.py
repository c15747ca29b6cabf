"""Invitations: what they open, what they do not (A14, complaint 14)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from community.communities import services
from community.communities.models import Application, Invitation
from community.communities.queries import admissions
from community.communities.standing import standing
from community.core import clock
from community.core.clock import now
from community.core.db import db
from community.core.errors import Invalid, NotFound, Refused
from community.core.mail import Letter
from community.notices.models import Notice
from tests.communities.small import AGREED, WHY, admitted, found, people


@pytest.fixture
def place(floor):
    galina, anna, gleb = people(3)
    community = found(galina)
    admitted(galina, community.id, [anna])
    return galina, anna, gleb, community


def refused(code, act, *args, **kwargs):
    with pytest.raises(Refused) as refusal:
        act(*args, **kwargs)
    assert refusal.value.code == code


def test_an_administrators_invitation_admits_and_is_used_up(place):
    galina, _anna, gleb, community = place
    made = services.invite(galina, community.id, note="Для физиков")[0]

    assert services.accept_invitation(gleb, made.code, agreed=AGREED).state == "approved"

    assert standing(gleb, community.id).is_member
    codes = db.session.scalars(select(Notice.code).where(Notice.user_id == galina.id)).all()
    assert "invitation.accepted" in codes
    late = people(1, first=50)[0]
    refused("invitation.used_up", services.accept_invitation, late, made.code, agreed=AGREED)
    row = admissions.invitations(community.id)[0]
    assert (row.uses, row.accepted, row.state) == (1, 1, "used_up")


def test_the_code_is_nowhere_in_the_database(place):
    galina, _anna, _gleb, community = place
    made = services.invite(galina, community.id)[0]
    stored = db.session.scalars(select(Invitation.code_hash)).one()
    assert made.code not in stored
    assert len(made.code) >= 24


def test_a_members_invitation_only_recommends(place):
    _galina, anna, gleb, community = place
    code = services.invite(anna, community.id)[0].code

    with pytest.raises(Invalid):
        services.accept_invitation(gleb, code, agreed=AGREED)  # an application needs words
    outcome = services.accept_invitation(gleb, code, agreed=AGREED, why=WHY)

    assert outcome.state == "new"
    assert not standing(gleb, community.id).is_member
    case = admissions.queue(community.id).new[0]
    assert (case.person.name, case.invited) == (gleb.name, True)


def test_a_stranger_does_not_invite(place):
    _galina, _anna, gleb, community = place
    refused("community.members_only", services.invite, gleb, community.id)


def test_invited_while_pending_the_same_application_is_decided(place):
    galina, _anna, gleb, community = place
    pending = services.apply(gleb, community.id, why=WHY, agreed=AGREED)
    code = services.invite(galina, community.id)[0].code

    outcome = services.accept_invitation(gleb, code, agreed=AGREED)

    assert (outcome.application_id, outcome.state) == (pending, "approved")
    assert len(db.session.scalars(select(Application.id)).all()) == 1


def test_invited_while_waiting_keeps_the_place(place):
    galina, _anna, gleb, community = place
    services.set_cap(galina, community.id, 2)
    application = services.apply(gleb, community.id, why=WHY, agreed=AGREED)
    services.approve(galina, application)
    code = services.invite(galina, community.id)[0].code

    outcome = services.accept_invitation(gleb, code, agreed=AGREED)

    assert (outcome.application_id, outcome.state, outcome.place) == (application, "waitlisted", 1)


def test_invited_with_an_offered_seat_takes_that_seat(place):
    galina, anna, gleb, community = place
    services.set_cap(galina, community.id, 2)
    services.approve(galina, services.apply(gleb, community.id, why=WHY, agreed=AGREED))
    services.leave(anna, community.id)
    code = services.invite(galina, community.id)[0].code

    assert services.accept_invitation(gleb, code, agreed=AGREED).state == "approved"
    assert standing(gleb, community.id).is_member


def test_invited_as_a_member_is_told_so(place):
    galina, anna, _gleb, community = place
    code = services.invite(galina, community.id)[0].code
    refused("application.already_member", services.accept_invitation, anna, code, agreed=AGREED)


def test_whoever_was_removed_needs_more_than_an_old_link(place):
    galina, anna, _gleb, community = place
    code = services.invite(galina, community.id, uses=10)[0].code
    services.remove(galina, community.id, anna.id, reason="Продавала курсы в личных письмах.")
    refused("invitation.after_removal", services.accept_invitation, anna, code, agreed=AGREED)
    application = services.apply(anna, community.id, why=WHY, agreed=AGREED)
    assert services.approve(galina, application).state == "approved"


def test_a_link_has_its_end(place):
    galina, _anna, gleb, community = place
    code = services.invite(galina, community.id, days=2)[0].code
    with clock.frozen(now() + timedelta(days=2)):
        refused("invitation.expired", services.accept_invitation, gleb, code, agreed=AGREED)
    invitation = db.session.scalars(select(Invitation.id)).one()
    services.revoke_invitation(galina, community.id, invitation)
    refused("invitation.revoked", services.accept_invitation, gleb, code, agreed=AGREED)
    with pytest.raises(NotFound):
        services.accept_invitation(gleb, "нет-такого-кода", agreed=AGREED)


def test_an_administrators_link_stops_admitting_when_they_stop_administering(place):
    galina, anna, gleb, community = place
    code = services.invite(galina, community.id)[0].code
    services.hand_over(galina, community.id, anna.id)
    assert services.accept_invitation(gleb, code, agreed=AGREED, why=WHY).state == "new"


def test_letters_go_out_with_a_link_each(place):
    galina, _anna, _gleb, community = place
    made = services.invite(
        galina, community.id, emails=["a@example.org", "b@example.org", "a@example.org"],
        note="У нас есть с кем поговорить о втором иностранном.",
    )  # fmt: skip
    assert [each.email for each in made] == ["a@example.org", "b@example.org"]
    letters = {each.to: each for each in db.session.scalars(select(Letter))}
    assert made[0].code in letters["a@example.org"].text
    assert made[1].code not in letters["a@example.org"].text
    assert "втором иностранном" in letters["b@example.org"].text


@pytest.mark.parametrize("bad", [["не адрес"], [f"a{n}@example.org" for n in range(31)]])
def test_bad_addresses_are_named(place, bad):
    galina, _anna, _gleb, community = place
    with pytest.raises(Invalid) as invalid:
        services.invite(galina, community.id, emails=bad)
    assert "emails" in invalid.value.fields
    assert db.session.scalars(select(Invitation.id)).all() == []
