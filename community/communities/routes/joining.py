"""Coming in and going out: application, offered seat, agreement, confirmation, leaving."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from community.communities import services
from community.communities.forms import AgreementForm, ApplyForm, PlainForm
from community.communities.here import here, here_standing, require_member
from community.communities.queries import admissions, face
from community.communities.routes import bp
from community.communities.routes.telling import status, told
from community.core.errors import NotFound
from community.web.access import current_actor, safe_next


@bp.route("/c/<slug>/apply", methods=["GET", "POST"])
def apply(slug: str) -> Any:
    """Ask to join: why, and agreement with the charter and the rules in force (A04, A05)."""
    card, actor = face.card(here().id), current_actor()
    case = admissions.last_case(card.id, actor.id)
    if here_standing().is_member or (case is not None and case.is_open):
        return redirect(url_for("communities.application", slug=slug))
    form = ApplyForm()
    if form.validate_on_submit():
        with told(form):
            services.apply(actor, card.id, why=form.why.data, agreed=form.agreed())
            flash(_("The application is sent. The administrators will answer it in words."))
            return redirect(url_for("communities.application", slug=slug))
    form.shown(card.charter_version, card.rules_version)
    page = render_template(
        "communities/apply.html", card=card, form=form, before=case, **_texts(card)
    )
    return page, status(form)


@bp.get("/c/<slug>/application")
def application(slug: str) -> Any:
    """Show the applicant how their application stands: state, place, reason, history (A05)."""
    card = face.card(here().id)
    case = admissions.last_case(card.id, current_actor().id)
    who = here_standing()
    if case is None and not who.is_member:
        return redirect(url_for("communities.apply", slug=slug))
    form = AgreementForm()
    form.shown(card.charter_version, card.rules_version)
    return render_template(
        "communities/application.html", card=card, case=case, who=who, form=form, plain=PlainForm()
    )


@bp.post("/c/<slug>/application/<int:case_id>/withdraw")
def withdraw(slug: str, case_id: int) -> Any:
    """Take one's application back."""
    services.withdraw(current_actor(), admissions.case_in(here().id, case_id))
    flash(_("The application is taken back. You can apply again whenever you like."))
    return redirect(url_for("communities.application", slug=slug))


@bp.post("/c/<slug>/application/<int:case_id>/accept")
def accept(slug: str, case_id: int) -> Any:
    """Take the seat that is kept, having agreed with the texts in force."""
    card, form = face.card(here().id), AgreementForm()
    case = admissions.last_case(card.id, current_actor().id)
    if case is None or case.id != case_id:
        raise NotFound
    if form.validate_on_submit():
        with told(form):
            services.accept_offer(current_actor(), case.id, agreed=form.agreed())
            flash(_("Welcome to “%(community)s”.", community=card.name))
            return redirect(url_for("communities.front", slug=slug))
    form.shown(card.charter_version, card.rules_version)
    page = render_template(
        "communities/application.html",
        card=card,
        case=case,
        who=here_standing(),
        form=form,
        plain=PlainForm(),
    )
    return page, status(form)


@bp.post("/c/<slug>/application/<int:case_id>/decline")
def decline(slug: str, case_id: int) -> Any:
    """Decline the seat that is kept; the next of the list gets it."""
    services.decline_offer(current_actor(), admissions.case_in(here().id, case_id))
    flash(_("You have declined the place. Thank you: it goes to the next in the list."))
    return redirect(url_for("communities.application", slug=slug))


@bp.route("/c/<slug>/agree", methods=["GET", "POST"])
def agree(slug: str) -> Any:
    """Ask a member to agree with texts that have changed, before going on (A04)."""
    who, card = require_member(), face.card(here().id)
    form = AgreementForm()
    onward = safe_next(request.args.get("next"), url_for("communities.front", slug=slug))
    if form.validate_on_submit():
        with told(form):
            services.agree(current_actor(), card.id, agreed=form.agreed())
            return redirect(onward)
    form.shown(card.charter_version, card.rules_version)
    page = render_template("communities/agree.html", card=card, form=form, who=who, **_texts(card))
    return page, status(form)


@bp.route("/c/<slug>/confirm", methods=["GET", "POST"])
def confirm(slug: str) -> Any:
    """Let a silent member say that they still take part (A08)."""
    require_member()
    form = PlainForm()
    if form.validate_on_submit():
        services.confirm(current_actor(), here().id)
        flash(_("Thank you. It is good that you are with us."))
        return redirect(url_for("communities.front", slug=slug))
    return render_template("communities/confirm.html", card=face.card(here().id), form=form)


@bp.route("/c/<slug>/leave", methods=["GET", "POST"])
def leave(slug: str) -> Any:
    """Leave the community at will; coming back is by application (A11)."""
    who = here_standing()
    if not (who.is_member or who.is_suspended):
        return redirect(url_for("communities.front", slug=slug))
    form, card = PlainForm(), face.card(here().id)
    if form.validate_on_submit():
        with told(form):
            services.leave(current_actor(), card.id)
            flash(_("You have left “%(community)s”.", community=card.name))
            return redirect(url_for("communities.front", slug=slug))
    return render_template("communities/leave.html", card=card, form=form), status(form)


def _texts(card: face.Card) -> dict[str, face.Text]:
    return {
        "charter": face.text_in_force(card, "charter"),
        "rules": face.text_in_force(card, "rules"),
    }
