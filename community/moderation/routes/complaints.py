"""Complaining of a text, with the five rules beside the form (B01, B02)."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from community.core.errors import NotFound, Refused
from community.core.verdict import deny
from community.moderation import code
from community.moderation.forms import ReportForm, rules_seen
from community.moderation.routes.blueprints import cases_bp
from community.moderation.routes.shared import errors_into, slug_of
from community.moderation.services import complaining
from community.publishing import access
from community.publishing import queries as words_of
from community.web.access import current_actor


@cases_bp.route("/e/<int:entry_id>/report", methods=["GET", "POST"])
def report(entry_id: int) -> Any:
    """Complain of a text."""
    reader = access.viewer(current_actor())
    found, _thread = words_of.entry(reader, entry_id)
    if found.state != "published":
        raise NotFound
    if found.author_id == reader.user_id:
        raise Refused(deny("report.own_text"))
    form, status = ReportForm(), 422
    if form.validate_on_submit():
        with errors_into(form, "words") as attempt:
            complaining.report(
                current_actor(),
                entry_id,
                reason=form.reason.data,
                words=form.words.data or "",
                seen=rules_seen(form),
            )
        if attempt.done:
            flash(_("Thank you. A moderator will read it; the answer will come in your notices."))
            return redirect(url_for("entries.entry", entry_id=entry_id))
        status = attempt.status
    shown = words_of.entries(reader, [entry_id])
    return render_template(
        "moderation/report.html", form=form, entries=shown, entry=found,
        reasons=code.reasons(), slug=slug_of(found.community_id) if found.community_id else "",
    ), (status if form.errors else 200)  # fmt: skip
