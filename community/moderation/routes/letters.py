"""A complaint of a letter: its words, and the one letter once a moderator has opened it."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from community.moderation import code
from community.moderation.forms import LetterForm, StepForm
from community.moderation.queries import appeals
from community.moderation.routes.blueprints import cases_bp
from community.moderation.routes.shared import errors_into, slug_of
from community.moderation.services import opening
from community.web.access import current_actor


@cases_bp.route("/reports/<int:report_id>", methods=["GET", "POST"])
def letter(report_id: int) -> Any:
    """Read a complaint of a letter, open the letter, decide on it."""
    found, shown = opening.letter_for(current_actor(), report_id)
    form, status = LetterForm(), 200
    if request.method == "POST" and request.form.get("act") == "open":
        opening.open_letter(current_actor(), report_id)
        return redirect(url_for("cases.letter", report_id=report_id))
    if request.method == "POST":
        status = 422
        if form.validate_on_submit():
            with errors_into(form, "answer") as attempt:
                number = opening.decide(
                    current_actor(), report_id, outcome=form.outcome.data, answer=form.answer.data,
                    warned_by=form.warned_by.data or "",
                )  # fmt: skip
            if attempt.done:
                flash(_("Decided, № %(number)s. Both people have been told.", number=number))
                return redirect(url_for("desk.queue", slug=slug_of(found.community_id)))
            status = attempt.status
    return render_template(
        "moderation/letter.html",
        report=found,
        letter=shown,
        reason=code.reasons()[found.reason],
        reporter=appeals.name_of(found.reporter_id),
        author=appeals.name_of(shown.author_id) if shown else "",
        may_open=opening.may_open(current_actor(), found),
        form=form,
        open_form=StepForm(prefix="open"),
        slug=slug_of(found.community_id),
    ), status
