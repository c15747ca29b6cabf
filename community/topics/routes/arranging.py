"""Moderators arrange topics: pin, close, move, split, join."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from community.communities.here import here, here_standing
from community.communities.standing import standing
from community.core.errors import NotFound, Refused
from community.core.verdict import require
from community.publishing import access
from community.publishing import queries as words_of
from community.topics import policies
from community.topics.forms import MergeForm, MoveForm, ReasonForm, SplitForm
from community.topics.queries import boards, single
from community.topics.routes.blueprints import entry_bp, forum
from community.topics.routes.entries import slug_of
from community.topics.services import curation
from community.web.access import current_actor
from community.web.errors import sentence


@forum.post("/c/<slug>/topics/<int:topic_id>/pin")
def pin(slug: str, topic_id: int) -> Response:
    """Pin a topic, or unpin it."""
    _row(topic_id)
    curation.pin(current_actor(), topic_id)
    return _back(slug, topic_id)


@forum.route("/c/<slug>/topics/<int:topic_id>/arrange", methods=["GET", "POST"])
def arrange(slug: str, topic_id: int) -> Any:
    """One page with everything that a moderator may do with a topic; ``act`` names the form sent."""
    row = _row(topic_id)
    require(policies.may_moderate(here_standing()))
    forms = _forms(row)
    sent = request.form.get("act", "")
    if request.method == "POST" and sent in forms and forms[sent].validate():
        try:
            return redirect(_DONE[sent](slug, topic_id, forms[sent]))
        except Refused as error:
            forms[sent].refuse({"reason": [sentence(error.verdict)]})
    last = words_of.page_count(row.Thread.entry_count)
    number = min(max(1, request.args.get("page", 1, type=int) or 1), last)
    reader = access.viewer(current_actor())
    status = 422 if request.method == "POST" else 200
    return render_template(
        "topics/arrange.html", row=row, slug=slug, forms=forms, number=number,
        last=last,
        entries=words_of.page(reader, row.Thread.id, number, read_to=None),
        chosen=set(request.form.getlist("entries", type=int)),
    ), status  # fmt: skip


@entry_bp.route("/e/<int:entry_id>/move", methods=["GET", "POST"])
def move_entry(entry_id: int) -> Any:
    """Move an entry that is out of place to another topic, with a reason (B09)."""
    reader = access.viewer(current_actor())
    found, _thread = words_of.entry(reader, entry_id)
    require(policies.may_moderate(standing(current_actor(), found.community_id or 0)))
    form = MergeForm()
    special = single.moderation_topic(found.community_id or 0)
    if request.method == "GET" and special is not None:
        form.into.data = str(special.id)
        form.reason.data = _("Talk about moderators' acts has a topic of its own.")
    if form.validate_on_submit():
        try:
            target = single.topic(reader, form.target_id(), found.community_id).Topic
            curation.move_entry(current_actor(), entry_id, target.id, reason=form.reason.data)
            return redirect(url_for("entries.entry", entry_id=entry_id))
        except NotFound:
            form.refuse({"into": [_("There is no such topic in this community.")]})
        except Refused as error:
            form.refuse({"into": [sentence(error.verdict)]})
    status = 422 if form.errors else 200
    slug = slug_of(found.community_id)
    return render_template("topics/move_entry.html", form=form, entry=found, slug=slug), status


def _row(topic_id: int) -> Any:
    return single.topic(access.viewer(current_actor()), topic_id, here().id)


def _back(slug: str, topic_id: int) -> Response:
    return redirect(url_for("topics.topic", slug=slug, topic_id=topic_id, page=1))


def _forms(row: Any) -> dict[str, Any]:
    move = MoveForm(prefix="move")
    places = boards.boards(access.viewer(current_actor()), here().id)
    move.board_id.choices = [
        SelectChoice(each.id, each.name) for each in places if each.id != row.Board.id
    ]
    return {
        "lock": ReasonForm(prefix="lock"),
        "move": move,
        "split": SplitForm(prefix="split"),
        "merge": MergeForm(prefix="merge"),
    }


def _lock(slug: str, topic_id: int, form: Any) -> str:
    curation.lock(current_actor(), topic_id, reason=form.reason.data)
    return url_for("topics.topic", slug=slug, topic_id=topic_id, page=1)


def _move(slug: str, topic_id: int, form: Any) -> str:
    curation.move(current_actor(), topic_id, form.board_id.data, reason=form.reason.data)
    return url_for("topics.topic", slug=slug, topic_id=topic_id, page=1)


def _split(slug: str, topic_id: int, form: Any) -> str:
    chosen = [each for each in request.form.getlist("entries", type=int) if 0 < each < 2**31]
    made = curation.split(
        current_actor(), topic_id, chosen, title=form.title.data, reason=form.reason.data
    )
    return url_for("topics.topic", slug=slug, topic_id=made, page=1)


def _merge(slug: str, topic_id: int, form: Any) -> str:
    target = form.target_id()
    single.topic(access.viewer(current_actor()), target, here().id)
    curation.merge(current_actor(), topic_id, target, reason=form.reason.data)
    return url_for("topics.topic", slug=slug, topic_id=target, page=1)


_DONE = {"lock": _lock, "move": _move, "split": _split, "merge": _merge}
