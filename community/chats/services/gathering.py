"""Lines that a chat has come to are gathered into a topic: quoted, each under its author's name."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from community.accounts.models import User
from community.chats.models import ChatGathering
from community.chats.queries import single
from community.core import clock
from community.core.actor import Actor
from community.core.db import db
from community.core.transactions import use_case
from community.core.verdict import deny, require
from community.publishing import access, references
from community.publishing.facts import Words
from community.publishing.models import Entry
from community.publishing.services import Published

MOST = 60
Boards = Callable[[access.Viewer, int], Sequence[tuple[int, str]]]
Opening = Callable[[Actor, int, Words, frozenset[str]], Published]


@dataclass(frozen=True, slots=True)
class Topics:
    """Where gathered lines go; the composition root joins it with the forum."""

    boards: Boards
    """(reader, community) -> (id, name) of the boards on which a topic can be opened."""
    open: Opening
    """(actor, board, words, rules whose notice was read) -> the topic's first text."""


_topics: list[Topics] = []


def use(topics: Topics) -> None:
    """Let gathered lines become topics of the forum; called once, by the composition root."""
    _topics[:] = [topics]


def boards(reader: access.Viewer, community_id: int) -> Sequence[tuple[int, str]]:
    """Return the boards on which lines may be gathered."""
    return _topics[0].boards(reader, community_id) if _topics else ()


@use_case
def gather(
    actor: Actor,
    thread_id: int,
    entry_ids: Sequence[int],
    words: Words,
    board_id: int,
    *,
    seen: frozenset[str],
) -> Published:
    """Open a topic with the chosen lines quoted in it; the lines stay in their chat.

    The whole text passes the gate as its gatherer's. Raises as ``publishing.open_thread`` does.
    """
    reader = access.viewer(actor)
    chat = single.chat_for_change(thread_id)
    single.chat(reader, thread_id, chat.community_id)
    known = {each for each, _name in boards(reader, chat.community_id)}
    if board_id not in known:
        require(deny("chat.nowhere_to_gather"))
    body = f"{words.body.strip()}\n\n{quoted(thread_id, entry_ids)}".strip()
    made = _topics[0].open(actor, board_id, Words(body=body, title=words.title), seen)
    row = ChatGathering(thread_id=thread_id, entry_id=made.entry_id, by_id=actor.id, at=clock.now())
    db.session.add(row)
    return made


def quoted(thread_id: int, entry_ids: Sequence[int]) -> str:
    """Return the chosen lines of a chat as quotations in the order of their places."""
    if len(entry_ids) > MOST:
        require(deny("chat.too_many_chosen", most=MOST))
    rows = db.session.execute(
        select(Entry, User.name)
        .join(User, User.id == Entry.author_id)
        .where(Entry.id.in_(entry_ids), Entry.thread_id == thread_id, Entry.state == "published")
        .order_by(Entry.position)
    ).all()
    if not rows:
        require(deny("chat.nothing_chosen"))
    return "".join(references.quotation(row.name, row.Entry) for row in rows)
