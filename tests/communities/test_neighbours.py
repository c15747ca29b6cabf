"""What other floors and rooms rely on: leaving the site, archives, witnesses, few queries."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import event, select

from community.accounts.services import leaving
from community.communities import consumers, services
from community.communities.models import Application, Community, Membership
from community.communities.standing import standing
from community.core.db import db
from community.core.errors import Refused
from tests.world import AGREED, PASSWORD, SLUG, WHY, email_of


def test_closing_the_account_frees_the_seat(ctx, town, anna):
    leaving.leave(anna.actor, password=PASSWORD, mode="anonymise")
    state = select(Membership.state).where(Membership.user_id == anna.id)
    assert db.session.scalar(state) == "left"
    assert db.session.scalar(select(Community.members)) == 4
    own = select(Application.why).where(Application.user_id == anna.id)
    assert db.session.scalar(own) == "—"  # the words go with the name


def test_the_only_administrator_hands_over_before_closing_the_account(ctx, town, galina, anna):
    with pytest.raises(Refused) as refusal:
        leaving.leave(galina.actor, password=PASSWORD, mode="keep")
    assert refusal.value.code == "community.only_administrator_of"
    assert refusal.value.verdict.params["community"] == "Педагоги Приозёрного района"
    services.hand_over(galina.actor, town.community_id, anna.id)
    leaving.leave(galina.actor, password=PASSWORD, mode="keep")
    assert standing(anna.actor, town.community_id).is_administrator


def test_the_archive_holds_memberships_and_applications(ctx, town, anna):
    files = {each.path: json.loads(each.content) for each in consumers.my_communities(anna.id)}
    assert files["memberships.json"][0]["name"] == "Педагоги Приозёрного района"
    assert files["applications.json"][0]["why"] == WHY


def test_checkpoints_go_to_administrators_and_moderators(ctx, town):
    assert set(consumers.witnesses()) == {email_of("galina"), email_of("boris")}


def test_community_and_standing_come_by_one_query(app, anna):
    """The frame asks for the community once, whatever the page shows."""
    anna.client.get(f"/c/{SLUG}/confirm")
    asked: list[str] = []
    with app.app_context():
        engine = db.engine

    def note(_connection, _cursor, statement, *_rest):
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        assert anna.client.get(f"/c/{SLUG}/confirm").status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    about = [each for each in asked if "communities" in each and "memberships" in each]
    with_roles = [each for each in about if "role_grants" in each]
    assert len(with_roles) == 1, about


def test_the_worker_ends_offers(ctx, town, galina, anna, gleb):
    from datetime import timedelta

    from community.core import clock
    from community.core.clock import now

    services.set_cap(galina.actor, town.community_id, 5)
    application = services.apply(gleb.actor, town.community_id, why=WHY, agreed=AGREED)
    services.approve(galina.actor, application)
    services.leave(anna.actor, town.community_id)
    with clock.frozen(now() + timedelta(hours=73)):
        consumers.end_offers()
    db.session.rollback()
    assert db.session.get_one(Application, application, populate_existing=True).state == "lapsed"
    assert db.session.scalar(select(Community.reserved)) == 0
