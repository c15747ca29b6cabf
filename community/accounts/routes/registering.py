"""Registration: the form, then consent as an act of its own, then the letter."""

from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from community.accounts import documents, login, queries
from community.accounts.forms import ConfirmForm, ConsentForm, RegisterForm
from community.accounts.keys import seal, unseal
from community.accounts.routes import bp
from community.accounts.routes.answers import place, status, told, wait_for
from community.accounts.routes.door import let_in
from community.accounts.services import credentials, delays, registration, signing_in, tokens
from community.web.access import public
from community.web.forms import HouseForm

_KEPT = timedelta(hours=2)


@bp.route("/register", methods=["GET", "POST"])
@public
@login.open_without_consent
def register() -> Any:
    """Draw and take the form; nothing is stored before the consent."""
    if login.signed_in() is not None:
        return redirect("/")
    form, wait = RegisterForm(), 0
    if form.validate_on_submit():
        wait = _slowed_down(form)
        if not wait:
            with told(form):
                prepared = registration.prepared(**form.values())
                sealed = seal("registration", prepared.as_json(), lasts=_KEPT)
                return _consent_page(ConsentForm(formdata=None, sealed=sealed))
    lists = {"schools": queries.school_names(), "subjects": queries.common_subjects()}
    page = render_template("accounts/register.html", form=form, **lists)
    return (page, 429, {"Retry-After": str(wait)}) if wait else (page, status(form))


def _slowed_down(form: RegisterForm) -> int:
    """Count one more registration from this address; tell in the form how many seconds to wait."""
    try:
        delays.count([delays.Counted.registrations(place().counted)])
    except delays.TooSoon as error:
        wait, seconds = wait_for(error)
        said = _(
            "Many accounts were opened from this network just now. Please send it %(wait)s.",
            wait=wait,
        )
        form.refuse({"": [said]})
        return seconds
    return 0


@bp.post("/register/consent")
@public
@login.open_without_consent
def register_consent() -> Any:
    """Take the consent and open the account; a taken e-mail answers the very same."""
    form = ConsentForm()
    kept = unseal("registration", form.sealed.data or "")
    if kept is None:
        flash(_("The form has been open too long. Please fill it in once more."), "error")
        return redirect(url_for("accounts.register"))
    if not form.validate_on_submit() or form.text.data != documents.consent().sha256:
        return _consent_page(form)
    made = registration.Registration.from_json(kept)
    registration.register(made, consent_sha=form.text.data, ip=place().address)
    return redirect(url_for("accounts.registered"))


def _consent_page(form: ConsentForm) -> Any:
    text = documents.consent()
    form.text.data = text.sha256
    return render_template("accounts/register_consent.html", form=form, document=text), status(form)


@bp.get("/register/done")
@public
@login.open_without_consent
def registered() -> Any:
    """Say what comes next, the same to everyone."""
    needed = registration.confirmation_is_needed()
    return render_template("accounts/registered.html", confirmation_is_needed=needed)


@bp.route("/confirm/<token>", methods=["GET", "POST"])
@public
@login.open_without_consent
def confirm(token: str) -> Any:
    """Confirm a mailbox by its link: by the password for a registration, by a button for a change."""
    if tokens.good(token, "confirm", "email").purpose == "email":
        return _confirm_change(token)
    form = ConfirmForm()
    if form.validate_on_submit():
        with told(form):
            step = signing_in.confirm_and_sign_in(
                token=token, password=form.password.data, place=place()
            )
            return let_in(step, "/")
    return render_template("accounts/confirm.html", form=form), status(form)


def _confirm_change(token: str) -> Any:
    form = HouseForm()
    if form.validate_on_submit():
        credentials.confirm_email(token)
        flash(_("The e-mail is confirmed. Sign in with it from now on."))
        return redirect(url_for("accounts.me" if login.signed_in() else "accounts.login"))
    return render_template("accounts/confirm_change.html", form=form), status(form)
