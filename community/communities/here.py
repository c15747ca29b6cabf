"""The community of this request: ``/c/<slug>/…`` resolved once, with the reader's standing.

One query tells both; pages of a service that is switched off answer in words; a member who has
not agreed with the texts in force reads them before going on (A04).
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

from flask import Flask, current_app, g, redirect, render_template, request, session
from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response

from community.communities import services_registry as registry
from community.communities.kinds import kind_name
from community.communities.models import CAP, Community, Membership, RoleGrant
from community.communities.queries.admissions import waiting_count
from community.communities.services.members import touch
from community.communities.standing import COLUMNS, Standing, keep, standing, standing_of
from community.core.actor import Actor
from community.core.clock import now
from community.core.db import db, fetch
from community.core.errors import NotFound, Refused
from community.core.verdict import deny
from community.web.access import current_actor
from community.web.addresses import address
from community.web.page import PageCommunity, PageService
from community.web.words import say as _

log = logging.getLogger(__name__)
LAST_PLACE = "place"
"""In the session: the community where the member was last; their own pages keep its rail."""
SEEN_EVERY = timedelta(hours=24)

BEFORE_AGREEING = {
    "communities.agree",
    "communities.charter",
    "communities.rules",
    "communities.leave",
    "communities.document_version",
}
"""Pages that a member may open before agreeing with changed texts."""


@dataclass(frozen=True, slots=True)
class Here:
    """The community whose address this is, as a light value."""

    id: int
    slug: str
    name: str
    kind: str
    members: int
    reserved: int
    cap: int
    parent_id: int | None
    charter_version: int
    rules_version: int
    services: Mapping[str, bool]

    @property
    def is_full(self) -> bool:
        """Tell whether no seat is free: each is taken or promised."""
        return self.members + self.reserved >= self.cap

    def has(self, code: str) -> bool:
        """Tell whether the service is switched on here."""
        return registry.is_on(self.services, code)


_CARD = (
    Community.id,
    Community.slug,
    Community.name,
    Community.kind,
    Community.members,
    Community.reserved,
    Community.cap,
    Community.parent_id,
    Community.charter_version,
    Community.rules_version,
    Community.services,
)


def here() -> Here:
    """Return the community that the address names; 404 for an unknown one. Asked once per request."""
    found: Here | None = g.get("here")
    if found is None:
        slug = (request.view_args or {}).get("slug", "")
        g.here = found = _load(str(slug), current_actor())
    return found


def here_or_none() -> Here | None:
    """Return the community that the address names, or None; for the frame of error pages."""
    try:
        return here() if "slug" in (request.view_args or {}) else None
    except NotFound:
        return None


def here_standing() -> Standing:
    """Return the reader's standing in the community of this request."""
    return standing(current_actor(), here().id)


def require_member() -> Standing:
    """Return the reader's standing; refuses strangers with words (A18)."""
    from community.communities.policies import may_read_inside

    found = here_standing()
    verdict = may_read_inside(found)
    if not verdict:
        raise Refused(verdict)
    return found


def find(slug: str) -> Here:
    """Return a community by its address, or raise ``NotFound``; for code outside of requests."""
    row = db.session.execute(select(*_CARD).where(Community.slug == slug)).one_or_none()
    if row is None:
        raise NotFound
    return Here(*row)


def home(slugs: Sequence[str], actor: Actor) -> Here | None:
    """Return that of the person's communities where they were last, or the first; None without any.

    The reader's standing in it is learnt by the same question.
    """
    last = session.get(LAST_PLACE)
    chosen = last if last in slugs else next(iter(slugs), None)
    return _load(chosen, actor) if chosen is not None else None


_WITH_STANDING = (
    select(*_CARD, *COLUMNS)
    .outerjoin(
        Membership,
        and_(Membership.community_id == Community.id, Membership.user_id == bindparam("reader")),
    )
    .outerjoin(RoleGrant, RoleGrant.membership_id == Membership.id)
    .where(Community.slug == bindparam("slug"))
)


def _load(slug: str, actor: Actor) -> Here:
    if actor.user_id is None:
        return find(slug)
    rows = fetch(_WITH_STANDING, reader=actor.user_id, slug=slug).all()
    if not rows:
        raise NotFound
    found = Here(*rows[0][: len(_CARD)])
    keep(standing_of(actor.user_id, found.id, rows))
    return found


