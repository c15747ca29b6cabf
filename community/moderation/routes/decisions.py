"""Deciding on a text: one page for its case, and what can be done."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from community.communities.standing import Standing, standing
from community.core.errors import NotFound
from community.core.verdict import require
from community.moderation import code, policies
from community.moderation.forms import ReasonForm, RemovalForm
from community.moderation.queries import decisions as decided
from community.moderation.routes.blueprints import cases_bp
from community.moderation.routes.shared import errors_into, slug_of
from community.moderation.services import deciding, grounds
from community.moderation.services.grounds import Grounds
from community.publishing import access
from community.publishing import cards as word_cards
from community.publishing import queries as words_of
from community.publishing.models import Entry
from community.web.access import current_actor


def _case(entry_id: int) -> tuple[Entry, Standing]:
    """Return an entry for a moderator; 404 for whoever may not know of its case."""
    found, _thread = words_of.entry(access.viewer(current_actor()), entry_id)
    who = standing(current_actor(), found.community_id or 0)
    if not policies.may_see_queue(who):
        raise NotFound
    return found, who


@cases_bp.get("/e/<int:entry_id>/decide")
def decide(entry_id: int) -> str:
    """One page for one case: the text, the rules' marks, the complaints, and what can be done."""
    found, _who = _case(entry_id)
    return _page(found, RemovalForm(), ReasonForm())


@cases_bp.route("/e/<int:entry_id>/remove", methods=["GET", "POST"])
def remove(entry_id: int) -> Any:
    """Hide a text with article, quotation and reason."""
    found, _who = _case(entry_id)
    form = RemovalForm()
    if form.validate_on_submit():
        with errors_into(form, "reason") as attempt:
            number = deciding.remove(current_actor(), entry_id, _grounds(form))
        if attempt.done:
            flash(_("The text is hidden. The author has been told why."))
            return redirect(url_for("cases.ruling", number=number))
    return _page(found, form, ReasonForm()), (422 if form.errors else 200)


@cases_bp.post("/e/<int:entry_id>/release")
def release(entry_id: int) -> Response:
    """Let a held text through."""
    _case(entry_id)
    deciding.release(current_actor(), entry_id)
    flash(_("The text is published; the author has been told."))
    return redirect(url_for("entries.entry", entry_id=entry_id))


@cases_bp.post("/e/<int:entry_id>/uphold")
def uphold(entry_id: int) -> Any:
    """Leave a text that was complained of, with an answer to those who complained."""
    found, _who = _case(entry_id)
    form = ReasonForm()
    if form.validate_on_submit():
        with errors_into(form, "reason") as attempt:
            deciding.uphold_text(current_actor(), entry_id, answer=form.reason.data)
        if attempt.done:
            flash(_("The text stays; those who complained have your answer."))
            slug = slug_of(found.community_id)
            return redirect(url_for("desk.queue", slug=slug))
    return _page(found, RemovalForm(formdata=None), form), 422


@cases_bp.route("/e/<int:entry_id>/restore", methods=["GET", "POST"])
def restore(entry_id: int) -> Any:
    """Bring a removed text back in one action."""
    found, who = _case(entry_id)
    require(policies.may_see_queue(who))
    form = ReasonForm()
    if form.validate_on_submit():
        with errors_into(form, "reason") as attempt:
            deciding.restore(current_actor(), entry_id, reason=form.reason.data)
        if attempt.done:
            return redirect(url_for("entries.entry", entry_id=entry_id))
    slug = slug_of(found.community_id)
    return render_template("moderation/restore.html", form=form, entry=found, slug=slug), (
        422 if form.errors else 200
    )


def _grounds(form: RemovalForm) -> Grounds:
    return Grounds(form.article.data, form.quote.data, form.reason.data, form.milder.data)


def _page(found: Entry, form: RemovalForm, answer: ReasonForm) -> str:
    reader = access.viewer(current_actor())
    shown = words_of.entries(reader, [found.id])
    word_cards.attach(reader, shown)
    articles = code.grounds()
    return render_template(
        "moderation/decide.html", entry=found, entries=shown, form=form, answer=answer,
        reports=decided.reports_of(found.id), reasons=code.reasons(), articles=articles,
        parties=grounds.parties_of(current_actor().id, found),
        slug=slug_of(found.community_id), title=grounds.title_of(found.thread_id),
    )  # fmt: skip
