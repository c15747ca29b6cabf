"""Telling people of a happening; its title is read anew before it is shown."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from community.accounts.models import User
from community.calendar import kinds
from community.calendar.models import Happening
from community.communities.models import Community
from community.core.actor import Actor
from community.core.db import db
from community.notices import services as notices
from community.publishing.access import public_title
from community.publishing.models import Entry, Thread

_OPENER = aliased(Entry)


def tell(
    happening: Happening, people: Iterable[int], code: str, actor: Actor | None = None, **more: Any
) -> None:
    """Tell people of a happening under its title, with the name of who acted where somebody did."""
    row = db.session.execute(
        select(Community.slug, public_title(_OPENER).label("title"))
        .join(Thread, Thread.community_id == Community.id)
        .join(_OPENER, _OPENER.id == Thread.opener_id)
        .where(Thread.id == happening.thread_id)
    ).one()
    name = ""
    if actor is not None:
        name = db.session.scalar(select(User.name).where(User.id == actor.id)) or ""
    notices.tell(
        people,
        code,
        community_id=happening.community_id,
        url=kinds.of(happening.kind).address(row.slug, happening.thread_id),
        actor_id=actor.id if actor else None,
        params={"title": row.title, "person": name, "thread": happening.thread_id, **more},
    )
