"""Milder steps than hiding, handing a case over, taking a decision back at once."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from community.communities.standing import standing
from community.core.errors import NotFound
from community.moderation import code, policies
from community.moderation.forms import ReasonForm, RemovalForm
from community.moderation.queries import decisions as rulings
from community.moderation.queries import steps
from community.moderation.routes.blueprints import cases_bp
from community.moderation.routes.casework import case, grounds_of, page
from community.moderation.routes.shared import errors_into, slug_of
from community.moderation.services import handing, milder, removing
from community.web.access import current_actor


@cases_bp.post("/e/<int:entry_id>/ask")
def ask(entry_id: int) -> Any:
    """Ask the author to change the marked words; the text stays."""
    return _take(entry_id, milder.ask_to_edit, _("The author is asked; the text stays meanwhile."))


@cases_bp.post("/e/<int:entry_id>/fold")
def fold(entry_id: int) -> Any:
    """Show the text folded, with the reason."""
    return _take(entry_id, milder.fold, _("The text is folded. The author has been told why."))


@cases_bp.post("/e/<int:entry_id>/unfold")
def unfold(entry_id: int) -> Response:
    """Open a folded text again."""
    case(entry_id)
    milder.unfold(current_actor(), entry_id)
    flash(_("The text is open again; the author has been told."))
    return redirect(url_for("entries.entry", entry_id=entry_id))


@cases_bp.post("/e/<int:entry_id>/hand-over")
def hand_over(entry_id: int) -> Response:
    """Hand a case to somebody who is no side of the dispute."""
    found, _who = case(entry_id)
    told = handing.hand_over(current_actor(), entry_id)
    flash(
        ngettext(
            "The case is handed over: %(num)s person has been told.",
            "The case is handed over: %(num)s people have been told.",
            told,
        )
    )
    return redirect(url_for("desk.queue", slug=slug_of(found.community_id)))


@cases_bp.post("/decisions/<int:number>/undo")
def undo(number: int) -> Response:
    """Take one's own decision back within five minutes."""
    row = rulings.decision(number)
    if not policies.may_see_queue(standing(current_actor(), row.Removal.community_id)):
        raise NotFound
    removing.undo(current_actor(), number)
    return redirect(url_for("entries.entry", entry_id=row.Removal.entry_id))


@cases_bp.get("/steps/<int:number>")
def step(number: int) -> str:
    """One milder step as its author and the moderators read it, with what can be done now."""
    row = steps.one(number)
    who = standing(current_actor(), row.MilderStep.community_id)
    is_author = current_actor().user_id == row.MilderStep.author_id
    if row.MilderStep.kind == "asked" and not is_author and not policies.may_see_queue(who):
        raise NotFound
    if not who.is_member and not is_author:
        raise NotFound
    return render_template(
        "moderation/step.html", row=row, step=row.MilderStep, is_author=is_author, who=who,
        article=code.articles().get(row.MilderStep.article), article_name=code.article_name,
    )  # fmt: skip


def _take(entry_id: int, act: Any, said: str) -> Any:
    found, _who = case(entry_id)
    form, status = RemovalForm(), 422
    if form.validate_on_submit():
        with errors_into(form, "reason") as attempt:
            act(current_actor(), entry_id, grounds_of(form))
        if attempt.done:
            flash(said)
            return redirect(url_for("entries.entry", entry_id=entry_id))
        status = attempt.status
    return page(case(found.id)[0], form, ReasonForm()), status
