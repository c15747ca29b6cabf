"""Drafts: saved while a text is written, listed for their author, restored or thrown away."""

from typing import Any

from flask import jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from community.core.errors import NotFound
from community.core.markup import clean
from community.publishing import access, drafts
from community.publishing import queries as words_of
from community.publishing.facts import Words
from community.publishing.models import Draft
from community.topics.queries import boards, single
from community.topics.routes.blueprints import entry_bp
from community.topics.routes.entries import slug_of
from community.web.access import current_actor
from community.web.errors import wants_json


@entry_bp.post("/drafts/<place>")
def save_draft(place: str) -> Any:
    """Keep a text in progress; tell when another device has saved a newer one meanwhile."""
    actor = current_actor()
    newest = drafts.current(actor, place)
    if wants_json() and newest is not None and _was_later(newest):
        return jsonify(
            error=_("There is a newer draft from another device."),
            text=newest.body,
            saved_at=newest.saved_at.isoformat(),
        ), 409
    words = Words(body=request.form.get("body", ""), title=request.form.get("title", ""))
    if not words.body.strip() and not words.title.strip():
        drafts.drop(actor, place)
        return jsonify(saved_at="") if wants_json() else redirect(url_for("entries.my_drafts"))
    saved = drafts.save(actor, place, words)
    if wants_json():
        return jsonify(saved_at=saved.saved_at.isoformat())
    return redirect(url_for("entries.my_drafts"))


def _was_later(newest: Draft) -> bool:
    """Tell whether the draft was saved after this device last saw it; "" says: it saw none."""
    base = request.form.get("draft_base")
    if base is None or newest.body == clean(request.form.get("body", "")):
        return False
    return newest.saved_at.isoformat() > base


@entry_bp.get("/drafts")
def my_drafts() -> str:
    """The actor's texts in progress, each with the way back to its place."""
    mine = drafts.of(current_actor())
    rows = [(draft, where(draft), drafts.versions(current_actor(), draft.place)) for draft in mine]
    return render_template("topics/drafts.html", rows=rows, kept_places=drafts.KEPT_PLACES)


@entry_bp.post("/drafts/<place>/drop")
def drop_draft(place: str) -> Response:
    """Throw a draft away."""
    drafts.drop(current_actor(), place)
    return redirect(url_for("entries.my_drafts"))


@entry_bp.post("/drafts/<place>/take/<int:version>")
def take_draft(place: str, version: int) -> Response:
    """Make an earlier version of a draft the newest one."""
    found = next((d for d in drafts.versions(current_actor(), place) if d.version == version), None)
    if found is None:
        raise NotFound
    drafts.save(current_actor(), place, Words(body=found.body, title=found.title))
    return redirect(where(found) or url_for("entries.my_drafts"))


def where(draft: Draft) -> str:
    """Return the address of the place where a draft is being written, or nothing when it is gone."""
    kind, _colon, number = draft.place.partition(":")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return ""
    reader = access.viewer(current_actor())
    try:
        return _place(kind, int(number), reader)
    except NotFound:
        return ""


def _place(kind: str, number: int, reader: access.Viewer) -> str:
    if kind in ("topic", "conclusion"):
        row = single.topic(reader, number)
        slug = slug_of(row.Topic.community_id)
        if kind == "conclusion":
            return url_for("topics.conclude", slug=slug, topic_id=number)
        last = words_of.page_count(row.Thread.entry_count)
        return url_for("topics.topic", slug=slug, topic_id=number, page=last, _anchor="composer")
    if kind == "board":
        board = boards.board_for_change(number)
        return url_for("topics.new_topic", slug=slug_of(board.community_id), board_id=number)
    if kind in ("chat", "chats", "ballots", "councils", "council-item", "council-proposal"):
        return _elsewhere(kind, number, reader)
    personal = {
        "about": "/people/me/edit",
        "letter": f"/people/{number}/write",
        "entry": f"/e/{number}/edit",
    }
    return personal.get(kind, "")


def _elsewhere(kind: str, number: int, reader: access.Viewer) -> str:
    """Return the address of a composer of another room; what is new there is named by the community."""
    if kind in ("chats", "ballots", "councils"):
        return f"/c/{slug_of(number)}/{kind}/new"
    row = words_of.thread(reader, number)
    if kind != "chat":
        act = "new" if kind == "council-item" else "propose"
        return f"/c/{slug_of(row.Thread.community_id)}/councils/{number}/items/{act}"
    return f"/chats/{number}"
