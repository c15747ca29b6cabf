"""What a chat adds to its thread: its hours and pace at the gate, its address, its lines for the push."""

from collections.abc import Mapping, Sequence

from flask import current_app
from sqlalchemy import select

from community.chats import policies
from community.chats.models import Chat
from community.chats.queries import single
from community.communities.models import Community
from community.communities.standing import Standing
from community.core import clock
from community.core.db import db
from community.core.verdict import ALLOW, Verdict, deny
from community.live import lines
from community.publishing import kinds
from community.publishing.models import Entry, Thread
from community.publishing.views import EntryView
from community.web import fragments


def install() -> None:
    """Let publishing and the live channel know of chats."""
    kinds.register("chat", kinds.Kind(address=address, may_write=may_write, may_revise=may_revise))
    lines.drawn_by("chat", drawn)


def address(thread: Thread, entry: Entry) -> str:
    """Return where a line stands: the chat, around it."""
    slug = db.session.scalar(select(Community.slug).where(Community.id == thread.community_id))
    return f"/c/{slug}/chats/{thread.id}?entry={entry.id}#entry-{entry.id}"


def may_write(who: Standing, thread: Thread) -> Verdict:
    """Ask the hours, the pace and the invitation, whatever door the words come through."""
    chat = db.session.get(Chat, thread.id)
    if chat is None:
        return ALLOW  # it is being opened
    if thread.by_invitation and not who.is_moderator:  # noqa: SIM102 — the second question costs a query
        if not single.is_invited(thread.id, who.user_id or 0):
            return deny("chat.not_a_member")
    last = single.last_said(thread.id, who.user_id or 0) if chat.pace else None
    return policies.may_say(who, chat, thread.state, clock.now(), last)


def may_revise(_who: Standing, entry: Entry, thread: Thread) -> Verdict:
    """A line is changed within a quarter of an hour; one that waits, as long as it waits."""
    if entry.state == "held" or thread.opener_id == entry.id:
        return ALLOW
    return policies.may_change_line(entry.created_at, clock.now())


def drawn(entries: Sequence[EntryView]) -> Mapping[int, str]:
    """Draw lines for everyone at once: what only some may do is marked, and the page shows it to them."""
    template = current_app.jinja_env.get_template("chats/_lines.html")
    one = template.module.line  # type: ignore[attr-defined]  # a macro of the template
    around = fragments.setting()
    return {each.id: str(fragments.piece(around, each.face, one, each)) for each in entries}
