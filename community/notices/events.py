"""Facts about notices."""

from dataclasses import dataclass

from community.core.outbox import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeTold(Event):
    """A notice was written and its letter is due."""

    notice_id: int
