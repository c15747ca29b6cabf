"""Who may read what, as one SQL condition on threads; pages, search and sockets all ask it."""

from dataclasses import dataclass
from typing import Any

from flask import g, has_request_context
from sqlalchemy import ColumnElement, and_, bindparam, case, or_, select

from community.communities.models import Membership, RoleGrant
from community.core.actor import Actor
from community.core.db import fetch
from community.core.transactions import in_transaction
from community.publishing.models import Entry, Thread, ThreadPerson


@dataclass(frozen=True, slots=True)
class Viewer:
    """A reader with the communities they belong to and moderate, loaded by one query."""

    user_id: int | None
    communities: frozenset[int]
    moderates: frozenset[int]


_READS = or_(Membership.state == "active", Membership.state == "suspended")
"""Who is suspended reads and does not write."""
_MODERATES = or_(RoleGrant.role == "moderator", RoleGrant.role == "administrator")
_BELONGS = (
    select(Membership.community_id, RoleGrant.role)
    .outerjoin(RoleGrant, and_(RoleGrant.membership_id == Membership.id, _MODERATES))
    .where(
        Membership.user_id == bindparam("reader"),
        or_(Membership.state == "active", Membership.state == "suspended"),
    )
)


def viewer(actor: Actor) -> Viewer:
    """Return the reader behind an actor, asked once a request; a visitor belongs nowhere."""
    if actor.user_id is None:
        return Viewer(None, frozenset(), frozenset())
    kept = has_request_context() and not in_transaction()
    if kept and "viewer" in g and g.viewer.user_id == actor.user_id:
        found: Viewer = g.viewer
        return found
    rows = fetch(_BELONGS, reader=actor.user_id).all()
    found = Viewer(
        actor.user_id,
        frozenset(row.community_id for row in rows),
        frozenset(row.community_id for row in rows if row.role),
    )
    if kept:
        g.viewer = found
    return found


_HERE = select(Membership.community_id).where(
    Membership.user_id == bindparam("reader"),
    or_(Membership.state == "active", Membership.state == "suspended"),
)
_READABLE = or_(Thread.state == "open", Thread.state == "closed")
_AMONG = (
    select(ThreadPerson.thread_id)
    .where(ThreadPerson.thread_id == Thread.id, ThreadPerson.user_id == bindparam("reader"))
    .exists()
)
VISIBLE = or_(
    and_(Thread.audience == "everyone", _READABLE),
    and_(
        Thread.audience == "members",
        _READABLE,
        Thread.community_id.in_(_HERE),
        or_(Thread.by_invitation.is_(False), _AMONG),
    ),
    and_(Thread.audience == "network", _READABLE, _HERE.exists()),
    and_(Thread.audience == "pair", _READABLE, _AMONG),
    and_(Thread.author_id == bindparam("reader"), Thread.state == "held"),
    and_(
        Thread.audience != "pair",  # letters are nobody's but of the two
        or_(
            Thread.state == "held",
            Thread.state == "hidden",
            and_(Thread.by_invitation.is_(True), _READABLE),
        ),
        Thread.community_id.in_(
            _HERE.join_from(Membership, RoleGrant, RoleGrant.membership_id == Membership.id).where(
                _MODERATES
            )
        ),
    ),
)
"""``thread_visible`` as a constant of one value, ``reader`` (0 for a visitor): for built-once statements."""


_MODERATED = _HERE.join_from(Membership, RoleGrant, RoleGrant.membership_id == Membership.id).where(
    _MODERATES
)


def shown_title(opener: Any) -> ColumnElement[str]:
    """Return a thread's title as ``reader`` may read it: a hidden text hides its title with it."""
    seen = or_(
        opener.state == "published",
        opener.author_id == bindparam("reader"),
        opener.community_id.in_(_MODERATED),
    )
    return case((seen, opener.title), else_="")


def public_title(opener: Any) -> ColumnElement[str]:
    """Return a thread's title as anyone who sees the thread may read it; «…» while it is hidden."""
    return case((opener.state == "published", opener.title), else_="…")


def thread_visible(reader: Viewer) -> ColumnElement[bool]:
    """Return the condition under which the reader may know of a thread."""
    ways: list[ColumnElement[bool]] = [
        and_(Thread.audience == "everyone", Thread.state.in_(("open", "closed")))
    ]
    if reader.user_id is not None and reader.communities:
        ways.append(
            and_(
                Thread.state.in_(("open", "closed")),
                or_(
                    and_(
                        Thread.audience == "members",
                        Thread.community_id.in_(reader.communities),
                        or_(Thread.by_invitation.is_(False), _among(reader.user_id)),
                    ),
                    Thread.audience == "network",
                ),
            )
        )
    if reader.user_id is not None:
        ways.append(and_(Thread.author_id == reader.user_id, Thread.state == "held"))
        ways.append(
            and_(
                Thread.audience == "pair",
                Thread.state.in_(("open", "closed")),
                _among(reader.user_id),
            )
        )
    if reader.moderates:
        ways.append(
            and_(
                Thread.audience != "pair",  # letters are nobody's but of the two
                Thread.community_id.in_(reader.moderates),
                or_(
                    Thread.state.in_(("held", "hidden")),
                    and_(Thread.by_invitation.is_(True), Thread.state.in_(("open", "closed"))),
                ),
            )
        )
    return or_(*ways)


def _among(user_id: int) -> ColumnElement[bool]:
    return (
        select(ThreadPerson.thread_id)
        .where(ThreadPerson.thread_id == Thread.id, ThreadPerson.user_id == user_id)
        .exists()
    )


def entry_visible(reader: Viewer) -> ColumnElement[bool]:
    """Return the condition under which the reader may read an entry's text, its thread being visible.

    Removed texts stay readable to their author and to moderators (rules, §6); held ones too.
    """
    ways: list[ColumnElement[bool]] = [Entry.state == "published"]
    if reader.user_id is not None:
        ways.append(Entry.author_id == reader.user_id)
    if reader.moderates:
        ways.append(Entry.community_id.in_(reader.moderates))
    return or_(*ways)


def sees_text(reader: Viewer, state: str, author_id: int, community_id: int | None) -> bool:
    """Tell whether the reader may read the text of an entry in ``state``; the twin of ``entry_visible``."""
    if state == "published":
        return True
    if reader.user_id is not None and reader.user_id == author_id:
        return True
    return community_id in reader.moderates
