"""From a wish to a seat: applications, the waiting list, offered seats (A04–A06, A11)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from community.audit.models import AuditEntry, Sealed
from community.communities import services
from community.communities.models import Application, ApplicationStep, Community, Membership
from community.communities.services import offers, seats
from community.communities.standing import standing
from community.core import clock
from community.core.clock import now
from community.core.db import db
from community.core.errors import Invalid, Refused
from community.notices.models import Notice
from tests.communities.small import AGREED, WHY, admitted, found, people

REASON = "Заявка говорит о продаже курсов, рекламу мы не размещаем."


@pytest.fixture
def galina(floor):
    return people(1)[0]


@pytest.fixture
def full(galina):
    """A community of three, full: Galina and two more."""
    made = found(galina, cap=3)
    admitted(galina, made.id, people(2, first=10))
    return made


def refused(code, act, *args, **kwargs):
    with pytest.raises(Refused) as refusal:
        act(*args, **kwargs)
    assert refusal.value.code == code


def ask(person, community, why=WHY):
    return services.apply(person, community.id, why=why, agreed=AGREED)


def state(application_id):
    db.session.rollback()
    return db.session.get_one(Application, application_id, populate_existing=True).state


def told(person):
    return list(
        db.session.scalars(
            select(Notice.code).where(Notice.user_id == person.id).order_by(Notice.id)
        )
    )


def journal():
    return list(db.session.scalars(select(AuditEntry.kind).order_by(AuditEntry.number)))


def taken(community):
    db.session.rollback()
    row = db.session.execute(
        select(Community.members, Community.reserved).where(Community.id == community.id)
    ).one()
    return row.members, row.reserved


def test_a_teacher_applies_and_is_admitted(galina):
    community = found(galina)
    gleb = people(1, first=2)[0]

    application = ask(gleb, community)
    outcome = services.approve(galina, application)

    assert outcome.state == "approved"
    assert standing(gleb, community.id).is_member
    assert taken(community) == (2, 0)
    assert told(gleb) == ["application.approved"]
    assert told(galina) == ["application.received"]
    assert journal()[-3:] == ["application.made", "membership.admitted", "application.approved"]
    steps = db.session.scalars(select(ApplicationStep.state).order_by(ApplicationStep.id)).all()
    assert list(steps) == ["new", "approved"]


def test_nobody_is_refused_without_words(galina):
    community = found(galina)
    gleb = people(1, first=2)[0]
    application = ask(gleb, community)

    for reason in ("", "нет", "        нет        "):
        with pytest.raises(Invalid) as invalid:
            services.refuse(galina, application, reason=reason)
        assert "reason" in invalid.value.fields
    assert state(application) == "new"

    services.refuse(galina, application, reason=REASON)

    assert state(application) == "refused"
    notice = db.session.scalars(select(Notice).where(Notice.user_id == gleb.id)).one()
    assert notice.code == "application.refused"
    assert notice.params["reason"] == REASON
    assert db.session.scalar(select(Sealed.text)) == REASON
    assert not standing(gleb, community.id).is_member


def test_the_database_too_refuses_a_refusal_without_words(galina):
    from sqlalchemy import update
    from sqlalchemy.exc import IntegrityError

    from community.core.transactions import transaction

    community = found(galina)
    ask(people(1, first=2)[0], community)
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(update(Application).values(state="refused", reason="нет"))


def test_one_open_application_at_a_time_and_a_new_one_after_a_refusal(galina):
    community = found(galina)
    gleb = people(1, first=2)[0]
    application = ask(gleb, community)

    refused("application.already_open", ask, gleb, community)
    services.refuse(galina, application, reason=REASON)
    second = ask(gleb, community)

    assert services.approve(galina, second).state == "approved"
    refused("application.already_member", ask, gleb, community)


def test_an_application_agrees_with_the_texts_in_force_only(galina):
    community = found(galina)
    gleb = people(1, first=2)[0]
    services.publish_document(galina, community.id, "charter", "Новое положение")

    refused("application.stale", ask, gleb, community)

    services.apply(gleb, community.id, why=WHY, agreed=(2, 1))


def test_why_needs_words(galina):
    community = found(galina)
    with pytest.raises(Invalid):
        ask(people(1, first=2)[0], community, why="хочу")


def test_only_administrators_decide_and_never_twice(galina):
    community = found(galina)
    gleb, anna = people(2, first=2)
    admitted(galina, community.id, [anna])
    application = ask(gleb, community)

    refused("community.administrators_only", services.approve, anna, application)
    refused("community.administrators_only", services.refuse, gleb, application, reason=REASON)
    services.approve(galina, application)
    refused("application.closed", services.approve, galina, application)
    refused("application.closed", services.refuse, galina, application, reason=REASON)


def test_only_the_applicant_withdraws(galina):
    community = found(galina)
    gleb, anna = people(2, first=2)
    application = ask(gleb, community)

    refused("application.not_yours", services.withdraw, anna, application)
    services.withdraw(gleb, application)

    assert state(application) == "withdrawn"
    refused("application.closed", services.withdraw, gleb, application)


def test_at_the_cap_approval_gives_a_numbered_place(galina, full):
    first, second = people(2, first=20)
    one, two = ask(first, full), ask(second, full)

    outcomes = [services.approve(galina, two), services.approve(galina, one)]

    assert [(each.state, each.place) for each in outcomes] == [("waitlisted", 1), ("waitlisted", 2)]
    assert taken(full) == (3, 0)
    notice = db.session.scalars(select(Notice).where(Notice.user_id == first.id)).one()
    assert (notice.code, notice.params["place"]) == ("application.waitlisted", 2)
    # approving again changes nothing: the place stays
    assert services.approve(galina, one).place == 2


def test_a_freed_seat_is_kept_for_the_first_and_nobody_gets_past(galina, full):
    first, second, third = people(3, first=20)
    one, two, three = (ask(each, full) for each in (first, second, third))
    services.approve(galina, one)
    services.approve(galina, two)
    leaver = db.session.scalars(select(Membership.user_id).order_by(Membership.id.desc())).first()

    services.remove(galina, full.id, leaver, reason="Полгода не участвует и на письма не отвечает.")

    assert state(one) == "offered"
    assert taken(full) == (2, 1)
    assert told(first)[-1] == "seat.offered"
    assert services.approve(galina, three).place == 2  # the seat is promised
    services.accept_offer(first, one, agreed=AGREED)
    assert state(one) == "approved"
    assert taken(full) == (3, 0)
    assert standing(first, full.id).is_member
    assert offers.place(db.session.get_one(Application, two)) == 1


def test_a_declined_seat_goes_to_the_next(galina, full):
    first, second = people(2, first=20)
    one, two = ask(first, full), ask(second, full)
    services.approve(galina, one)
    services.approve(galina, two)
    services.set_cap(galina, full.id, 4)
    assert (state(one), state(two)) == ("offered", "waitlisted")

    refused("application.not_yours", services.decline_offer, second, one)
    services.decline_offer(first, one)

    assert (state(one), state(two)) == ("declined", "offered")
    assert taken(full) == (3, 1)
    refused("offer.none", services.accept_offer, first, one, agreed=AGREED)


def test_an_offer_has_its_term_and_lapses_to_the_next(galina, full):
    first, second = people(2, first=20)
    one, two = ask(first, full), ask(second, full)
    services.approve(galina, one)
    services.approve(galina, two)
    with clock.frozen(now()):
        services.set_cap(galina, full.id, 4)
        clock.travel(timedelta(hours=71))
        assert services.lapse_due() == 0
        clock.travel(timedelta(hours=1))
        refused("offer.lapsed", services.accept_offer, first, one, agreed=AGREED)

        assert services.lapse_due() == 1
        assert services.lapse_due() == 0

        assert (state(one), state(two)) == ("lapsed", "offered")
        assert told(first)[-1] == "seat.lapsed"
        assert taken(full) == (3, 1)
        clock.travel(timedelta(hours=72))
        assert services.lapse_due() == 1
        assert taken(full) == (3, 0)
        again = ask(first, full)  # who was late may ask again, and a seat is free
        assert services.approve(galina, again).state == "approved"
    assert "seat.lapsed" in journal()


def test_the_term_is_the_communitys_own(galina, full):
    first = people(1, first=20)[0]
    one = ask(first, full)
    services.approve(galina, one)
    services.change_card(
        galina, full.id, name="Педагоги", kind="gpmo", scope="subject", subjects=["физика"],
        district="", tagline="", about="", goals="", tasks="", offer_hours=5,
    )  # fmt: skip
    moment = now()
    with clock.frozen(moment):
        services.set_cap(galina, full.id, 4)
    until = db.session.scalar(select(Application.offer_until).where(Application.id == one))
    assert until == moment + timedelta(hours=5)


def test_refusing_someone_with_an_offered_seat_offers_it_on(galina, full):
    first, second = people(2, first=20)
    one, two = ask(first, full), ask(second, full)
    services.approve(galina, one)
    services.approve(galina, two)
    services.set_cap(galina, full.id, 4)

    services.refuse(galina, one, reason=REASON)

    assert (state(one), state(two)) == ("refused", "offered")
    services.withdraw(second, two)
    assert taken(full) == (3, 0)


def test_leaving_frees_the_seat_and_coming_back_is_by_application(galina):
    community = found(galina)
    anna = people(1, first=2)[0]
    admitted(galina, community.id, [anna])
    services.grant(galina, community.id, anna.id, "expert", fields="физика")

    services.leave(anna, community.id)

    assert taken(community) == (1, 0)
    assert not standing(anna, community.id).is_member
    refused("member.not_found", services.leave, anna, community.id)
    assert services.approve(galina, ask(anna, community)).state == "approved"
    assert standing(anna, community.id).roles == frozenset()  # roles do not come back by themselves
    assert db.session.scalars(select(Membership).where(Membership.user_id == anna.id)).one()


def test_the_last_administrator_stays_until_the_role_is_handed_over(galina):
    community = found(galina)
    anna = people(1, first=2)[0]
    admitted(galina, community.id, [anna])

    refused("community.last_administrator", services.leave, galina, community.id)
    assert taken(community) == (2, 0)
    services.hand_over(galina, community.id, anna.id)
    services.leave(galina, community.id)

    assert seats.administrators(community.id) == [anna.id]
    assert taken(community) == (1, 0)


def test_a_suspended_member_keeps_the_seat_and_only_reads(galina, full):
    member = db.session.scalars(select(Membership.user_id).order_by(Membership.id.desc())).first()
    reason = "До выяснения: две жалобы ждут вашего ответа."
    services.suspend(galina, full.id, member, reason=reason)

    actor = type(galina)(member, "Мария")
    assert not standing(actor, full.id).is_member
    assert standing(actor, full.id).is_suspended
    assert standing(actor, full.id).reads
    assert taken(full) == (3, 0)
    refused("community.suspended", services.suspend, galina, full.id, member, reason=reason)
    refused("community.suspended", ask, actor, full)
    services.resume(galina, full.id, member)
    assert standing(actor, full.id).is_member
    assert told(actor)[-2:] == ["membership.suspended", "membership.resumed"]
    refused("member.not_suspended", services.resume, galina, full.id, member)


def test_a_removal_needs_words_and_no_role(galina):
    community = found(galina)
    boris = people(1, first=2)[0]
    admitted(galina, community.id, [boris])
    services.grant(galina, community.id, boris.id, "moderator", order_number="41-ОД",
                   order_date=date(2026, 9, 1))  # fmt: skip

    refused("member.has_role", services.remove, galina, community.id, boris.id, reason=REASON)
    refused("member.not_yourself", services.remove, galina, community.id, galina.id, reason=REASON)
    services.revoke(galina, community.id, boris.id, "moderator")
    with pytest.raises(Invalid):
        services.remove(galina, community.id, boris.id, reason="ну")
    services.remove(galina, community.id, boris.id, reason=REASON)

    notice = db.session.scalars(
        select(Notice).where(Notice.user_id == boris.id).order_by(Notice.id.desc())
    ).first()
    assert (notice.code, notice.params["reason"]) == ("membership.removed", REASON)
    assert "membership.removed" in journal()


def test_silent_members_are_asked_and_never_removed(galina):
    from community.communities.queries import people as lists

    community = found(galina)
    anna, vera = people(2, first=2)
    with clock.frozen(now() - timedelta(days=120)):
        admitted(galina, community.id, [anna, vera])
    services.touch(vera.id, community.id)

    silent = lists.silent_ids(community.id, 3)
    assert silent == [anna.id]
    assert services.ask_to_confirm(galina, community.id, [anna.id, vera.id, 999]) == 2
    assert services.ask_to_confirm(galina, community.id, silent) == 0  # not again within two weeks
    assert told(anna)[-1] == "membership.confirm"
    assert taken(community) == (3, 0)
    services.confirm(anna, community.id)
    assert lists.silent_ids(community.id, 3) == []


def test_closing_the_account_frees_seats_everywhere_and_takes_applications_back(galina):
    first, second = found(galina), found(galina, name="Вторая группа", cap=2)
    anna, vera = people(2, first=2)
    admitted(galina, first.id, [anna])
    admitted(galina, second.id, [vera])
    services.approve(galina, ask(anna, second))
    services.leave(vera, second.id)
    assert taken(second) == (1, 1)

    services.leave_all(anna)

    assert taken(first) == (1, 0)
    assert taken(second) == (1, 0)
    assert set(db.session.scalars(select(Application.state))) == {"withdrawn"}


def test_at_140_members_the_administrator_is_offered_a_spin_off(galina):
    community = found(galina)
    anna, *others = people(139, first=2)
    refused("community.too_small", services.spin_off, galina, community.id, name="Физики",
            aim="Ставить опыты вместе и делиться приборами.", leader_id=anna.id)  # fmt: skip
    admitted(galina, community.id, [anna, *others])
    assert told(galina)[-1] == "community.split_suggested"

    made = services.spin_off(galina, community.id, name="Физики района", leader_id=anna.id,
                             aim="Ставить опыты вместе и делиться приборами.")  # fmt: skip

    child = db.session.get_one(Community, made.id)
    assert (child.parent_id, child.members, child.cap) == (community.id, 1, 150)
    assert made.slug == "fiziki-rayona"
    assert standing(anna, made.id).is_administrator
    assert standing(anna, made.id).charter_agreed == 0  # asked at the first visit
    assert not standing(galina, made.id).is_member  # members join apart
    assert taken(community) == (140, 0)
    assert "community.spun_off" in journal()
    refused("community.administrators_only", services.spin_off, anna, community.id,
            name="Ещё", aim=WHY, leader_id=anna.id)  # fmt: skip
