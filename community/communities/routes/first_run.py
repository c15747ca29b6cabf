"""The first page of a new installation: its community and its administrator, by the owner's link."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from community.accounts import documents, owner, queries
from community.accounts.services import registration
from community.communities import services
from community.communities.forms import FirstRunForm
from community.communities.routes import bp
from community.communities.routes.telling import status, told
from community.communities.services.documents import standard_text
from community.core.actor import SYSTEM
from community.core.errors import NotFound
from community.core.transactions import use_case
from community.web.access import public


@bp.route("/first-run/<token>", methods=["GET", "POST"])
@public
def first_run(token: str) -> Any:
    """Found the first community; the link works once and for whoever installed the site."""
    if not owner.check(token):
        raise NotFound
    form = FirstRunForm(data={"charter": standard_text("charter")})
    if form.validate_on_submit():
        with told(form):
            prepared = registration.prepared(**_account(form))
            found = open_installation(
                token,
                prepared,
                consent_sha=documents.consent().sha256,
                name=form.community_name.data or "",
                kind=form.kind.data,
                district=form.district.data or "",
                charter=form.charter.data or "",
            )
            flash(_("“%(community)s” is founded. Sign in with your e-mail.", community=found.name))
            return redirect(url_for("accounts.login", next=f"/c/{found.slug}/admin/"))
    page = render_template(
        "communities/first_run.html",
        form=form,
        consent=documents.consent(),
        schools=queries.school_names(),
    )
    return page, status(form)


@use_case
def open_installation(
    token: str, account: registration.Registration, *, consent_sha: str, **community: Any
) -> services.Founded:
    """Spend the owner's link: the account, the community and its first administrator in one step."""
    owner.spend(token)
    user_id = registration.create_account(account, consent_sha=consent_sha, is_operator=True)
    return services.found(SYSTEM, administrator_id=user_id, **community)


def _account(form: FirstRunForm) -> dict[str, Any]:
    names = ("last_name", "first_name", "patronymic", "school", "post", "email", "password")
    return {name: form[name].data or "" for name in names} | {"role": "methodist"}
