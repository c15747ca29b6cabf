"""A topic: reading, answering, following, summing up."""

import logging
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response

from community.communities.here import here, here_standing
from community.core.db import db
from community.core.errors import NotFound
from community.publishing import access, cards, composing, drafts, inserts, marks, pauses
from community.publishing import queries as words_of
from community.publishing.facts import Words
from community.publishing.forms import EntryForm, fresh_key
from community.publishing.policies import may_write, suspended
from community.publishing.services import Published
from community.publishing.views import nested
from community.topics.forms import (
    KIND_HINTS,
    KIND_NAMES,
    STAGE_NAMES,
    ReplyForm,
    TopicForm,
)
from community.topics.queries import boards, single
from community.topics.routes import acts, offering
from community.topics.routes.blueprints import forum
from community.topics.services import writing
from community.topics.services.writing import TopicPlan
from community.web.access import current_actor, public
from community.web.addresses import address
from community.web.errors import sentence

log = logging.getLogger(__name__)


@forum.route("/c/<slug>/boards/<int:board_id>/topics/new", methods=["GET", "POST"])
def new_topic(slug: str, board_id: int) -> Any:
    """Open a topic on a board."""
    board = boards.board(access.viewer(current_actor()), board_id, here().id)
    form, place = TopicForm(), f"board:{board_id}"
    draft = composing.restore(current_actor(), place, form)

    paused = pauses.card(current_actor(), here_standing(), here().id)

    def page(decision: Any) -> str:
        return render_template(
            "topics/new.html", form=form, board=board, slug=slug, decision=decision or paused,
            draft=draft or composing.restore(current_actor(), place, form),
            place=place, urls=composing.addresses_with_files(slug, place), kind_hints=KIND_HINTS,
        )  # fmt: skip

    def act(words: Words, seen: frozenset[str], file_ids: Any) -> Response:
        plan = TopicPlan(form.kind.data, form.subject.data or "", bool(form.help_wanted.data))
        topic_id, made = writing.open_topic(
            current_actor(), board_id, words, plan, seen=seen, file_ids=file_ids
        )
        _tell(made)
        return composing.sent(url_for("topics.topic", slug=slug, topic_id=topic_id), made)

    if not form.is_submitted():
        return page(None)
    return composing.send(form, offering.desk(place, here().id, slug), act, page)


@forum.get("/c/<slug>/topics/<int:topic_id>")
@public
def topic(slug: str, topic_id: int) -> Any:
    """A page of a topic; without a number, the one with the first unread entry."""
    try:
        row = single.topic(access.viewer(current_actor()), topic_id, here().id)
    except NotFound:
        joined = single.joined_to(access.viewer(current_actor()), topic_id, here().id)
        return redirect(url_for("topics.topic", slug=slug, topic_id=joined.id), 301)
    answering = request.args.get("reply", type=int)
    number = request.args.get("page", type=int) or _page_of_answered(row, answering)
    if number is None and row.read_to is not None and row.Thread.entry_count > row.read_to:
        first = words_of.page_of(row.read_to + 1)
        return redirect(
            url_for("topics.topic", slug=slug, topic_id=topic_id, page=first, _anchor="new")
        )
    form = ReplyForm(parent_id=answering) if answering else None
    return topic_page(slug, row, number or 1, form)


def topic_page(
    slug: str, row: Any, number: int, form: ReplyForm | None, decision: Any = None
) -> str:
    """Draw a page of a topic with the composer under it, and move the reader's mark.

    No form is a composer in which nothing stands yet; a draft fills one.
    """
    actor, thread = current_actor(), row.Thread
    reader = access.viewer(actor)
    last = words_of.page_count(thread.entry_count)
    if not 1 <= number <= last:
        raise NotFound
    entries = words_of.page(reader, thread.id, number, read_to=_read_to(reader, row))
    waiting = words_of.waiting(reader, thread.id) if number == last and reader.user_id else []
    for group in (entries, waiting):
        cards.attach(reader, group)
        inserts.attach(reader, thread, group)
        acts.offer(group, slug, row, here_standing())
    _mark_read(row, entries)
    place = f"topic:{row.Topic.id}"
    draft = None
    if here_standing().is_member and (form or drafts.shown(actor, place)):
        form = form or ReplyForm()
        draft = composing.restore(actor, place, form)
    authors = {entry.author.id for entry in entries}
    decision = decision or pauses.card(actor, here_standing(), here().id, authors)
    form = form or (ReplyForm() if decision else None)
    return render_template(
        "topics/topic.html", topic=row.Topic, thread=thread, board=row.Board, title=row.title,
        entries=nested(entries), waiting=waiting, number=number, last=last, form=form, slug=slug,
        may_write=bool(may_write(here_standing(), thread)), decision=decision, draft=draft, place=place,
        urls=_addresses(slug, place, row.Topic.id), level=row.level,
        tools=acts.topic_tools(slug, row, here_standing()), kinds=KIND_NAMES, stages=STAGE_NAMES,
        answered=_answered(form, entries), blank_form=_blank_form,
        fresh_key=fresh_key,
        stopped=sentence(suspended(here_standing())) if here_standing().is_suspended else "",
    )  # fmt: skip


