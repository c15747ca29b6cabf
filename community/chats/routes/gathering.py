"""Chosen lines become a topic of the forum, in one form."""

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from community.chats.forms import GatherForm, lines_chosen
from community.chats.queries import single
from community.chats.routes.blueprints import bp
from community.chats.services import gathering
from community.communities.here import here, here_standing, require_member
from community.publishing import access, composing
from community.publishing import queries as words_of
from community.publishing.composing import Desk
from community.publishing.facts import Circumstances, Words
from community.publishing.offers import Ways
from community.web.access import current_actor

SHOWN = 300


@bp.route("/c/<slug>/chats/<int:chat_id>/gather", methods=["GET", "POST"])
def gather(slug: str, chat_id: int) -> Any:
    """Choose lines, give them a title and a board: the topic quotes them under their authors' names."""
    require_member()
    reader, actor = access.viewer(current_actor()), current_actor()
    row, form = single.chat(reader, chat_id, here().id), GatherForm()
    form.board_id.choices = [(number, name) for number, name in gathering.boards(reader, here().id)]
    last = row.Thread.entry_count
    entries = words_of.span(reader, chat_id, max(2, last - SHOWN + 1), last, read_to=None)
    chosen = lines_chosen(gathering.MOST)
    if request.method == "GET":
        form.title.data = row.title

    def page(decision: Any) -> str:
        return render_template(
            "chats/gather.html", form=form, slug=slug, row=row, decision=decision, chosen=chosen,
            entries=[each for each in entries if each.state == "published"],
        )  # fmt: skip

    def act(words: Words, seen: frozenset[str], _files: Any) -> Response:
        made = gathering.gather(actor, chat_id, chosen, words, form.board_id.data, seen=seen)
        return redirect(url_for("entries.entry", entry_id=made.entry_id))

    if not form.is_submitted():
        return page(None)
    at = Circumstances("topic", None, here().id)
    desk = Desk(f"gather:{chat_id}", here().id, lambda: Ways(here_standing(), at))
    return composing.send(form, desk, act, page)
