"""«Участники и роли»: the administrators' page of members (A08, A09, B11)."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from community.communities import ports, services
from community.communities.forms import PlainForm, ReasonForm, RoleForm, SuspendForm
from community.communities.kinds import role_name
from community.communities.queries import people
from community.communities.routes import bp
from community.communities.routes.administration import administered
from community.communities.routes.telling import status, told
from community.communities.services import viewing
from community.communities.services.members import Term
from community.core.errors import NotFound
from community.web.access import current_actor

_WHICH = ("all", "roles", "silent", "not_agreed", "suspended")


@bp.get("/c/<slug>/admin/members")
def members(slug: str) -> Any:
    """List members: everyone, holders of roles, the silent, those who have not agreed."""
    card = administered()
    which = request.args.get("which", "all")
    which = which if which in _WHICH else "all"
    months = min(36, max(1, request.args.get("months", 3, type=int)))
    words = request.args.get("words", "")[:80].strip()
    page = people.members(
        card.id,
        which=which,
        months=months,
        words=words,
        number=request.args.get("page", 1, type=int),
    )
    return render_template(
        "communities/members.html",
        card=card,
        members=page,
        which=which,
        months=months,
        words=words,
        form=PlainForm(),
        url_for_page=lambda n: url_for(
            "communities.members", slug=slug, which=which, months=months, words=words, page=n
        ),
    )


@bp.post("/c/<slug>/admin/members/ask")
def ask_to_confirm(slug: str) -> Any:
    """Ask the marked members whether they still take part; nobody is removed by it (A08)."""
    card, form = administered(), PlainForm()
    if form.validate_on_submit():
        ids = request.form.getlist("id", type=int)
        asked = services.ask_to_confirm(current_actor(), card.id, ids)
        flash(ngettext("%(num)s letter is on its way.", "%(num)s letters are on their way.", asked))
    months = request.form.get("months", 3, type=int)
    return redirect(url_for("communities.members", slug=slug, which="silent", months=months))


@bp.get("/c/<slug>/admin/members/<int:user_id>")
def member(slug: str, user_id: int) -> Any:  # noqa: ARG001 — read by here()
    """Show one member with everything an administrator may do about them."""
    return _page(user_id)


@bp.post("/c/<slug>/admin/members/<int:user_id>/roles")
def grant_role(slug: str, user_id: int) -> Any:
    """Give a role; a moderator by order."""
    card, form = administered(), RoleForm()
    if form.validate_on_submit():
        with told(form):
            services.grant(
                current_actor(),
                card.id,
                user_id,
                form.role.data,
                fields=form.fields.data or "",
                order_number=form.order_number.data or None,
                order_date=form.order_date.data,
                order_file_id=_paper(form, card.id),
            )
            flash(_("The role is given: %(role)s.", role=role_name(form.role.data)))
            return _back(slug, user_id)
    return _page(user_id, role_form=form)


@bp.post(
    "/c/<slug>/admin/members/<int:user_id>/roles/<any(administrator, moderator, expert):role>/revoke"
)
def revoke_role(slug: str, user_id: int, role: str) -> Any:
    """Take a role off; the last administrator keeps theirs."""
    card = administered()
    services.revoke(current_actor(), card.id, user_id, role)
    flash(_("The role is taken off: %(role)s.", role=role_name(role)))
    if user_id == current_actor().id:
        return redirect(url_for("communities.front", slug=slug))
    return _back(slug, user_id)


@bp.post("/c/<slug>/admin/members/<int:user_id>/hand-over")
def hand_over(slug: str, user_id: int) -> Any:
    """Pass one's own administration to this member."""
    card = administered()
    services.hand_over(current_actor(), card.id, user_id)
    flash(_("You have handed the administration over. Thank you for your work."))
    return redirect(url_for("communities.front", slug=slug))


@bp.post("/c/<slug>/admin/members/<int:user_id>/<any(suspend, remove):act>")
def change_member(slug: str, user_id: int, act: str) -> Any:
    """Suspend or remove a member, with a reason that they read."""
    card, form = administered(), SuspendForm()
    if form.validate_on_submit():
        with told(form):
            if act == "suspend":
                services.suspend(
                    current_actor(), card.id, user_id, reason=form.reason.data,
                    term=Term(days=int(form.days.data)),
                )  # fmt: skip
                flash(_("The membership is suspended; the person has been told why."))
                return _back(slug, user_id)
            services.remove(current_actor(), card.id, user_id, reason=form.reason.data)
            flash(_("The member is removed; the person has been told why."))
            return redirect(url_for("communities.members", slug=slug))
    return _page(user_id, reason_form=form)


@bp.post("/c/<slug>/admin/members/<int:user_id>/resume")
def resume(slug: str, user_id: int) -> Any:
    """Open the community to a suspended member again."""
    card = administered()
    services.resume(current_actor(), card.id, user_id)
    flash(_("The membership is resumed."))
    return _back(slug, user_id)


def _paper(form: RoleForm, community_id: int) -> int | None:
    upload = form.order_file.data
    if form.role.data != "moderator" or not getattr(upload, "filename", ""):
        return None
    return ports.receive_paper(current_actor(), upload.stream, upload.filename, community_id)


def _back(slug: str, user_id: int) -> Any:
    return redirect(url_for("communities.member", slug=slug, user_id=user_id))


def _page(
    user_id: int, *, role_form: RoleForm | None = None, reason_form: ReasonForm | None = None
) -> Any:
    card = administered()
    found = people.member(card.id, user_id)
    if found is None:
        raise NotFound
    viewing.note(current_actor(), card.id, viewing.CARD, [user_id])
    sent = role_form or reason_form
    page = render_template(
        "communities/member.html",
        card=card,
        member=found,
        is_me=user_id == current_actor().user_id,
        role_form=role_form or RoleForm(formdata=None),
        reason_form=reason_form or SuspendForm(formdata=None),
    )
    return page, status(sent) if sent else 200
