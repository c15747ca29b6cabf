"""Answering: will you come, who votes in your name."""

from flask import flash, redirect
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from community.calendar import kinds, queries
from community.calendar.forms import AnswerForm
from community.calendar.models import Happening
from community.calendar.routes.blueprints import bp
from community.calendar.services import answering
from community.communities.here import here, require_member
from community.core.errors import Invalid
from community.publishing import access
from community.web.access import current_actor


@bp.post("/c/<slug>/calendar/<int:happening_id>/answer")
def answer(slug: str, happening_id: int) -> Response:
    """Take down whether the reader comes, then show the happening again."""
    it, form = _found(happening_id), AnswerForm()
    if not form.validate():
        raise Invalid({name: [str(each) for each in said] for name, said in form.errors.items()})
    answering.answer(current_actor(), it.id, form.answer.data, form.proxy_id.data)
    flash(_("Your answer is taken down."))
    return _back(slug, it)


@bp.post("/c/<slug>/calendar/<int:happening_id>/hand-back/<int:giver_id>")
def hand_back(slug: str, happening_id: int, giver_id: int) -> Response:
    """Give a voice back to the person who trusted the reader with it."""
    it = _found(happening_id)
    answering.hand_back(current_actor(), it.id, giver_id)
    flash(_("The voice is handed back, its owner is told."))
    return _back(slug, it)


def _back(slug: str, it: Happening) -> Response:
    return redirect(kinds.of(it.kind).address(slug, it.thread_id))


def _found(happening_id: int) -> Happening:
    require_member()
    return queries.happening(access.viewer(current_actor()), happening_id, here().id)
