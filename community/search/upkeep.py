"""An index that is lost, damaged or behind is built anew while the site runs."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

from flask import Flask, current_app
from sqlalchemy import func, select

from community.communities.models import Community
from community.core import clock, worker
from community.core.db import db
from community.core.worker import duty
from community.search import documents, indexing
from community.search.engines import index
from community.search.models import SearchTask
from community.search.port import Document, IndexBusy, IndexUnavailable

log = logging.getLogger(__name__)
SMALL = 300
"""Documents that are indexed on the spot, where a community has no index yet."""
CHECK_EVERY = timedelta(minutes=30)
EVERY = 1.2
"""Seconds between two writings of the index beside the pages: opening it costs more than a line."""
_BREATH_AFTER, _BREATH = 10, 0.004
_building: set[tuple[int, int]] = set()
_checked: dict[tuple[int, int], datetime] = {}
_guard = threading.Lock()

Progress = Callable[[int], None]


_later: ContextVar[bool] = ContextVar("later", default=False)


@contextmanager
def later() -> Iterator[None]:
    """Only note what changes inside, and index all of it at the end: for filling a community."""
    token = _later.set(True)
    try:
        yield
    finally:
        _later.reset(token)
        catch_up_everywhere()


def catch_up_soon() -> None:
    """Index what was noted, together with what else is on its way; called after the commit."""
    if _later.get() or worker.soon(catch_up_everywhere, every=EVERY):
        return
    if not indexing.more_is_coming():
        catch_up_everywhere()


def catch_up_everywhere() -> None:
    """Index what was noted in every community; build the index where there is none."""
    for community_id in indexing.waiting_communities():
        try:
            indexing.catch_up(community_id)
        except IndexUnavailable:
            _rebuild_here(community_id)
        except Exception:
            db.session.rollback()
            log.exception("community %s could not be indexed; its notes are kept", community_id)


def _rebuild_here(community_id: int) -> None:
    """Build a small index at once: the worker has the time, and a founding is searchable directly."""
    if documents.count(community_id) > SMALL:
        rebuild_soon(community_id)
    elif _begin(community_id):
        _rebuild_in(_app(), community_id)


@duty
def look_after() -> None:
    """Index what a crash left behind, and build what is lost or does not fit the database."""
    catch_up_everywhere()
    for community_id in list(db.session.scalars(select(Community.id))):
        if _is_due(community_id) and not fits(community_id):
            rebuild_soon(community_id)


def forget_words(community_id: int) -> None:
    """Build an index anew without words that were erased by right; a large one in the background."""
    if documents.count(community_id) > SMALL:
        rebuild_soon(community_id)
    elif _begin(community_id):
        _rebuild_in(_app(), community_id)


def _is_due(community_id: int) -> bool:
    key, moment = (id(_app()), community_id), clock.now()
    with _guard:
        last = _checked.get(key)
        if last is not None and moment - last < CHECK_EVERY:
            return False
        _checked[key] = moment
    return True


def fits(community_id: int) -> bool:
    """Tell whether the index has as many documents as the database; true while changes are on their way."""
    try:
        indexed = index().count(community_id)
    except IndexUnavailable:
        return False
    if community_id in indexing.waiting_communities() or indexing.more_is_coming():
        return True
    return indexed == documents.count(community_id)


def rebuild(community_id: int, told: Progress | None = None, *, gently: bool = False) -> int:
    """Build the index of a community anew; return how many documents it has. Raises ``IndexBusy``.

    ``told`` hears of progress; ``gently`` leaves room for the pages of the same process.
    """
    last_note = 0

    def read() -> Iterator[Document]:
        nonlocal last_note
        indexing.see_the_present()
        here = SearchTask.community_id == community_id
        last_note = db.session.scalar(select(func.max(SearchTask.id)).where(here)) or 0
        for number, document in enumerate(documents.everything(community_id), start=1):
            yield document
            if told is not None:
                told(1)
            if gently and number % _BREATH_AFTER == 0:
                time.sleep(_BREATH)

    count = index().rebuild(community_id, read)
    indexing.forget_until(community_id, last_note)
    indexing.catch_up(community_id)
    return count


def rebuild_soon(community_id: int) -> None:
    """Build the index anew in a thread beside the pages; once at a time."""
    if _begin(community_id):
        threading.Thread(
            target=_rebuild_in, args=(_app(), community_id), name="reindex", daemon=True
        ).start()


def is_building(community_id: int) -> bool:
    """Tell whether this process builds the index of a community now."""
    with _guard:
        return (id(_app()), community_id) in _building


def _begin(community_id: int) -> bool:
    with _guard:
        key = (id(_app()), community_id)
        if key in _building:
            return False
        _building.add(key)
        return True


def _rebuild_in(app: Flask, community_id: int) -> None:
    try:
        with app.app_context():
            count = rebuild(community_id, gently=True)
            log.info("the index of community %s is built anew: %s documents", community_id, count)
    except IndexBusy:
        log.info("another process builds the index of community %s", community_id)
    except Exception:
        log.exception("the index of community %s could not be built", community_id)
    finally:
        with _guard:
            _building.discard((id(app), community_id))


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001
    return app
