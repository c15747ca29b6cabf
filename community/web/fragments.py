"""Pieces of pages that are drawn once and kept: a text is read a hundred times as it stands.

A piece is kept under everything that can be seen in it, with the language and the day, so it cannot
go stale: whatever changes, the key changes with it. Nobody has to remember to throw anything away.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any

from flask import Flask
from flask_babel import get_locale
from markupsafe import Markup

from community.core import clock
from community.web import words

_KEPT = 1_500
"""About 6 MB of the drawn texts of the busiest topics."""
_pieces: OrderedDict[Hashable, Markup] = OrderedDict()
_lock = Lock()


def setting() -> Hashable:
    """Return what words and times depend on besides what is told: the language, the day, the zone."""
    zone = words.zone()
    return str(get_locale()), clock.now().astimezone(zone).toordinal(), str(zone)


def piece(around: Hashable, shown: Hashable, draw: Callable[..., Markup], *what: Any) -> Markup:
    """Return ``draw(*what)``, kept under ``shown``: all that it draws; None is drawn each time."""
    if shown is None:
        return draw(*what)
    key = (draw.name, around, shown)  # type: ignore[attr-defined]  # a macro knows its name
    with _lock:
        found = _pieces.get(key)
        if found is not None:
            _pieces.move_to_end(key)
            return found
    made = draw(*what)
    with _lock:
        _pieces[key] = made
        while len(_pieces) > _KEPT:
            _pieces.popitem(last=False)
    return made


def install(app: Flask) -> None:
    """Let templates keep pieces: ``piece(setting(), entry.face, article, entry)``."""
    app.jinja_env.globals.update(piece=piece, setting=setting)
