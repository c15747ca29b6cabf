"""Invitations: making them, following them, coming in by one (A14)."""

from typing import Any

from flask import current_app, flash, redirect, render_template, session, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from community.communities import policies, services
from community.communities.forms import InvitedForm, InviteForm
from community.communities.here import here, require_member
from community.communities.queries import admissions, face
from community.communities.routes import bp
from community.communities.routes.telling import status, told
from community.communities.standing import standing
from community.config import Config
from community.core.clock import now
from community.core.verdict import Verdict
from community.web.access import current_actor, public
from community.web.errors import sentence


@bp.route("/c/<slug>/invitations", methods=["GET", "POST"])
def invitations(slug: str) -> Any:
    """Make invitations and see which were opened and followed."""
    who, form = require_member(), InviteForm()
    links: list[str] = []
    if form.validate_on_submit():
        with told(form):
            made = services.invite(
                current_actor(),
                here().id,
                note=form.note.data or "",
                emails=form.addresses(),
                days=form.days.data,
                uses=form.uses.data,
            )
            links = [_address(each.code) for each in made if each.email is None]
            if not links:
                sent = ngettext(
                    "%(num)s letter is on its way.", "%(num)s letters are on their way.", len(made)
                )
                flash(sent)
                return redirect(url_for("communities.invitations", slug=slug))
    maker = None if who.is_administrator else current_actor().id
    page = render_template(
        "communities/invitations.html",
        card=face.card(here().id),
        form=form,
        who=who,
        links=links,
        rows=admissions.invitations(here().id, maker_id=maker),
    )
    return page, status(form)


@bp.post("/c/<slug>/invitations/<int:invitation_id>/revoke")
def revoke_invitation(slug: str, invitation_id: int) -> Any:
    """Take an invitation back."""
    require_member()
    services.revoke_invitation(current_actor(), here().id, invitation_id)
    flash(_("The invitation is taken back; its link does not work any more."))
    return redirect(url_for("communities.invitations", slug=slug))


@bp.route("/invitation/<code>", methods=["GET", "POST"])
@public
def invitation(code: str) -> Any:
    """Show what an invitation leads to, and let the invited come in."""
    door, actor, form = admissions.door(code), current_actor(), InvitedForm()
    card = face.card(door.community_id)
    _count_opening(code)
    if actor.is_person and standing(actor, card.id).is_member:
        return redirect(url_for("communities.front", slug=card.slug))
    allowed = _may_use(door)
    if actor.is_person and allowed and form.validate_on_submit():
        with told(form):
            outcome = services.accept_invitation(
                actor, code, agreed=form.agreed(), why=form.why.data or ""
            )
            flash(_came_of(outcome, card))
            where = "front" if outcome.state == "approved" else "application"
            return redirect(url_for(f"communities.{where}", slug=card.slug))
    form.shown(card.charter_version, card.rules_version)
    page = render_template(
        "communities/invitation.html",
        card=card,
        door=door,
        form=form,
        refusal="" if allowed else sentence(allowed),
        charter=face.text_in_force(card, "charter"),
        rules=face.text_in_force(card, "rules"),
    )
    return page, status(form)


def _may_use(door: admissions.Door) -> Verdict:
    return policies.may_use_invitation(
        revoked=door.revoked,
        expires_at=door.expires_at,
        uses=door.uses,
        uses_limit=door.uses_limit,
        now=now(),
    )


def _count_opening(code: str) -> None:
    """Count each browser once, however often it reloads."""
    key = f"opened-{code[:8]}"
    if key not in session:
        session[key] = 1
        services.open_invitation(code)


def _came_of(outcome: services.Outcome, card: face.Card) -> str:
    if outcome.state == "approved":
        return str(_("Welcome to “%(community)s”.", community=card.name))
    if outcome.state == "waitlisted":
        return str(
            _(
                "All %(cap)s places are taken. You are number %(place)s in the waiting list.",
                cap=card.cap,
                place=outcome.place,
            )
        )
    return str(_("The application is sent. The administrators will answer it in words."))


def _address(code: str) -> str:
    config: Config = current_app.extensions["community"]
    return f"{config.public_url}{url_for('communities.invitation', code=code)}"
