"""What moderators do with a rule in force: try on history, promote, stop, let its texts through."""

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from community.communities.here import here
from community.rulebook.routes import shared
from community.rulebook.routes.blueprints import bp
from community.rulebook.services import braking, trials
from community.web.access import current_actor


@bp.post("/c/<slug>/rulebook/<rule_id>/backtest")
def backtest(slug: str, rule_id: str) -> Response:
    """Let the worker try the rule on the last days."""
    trials.start(current_actor(), shared.keeper(), rule_id)
    flash(_("The rule is being tried on real texts of the last 30 days; the figures appear here."))
    return _to(slug, rule_id)


@bp.post("/c/<slug>/rulebook/<rule_id>/promote")
def promote(slug: str, rule_id: str) -> Response:
    """Let a rule on trial act."""
    trials.promote_by(current_actor(), shared.keeper(), rule_id)
    flash(_("The rule is in force. For a day the emergency brake watches it."))
    return _to(slug, rule_id)


@bp.post("/c/<slug>/rulebook/<rule_id>/trial")
def trial(slug: str, rule_id: str) -> Response:
    """Take a rule's acts away."""
    trials.put_on_trial(current_actor(), shared.keeper(), rule_id)
    flash(_("The rule is on trial: it goes on judging and does nothing."))
    return _to(slug, rule_id)


@bp.post("/c/<slug>/rulebook/<rule_id>/noted")
def noted(slug: str, rule_id: str) -> Response:
    """Say that a brake was seen."""
    braking.take_note(current_actor(), shared.keeper(), rule_id)
    flash(_("Noted. The rule stays on trial until somebody promotes it."))
    return _to(slug, rule_id)


@bp.post("/c/<slug>/rulebook/<rule_id>/release")
def release(slug: str, rule_id: str) -> Response:
    """Let through what this rule alone holds in this community, one by one in the journal."""
    shared.keeper()
    count = braking.release_all(current_actor(), rule_id, here().id)
    flash(
        ngettext("%(num)s text was published.", "%(num)s texts were published.", count)
        if count
        else _("This rule holds nothing here that you may decide on.")
    )
    return _to(slug, rule_id)


def _to(slug: str, rule_id: str) -> Response:
    return redirect(url_for("rulebook.rule", slug=slug, rule_id=rule_id))
