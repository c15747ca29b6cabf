"""Read models of words: finished values for templates, built from rows, never from entities."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class AuthorView:
    """Who signs: full name, school and subject stand under every word (S3 §4 r4)."""

    id: int
    name: str
    initials: str
    hue: int
    photo_url: str | None
    school: str
    subjects: str
    role_name: str
    url: str | None
    gone: bool


@dataclass(frozen=True, slots=True)
class ParentView:
    """The entry that an entry answers."""

    id: int
    number: int | None
    url: str
    author_name: str


@dataclass(frozen=True, slots=True)
class RemovalView:
    """What the stub of a removed entry tells everyone."""

    article: str
    decision_number: int
    journal_url: str
    appeal_note: str = ""
    erased: bool = False
    """The words are gone for good: nobody reads them any more."""


@dataclass(frozen=True, slots=True)
class FoldView:
    """Why a text is shown folded."""

    article: str
    reason: str
    url: str


@dataclass(frozen=True, slots=True)
class FileView:
    """An attachment as it stands under a text."""

    id: int
    name: str
    url: str
    size: int
    kind: str
    thumb_url: str | None
    author: str = ""
    licence: str = ""
    """By what right it is published, as an English sentence (msgid)."""


@dataclass(frozen=True, slots=True)
class ActionView:
    """An act offered under «Ещё»."""

    name: str
    url: str
    method: str = "get"
    danger: bool = False


@dataclass(slots=True)
class EntryView:
    """One entry as a reader sees it; the room adds addresses of what the reader may do."""

    id: int
    number: int | None
    url: str
    title: str
    html: str
    at: datetime
    edited_at: datetime | None
    author: AuthorView
    parent: ParentView | None
    state: str
    is_new: bool
    is_mine: bool
    thanks: int
    thanked: bool
    revision: int
    parent_id: int | None
    author_id: int
    verdict_id: int
    depth: int = 0
    removal: RemovalView | None = None
    fold_number: int | None = None
    fold: FoldView | None = None
    decision: Any = None
    insert: Any = None
    """What another room draws under the text for this reader."""
    attachments: Sequence[FileView] = ()
    quote_url: str | None = None
    reply_url: str | None = None
    thanks_url: str | None = None
    more_actions: Sequence[ActionView] = field(default_factory=tuple)

    @property
    def face(self) -> Hashable | None:
        """Return all that its drawing shows, to keep the drawing under; None with a decision's card."""
        if self.decision is not None:
            return None
        return (
            self.id, self.number, self.url, self.html, self.at, self.edited_at, self.author, self.parent,
            self.state, self.is_new, self.is_mine, self.thanks, self.thanked, self.depth, self.removal,
            self.fold, tuple(self.attachments), self.quote_url, self.reply_url, self.thanks_url,
            tuple(self.more_actions),
        )  # fmt: skip

    @property
    def revisions(self) -> int:
        """Return how many versions the text has had."""
        return self.revision


def nested(entries: Sequence[EntryView], deepest: int = 3) -> list[EntryView]:
    """Return the entries of a page with each answer under what it answers, where both are here.

    Pages follow the order of time, so that their addresses and «new for you» stay put; within a
    page an answer hangs below its question, ``deepest`` levels at most.
    """
    here = {entry.id: entry for entry in entries}
    answers: dict[int | None, list[EntryView]] = {}
    for entry in entries:
        above = entry.parent_id if entry.parent_id in here else None
        answers.setdefault(above, []).append(entry)
    out: list[EntryView] = []
    stack = [(entry, 0) for entry in reversed(answers.get(None, []))]
    while stack:
        entry, depth = stack.pop()
        entry.depth = min(depth, deepest)
        if depth and out and out[-1].id == entry.parent_id:
            entry.parent = None  # it hangs right below: no need to say whom it answers
        out.append(entry)
        stack.extend((answer, depth + 1) for answer in reversed(answers.get(entry.id, [])))
    return out
