"""Who leads the votes of a thread besides moderators: the chairman and the secretary of a council."""

from collections.abc import Callable

from sqlalchemy import select

from community.core.db import db
from community.publishing.models import Thread

Provider = Callable[[str, int, int], bool]
Minuting = Callable[[str], bool]
_providers: list[Provider] = []
_minuting: list[Minuting] = []


def provide(provider: Provider) -> Provider:
    """Let a room name them: thread kind, thread id, user id -> whether this person leads there.

    Who leads may put a decision to the vote in that thread, close, cancel and recount its ballots
    and write down their outcomes, as a moderator may.
    """
    if provider not in _providers:
        _providers.append(provider)
    return provider


def leads(thread_id: int | None, user_id: int | None) -> bool:
    """Tell whether a person leads the votes of a thread."""
    if not _providers or thread_id is None or user_id is None:
        return False
    kind = db.session.scalar(select(Thread.kind).where(Thread.id == thread_id))
    return kind is not None and any(asked(kind, thread_id, user_id) for asked in _providers)


def provide_minutes(provider: Minuting) -> Minuting:
    """Let a room say of which kinds of threads it minutes the votes itself: kind -> whether.

    There the minutes are the outcome, so nobody is asked to write one; and the room itself tells
    its people that a vote is opened or closed, for they sit in one hall.
    """
    _minuting.append(provider)
    return provider


def minuted(thread_id: int) -> bool:
    """Tell whether the votes of a thread are minuted and told of by its room."""
    if not _minuting:
        return False
    kind = db.session.scalar(select(Thread.kind).where(Thread.id == thread_id))
    return kind is not None and any(asked(kind) for asked in _minuting)
