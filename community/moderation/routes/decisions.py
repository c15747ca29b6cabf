"""Deciding on a text: one page for its case, and what can be done."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from community.core.verdict import require
from community.moderation import policies
from community.moderation.forms import ReasonForm, RemovalForm
from community.moderation.queries import proposals
from community.moderation.routes.blueprints import cases_bp
from community.moderation.routes.casework import case, grounds_of, page, views
from community.moderation.routes.shared import errors_into, slug_of
from community.moderation.services import deciding, removing
from community.web.access import current_actor


@cases_bp.get("/e/<int:entry_id>/decide")
def decide(entry_id: int) -> str:
    """One page for one case: the text, the rules' marks, the complaints, and what can be done."""
    found, _who = case(entry_id)
    return page(found, RemovalForm(), ReasonForm())


@cases_bp.route("/e/<int:entry_id>/remove", methods=["GET", "POST"])
def remove(entry_id: int) -> Any:
    """Hide a text with article, quotation and reason."""
    found, _who = case(entry_id)
    form, status = RemovalForm(), 422
    if form.validate_on_submit():
        with errors_into(form, "reason") as attempt:
            number = removing.remove(current_actor(), entry_id, grounds_of(form))
        if attempt.done:
            return redirect(_told(number))
        status = attempt.status
    return page(case(found.id)[0], form, ReasonForm()), (status if form.errors else 200)


def _told(number: int) -> str:
    """Say whether the text is hidden or waits for another's signature; return where it is read."""
    if proposals.is_proposal(number):
        flash(_("One signature is not enough here: another person will read your grounds."))
        return url_for("cases.proposal", number=number)
    flash(_("The text is hidden. The author has been told why."))
    return url_for("cases.ruling", number=number)


@cases_bp.post("/e/<int:entry_id>/release")
def release(entry_id: int) -> Response:
    """Let a held text through."""
    case(entry_id)
    deciding.release(current_actor(), entry_id)
    flash(_("The text is published; the author has been told."))
    return redirect(url_for("entries.entry", entry_id=entry_id))


@cases_bp.post("/e/<int:entry_id>/uphold")
def uphold(entry_id: int) -> Any:
    """Leave a text that was complained of, with an answer to those who complained."""
    found, _who = case(entry_id)
    form = ReasonForm()
    if form.validate_on_submit():
        with errors_into(form, "reason") as attempt:
            deciding.uphold_text(current_actor(), entry_id, answer=form.reason.data)
        if attempt.done:
            flash(_("The text stays; those who complained have your answer."))
            slug = slug_of(found.community_id)
            return redirect(url_for("desk.queue", slug=slug))
    return page(found, RemovalForm(formdata=None), form), 422


@cases_bp.route("/e/<int:entry_id>/restore", methods=["GET", "POST"])
def restore(entry_id: int) -> Any:
    """Bring a removed text back in one action."""
    found, who = case(entry_id)
    require(policies.may_see_queue(who))
    form = ReasonForm()
    if form.validate_on_submit():
        with errors_into(form, "reason") as attempt:
            deciding.restore(current_actor(), entry_id, reason=form.reason.data)
        if attempt.done:
            return redirect(url_for("entries.entry", entry_id=entry_id))
    slug = slug_of(found.community_id)
    return render_template(
        "moderation/restore.html", form=form, entry=found, entries=views(found), slug=slug
    ), (422 if form.errors else 200)
