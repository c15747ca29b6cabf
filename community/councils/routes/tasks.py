"""Tasks («Поручения»): the list, one task, taking, declining, reporting, offering anew, dropping."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from community.communities.here import here, here_standing, require_member
from community.core.db import db
from community.core.errors import Invalid, NotFound
from community.core.verdict import N_, require
from community.councils.forms.tasks import Offering, TaskForm, TaskWordsForm
from community.councils.models import Council, CouncilTask
from community.councils.policies import tasks as policies
from community.councils.queries import minutes
from community.councils.queries import tasks as queries
from community.councils.queries.tasks import TaskView
from community.councils.routes.blueprints import tasks_bp as bp
from community.councils.routes.minutes import drawing, found
from community.councils.services import tasks as services
from community.publishing import access, composing
from community.publishing import queries as words_of
from community.publishing.composing import Desk
from community.publishing.facts import Circumstances, Words
from community.publishing.offers import Ways
from community.web.access import current_actor

STATES = {
    "offered": N_("is offered"),
    "taken": N_("is being done"),
    "declined": N_("was declined"),
    "done": N_("is carried out"),
    "dropped": N_("was dropped"),
}
ACTS: dict[str, Callable[..., Any]] = {
    "decline": services.decline,
    "report": services.report,
    "drop": services.drop,
}


@bp.get("/c/<slug>/tasks")
def index(slug: str) -> str:
    """Show the tasks of the community: mine first."""
    require_member()
    show = request.args.get("show", "mine")
    rows = queries.tasks(access.viewer(current_actor()), here().id, show)
    return render_template(
        "councils/tasks.html", slug=slug, rows=rows, show=show, **drawing_tasks()
    )


@bp.get("/c/<slug>/tasks/<int:entry_id>")
def task(slug: str, entry_id: int) -> str:
    """Show a task with what was said of it, and what the reader may do."""
    return _page(slug, _task(entry_id), Offering())


@bp.route("/c/<slug>/councils/<int:council_id>/tasks/new", methods=["GET", "POST"])
def new(slug: str, council_id: int) -> Any:
    """Make a task of a decision."""
    row = found(council_id)
    require(policies.may_give(here_standing(), row.Council, row.CouncilMinutes.state))
    reader, item_id = access.viewer(current_actor()), request.args.get("item", 0, type=int)
    items = minutes.minutes_of(council_id).items
    item = next((each for each in items if each.item_id == item_id), None)
    if item is None:
        raise NotFound
    form, place = TaskForm(), services.place_of(council_id, item_id)
    form.offer(queries.members(reader, council_id))
    draft = composing.restore(current_actor(), place, form)
    where = url_for(".new", slug=slug, council_id=council_id, item=item_id)

    def page(decision: Any) -> str:
        return render_template(
            "councils/task_new.html", slug=slug, row=row, item=item, form=form, place=place,
            draft=draft, decision=decision, urls=composing.addresses(slug, place, action=where),
        )  # fmt: skip

    def act(words: Words, seen: frozenset[str], _files: Any) -> Response:
        if form.due_on.data is None:
            raise Invalid({"due_on": [_("Please name the day.")]})
        made = services.give(
            current_actor(), council_id, item_id, words,
            due_on=form.due_on.data, owner_id=form.owner_id.data or None, seen=seen,
        )  # fmt: skip
        flash(_("The task is offered. It is nobody’s until it is taken."))
        return redirect(url_for(".task", slug=slug, entry_id=made.entry_id))

    if not form.is_submitted():
        return page(None)
    return composing.send(form, _desk(place), act, page)


@bp.post("/c/<slug>/tasks/<int:entry_id>/take")
def take(slug: str, entry_id: int) -> Response:
    """Take a task."""
    _task(entry_id)
    services.take(current_actor(), entry_id)
    flash(_("The task is yours. When it is done, tell how."))
    return redirect(url_for(".task", slug=slug, entry_id=entry_id))


@bp.route("/c/<slug>/tasks/<int:entry_id>/<what>", methods=["GET", "POST"])
def speak(slug: str, entry_id: int, what: str) -> Any:
    """Decline a task, tell how it was done, or drop it: each with words."""
    it = _task(entry_id)
    if what not in ACTS:
        raise NotFound
    require(_rights(it)[what])
    form, place = TaskWordsForm(), services.place_of_words(entry_id)
    draft = composing.restore(current_actor(), place, form)
    where = url_for(".speak", slug=slug, entry_id=entry_id, what=what)

    def page(decision: Any) -> str:
        return render_template(
            "councils/task_words.html", slug=slug, it=it, form=form, place=place, what=what,
            draft=draft, decision=decision, urls=composing.addresses(slug, place, action=where),
            **drawing_tasks(),
        )  # fmt: skip

    def act(words: Words, seen: frozenset[str], _files: Any) -> Response:
        ACTS[what](current_actor(), entry_id, words, seen=seen)
        return redirect(url_for(".task", slug=slug, entry_id=entry_id))

    if not form.is_submitted():
        return page(None)
    return composing.send(form, _desk(place), act, page)


@bp.post("/c/<slug>/tasks/<int:entry_id>/offer")
def offer(slug: str, entry_id: int) -> Any:
    """Offer a task anew: to another, to anyone, for another day."""
    it, form = _task(entry_id), Offering()
    form.offer(queries.members(access.viewer(current_actor()), it.council_id))
    if not form.validate_on_submit() or form.due_on.data is None:
        return _page(slug, it, form), 422
    try:
        services.offer_anew(current_actor(), entry_id, form.owner_id.data or None, form.due_on.data)
    except Invalid as invalid:
        form.refuse({name: [_(each) for each in told] for name, told in invalid.fields.items()})
        return _page(slug, it, form), 422
    flash(_("The task is offered. It is nobody’s until it is taken."))
    return redirect(url_for(".task", slug=slug, entry_id=entry_id))


def _page(slug: str, it: TaskView, form: Offering) -> str:
    reader = access.viewer(current_actor())
    form.offer(queries.members(reader, it.council_id))
    if not form.is_submitted():
        form.due_on.data, form.owner_id.data = it.due_on, it.owner_id or 0
    said = words_of.span(reader, it.thread_id, 2, 200, read_to=None)
    may = {name: bool(verdict) for name, verdict in _rights(it).items()}
    return render_template(
        "councils/task.html", slug=slug, it=it, said=said, may=may, form=form, **drawing_tasks()
    )


def _rights(it: TaskView) -> dict[str, Any]:
    who, row = here_standing(), db.session.get_one(CouncilTask, it.id)
    council = db.session.get_one(Council, it.council_id)
    return {
        "take": policies.may_take(who, row),
        "decline": policies.may_decline(who, row),
        "report": policies.may_report(who, row),
        "drop": policies.may_lead(who, council, row),
    }


def _task(entry_id: int) -> TaskView:
    require_member()
    return queries.task(access.viewer(current_actor()), entry_id, here().id)


def drawing_tasks() -> dict[str, Any]:
    """Return what the templates of tasks draw with."""
    return drawing() | {"task_states": {code: _(each) for code, each in STATES.items()}}


def _desk(place: str) -> Desk:
    at = Circumstances("comment", None, here().id)
    return Desk(place, here().id, lambda: Ways(here_standing(), at))
