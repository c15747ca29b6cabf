"""Who looked at what others keep from most: each look of an administrator stands in the journal."""

from collections.abc import Iterable

from community.audit import queries as journal
from community.audit import services as audit
from community.core import clock
from community.core.actor import Actor
from community.core.transactions import use_case

APPLICATION = "application"
"""Why a person wants to come, whether their mailbox is confirmed, what was answered to them."""
CARD = "member_card"
"""When a member was here, what they have agreed with, notes on their membership."""


def note(actor: Actor, community_id: int, what: str, user_ids: Iterable[int]) -> None:
    """Write down whose data the administrator is about to be shown, once a day for each person.

    Called before the page is drawn: where it cannot be written, nothing is shown.
    """
    today = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    others = sorted(set(user_ids) - {actor.user_id})
    known = journal.viewed(actor.id, what, others, since=today)
    fresh = [each for each in others if each not in known]
    if fresh:
        _write(actor, community_id, what, fresh)


@use_case
def _write(actor: Actor, community_id: int, what: str, user_ids: list[int]) -> None:
    for user_id in user_ids:
        audit.record(
            actor,
            "personal.viewed",
            actor_role="administrator",
            community_id=community_id,
            target=("user", user_id),
            author_id=user_id,
            body={"what": what, "user_id": user_id},
        )
