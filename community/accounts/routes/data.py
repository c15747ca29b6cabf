"""Consents, «Мои данные», leaving."""

from typing import Any

from flask import flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _

from community.accounts import documents, login, my_data, queries
from community.accounts.forms import ConsentForm, LeaveForm
from community.accounts.routes import bp
from community.accounts.routes.answers import place, status, told
from community.accounts.services import archives, consents, leaving
from community.core import clock
from community.core.errors import NotFound
from community.web.access import current_actor, safe_next
from community.web.errors import sentence


@bp.route("/me/consent", methods=["GET", "POST"])
@login.open_without_consent
def consent() -> Any:
    """Ask for consent to the text in force: it is new to this person, has changed, or was withdrawn."""
    form = ConsentForm()
    text = documents.consent()
    goal = safe_next(request.args.get("next"), "/")
    if form.validate_on_submit() and form.text.data == text.sha256:
        consents.give_consent(current_actor().id, sha256=text.sha256, ip=place().address)
        return redirect(goal)
    form.text.data = text.sha256
    given_before = bool(queries.consents(current_actor().id))
    made = render_template(
        "accounts/consent.html", form=form, document=text, given_before=given_before
    )
    return made, status(form)


@bp.get("/me/consents")
@login.open_without_consent
def my_consents() -> Any:
    """List what one consented to and when, with the way to withdraw it."""
    rows = queries.consents(current_actor().id)
    return render_template("accounts/consents.html", consents=rows, document=documents.consent())


@bp.post("/me/consents/withdraw")
@login.open_without_consent
def withdraw_my_consent() -> Any:
    """Withdraw the consent; the next page says what may be done now."""
    consents.withdraw_consent(current_actor())
    flash(_("Your consent is withdrawn. You can take your data, leave, or consent again."))
    return redirect(url_for("accounts.my_consents"))


@bp.get("/me/data")
@login.open_without_consent
def data() -> Any:
    """Show the archives: asked for, being made, ready to be taken."""
    rows = queries.archives(current_actor().id)
    waiting = any(row.state in ("queued", "making") for row in rows)
    return render_template("accounts/data.html", archives=rows, waiting=waiting)


@bp.post("/me/data")
@login.open_without_consent
def request_data() -> Any:
    """Ask for an archive of one's data."""
    archives.request_archive(current_actor())
    return redirect(url_for("accounts.data"))


@bp.get("/me/data/<int:archive_id>/download")
@login.open_without_consent
def download(archive_id: int) -> Any:
    """Hand the archive to its owner while its week lasts."""
    row = queries.archive(current_actor().id, archive_id)
    file = my_data.folder() / row.file
    if (
        row.state != "ready"
        or row.expires_at is None
        or row.expires_at < clock.now()
        or not file.is_file()
    ):
        raise NotFound
    name = f"my-data-{row.requested_at:%Y-%m-%d}.zip"
    return send_file(file, mimetype="application/zip", as_attachment=True, download_name=name)


@bp.route("/me/leave", methods=["GET", "POST"])
@login.open_without_consent
def leave() -> Any:
    """Leave the site: with one's texts kept, or with the name taken off them."""
    actor = current_actor()
    form = LeaveForm()
    if form.validate_on_submit():
        with told(form):
            leaving.leave(actor, password=form.password.data, mode=form.mode.data)
            login.end()
            return render_template("accounts/left.html", anonymised=form.mode.data == "anonymise")
    objection = leaving.may_leave(actor.id)
    said = "" if objection else sentence(objection)
    return render_template("accounts/leave.html", form=form, objection=said), status(form)
