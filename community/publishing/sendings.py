"""A form that is sent twice over a weak line is taken once: each carries a key of its own.

The answer to the first sending may be lost on the way. The person sees «not sent», presses again, and
the same words come a second time under the same key: they are led to the text that stands already.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from werkzeug.wrappers import Response

from community.core import clock
from community.core.actor import Actor
from community.core.db import change, db, fetch, insert, per_engine
from community.core.transactions import use_case
from community.publishing.models import Sending

KEPT = timedelta(days=7)
_KEY = re.compile(r"[\w-]{8,40}")


def once(actor: Actor, key: str, act: Callable[[], Response]) -> Response | str:
    """Run ``act`` in one transaction with the key; return its answer, or where the first one led.

    A form without a key is taken as it is: it comes from no composer of ours.
    """
    if not actor.is_person or not _KEY.fullmatch(key):
        return act()
    return take(actor, key, act)


def known(actor: Actor, key: str) -> str | None:
    """Return where a sending led that was taken already, or None."""
    if not actor.is_person or not _KEY.fullmatch(key):
        return None
    url: str | None = fetch(_LED, person=actor.id, sent=key).scalar()
    return url


@use_case
def take(actor: Actor, key: str, act: Callable[[], Response]) -> Response | str:
    """Write the key down, then act; the key waits for another transaction that holds it."""
    if not change(_written(), person=actor.id, sent=key, at=clock.now()):
        led: str = fetch(_LED, person=actor.id, sent=key).one()[0]
        return led
    answer = act()
    change(_LEADS, person=actor.id, sent=key, url=answer.headers.get("Location", "")[:300])
    return answer


_MINE = (Sending.user_id == bindparam("person"), Sending.key == bindparam("sent"))
_LED = select(Sending.url).where(*_MINE)
_LEADS = update(Sending).where(*_MINE).values(url=bindparam("url"))


@per_engine
def _written() -> Any:
    row = insert(Sending).values(
        user_id=bindparam("person"), key=bindparam("sent"), url="", at=bindparam("at")
    )
    return row.on_conflict_do_nothing()


@use_case
def forget() -> None:
    """Forget keys that no page can send any more."""
    db.session.execute(delete(Sending).where(Sending.at < clock.now() - KEPT))
