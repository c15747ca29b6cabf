"""Devices and the second step."""

from typing import Any

import segno
from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from community.accounts import login, queries
from community.accounts.forms import CodeForm, PasswordForm, SwitchOffForm
from community.accounts.routes import bp
from community.accounts.routes.answers import status, told
from community.accounts.services import second_factor, sessions
from community.core import clock
from community.web.access import current_actor


@bp.get("/me/sessions")
@login.open_without_consent
def my_sessions() -> Any:
    """List the devices that are signed in."""
    who = login.signed_in()
    this = who.session_id if who else None
    rows = queries.open_sessions(current_actor().id, this, clock.now() - sessions.IDLE)
    return render_template("accounts/sessions.html", sessions=rows)


@bp.post("/me/sessions/<int:session_id>/close")
@login.open_without_consent
def close_my_session(session_id: int) -> Any:
    """Sign one device out."""
    sessions.close_session(current_actor(), session_id)
    flash(_("The device is signed out."))
    return redirect(url_for("accounts.my_sessions"))


@bp.post("/me/sessions/close-others")
@login.open_without_consent
def close_my_other_sessions() -> Any:
    """Sign every device out but this one."""
    who = login.signed_in()
    sessions.close_sessions(current_actor().id, but=who.session_id if who else None)
    flash(_("The other devices are signed out."))
    return redirect(url_for("accounts.my_sessions"))


@bp.get("/me/second-step")
def second_step() -> Any:
    """Show whether a code is asked for at signing in, and how to change that."""
    return _second_step_page(), 200


@bp.post("/me/second-step/prepare")
def prepare_second_step() -> Any:
    """Make a secret for the app."""
    second_factor.prepare(current_actor())
    return redirect(url_for("accounts.second_step"))


@bp.post("/me/second-step/on")
def switch_second_step_on() -> Any:
    """Take the first code; show the recovery codes, this one time."""
    form = CodeForm()
    if form.validate_on_submit():
        with told(form):
            codes = second_factor.switch_on(current_actor(), form.code.data)
            return render_template("accounts/recovery_codes.html", codes=codes)
    return _second_step_page(form=form), status(form)


@bp.post("/me/second-step/off")
def switch_second_step_off() -> Any:
    """Take the second step away, by password and code."""
    form = SwitchOffForm()
    if form.validate_on_submit():
        with told(form):
            second_factor.switch_off(
                current_actor(), password=form.password.data, code=form.code.data
            )
            flash(_("The second step is switched off."))
            return redirect(url_for("accounts.second_step"))
    return _second_step_page(off=form), status(form)


@bp.post("/me/second-step/codes")
def renew_recovery_codes() -> Any:
    """Make ten new recovery codes, by password."""
    form = PasswordForm()
    if form.validate_on_submit():
        with told(form):
            codes = second_factor.renew_recovery_codes(current_actor(), password=form.password.data)
            return render_template("accounts/recovery_codes.html", codes=codes)
    return _second_step_page(renew=form), status(form)


def _second_step_page(
    form: CodeForm | None = None,
    off: SwitchOffForm | None = None,
    renew: PasswordForm | None = None,
) -> str:
    actor = current_actor()
    secret, address = second_factor.setup(actor) or ("", "")
    return render_template(
        "accounts/second_step.html",
        is_on=queries.credentials_of(actor.id).has_second_factor,
        codes_left=second_factor.unused_recovery_codes(actor.id),
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        qr=segno.make(address, error="m").svg_data_uri(scale=5, border=2) if address else "",
        form=form or CodeForm(formdata=None),
        off=off or SwitchOffForm(formdata=None, prefix=""),
        renew=renew or PasswordForm(formdata=None),
    )
