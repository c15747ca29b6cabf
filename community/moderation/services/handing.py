"""A side of a dispute hands the case to somebody who is none (rules, §6)."""

from community.audit import services as audit
from community.communities.standing import standing
from community.core.actor import Actor
from community.core.errors import NotFound
from community.core.transactions import use_case
from community.core.verdict import deny, require
from community.moderation import policies
from community.moderation.queries import interest
from community.moderation.services.deciding import role_of
from community.moderation.services.grounds import title_of
from community.notices import services as notices
from community.publishing import services as publishing


@use_case
def hand_over(actor: Actor, entry_id: int) -> int:
    """Tell those who are free to decide that a case is theirs; return how many were told.

    Free moderators first, where there are none the administrators; refused with words when nobody
    is free, because a case must not end in silence.
    """
    entry, _thread = publishing.entry_for_change(entry_id)
    if entry.community_id is None:
        raise NotFound
    require(policies.may_see_queue(standing(actor, entry.community_id)))
    people = interest.free(entry, but=actor.id)
    if not people:
        require(deny("moderation.nobody_else"))
    url = f"/e/{entry.id}/decide"
    notices.withdraw("moderation.handed", url)
    audit.record(
        actor,
        "entry.handed_over",
        actor_role=role_of(actor, entry),
        community_id=entry.community_id,
        target=("entry", entry.id),
        author_id=entry.author_id,
    )
    notices.tell(
        people,
        "moderation.handed",
        community_id=entry.community_id,
        url=url,
        params={"title": title_of(entry.thread_id)},
    )
    return len(people)
