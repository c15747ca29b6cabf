"""The frame of every page, joined from what the floors know: person, community, notices, search.

Part of the composition root: it may name floors and rooms, nothing imports it but the app.
"""

from dataclasses import replace
from typing import Any, BinaryIO

from flask import Flask, g, request
from flask_babel import get_locale
from sqlalchemy import select

from community.accounts import judging, login
from community.assets import Assets
from community.audit import refusals
from community.ballots import after
from community.ballots import queries as ballots
from community.ballots import views as ballot_views
from community.calendar import proposals
from community.calendar import queries as calendar
from community.chats.services import gathering
from community.communities import here as communities
from community.communities import ports, services_registry
from community.communities.models import Community
from community.communities.queries import roles
from community.communities.standing import standing
from community.config import Config
from community.core.actor import SYSTEM, Actor
from community.core.db import db, fetch
from community.core.errors import NotFound
from community.core.verdict import N_
from community.councils.queries import lists as councils
from community.councils.queries import tasks
from community.files import policies as file_rights
from community.files import queries as files
from community.files import services as uploads
from community.messages import queries as letters
from community.notices import queries as notices
from community.profiles import queries as profiles
from community.publishing import access, ruleset, unread, waiting
from community.publishing.facts import Words
from community.publishing.services import Published
from community.search import places
from community.topics import forms as topic_forms
from community.topics import shelves
from community.topics.queries import boards as lists
from community.topics.services import boards, writing
from community.web import access as edge
from community.web import errors, page, view
from community.web.addresses import address
from community.web.page import Page, PageLink
from community.web.words import say as _


def install(app: Flask) -> None:
    """Join the floors: who acts, what the rail shows, which hooks run at a founding."""
    config: Config = app.extensions["community"]
    app.jinja_env.globals["asset"] = Assets(config.root / "static")
    login.install(app)
    edge.install(app, login.load_actor)
    communities.install(app)
    ports.use_ruleset(ruleset.in_force)
    judging.use(app, lambda lines: ports.faults(SYSTEM, lines))
    ports.on_founded(boards.found)
    ports.use_papers(ports.Papers(receive=_receive_order, claim=_claim_order))
    file_rights.reader(_reads_order)
    _services()
    places.use(
        places.Places(
            shelves=shelves.board_names,
            kinds=lambda: topic_forms.KIND_NAMES,
            kinds_of=shelves.kinds_of,
            interests_of=profiles.interests,
        )
    )
    proposals.provide("ballot", _proposed)
    after.provide(_into_calendar)
    gathering.use(gathering.Topics(boards=_open_boards, open=_open_topic))
    view.install(app)
    page.install(app, build)
    app.after_request(errors.on_refusal(_count_refusal))


def _count_refusal(code: str) -> None:
    place = g.get("here")
    refusals.count(code, place.id if place else None)
    refusals.flush_when_due()


def language() -> str | None:
    """Return the language that the person has chosen, or None for the installation's."""
    chosen: str | None = g.get("language")
    return chosen


def _receive_order(actor: Actor, stream: BinaryIO, name: str | None, community_id: int) -> int:
    return uploads.receive(actor, stream, name, community_id=community_id).id


def _reads_order(actor: Actor, file: file_rights.FileFacts) -> bool:
    return roles.shows_order(file.id, actor.user_id)


def _claim_order(actor: Actor, file_id: int, community_id: int) -> None:
    uploads.claim(actor, [file_id], community_id=community_id)


def _services() -> None:
    register = services_registry.register
    register("news", N_("What is new"), "news.news", order=10, count=_fresh)
    register("forum", N_("Forum"), "topics.index", order=20)
    register("chats", N_("Chat"), "chats.index", order=25, count=_chats)
    register("councils", N_("Councils"), "councils.index", order=27, count=_councils)
    register("calendar", N_("Calendar"), "calendar.index", order=28)
    register("tasks", N_("Tasks of councils"), "tasks.index", order=29, count=_tasks)
    register("letters", N_("Letters"), "letters.here", order=30, count=_letters)
    register("ballots", N_("Votes"), "ballots.index", order=60, count=_votes)
    register("surveys", N_("Surveys"), "surveys.index", order=70)
    register("people", N_("Members"), "profiles.directory", order=80, group="people")
    register("journal", N_("Code and journal"), "journal.journal", order=90, group="people")
    register(
        "moderation",
        N_("Waits for a decision"),
        "desk.queue",
        order=95,
        group="people",
        audience="moderators",
        count=_cases,
    )
    services_registry.front("news", "news.news")


