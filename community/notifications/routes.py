"""«Уведомления»: the list, the way from a notice to its matter, and what comes by mail."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from community.accounts.keys import config
from community.accounts.services import feed_keys
from community.communities import here
from community.core.errors import NotFound
from community.notices import queries, services
from community.notifications.forms import ReadForm, mail_form
from community.web.access import current_actor, safe_next

bp = Blueprint("notifications", __name__, url_prefix="/notices")


@bp.get("")
def index() -> str:
    """Show what the person was told, newest first."""
    page = queries.page(current_actor().id, request.args.get("page", 1, type=int))
    return render_template("notifications/list.html", notices=page, page_url=_page_url)


def _page_url(number: int) -> str:
    return url_for("notifications.index", page=number)


@bp.get("/<int:notice_id>/open")
def open_notice(notice_id: int) -> Response:
    """Mark a notice as read and go where it leads."""
    actor = current_actor()
    target = queries.target(actor.id, notice_id)
    services.mark_read(actor, [notice_id])
    return redirect(safe_next(target, url_for("notifications.index")))


@bp.post("/read")
def read() -> Response:
    """Mark as read: one notice (``id``) or all of them."""
    if not ReadForm().validate_on_submit():
        raise BadRequest
    one = request.form.get("id", type=int)
    if one is not None and not 0 < one < 2**31:
        raise NotFound
    done = services.mark_read(current_actor(), None if one is None else [one])
    flash(
        ngettext("%(num)s notice is marked as read.", "%(num)s notices are marked as read.", done)
        if done
        else _("Nothing was unread.")
    )
    return redirect(safe_next(request.form.get("next"), url_for("notifications.index")))


@bp.route("/settings", methods=["GET", "POST"])
def settings() -> str | Response:
    """Choose what comes by mail too; in the account everything is shown anyway."""
    actor = current_actor()
    form = mail_form(queries.mail_choices(actor.id))
    if form.validate_on_submit():
        chosen = form.data
        services.choose_mail(actor, [name for name in chosen if chosen[name] is True])
        flash(_("Your choice is kept."))
        return redirect(url_for("notifications.settings"))
    return render_template("notifications/settings.html", form=form, feeds=_feeds())


@bp.post("/feeds")
def feeds() -> Response:
    """Make an address of one's own feeds (``act=make``), or take it back."""
    if request.form.get("act") == "make":
        feed_keys.make(current_actor())
        flash(_("The address is ready: copy it into your feed reader and show it to nobody."))
    else:
        feed_keys.revoke(current_actor())
        flash(_("The address is taken back: it opens nothing any more."))
    return redirect(url_for("notifications.settings", _anchor="feeds"))


def _feeds() -> list[tuple[str, str]]:
    """Return the journal's feed of each of the person's communities, where they have a key."""
    actor = current_actor()
    key = feed_keys.key_of(actor.id)
    if not key:
        return []
    return [
        (name, f"{config().public_url}{home.rstrip('/')}/journal.atom?key={key}")
        for name, home in here.my_communities(actor)
    ]
