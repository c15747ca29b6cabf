"""A warning with its term: for a text that was removed, or for a letter that was complained of (B10)."""

from dataclasses import dataclass
from datetime import timedelta

from community.audit import services as audit
from community.communities.standing import standing
from community.core import clock
from community.core.actor import Actor
from community.core.db import db
from community.core.errors import Conflict
from community.core.transactions import use_case
from community.core.verdict import require
from community.moderation import policies
from community.moderation.models import Warning_
from community.moderation.queries import decisions as rulings
from community.moderation.queries import warnings as warned
from community.moderation.services import deciding
from community.notices import services as notices
from community.publishing.threads import entry_for_change

TERM = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """Who is warned of what, and which decision brought it."""

    community_id: int
    user_id: int
    article: str
    reason: str
    previous: int
    """The decision's row in the journal: a removal, or the answer to a complaint of a letter."""
    role: str
    """In which role the actor warns, for the open journal."""
    removal: int | None = None


@use_case
def warn(actor: Actor, decision: int, *, reason: str) -> None:
    """Warn the author of a removed text for a term; they see it with its end (B10)."""
    entry_for_change(rulings.decision(decision).Removal.entry_id)
    row = rulings.decision(decision)
    removal = row.Removal
    require(policies.may_decide(standing(actor, removal.community_id), row.Entry, frozenset()))
    if removal.restored_at is not None:
        raise Conflict("warning.restored")
    if warned.warned_by(decision):
        raise Conflict("warning.already")
    grounds = Grounds(
        community_id=removal.community_id,
        user_id=removal.author_id,
        article=removal.article,
        reason=reason,
        previous=decision,
        role=deciding.role_of(actor, row.Entry),
        removal=decision,
    )
    give(actor, grounds)


def give(actor: Actor, grounds: Grounds) -> int:
    """Write a warning inside a use case that had the right to it; return its row in the journal."""
    until = clock.now() + TERM
    number = audit.record(
        actor,
        "warning.given",
        actor_role=grounds.role,
        community_id=grounds.community_id,
        target=("user", grounds.user_id),
        author_id=grounds.user_id,
        body={
            "article": grounds.article,
            "previous": grounds.previous,
            "until": f"{until:%Y-%m-%d}",
        },
        sealed={"reason": grounds.reason},
    )
    db.session.add(
        Warning_(
            community_id=grounds.community_id,
            user_id=grounds.user_id,
            number=number,
            decision=grounds.removal,
            article=grounds.article,
            reason=grounds.reason.strip(),
            given_by=actor.id,
            given_at=clock.now(),
            until=until,
        )
    )
    notices.tell(
        [grounds.user_id],
        "moderation.warned",
        community_id=grounds.community_id,
        url="/me/warnings",
        params={"number": number, "article": grounds.article},
    )
    return number