def _cases(actor: Actor, community_id: int) -> int:
    return waiting.count(standing(actor, community_id))


def _votes(actor: Actor, community_id: int) -> int:
    return ballots.missing_count(access.viewer(actor), community_id)


_FRESH = select(
    notices.UNREAD.scalar_subquery(),
    letters.UNREAD.scalar_subquery(),
    files.PORTRAIT.scalar_subquery(),
)
"""What is new for the person in the header and in the rail, and their photo, by one question."""


def _letters(_actor: Actor, _community_id: int) -> int:
    count: int = g.get("fresh_letters", 0)
    return count


def _chats(actor: Actor, community_id: int) -> int:
    return unread.unread_count(access.viewer(actor), community_id, kind="chat")


def _councils(actor: Actor, community_id: int) -> int:
    return councils.waiting_count(access.viewer(actor), community_id)


def _tasks(actor: Actor, community_id: int) -> int:
    return tasks.waiting_count(access.viewer(actor), community_id)


def _open_boards(reader: access.Viewer, community_id: int) -> list[tuple[int, str]]:
    rows = lists.boards(reader, community_id)
    return [(row.id, row.name) for row in rows if not row.is_archived]


def _open_topic(actor: Actor, board_id: int, words: Words, seen: frozenset[str]) -> Published:
    _topic_id, made = writing.open_topic(actor, board_id, words, writing.TopicPlan(), seen=seen)
    return made


def _proposed(actor: Actor, community_id: int, ballot_id: int) -> proposals.Proposal:
    """Return the meeting that a closed choice of an hour proposes to whoever leads the ballot."""
    row = ballots.ballot(access.viewer(actor), ballot_id, community_id)
    it = ballot_views.view(row, standing(actor, community_id))
    if it.kind != "time" or it.state != "closed" or not it.leads:
        raise NotFound
    chosen = next((option.label for option in it.options if option.is_winner), "")
    slug = db.session.scalar(select(Community.slug).where(Community.id == community_id))
    url = f"/c/{slug}/ballots/{ballot_id}"
    return proposals.Proposal(row.Thread.id, it.title, ballots.roll(ballot_id), chosen, url)


def _into_calendar(slug: str, row: Any, it: ballot_views.BallotView) -> after.Way | None:
    """Lead from a choice of an hour to its meeting, or to appointing it."""
    if it.kind != "time" or not communities.here().has("calendar"):
        return None
    if calendar.meeting_of(row.Thread.id) is not None:
        return _("To the meeting in the calendar"), f"/c/{slug}/meetings/{row.Thread.id}"
    return (
        (_("Put into the calendar"), f"/c/{slug}/meetings/from/ballot/{it.id}")
        if it.leads
        else None
    )


def _fresh(actor: Actor, community_id: int) -> int:
    return unread.unread_count(access.viewer(actor), community_id)


def build() -> Page:
    """Return what base.html shows around the page of this request."""
    made, actor, face = Page(), edge.current_actor(), None
    chosen = view.current_view()
    made.theme, made.vision = chosen.theme, dict(chosen.vision)
    made.view_url = address("view.show")
    made.locale = str(get_locale())
    if actor.is_person:
        made.menu = (
            PageLink(_("My page"), "/people/me"),
            PageLink(_("My letters"), "/letters"),
            PageLink(_("My drafts"), "/drafts"),
            PageLink(_("My files"), "/files"),
        )
        made.notice_count, g.fresh_letters, face = fetch(
            _FRESH, user=actor.id, reader=actor.id, person=actor.id
        ).one()
        made.notices_url = "/notices"
        made.communities = tuple(communities.my_communities(actor))
    _place(made, actor)
    return _with_face(login.fill(made), face)


def _with_face(made: Page, face: int | None) -> Page:
    """Put the person's own photo in the header; files stand above accounts, which cannot ask."""
    if made.actor and face:
        made.actor = replace(made.actor, photo_url=files.portrait_url(face))
    return made


def _home(made: Page, actor: Actor) -> communities.Here | None:
    """Return a community of the person on pages that belong to none: the rail stays in place."""
    if "slug" in (request.view_args or {}):
        return None
    return communities.home([url.split("/")[2] for _name, url in made.communities], actor)


def _place(made: Page, actor: Actor) -> None:
    place = communities.here_or_none() or _home(made, actor)
    if place is None:
        return
    made.community = communities.page_community(place, actor)
    made.search_url = f"/c/{place.slug}/search" if made.community.is_member else ""