@forum.post("/c/<slug>/topics/<int:topic_id>/reply")
def reply(slug: str, topic_id: int) -> Any:
    """Answer in a topic."""
    row = single.topic(access.viewer(current_actor()), topic_id, here().id)
    form = ReplyForm()
    last = words_of.page_count(row.Thread.entry_count)

    def act(words: Words, seen: frozenset[str], file_ids: Any) -> Response:
        made = writing.reply(
            current_actor(), topic_id, words,
            parent_id=form.parent_id.data or None, seen=seen, file_ids=file_ids,
        )  # fmt: skip
        _tell(made)
        return composing.sent(place_of(slug, topic_id, made.position, made.entry_id), made)

    def page(decision: Any) -> str:
        return topic_page(slug, row, last, form, decision)

    return composing.send(form, offering.desk(f"topic:{topic_id}", here().id, slug), act, page)


@forum.route("/c/<slug>/topics/<int:topic_id>/conclude", methods=["GET", "POST"])
def conclude(slug: str, topic_id: int) -> Any:
    """Sum the talk up and close the topic (C04)."""
    row = single.topic(access.viewer(current_actor()), topic_id, here().id)
    form, place = EntryForm(), f"conclusion:{topic_id}"
    draft = composing.restore(current_actor(), place, form)

    def page(decision: Any) -> str:
        return render_template(
            "topics/conclude.html", form=form, row=row, slug=slug, decision=decision,
            draft=draft or composing.restore(current_actor(), place, form),
            place=place, urls=composing.addresses_with_files(slug, place),
        )  # fmt: skip

    def act(words: Words, seen: frozenset[str], _files: Any) -> Response:
        made = writing.conclude(current_actor(), topic_id, words, seen=seen)
        _tell(made)
        return composing.sent(place_of(slug, topic_id, made.position, made.entry_id), made)

    if not form.is_submitted():
        return page(None)
    return composing.send(form, offering.desk(place, here().id, slug), act, page)


@forum.post("/c/<slug>/topics/<int:topic_id>/follow/<level>")
def follow(slug: str, topic_id: int, level: str) -> Response:
    """Follow a topic, mute it, or neither."""
    single.topic(access.viewer(current_actor()), topic_id, here().id)
    writing.follow(current_actor(), topic_id, level if level in ("follow", "mute") else "none")
    return redirect(url_for("topics.topic", slug=slug, topic_id=topic_id, page=1))


@forum.post("/c/<slug>/topics/<int:topic_id>/help")
def ask_help(slug: str, topic_id: int) -> Response:
    """Ask for help, or tell that it has come (C07)."""
    single.topic(access.viewer(current_actor()), topic_id, here().id)
    writing.ask_help(current_actor(), topic_id)
    return redirect(url_for("topics.topic", slug=slug, topic_id=topic_id, page=1))


@forum.post("/c/<slug>/topics/<int:topic_id>/stage/<stage>")
def advance(slug: str, topic_id: int, stage: str) -> Response:
    """Move an initiative to another stage (C03)."""
    if stage not in STAGE_NAMES:
        raise NotFound
    single.topic(access.viewer(current_actor()), topic_id, here().id)
    writing.advance(current_actor(), topic_id, stage)
    return redirect(url_for("topics.topic", slug=slug, topic_id=topic_id, page=1))


def place_of(slug: str, topic_id: int, position: int | None, entry_id: int) -> str:
    """Return the address of an entry on its page; a held one stands at the end of the topic."""
    page = words_of.page_of(position) if position else "last"
    if page == "last":
        return url_for("entries.entry", entry_id=entry_id)
    return url_for(
        "topics.topic", slug=slug, topic_id=topic_id, page=page, _anchor=f"entry-{entry_id}"
    )


def _addresses(slug: str, place: str, topic_id: int) -> dict[str, str]:
    action = address("topics.reply", slug=slug, topic_id=topic_id)
    return composing.addresses_with_files(slug, place, action=action)


def _tell(made: Published) -> None:
    if made.state == "held":
        flash(_("Your text waits for a check. It is seen by you and the moderators."))


def _read_to(reader: access.Viewer, row: Any) -> int | None:
    return (row.read_to or 0) if reader.user_id is not None else None


def _mark_read(row: Any, entries: list[Any]) -> None:
    places = [entry.number for entry in entries if entry.number is not None]
    if places and here_standing().is_member and max(places) > (row.read_to or 0):
        try:
            marks.read_to(current_actor(), row.Thread.id, max(places))
        except OperationalError:  # reading goes on where nothing can be stored
            db.session.rollback()
            log.warning("a read mark could not be stored")


def _blank_form() -> ReplyForm:
    """Return a form that nobody has begun, to be drawn and kept: without what is one page's own."""
    form = ReplyForm(formdata=None, meta={"csrf": False})
    del form.sending
    return form


def _page_of_answered(row: Any, entry_id: int | None) -> int | None:
    """Return the page on which the text that is being answered stands; None where it is not of here."""
    if entry_id is None or not 0 < entry_id < 2**31:
        return None
    try:
        found, thread = words_of.entry(access.viewer(current_actor()), entry_id)
    except NotFound:
        return None
    at_place = found.position if thread.id == row.Thread.id else None
    return words_of.page_of(at_place) if at_place else None


def _answered(form: ReplyForm | None, entries: list[Any]) -> Any:
    wanted = form.parent_id.data if form else None
    return next((entry for entry in entries if entry.id == wanted), None)
