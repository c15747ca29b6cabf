"""Closing, the pace, the hours, invitations and pins of a chat."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from community.chats import policies
from community.chats.forms import HoursForm, InviteForm, people_chosen
from community.chats.queries import single
from community.chats.routes.blueprints import bp
from community.chats.services import leading, talking
from community.communities.here import here, here_standing, require_member
from community.core.errors import NotFound, Refused
from community.core.verdict import require
from community.publishing import access
from community.publishing import queries as words_of
from community.web.access import current_actor
from community.web.errors import sentence


def _chat(chat_id: int) -> Any:
    require_member()
    return single.chat(access.viewer(current_actor()), chat_id, here().id)


def _back(slug: str, chat_id: int) -> Response:
    return redirect(url_for("chats.chat", slug=slug, chat_id=chat_id))


@bp.post("/c/<slug>/chats/<int:chat_id>/close")
def close(slug: str, chat_id: int) -> Response:
    """Close a chat before its hour."""
    _chat(chat_id)
    leading.close(current_actor(), chat_id)
    flash(_("The chat is closed. Its transcript stays readable."))
    return _back(slug, chat_id)


@bp.post("/c/<slug>/chats/<int:chat_id>/reopen")
def reopen(slug: str, chat_id: int) -> Response:
    """Open a closed chat again."""
    _chat(chat_id)
    leading.reopen(current_actor(), chat_id)
    return _back(slug, chat_id)


@bp.post("/c/<slug>/chats/<int:chat_id>/pace/<int:seconds>")
def set_pace(slug: str, chat_id: int, seconds: int) -> Response:
    """Set or take off the slow mode."""
    _chat(chat_id)
    leading.set_pace(current_actor(), chat_id, seconds)
    return _back(slug, chat_id)


@bp.route("/c/<slug>/chats/<int:chat_id>/hours", methods=["GET", "POST"])
def hours(slug: str, chat_id: int) -> Any:
    """Appoint other hours."""
    row, form = _chat(chat_id), HoursForm()
    require(policies.may_lead(here_standing(), row.Thread.author_id))
    if request.method == "GET":
        form.opens_at.show(row.Chat.opens_at)
        form.closes_at.show(row.Chat.closes_at)
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                leading.set_hours(
                    current_actor(), chat_id, form.opens_at.moment, form.closes_at.moment
                )
                return _back(slug, chat_id)
            except Refused as refused:
                form.refuse({"closes_at": [sentence(refused.verdict)]})
    return render_template("chats/hours.html", form=form, slug=slug, row=row), status


@bp.route("/c/<slug>/chats/<int:chat_id>/invite", methods=["GET", "POST"])
def invite(slug: str, chat_id: int) -> Any:
    """Let more members into a chat by invitation."""
    row, form = _chat(chat_id), InviteForm()
    require(policies.may_lead(here_standing(), row.Thread.author_id))
    if not row.Thread.by_invitation:
        raise NotFound
    if form.validate_on_submit():
        talking.invite(current_actor(), chat_id, people_chosen())
        return _back(slug, chat_id)
    known = {user_id for user_id, _name in single.invited(chat_id)}
    people = [each for each in single.members(here().id) if each[0] not in known]
    return render_template("chats/invite.html", form=form, slug=slug, row=row, people=people)


@bp.post("/chats/lines/<int:entry_id>/pin")
def pin(entry_id: int) -> Response:
    """Put a line on top of its chat, or take it down."""
    _entry, thread = words_of.entry(access.viewer(current_actor()), entry_id)
    if thread.kind != "chat":
        raise NotFound
    leading.pin(current_actor(), entry_id)
    return redirect(url_for("chats.lead", chat_id=thread.id))
