"""What the room asks of an index, whichever engine stands behind it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Protocol

MOST = 200
"""Hits that an index gives at most; who sees them is decided by the database."""
COMPETING = 2_000
"""Of a word found in more texts than this, only the newest compete for the first places."""

What = Literal["text", "topic", "person"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One thing that can be found: a text by its stems, or a person; holds no text itself."""

    key: str
    """«e12» for entry 12, «p7» for person 7."""
    what: Literal["topic", "reply", "person"]
    title: Sequence[str]
    text: Sequence[str]
    author_id: int
    shelf_id: int | None = None
    kind: str = ""
    day: date | None = None

    @property
    def labels(self) -> list[str]:
        """Return what the document is narrowed by, as words of their own."""
        made = [f"a:{self.author_id}"]
        made += ["w:topic"] if self.what == "topic" else []
        made += [f"s:{self.shelf_id}"] if self.shelf_id is not None else []
        return made + ([f"k:{self.kind}"] if self.kind else [])


@dataclass(frozen=True, slots=True)
class Question:
    """A line as typed, taken apart: stems that must be there, in a row or at all, or must not."""

    words: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    without: tuple[str, ...] = ()
    was_cut: bool = False

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is asked for; «-word» alone asks for nothing."""
        return not self.words and not self.phrases

    @property
    def wanted(self) -> tuple[str, ...]:
        """Return every stem that a hit has, each once."""
        return tuple(dict.fromkeys((*self.words, *(each for row in self.phrases for each in row))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """Which documents are asked for at all."""

    what: What = "text"
    author_id: int | None = None
    shelf_id: int | None = None
    kind: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def labels(self) -> list[str]:
        """Return the labels that a document must have all of; people and days come apart."""
        made = ["w:topic"] if self.what == "topic" else []
        made += [f"a:{self.author_id}"] if self.author_id is not None else []
        made += [f"s:{self.shelf_id}"] if self.shelf_id is not None else []
        return made + ([f"k:{self.kind}"] if self.kind else [])


EVERY_TEXT = Narrowing()


@dataclass(frozen=True, slots=True)
class Found:
    """Keys of the best hits, best first, and whether there are more."""

    keys: Sequence[str] = ()
    is_all: bool = True
    scores: Mapping[str, float] = field(default_factory=dict)


class IndexUnavailable(Exception):
    """The index of a community is missing, damaged or of another schema: it must be built."""


class IndexBusy(Exception):
    """Somebody else writes the index of this community now; try again later."""


class IndexWriter(Protocol):
    """An index open for changes that become visible together."""

    def replace(self, documents: Iterable[Document]) -> None:
        """Put documents in the place of those with the same keys."""

    def remove(self, keys: Iterable[str]) -> None:
        """Take documents out; unknown keys are no mistake."""


class SearchIndex(Protocol):
    """An index per community. Knows nothing of rights: it only proposes."""

    def writing(self, community_id: int) -> AbstractContextManager[IndexWriter]:
        """Open the index for changes, alone; a raise inside leaves it as it was.

        Raises ``IndexBusy``, ``IndexUnavailable``.
        """

    def search(
        self, community_id: int, question: Question, narrowing: Narrowing = EVERY_TEXT
    ) -> Found:
        """Return the best hits; raises ``IndexUnavailable``."""

    def frequencies(self, community_id: int, stems: Collection[str]) -> dict[str, int]:
        """Return in how many documents each stem is; those in none are left out."""

    def count(self, community_id: int) -> int:
        """Return how many documents there are; raises ``IndexUnavailable``."""

    def rebuild(self, community_id: int, read: Callable[[], Iterator[Document]]) -> int:
        """Build the index anew beside the old one and put it in its place; return the count.

        ``read`` is called once nobody else writes. Raises ``IndexBusy``.
        """

    def forget(self, community_id: int) -> None:
        """Throw the index of a community away."""
