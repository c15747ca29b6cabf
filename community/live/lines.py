"""What is told of a thread since a number of its changes: the same for the push and for the poll.

A text is drawn once for all its readers of one language; what is personal about it (one's own texts,
one's thanks) the page adds itself.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from community.core.db import db
from community.core.errors import NotFound
from community.publishing import queries
from community.publishing.access import Viewer, thread_visible
from community.publishing.models import Thread
from community.publishing.views import EntryView

MOST = 100
"""More changes than these are not pushed: the page is told to load again."""

Drawing = Callable[[Sequence[EntryView]], Mapping[int, str]]
Panels = Callable[[Thread, int], Mapping[str, Any]]
Beat = Callable[[Sequence[int]], Mapping[int, Hashable]]
_drawings: dict[str, Drawing] = {}
_panels: dict[str, tuple[Panels, Beat]] = {}


def drawn_by(kind: str, drawing: Drawing) -> None:
    """Let threads of a kind push the drawn texts: entry id -> HTML; others push bare facts."""
    _drawings[kind] = drawing


def panels_by(kind: str, panels: Panels, beat: Beat) -> None:
    """Let threads of a kind tell more than their texts: what stands beside them, the same for all.

    ``panels`` returns what a page that knows ``after`` is told; it goes with every news of the thread.
    ``beat`` returns for threads a value that changes when their panels do without a new ``seq``: acts
    of a hundred people within a second make one push of it, and none of them waits for the thread.
    """
    _panels[kind] = (panels, beat)


def beats(thread_ids: Sequence[int]) -> dict[int, Hashable]:
    """Return the beats of those among the threads whose kind has panels."""
    found: dict[int, Hashable] = {}
    for _told, beat in _panels.values():
        found.update(beat(thread_ids))
    return found


def thread_of(reader: Viewer, thread_id: int) -> Thread:
    """Return a thread that the reader may know of; raises ``NotFound``."""
    found = db.session.scalars(
        select(Thread).where(Thread.id == thread_id, thread_visible(reader))
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def news(thread: Thread, after: int) -> dict[str, Any]:
    """Return what changed in a thread after ``after``, as anyone who may read it is told.

    ``lines`` is None where so much changed that the page had better be loaded again.
    """
    told: dict[str, Any] = {"t": thread.id, "prev": after, "seq": thread.seq}
    told |= {"state": thread.state, "last": thread.entry_count}
    if thread.kind in _panels:
        told["panels"] = _panels[thread.kind][0](thread, after)
    if after > thread.seq:
        return told | {"lines": None}  # the page comes from before a restored copy
    everyone = Viewer(None, frozenset({thread.community_id} - {None}), frozenset())  # type: ignore[arg-type]
    found = queries.changed(everyone, thread.id, after, MOST + 1)
    if len(found) > MOST:
        return told | {"lines": None}
    draw = _drawings.get(thread.kind)
    drawn = draw([entry for _seq, entry in found]) if draw is not None and found else {}
    return told | {"lines": [_line(seq, entry, drawn) for seq, entry in found]}


def _line(seq: int, entry: EntryView, drawn: Mapping[int, str]) -> dict[str, Any]:
    line: dict[str, Any] = {
        "id": entry.id, "seq": seq, "place": entry.number, "author": entry.author_id,
        "state": entry.state,
    }  # fmt: skip
    if entry.id in drawn:
        line["html"] = drawn[entry.id]
    return line
