"""What a closed ballot leads to: a port, filled where all rooms are known.

A vote that found an hour offers to put it into the calendar; the ballots know of no calendar.
"""

from collections.abc import Callable
from typing import Any

from community.ballots.views import BallotView

Way = tuple[str, str]
"""What the link says, and where it leads."""
Provider = Callable[[str, Any, BallotView], Way | None]
"""Slug, row of ``queries.ballot``, the ballot as its reader sees it -> a way on."""
_providers: list[Provider] = []


def provide(provider: Provider) -> None:
    """Let a closed ballot lead somewhere."""
    if provider not in _providers:
        _providers.append(provider)


def ways(slug: str, row: Any, it: BallotView) -> list[Way]:
    """Return where a ballot leads its reader now."""
    if it.state != "closed":
        return []
    return [way for each in _providers if (way := each(slug, row, it)) is not None]
