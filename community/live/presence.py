"""Who is here: people at the sockets of this process, of others, and those who poll."""

from collections.abc import Iterable
from dataclasses import dataclass, field

Person = tuple[int, str]
HEARD_FOR = 40.0
"""Seconds after which the people of a process that says nothing are no longer here."""
POLLED_FOR = 45.0


@dataclass(slots=True)
class Presence:
    """People by thread; not safe for threads by itself, its owner holds a lock."""

    _here: dict[int, dict[str, Person]] = field(default_factory=dict)
    _elsewhere: dict[int, dict[str, tuple[float, frozenset[Person]]]] = field(default_factory=dict)
    _polling: dict[int, dict[Person, float]] = field(default_factory=dict)
    _told: dict[int, frozenset[Person]] = field(default_factory=dict)

    def come(self, thread_id: int, sid: str, person: Person) -> None:
        """A socket of the person looks at the thread."""
        self._here.setdefault(thread_id, {})[sid] = person

    def go(self, thread_id: int, sid: str) -> None:
        """A socket looks away."""
        sockets = self._here.get(thread_id, {})
        sockets.pop(sid, None)
        if not sockets:
            self._here.pop(thread_id, None)

    def poll(self, thread_id: int, person: Person, now: float) -> None:
        """Somebody without a socket has asked for news."""
        self._polling.setdefault(thread_id, {})[person] = now + POLLED_FOR

    def hear(self, thread_id: int, process: str, people: Iterable[Person], now: float) -> None:
        """Another process says who looks at the thread there."""
        said = frozenset(people)
        heard = self._elsewhere.setdefault(thread_id, {})
        if said:
            heard[process] = (now + HEARD_FOR, said)
        else:
            heard.pop(process, None)

    def local(self, thread_id: int, now: float) -> frozenset[Person]:
        """Return the people of this process."""
        polling = self._polling.get(thread_id, {})
        for person in [each for each, until in polling.items() if until <= now]:
            del polling[person]
        return frozenset(self._here.get(thread_id, {}).values()) | frozenset(polling)

    def people(self, thread_id: int, now: float) -> frozenset[Person]:
        """Return everybody who is here, each once however many windows they have open."""
        found = set(self.local(thread_id, now))
        for until, said in self._elsewhere.get(thread_id, {}).values():
            if until > now:
                found |= said
        return frozenset(found)

    def change(self, thread_id: int, now: float) -> tuple[list[Person], list[int]] | None:
        """Return who came and who went since the last call, or None where nobody did."""
        before, present = self._told.get(thread_id, frozenset()), self.people(thread_id, now)
        if present == before:
            return None
        if present:
            self._told[thread_id] = present
        else:
            self._told.pop(thread_id, None)
        gone = {user_id for user_id, _name in before} - {user_id for user_id, _name in present}
        return sorted(present - before), sorted(gone)

    def threads(self) -> list[int]:
        """Return the threads at which anybody looks or was told to look."""
        return list({*self._here, *self._polling, *self._elsewhere, *self._told})
