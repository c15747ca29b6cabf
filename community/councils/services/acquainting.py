"""«Ознакомлен(а)»: people say that they have read the documents of an item; the desk reminds the others."""

from datetime import timedelta

from community.communities.models import Community
from community.communities.standing import standing
from community.core import clock
from community.core.actor import Actor
from community.core.db import db, insert
from community.core.errors import NotFound
from community.core.transactions import use_case
from community.core.verdict import deny, require
from community.councils.models import CouncilReading
from community.councils.policies import holding as policies
from community.councils.queries import acquaintance
from community.councils.services.holding import council_for_change, item_for_change
from community.councils.watching import page_of
from community.notices import services as notices
from community.publishing import access
from community.publishing import queries as words_of
from community.publishing import services as publishing

AGAIN_AFTER = timedelta(hours=24)
"""Nobody is reminded of documents oftener."""


@use_case
def acquaint(actor: Actor, council_id: int, item_id: int) -> None:
    """Take down that the actor has read the documents of an item, as they stand now."""
    council = council_for_change(council_id)
    item_for_change(council_id, item_id)
    words_of.thread(access.viewer(actor), item_id)
    if not standing(actor, council.community_id).is_member:
        raise NotFound
    row = {"item_id": item_id, "user_id": actor.id, "at": clock.now()}
    values = insert(CouncilReading).values(row)
    db.session.execute(
        values.on_conflict_do_update(index_elements=["item_id", "user_id"], set_={"at": row["at"]})
    )
    publishing.stir(council_id)


@use_case
def remind(actor: Actor, council_id: int) -> int:
    """Remind those expected who have not read some documents; return how many were told.

    Nobody is told twice within ``AGAIN_AFTER``. Raises ``Refused`` where there is nobody to tell.
    """
    council = council_for_change(council_id)
    require(policies.may_prepare(standing(actor, council.community_id), council))
    owing = acquaintance.owing(council_id, council.happening_id)
    if not owing:
        require(deny("council.all_have_read"))
    slug = db.session.get_one(Community, council.community_id).slug
    url = page_of(slug, council_id)
    told = notices.told_since("council.read_documents", url, clock.now() - AGAIN_AFTER)
    people = sorted(owing - told)
    if not people:
        require(deny("council.reminded_lately"))
    notices.tell(
        people, "council.read_documents", community_id=council.community_id, url=url,
        actor_id=actor.id, params={"thread": council_id, "title": ""},
    )  # fmt: skip
    return len(people)
