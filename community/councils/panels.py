"""The pieces of the hall that are the same for all: drawn once for a language and kept while they hold.

What is drawn depends on the council's ``seq`` and its pulse (who is here, how many have voted), so it
is kept under both; a push carries the pieces that are new and a digest of each, by which a page knows
whether what it shows is what stands.
"""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from flask import current_app
from markupsafe import Markup
from sqlalchemy import select

from community.communities.models import Community
from community.core import clock
from community.core.db import db
from community.councils.queries import hall
from community.councils.queries.hall import Stand
from community.publishing.models import Thread
from community.web import fragments

NAMES = ("now", "agenda", "quorum", "queue", "questions", "votes", "minutes")
FRESH = 20.0
"""Seconds for which a new piece is sent whole to whoever asks; later those who lack it ask for it."""
_KEPT = 64


@dataclass(frozen=True, slots=True)
class Drawing:
    """The hall as it was drawn: its pieces with their digests, and what the script must know."""

    stand: Stand
    pieces: Mapping[str, Markup]
    digests: Mapping[str, str]


@dataclass(slots=True)
class _Seen:
    digest: str
    seq: int
    at: float


@dataclass(slots=True)
class _Kept:
    """What one site keeps of its halls."""

    drawn: OrderedDict[Hashable, tuple[Hashable, Drawing]] = field(default_factory=OrderedDict)
    seen: OrderedDict[Hashable, _Seen] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)


def _kept() -> _Kept:
    kept: _Kept = current_app.extensions.setdefault("council_panels", _Kept())
    return kept


def draw(thread: Thread) -> Drawing:
    """Return the hall of a council as it stands, for the language that is spoken now."""
    site, around = _kept(), (thread.id, fragments.setting())
    stamp = (thread.seq, hall.pulse([thread.id]).get(thread.id))
    with site.lock:
        found = site.drawn.get(around)
        if found is not None and found[0] == stamp:
            return found[1]
    made = _made(hall.stand(thread.id))
    with site.lock:
        _put(site.drawn, around, (stamp, made), _KEPT)
    return made


def told(thread: Thread, after: int) -> dict[str, Any]:
    """Return what a page that knows ``after`` is told: digests of all pieces, and the new ones whole."""
    drawing = draw(thread)
    pieces: dict[str, dict[str, str]] = {}
    for name in NAMES:
        pieces[name] = {"d": drawing.digests[name]}
        if _is_new(thread, name, drawing.digests[name], after):
            pieces[name]["h"] = str(drawing.pieces[name])
    return facts(drawing.stand) | {"pieces": pieces}


def whole(thread: Thread) -> dict[str, Any]:
    """Return all pieces, for a page that has missed one."""
    drawing = draw(thread)
    pieces = {name: {"d": drawing.digests[name], "h": str(drawing.pieces[name])} for name in NAMES}
    return facts(drawing.stand) | {"pieces": pieces}


def facts(stand: Stand) -> dict[str, Any]:
    """Return what the script follows: the state, the item, who speaks, which votes go on, the clock."""
    return {
        "state": stand.state,
        "version": stand.version,
        "item": stand.current.id if stand.current else 0,
        "turn": stand.speaker.id if stand.speaker else 0,
        "votes": [each.ballot_id for each in stand.open_votes],
        "at": int(clock.now().timestamp() * 1000),
    }


def beat(thread_ids: Sequence[int]) -> Mapping[int, Hashable]:
    """Return what changes in the halls without a ``seq``; the carrier compares it every second."""
    return hall.pulse(thread_ids)


def macros() -> Any:
    """Return the macros of the hall's pieces."""
    return current_app.jinja_env.get_template("councils/_panels.html").module


def own_macros() -> Any:
    """Return the macros of what is one reader's own."""
    return current_app.jinja_env.get_template("councils/_mine.html").module


def desk_macros() -> Any:
    """Return the macro of the moves of the desks."""
    return current_app.jinja_env.get_template("councils/_desk.html").module


def address_of(stand: Stand) -> str:
    """Return the address of a council."""
    slug = db.session.scalar(select(Community.slug).where(Community.id == stand.community_id))
    return f"/c/{slug}/councils/{stand.id}"


def _made(stand: Stand) -> Drawing:
    parts, at = macros(), address_of(stand)
    pieces = {name: Markup(getattr(parts, name)(stand, at)) for name in NAMES}  # noqa: S704 — our macros escape
    digests = {
        name: hashlib.sha256(html.encode()).hexdigest()[:10] for name, html in pieces.items()
    }
    return Drawing(stand, pieces, digests)


def _is_new(thread: Thread, name: str, digest: str, after: int) -> bool:
    """Tell whether a page that knows ``after`` may lack the piece: it is not long as it is now."""
    site, key, now = _kept(), (thread.id, fragments.setting(), name), time.monotonic()
    with site.lock:
        known = site.seen.get(key)
        if known is None or known.digest != digest:
            known = _Seen(digest, thread.seq, now)
            _put(site.seen, key, known, _KEPT * len(NAMES))
        return known.seq > after or now - known.at < FRESH


def _put(kept: OrderedDict[Hashable, Any], key: Hashable, value: Any, most: int) -> None:
    kept[key] = value
    kept.move_to_end(key)
    while len(kept) > most:
        kept.popitem(last=False)
