"""The list of chats, and opening one."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from community.chats.forms import ChatForm, people_chosen
from community.chats.queries import lists, single
from community.chats.routes.blueprints import bp
from community.chats.services import talking
from community.chats.services.talking import ChatPlan
from community.communities.here import here, here_standing, require_member
from community.communities.models import Community
from community.core import clock
from community.core.db import db
from community.core.errors import NotFound
from community.publishing import access, composing
from community.publishing.composing import Desk
from community.publishing.facts import Circumstances, Words
from community.publishing.models import Thread
from community.publishing.offers import Ways
from community.web.access import current_actor


@bp.get("/c/<slug>/chats")
def index(slug: str) -> str:
    """Show the chats: those that go on, those to come, those that are over."""
    require_member()
    rows, now = lists.chats(access.viewer(current_actor()), here().id), clock.now()
    stages = {
        stage: [row for row in rows if row.stage(now) == stage]
        for stage in ("now", "before", "after")
    }
    stages["before"].sort(key=lambda row: row.opens_at or now)
    return render_template(
        "chats/list.html", stages=stages, slug=slug, any_chat=bool(rows), now=now
    )


@bp.route("/c/<slug>/chats/new", methods=["GET", "POST"])
def new_chat(slug: str) -> Any:
    """Open a chat with a theme and hours (S3 §4 f7)."""
    require_member()
    actor, form, place = current_actor(), ChatForm(), talking.place_of_new(here().id)
    draft = composing.restore(actor, place, form)

    def page(decision: Any) -> str:
        return render_template(
            "chats/new.html", form=form, slug=slug, decision=decision, place=place,
            draft=draft or composing.restore(actor, place, form), chosen=people_chosen(),
            urls=composing.addresses_with_files(
                slug, place, check=url_for("chats.check_new", slug=slug)
            ),
            people=[each for each in single.members(here().id) if each[0] != actor.user_id],
        )  # fmt: skip

    def act(words: Words, seen: frozenset[str], file_ids: Any) -> Response:
        plan = ChatPlan(form.opens_at.moment, form.closes_at.moment, form.invited())
        made = talking.open_chat(actor, here().id, words, plan, seen=seen, file_ids=file_ids)
        if made.state == "held":
            flash(_("Your text waits for a check. It is seen by you and the moderators."))
        return composing.sent(url_for("chats.chat", slug=slug, chat_id=made.thread_id), made)

    if not form.is_submitted():
        return page(None)
    desk = Desk(
        place, here().id, lambda: Ways(here_standing(), Circumstances("topic", None, here().id))
    )
    return composing.send(form, desk, act, page)


@bp.get("/chats/<int:chat_id>")
def lead(chat_id: int) -> Response:
    """Lead to a chat by its number, as drafts and notices name it."""
    actor = current_actor()
    row = db.session.get(Thread, chat_id)
    slug = db.session.get(Community, row.community_id) if row and row.community_id else None
    if row is None or row.kind != "chat" or slug is None:
        raise NotFound
    single.chat(access.viewer(actor), chat_id, slug.id)
    return redirect(url_for("chats.chat", slug=slug.slug, chat_id=chat_id))
