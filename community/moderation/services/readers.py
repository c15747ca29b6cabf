"""Who may read an appeal: never who decided, never a side of it; the site's operators as the last."""

from sqlalchemy import select

from community.accounts.models import User
from community.communities.models import Membership, RoleGrant
from community.communities.standing import standing
from community.core.actor import Actor
from community.core.db import db
from community.core.verdict import Verdict
from community.moderation import policies
from community.moderation.models import Appeal, Removal
from community.moderation.queries.rulings import Ruling
from community.moderation.services.grounds import parties_of
from community.publishing.models import Entry


def may_read(actor: Actor, what: Ruling, found: Appeal | None) -> Verdict:
    """Tell whether a person may take an appeal up and answer it."""
    escalated = found is not None and found.escalated_at is not None
    return policies.may_answer_appeal(
        standing(actor, what.community_id),
        actor.user_id,
        what,
        parties=_sides(actor.user_id or 0, what),
        called=escalated and is_operator(actor.user_id),
    )


def free_readers(what: Ruling) -> list[int]:
    """Return the moderators and administrators who may read an appeal against a decision."""
    people = _officers(what.community_id, administrators=what.kind == "suspension")
    return [
        each
        for each in people
        if each not in (what.decider_id, what.about_id, what.text_author_id)
        and not _sides(each, what)
    ]


def administrators(community_id: int) -> list[int]:
    """Return the administrators of a community."""
    return _officers(community_id, administrators=True)


def moderators(community_id: int) -> list[int]:
    """Return the moderators and administrators of a community."""
    return _officers(community_id, administrators=False)


def operators() -> list[int]:
    """Return those who answer for the whole site: the last to ask."""
    return list(db.session.scalars(select(User.id).where(User.is_operator, User.state == "active")))


def is_operator(user_id: int | None) -> bool:
    """Tell whether a person answers for the whole site."""
    return bool(db.session.scalar(select(User.is_operator).where(User.id == user_id)))


def role_in(actor: Actor, community_id: int) -> str:
    """Return the role in which an actor decides, for the open journal."""
    if not actor.is_person:
        return "system"
    who = standing(actor, community_id)
    if "moderator" in who.roles:
        return "moderator"
    return "administrator" if who.is_administrator else "operator"


def _sides(user_id: int, what: Ruling) -> frozenset[str]:
    removal = db.session.get(Removal, what.number) if what.kind == "removal" else None
    if removal is not None and user_id in (removal.moderator_id, removal.second_id):
        return frozenset({"signed"})  # either signature makes it their decision
    entry = db.session.get(Entry, what.entry_id) if what.entry_id else None
    return parties_of(user_id, entry) if entry is not None else frozenset()


def _officers(community_id: int, *, administrators: bool) -> list[int]:
    roles = ("administrator",) if administrators else ("moderator", "administrator")
    return list(
        db.session.scalars(
            select(Membership.user_id)
            .join(RoleGrant, RoleGrant.membership_id == Membership.id)
            .where(
                Membership.community_id == community_id,
                Membership.state == "active",
                RoleGrant.role.in_(roles),
            )
            .distinct()
            .order_by(Membership.user_id)
        )
    )
