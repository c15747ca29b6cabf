"""What a council adds to its threads: where its texts stand, who may write in them and when."""

from collections.abc import Mapping, Sequence

from flask import current_app
from sqlalchemy import select

from community.calendar import kinds as happenings
from community.communities.models import Community
from community.communities.standing import Standing
from community.core import clock
from community.core.db import db
from community.core.verdict import ALLOW, N_, Verdict, deny
from community.councils import panels
from community.councils.models import Council, CouncilItem
from community.councils.policies import floor as policies
from community.live import lines
from community.publishing import kinds
from community.publishing.models import Entry, Thread
from community.publishing.views import EntryView
from community.web import fragments


def install() -> None:
    """Let publishing know of councils and of their items."""
    kinds.register("council", kinds.Kind(address=address, may_write=nobody_writes))
    item = kinds.Kind(address=item_address, may_write=may_write, may_revise=may_revise)
    kinds.register("council_item", item)
    lines.drawn_by("council_item", drawn)
    lines.panels_by("council", panels.told, panels.beat)
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


def may_revise(_who: Standing, entry: Entry, thread: Thread) -> Verdict:
    """A line of the talk is changed within a quarter of an hour; the matter itself by its author."""
    if entry.state == "held" or thread.opener_id == entry.id:
        return ALLOW
    return policies.may_change_line(entry.created_at, clock.now())


def drawn(entries: Sequence[EntryView]) -> Mapping[int, str]:
    """Draw lines of the talk for everyone at once, as a chat does; what is put to the vote is told."""
    lines_of = current_app.jinja_env.get_template("chats/_lines.html").module
    put = current_app.jinja_env.get_template("councils/_said.html").module.put  # type: ignore[attr-defined]
    line, around = lines_of.line, fragments.setting()  # type: ignore[attr-defined]
    made = {}
    for each in entries:
        if each.title and each.state == "published":
            made[each.id] = str(put(each))
        else:
            face = (each.face, "asks") if each.face is not None else None
            made[each.id] = str(fragments.piece(around, face, line, each, None, False, True))
    return made


def _slug(thread: Thread) -> str:
    found = select(Community.slug).where(Community.id == thread.community_id)
    return db.session.scalar(found) or ""
