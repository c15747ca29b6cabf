"""What a council adds to its threads: where its texts stand, who may write in them and when."""

from sqlalchemy import select

from community.calendar import kinds as happenings
from community.communities.models import Community
from community.communities.standing import Standing
from community.core.db import db
from community.core.verdict import ALLOW, N_, Verdict, deny
from community.councils.models import Council, CouncilItem
from community.publishing import kinds
from community.publishing.models import Entry, Thread


def install() -> None:
    """Let publishing know of councils and of their items."""
    kinds.register("council", kinds.Kind(address=address, may_write=nobody_writes))
    kinds.register("council_item", kinds.Kind(address=item_address, may_write=may_write))
    happenings.register("council", happenings.Kind(name=N_("Council"), address=page_of))


def page_of(slug: str, council_id: int) -> str:
    """Return the path of a council's page."""
    return f"/c/{slug}/councils/{council_id}"


def address(thread: Thread, entry: Entry) -> str:
    """Return where a council's own words stand."""
    return f"/c/{_slug(thread)}/councils/{thread.id}#entry-{entry.id}"


def item_address(thread: Thread, entry: Entry) -> str:
    """Return where a text of an item stands."""
    council_id = db.session.scalar(
        select(CouncilItem.council_id).where(CouncilItem.thread_id == thread.id)
    )
    where = f"/c/{_slug(thread)}/councils/{council_id}/items/{thread.id}"
    return f"{where}?entry={entry.id}#entry-{entry.id}"


def nobody_writes(_who: Standing, thread: Thread) -> Verdict:
    """The thread of a council holds its theme alone; people talk under the items."""
    return deny("council.talk_under_items") if thread.opener_id is not None else ALLOW


def may_write(who: Standing, thread: Thread) -> Verdict:
    """An item is talked of till the council is closed or called off."""
    found = db.session.execute(
        select(Council.state)
        .join(CouncilItem, CouncilItem.council_id == Council.thread_id)
        .where(CouncilItem.thread_id == thread.id)
    ).scalar_one_or_none()
    if found is None:
        return ALLOW  # it is being opened
    if not who.is_member:
        return deny("council.not_a_member")
    return ALLOW if found in ("planned", "open", "break") else deny("council.talk_is_over")


def _slug(thread: Thread) -> str:
    found = select(Community.slug).where(Community.id == thread.community_id)
    return db.session.scalar(found) or ""
