"""What minutes and tasks add to their threads: where their texts stand, who may write in them and when.

Apart from ``watching``, which tells it of the council and its items.
"""

from sqlalchemy import select

from community.communities.models import Community
from community.communities.standing import Standing
from community.core.db import db
from community.core.verdict import Verdict
from community.councils.models import Council, CouncilMinutes
from community.councils.policies import minutes as policies
from community.publishing import kinds
from community.publishing.models import Entry, Thread


def install() -> None:
    """Let publishing know of minutes."""
    kinds.register(
        "council_minutes",
        kinds.Kind(address=minutes_address, may_write=keeps_minutes, may_revise=keeps_note),
    )


def minutes_address(thread: Thread, entry: Entry) -> str:
    """Return where a note or an objection stands: in the minutes."""
    found = (
        select(Community.slug, CouncilMinutes.council_id)
        .join(CouncilMinutes, CouncilMinutes.community_id == Community.id)
        .where(CouncilMinutes.thread_id == thread.id)
    )
    slug, council_id = db.session.execute(found).one()
    return f"/c/{slug}/councils/{council_id}/minutes#entry-{entry.id}"


def keeps_minutes(who: Standing, thread: Thread) -> Verdict:
    """Notes are the secretary's; objections come while they are taken, whatever door they come through."""
    row, council = db.session.execute(
        select(CouncilMinutes, Council)
        .join(Council, Council.thread_id == CouncilMinutes.council_id)
        .where(CouncilMinutes.thread_id == thread.id)
    ).one()
    return policies.may_add(who, council, row)


def keeps_note(who: Standing, _entry: Entry, thread: Thread) -> Verdict:
    """Words of the minutes are changed as long as they may be added."""
    return keeps_minutes(who, thread)
