"""«Настройки»: name, school, e-mail, password, language."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from community.accounts import login, queries
from community.accounts.forms import ChangePasswordForm, DetailsForm, EmailForm, NameForm
from community.accounts.routes import bp
from community.accounts.routes.answers import status, told
from community.accounts.services import credentials, person
from community.web.access import current_actor


@bp.get("/me")
def me() -> Any:
    """Draw the settings with what is set now."""
    actor = current_actor()
    who = login.signed_in()
    return render_template(
        "accounts/me.html",
        person=queries.user(actor.id),
        school=queries.school_name(actor.id),
        former_names=queries.former_names(actor.id),
        has_second_step=queries.credentials_of(actor.id).has_second_factor,
        language=who.preferences.get("language", "") if who else "",
        mail_note=login.mail_note() if who is not None and who.is_operator else "",
    )


@bp.route("/me/name", methods=["GET", "POST"])
def my_name() -> Any:
    """Change one's name; the former one stays in sight."""
    actor = current_actor()
    form = NameForm(obj=queries.user(actor.id))
    if form.validate_on_submit():
        with told(form):
            person.rename(
                actor,
                actor.id,
                last_name=form.last_name.data,
                first_name=form.first_name.data,
                patronymic=form.patronymic.data or "",
            )
            flash(_("Your name is changed."))
            return redirect(url_for("accounts.me"))
    former = queries.former_names(actor.id)
    return render_template("accounts/name.html", form=form, former_names=former), status(form)


@bp.route("/me/details", methods=["GET", "POST"])
def my_details() -> Any:
    """Change school, post, subjects and role."""
    actor = current_actor()
    now = {
        "school": queries.school_name(actor.id),
        "subjects": ", ".join(queries.subject_names(actor.id)),
    }
    form = DetailsForm(obj=queries.user(actor.id), data=now)
    if form.validate_on_submit():
        with told(form):
            details = {
                "school": form.school.data,
                "post": form.post.data or "",
                "role": form.role.data,
            }
            person.change_details(actor, subjects=form.subject_list(), **details)
            flash(_("Your details are saved."))
            return redirect(url_for("accounts.me"))
    lists = {"schools": queries.school_names(), "subjects": queries.common_subjects()}
    return render_template("accounts/details.html", form=form, **lists), status(form)


@bp.route("/me/email", methods=["GET", "POST"])
def my_email() -> Any:
    """Change one's e-mail: the new mailbox confirms it."""
    actor = current_actor()
    form = EmailForm()
    if form.validate_on_submit():
        with told(form):
            credentials.request_email(actor, password=form.password.data, email=form.email.data)
            flash(
                _(
                    "A letter with a link is on its way to the new address. Until then the old one works."
                )
            )
            return redirect(url_for("accounts.me"))
    return render_template("accounts/email.html", form=form, person=queries.user(actor.id)), status(
        form
    )


@bp.post("/me/email/confirm")
def confirm_my_email() -> Any:
    """Send the confirming link once more."""
    credentials.send_confirmation_again(current_actor())
    flash(_("The letter with the link has been sent."))
    return redirect(url_for("accounts.me"))


@bp.route("/me/password", methods=["GET", "POST"])
def my_password() -> Any:
    """Change one's password; other devices are signed out."""
    form = ChangePasswordForm()
    who = login.signed_in()
    if form.validate_on_submit():
        with told(form):
            credentials.change_password(
                current_actor(),
                old=form.old.data,
                new=form.password.data,
                this_session=who.session_id if who else None,
            )
            flash(_("The password is changed; the other devices are signed out."))
            return redirect(url_for("accounts.me"))
    return render_template("accounts/password.html", form=form), status(form)


@bp.post("/me/language")
def my_language() -> Any:
    """Choose the language of the pages."""
    person.prefer(current_actor(), language=request.form.get("language", ""))
    return redirect(url_for("accounts.me"))