def install(app: Flask) -> None:
    """Guard the pages of communities; called after the actor of the request is known."""
    app.before_request(_guard)


def _guard() -> Response | tuple[str, int] | None:
    if request.endpoint is None or "slug" not in (request.view_args or {}):
        return None
    place, who = here(), here_standing()
    service = registry.of_blueprint(request.blueprint)
    if service is not None and not place.has(service.code):
        name = _(service.name)
        words = render_template("communities/switched_off.html", service=name, said="", fields={})
        return words, 404
    if not who.is_member:
        return None
    _remember_visit(who)
    if session.get(LAST_PLACE) != place.slug:
        session[LAST_PLACE] = place.slug
    return _agreed_first(place, who)


def _agreed_first(place: Here, who: Standing) -> Response | None:
    if request.endpoint in BEFORE_AGREEING:
        return None
    if (who.charter_agreed, who.rules_agreed) == (place.charter_version, place.rules_version):
        return None
    if request.method in ("GET", "HEAD") and request.accept_mimetypes.best != "application/json":
        return redirect(f"/c/{place.slug}/agree?next={quote(request.full_path.rstrip('?'))}")
    if who.charter_agreed == 0:
        raise Refused(deny("community.agree_first"))
    return None  # words on their way are not lost because a text changed meanwhile


def _remember_visit(who: Standing) -> None:
    if who.user_id is None:
        return
    if who.last_active_at is not None and now() - who.last_active_at < SEEN_EVERY:
        return
    try:
        touch(who.user_id, who.community_id)
    except OperationalError:  # reading goes on where nothing can be stored
        db.session.rollback()
        log.warning("the visit of a member could not be stored")


def page_community(place: Here, actor: Actor) -> PageCommunity:
    """Return what the page's frame shows of the community: name, counter, rail."""
    who = standing(actor, place.id)
    return PageCommunity(
        id=place.id,
        slug=place.slug,
        name=place.name,
        kind_name=kind_name(place.kind),
        members=place.members,
        cap=place.cap or CAP,
        is_member=who.is_member,
        is_moderator=who.is_moderator,
        is_administrator=who.is_administrator,
        services=tuple(_rail(place, actor, who)),
    )


def _rail(place: Here, actor: Actor, who: Standing) -> list[PageService]:
    if not who.reads:
        return []
    made = []
    for each in registry.all_services():
        if not each.in_rail or not place.has(each.code):
            continue
        if each.audience == "moderators" and not who.is_moderator:
            continue
        if each.endpoint not in current_app.view_functions:
            continue
        made.append(_rail_item(each, place, actor))
    if who.is_administrator:
        made.append(_desk(place, actor))
    return made


def _rail_item(each: registry.Service, place: Here, actor: Actor) -> PageService:
    return PageService(
        code=each.code,
        name=_(each.name),
        url=address(each.endpoint, slug=place.slug),
        count=each.count(actor, place.id) if each.count else 0,
        current=request.blueprint in each.blueprints,
        note=_("%(members)s of %(cap)s", members=place.members, cap=place.cap)
        if each.code == "people"
        else "",
        group=each.group,
    )


def _desk(place: Here, actor: Actor) -> PageService:
    return PageService(
        code="desk",
        name=_("Administration"),
        url=address("communities.desk", slug=place.slug),
        count=waiting_count(actor, place.id),
        current=(request.endpoint or "").startswith("communities.") and "/admin/" in request.path,
        group="people",
    )


_MINE = (
    select(Community.name, Community.slug)
    .join(Membership, Membership.community_id == Community.id)
    .where(
        Membership.user_id == bindparam("reader"),
        or_(Membership.state == "active", Membership.state == "suspended"),
    )
    .order_by(Community.name)
)


def my_communities(actor: Actor) -> list[tuple[str, str]]:
    """Return (name, address) of the communities that the person is in, by name."""
    if actor.user_id is None:
        return []
    return [(name, f"/c/{slug}/") for name, slug in fetch(_MINE, reader=actor.user_id)]
