"""Signing in and out, a forgotten password."""

from typing import Any

from flask import flash, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _

from community.accounts import login as edge
from community.accounts.forms import CodeForm, ForgottenForm, LoginForm, NewPasswordForm
from community.accounts.keys import config
from community.accounts.routes import bp
from community.accounts.routes.answers import place, status, told
from community.accounts.services import credentials, sessions, signing_in, tokens
from community.accounts.services.signing_in import Opened, SecondStep
from community.web.access import current_actor, public, safe_next

_DEVICE, _DEVICE_AGE = "device", 365 * 24 * 3600


@bp.route("/login", methods=["GET", "POST"])
@public
@edge.open_without_consent
def login() -> Any:
    """Sign in by e-mail and password."""
    form = LoginForm()
    goal = safe_next(form.next.data or request.args.get("next"), "/")
    if edge.signed_in() is not None and request.method == "GET":
        return redirect(goal)
    form.next.data = goal
    if form.validate_on_submit():
        with told(form):
            device = request.cookies.get(_DEVICE, "")[:400]
            who = {"email": form.email.data, "password": form.password.data}
            return _remember(
                let_in(signing_in.sign_in(**who, place=place(), device=device), goal),
                form.email.data,
            )
    return render_template("accounts/login.html", form=form), status(form)


def let_in(step: Opened | SecondStep, goal: str) -> Any:
    """Begin the session, or ask for the code first."""
    if isinstance(step, SecondStep):
        session["step"], session["goal"] = step.sealed, goal
        return redirect(url_for("accounts.login_code"))
    edge.begin(step.key)
    return redirect(goal)


def _remember(response: Any, email: str) -> Any:
    response = make_response(response)
    mark = signing_in.device_mark(email)
    secure = config().is_secure
    response.set_cookie(
        _DEVICE, mark, _DEVICE_AGE, httponly=True, secure=secure, samesite="Lax", path="/login"
    )
    return response


@bp.route("/login/code", methods=["GET", "POST"])
@public
@edge.open_without_consent
def login_code() -> Any:
    """Take the code of the second step."""
    if "step" not in session:
        return redirect(url_for("accounts.login"))
    form = CodeForm()
    if form.validate_on_submit():
        with told(form):
            goal = session.get("goal", "/")
            opened = signing_in.finish(sealed=session["step"], code=form.code.data, place=place())
            return let_in(opened, goal)
    return render_template("accounts/login_code.html", form=form), status(form)


@bp.post("/logout")
@edge.open_without_consent
def logout() -> Any:
    """Sign out on this device."""
    who = edge.signed_in()
    if who is not None:
        sessions.close_session(current_actor(), who.session_id)
    edge.end()
    flash(_("You have signed out."))
    return redirect(url_for("accounts.login"))


@bp.route("/password/forgotten", methods=["GET", "POST"])
@public
@edge.open_without_consent
def forgotten() -> Any:
    """Send a link to a new password; the answer is the same for every e-mail."""
    form = ForgottenForm()
    if form.validate_on_submit():
        with told(form):
            credentials.request_reset(form.email.data)
            return redirect(url_for("accounts.reset_sent"))
    return render_template("accounts/forgotten.html", form=form), status(form)


@bp.get("/password/sent")
@public
@edge.open_without_consent
def reset_sent() -> Any:
    """Say that a letter is on its way, if there is an account."""
    return render_template("accounts/reset_sent.html")


@bp.route("/password/new/<token>", methods=["GET", "POST"])
@public
@edge.open_without_consent
def new_password(token: str) -> Any:
    """Choose a new password by the link from a letter."""
    tokens.good(token, "reset")
    form = NewPasswordForm()
    if form.validate_on_submit():
        with told(form):
            credentials.reset_password(token, form.password.data)
            edge.end()
            flash(_("The new password works. Every device was signed out; please sign in."))
            return redirect(url_for("accounts.login"))
    return render_template("accounts/new_password.html", form=form), status(form)
