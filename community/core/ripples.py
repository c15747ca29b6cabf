"""What has just changed, said after the commit to whoever carries live news.

A hint, never a fact: it names a thread or a person, and whoever hears it reads the database. A hint
that is lost loses nothing, because readers ask by ``seq`` (docs/adr/0018).
"""

from collections.abc import Callable
from dataclasses import dataclass

from community.core.transactions import after_commit

Listener = Callable[["Ripple"], None]
_listeners: list[Listener] = []


@dataclass(frozen=True, slots=True)
class Ripple:
    """A thread («thread»), what is new for a person («person») or their right to be here («access»)."""

    kind: str
    id: int

    def __call__(self) -> None:
        """Tell the listeners; called once the transaction has committed, once however often it was said."""
        for listener in _listeners:
            listener(self)


def listen(listener: Listener) -> Listener:
    """Let ``listener`` hear of every change that this process commits; it must be quick and not raise."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def thread_changed(thread_id: int) -> None:
    """Say, once the open transaction commits, that a thread has a new ``seq``."""
    if _listeners:
        after_commit(Ripple("thread", thread_id))


def person_told(user_id: int) -> None:
    """Say, once the open transaction commits, that a person has something new to look at."""
    if _listeners:
        after_commit(Ripple("person", user_id))


def access_changed(user_id: int) -> None:
    """Say, once the open transaction commits, that a person may be signed out or shut out somewhere."""
    if _listeners:
        after_commit(Ripple("access", user_id))
