"""The warnings of a member as moderators see them, and the proposal to suspend (B10)."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from community.communities.here import here, here_standing
from community.communities.queries import people
from community.core import clock
from community.core.errors import NotFound
from community.moderation import code, policies
from community.moderation.forms import SuspensionForm
from community.moderation.queries import proposals, warnings
from community.moderation.routes.blueprints import desk_bp
from community.moderation.routes.shared import errors_into
from community.moderation.services import suspending
from community.publishing import pauses
from community.web.access import current_actor


@desk_bp.route("/c/<slug>/moderation/members/<int:user_id>", methods=["GET", "POST"])
def strikes(slug: str, user_id: int) -> Any:
    """Warnings in force and past, and what they may lead to: a person decides, never a count."""
    who = here_standing()
    member = people.member(here().id, user_id)
    if not policies.may_see_queue(who) or member is None:
        raise NotFound
    count = warnings.in_force(user_id, here().id)
    form, status = SuspensionForm(), 422
    if form.validate_on_submit():
        with errors_into(form, "reason") as attempt:
            number = suspending.propose_suspension(
                current_actor(), here().id, user_id, article=form.article.data,
                days=int(form.days.data), reason=form.reason.data,
            )  # fmt: skip
        if attempt.done:
            flash(_("The administrators will read it; the member is as before until then."))
            return redirect(url_for("cases.proposal", number=number))
        status = attempt.status
    return render_template(
        "moderation/strikes.html", member=member, now=clock.now, rows=warnings.of_member(user_id, here().id),
        count=count, form=form, slug=slug, article_name=code.article_name, who=who,
        waits=proposals.suspension_of(user_id, here().id), least=policies.SUSPEND_AFTER,
        pauses=pauses.in_force(user_id, here().id),
        may_propose=bool(policies.may_propose_suspension(who, user_id, count)),
    ), (status if form.is_submitted() else 200)  # fmt: skip
