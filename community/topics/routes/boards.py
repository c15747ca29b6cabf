"""The list of boards and a board."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from community.communities.here import here, here_standing
from community.core.errors import Invalid, Refused
from community.core.verdict import require
from community.publishing import access
from community.topics import policies
from community.topics.forms import KIND_NAMES, BoardForm
from community.topics.queries import boards, lists
from community.topics.routes.blueprints import forum
from community.topics.services import boards as services
from community.topics.services.boards import BoardPlan
from community.web.access import current_actor, public
from community.web.errors import sentence


@forum.get("/c/<slug>/forum")
@public
def index(slug: str) -> str:
    """Boards with their purposes, and the topics with the latest replies."""
    reader = access.viewer(current_actor())
    return render_template(
        "topics/boards.html",
        boards=boards.boards(reader, here().id),
        latest=lists.latest(reader, here().id, limit=8),
        may_arrange=bool(policies.may_arrange_boards(here_standing())),
        slug=slug,
        kinds=KIND_NAMES,
    )


@forum.get("/c/<slug>/boards/<int:board_id>")
@public
def board(slug: str, board_id: int) -> str:
    """A page of a board's topics."""
    reader = access.viewer(current_actor())
    found = boards.board(reader, board_id, here().id)
    number = max(1, request.args.get("page", 1, type=int) or 1)
    return render_template(
        "topics/board.html",
        board=found,
        listed=lists.topics(reader, found, min(number, 100_000)),
        may_open=bool(policies.may_open_topic(here_standing(), found)),
        may_arrange=bool(policies.may_arrange_boards(here_standing())),
        slug=slug,
        kinds=KIND_NAMES,
    )


@forum.route("/c/<slug>/boards/new", methods=["GET", "POST"])
def add_board(slug: str) -> Any:
    """The administrator adds a board."""
    require(policies.may_arrange_boards(here_standing()))
    form = BoardForm()
    if form.validate_on_submit():
        try:
            made = services.add(current_actor(), here().id, _plan(form))
        except Refused as error:
            form.refuse({"name": [sentence(error.verdict)]})
        except Invalid as error:
            form.refuse(error.fields)
        else:
            return redirect(url_for("topics.board", slug=slug, board_id=made.id))
    status = 422 if form.errors else 200
    return render_template("topics/board_form.html", form=form, board=None, slug=slug), status


@forum.route("/c/<slug>/boards/<int:board_id>/edit", methods=["GET", "POST"])
def edit_board(slug: str, board_id: int) -> Any:
    """The administrator changes a board."""
    found = boards.board(access.viewer(current_actor()), board_id, here().id)
    require(policies.may_arrange_boards(here_standing()))
    form = BoardForm(obj=found)
    if form.validate_on_submit():
        try:
            services.change(current_actor(), board_id, _plan(form))
        except Refused as error:
            form.refuse({"name": [sentence(error.verdict)]})
        except Invalid as error:
            form.refuse(error.fields)
        else:
            return redirect(url_for("topics.board", slug=slug, board_id=board_id))
    status = 422 if form.errors else 200
    return render_template("topics/board_form.html", form=form, board=found, slug=slug), status


@forum.post("/c/<slug>/boards/<int:board_id>/archive")
def archive_board(slug: str, board_id: int) -> Response:
    """Close a board for new topics, or open it again."""
    boards.board(access.viewer(current_actor()), board_id, here().id)
    services.archive(current_actor(), board_id)
    return redirect(url_for("topics.index", slug=slug))


@forum.post("/c/<slug>/boards/<int:board_id>/up")
def lift_board(slug: str, board_id: int) -> Response:
    """Move a board one place up."""
    boards.board(access.viewer(current_actor()), board_id, here().id)
    services.move_up(current_actor(), board_id)
    return redirect(url_for("topics.index", slug=slug))


def _plan(form: BoardForm) -> BoardPlan:
    return BoardPlan(form.name.data, form.purpose.data or "", form.audience.data, form.kind.data)


def kind_name(code: str) -> str:
    """Return the name of a kind of topics in the reader's language."""
    return str(KIND_NAMES.get(code, _("Discussion")))
