"""Putting what was brought into the community: one text, one act of its author, like everyone's."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from sqlalchemy import select

from community.accounts.models import User
from community.communities.models import Membership, RoleGrant
from community.core.actor import Actor
from community.core.db import db
from community.core.errors import Invalid, Refused
from community.core.transactions import transaction, use_case
from community.files import services as files
from community.publishing.decisions import AskFirst, Blocked, Decision, rule_ids
from community.publishing.facts import Words
from community.publishing.models import Thread
from community.publishing.services import Published
from community.topics.importing.outline import Brought, Text, Unreadable, parts
from community.topics.importing.report import Report
from community.topics.models import Board, ImportedEntry, Topic
from community.topics.services import boards, writing
from community.topics.services.boards import BoardPlan
from community.topics.services.writing import TopicPlan

Settle = Callable[[set[str]], None]
_PICTURE = re.compile(r"!\[([^\]\n]*)\]\(([^)\s]+)\)")


@dataclass
class Import:
    """One import into one community: who may say what as whom, and what became of it."""

    source: str
    community_id: int
    board_id: int
    authors: dict[str, Actor]
    report: Report
    settle: Settle
    forget: Settle = lambda _labels: None
    known: dict[str, tuple[str, int | None]] = field(default_factory=dict)
    """Key -> outcome and entry of what is here already."""

    def __post_init__(self) -> None:
        rows = db.session.execute(
            select(ImportedEntry.key, ImportedEntry.outcome, ImportedEntry.entry_id).where(
                ImportedEntry.community_id == self.community_id,
                ImportedEntry.source == self.source,
            )
        )
        self.known = {row.key: (row.outcome, row.entry_id) for row in rows}

    def bring(self, topic: Brought) -> None:
        """Bring one topic; in a trial everything is done and undone again."""
        before = dict(self.known)
        with _undone() if self.report.is_trial else _kept():
            self._bring(topic)
        if self.report.is_trial:
            self.known = before
            self.forget(topic.authors)

    def _bring(self, topic: Brought) -> None:
        texts = [part for text in topic.texts for part in parts(text)]
        for text in topic.texts:
            if len(parts(text)) > 1:
                self.report.notes.append(f"{text.key}: длинный текст разделён на части.")
        opener, *rest = texts
        if all(text.key in self.known for text in texts):
            self.report.counts["known"] += len(texts)
            return
        self.settle(topic.authors)
        topic_id = self._open(topic, opener)
        for text in rest:
            self._reply(topic_id, text, {each.key: each for each in texts})

    def _open(self, topic: Brought, opener: Text) -> int | None:
        if opener.key in self.known:
            self.report.counts["known"] += 1
            return self._topic_of(self.known[opener.key][1])
        plan = TopicPlan(kind=topic.kind, subject=topic.subject)
        made: list[int] = []

        def send(words: Words, seen: frozenset[str], file_ids: list[int]) -> Published:
            author = self.authors[opener.author]
            topic_id, published = writing.open_topic(
                author, self.board_id, words, plan, seen=seen, file_ids=file_ids
            )
            made[:] = [topic_id]
            return published

        if self._put(opener, send, title=topic.title):
            self.report.topics += 1
            return made[0]
        return None

    def _reply(self, topic_id: int | None, text: Text, texts: dict[str, Text]) -> None:
        if text.key in self.known:
            self.report.counts["known"] += 1
            return
        if topic_id is not None and self._waits(topic_id):
            self.report.tell("waits", text.key, text.author, "", text.body)
            return
        if topic_id is None:
            self._remember_fate(text, "left", None)
            self.report.tell("left", text.key, text.author, "", text.body)
            return

        def send(words: Words, seen: frozenset[str], file_ids: list[int]) -> Published:
            return writing.reply(
                self.authors[text.author],
                topic_id,
                words,
                parent_id=self._parent(text, texts),
                seen=seen,
                file_ids=file_ids,
            )

        self._put(text, send)

    def _waits(self, topic_id: int) -> bool:
        """Tell whether the topic waits for a moderator: nobody answers in it until then."""
        state = (
            select(Thread.state)
            .join(Topic, Topic.thread_id == Thread.id)
            .where(Topic.id == topic_id)
        )
        return db.session.scalar(state) == "held"

    def _parent(self, text: Text, texts: dict[str, Text]) -> int | None:
        """Return the entry that a text answers: the nearest one above it that was let through."""
        key = text.parent
        while key is not None:
            entry_id = self.known.get(key, ("", None))[1]
            if entry_id is not None:
                return entry_id
            key = texts[key].parent if key in texts else None
        return None

    def _put(
        self,
        text: Text,
        send: Callable[[Words, frozenset[str], list[int]], Published],
        title: str = "",
    ) -> bool:
        """Send a text as its author, and once more where a rule only asks; tell whether it is here."""
        words, file_ids = self._with_pictures(text, title)
        try:
            made, asked = self._sent(text, send, words, file_ids)
        except Blocked as stopped:
            self._remember_fate(text, "blocked", None)
            self.report.tell("blocked", text.key, text.author, _why(stopped.decision), text.body)
            return False
        except Invalid as invalid:
            said = " ".join(str(each) for words in invalid.fields.values() for each in words)
            self._remember_fate(text, "blocked", None)
            self.report.tell("blocked", text.key, text.author, said, text.body)
            return False
        outcome = "held" if made.state == "held" else "noticed" if asked else "published"
        why = _why(made.decision) if outcome != "published" else ""
        self.known[text.key] = (outcome, made.entry_id)
        self.report.tell(outcome, text.key, text.author, why, text.body)
        return True

    def _sent(
        self,
        text: Text,
        send: Callable[[Words, frozenset[str], list[int]], Published],
        words: Words,
        file_ids: list[int],
    ) -> tuple[Published, bool]:
        once = _Once(self.community_id, self.source, text.key)
        try:
            return once.put(lambda: send(words, frozenset(), file_ids), "published"), False
        except AskFirst as asking:
            seen = rule_ids(asking.decision.marks)
            return once.put(lambda: send(words, seen, file_ids), "noticed"), True

    def _with_pictures(self, text: Text, title: str) -> tuple[Words, list[int]]:
        """Take the pictures of a text as its author's files and let the text show them."""
        urls: dict[str, str] = {}
        file_ids: list[int] = []
        for name, path in text.pictures.items() if not self.report.is_trial else ():
            try:
                with path.open("rb") as stream:
                    card = files.receive(
                        self.authors[text.author], stream, path.name, community_id=self.community_id
                    )
            except Refused as refusal:
                self.report.notes.append(f"{text.key}: файл {path.name} не взят ({refusal.code}).")
                continue
            urls[name] = card.url
            file_ids.append(card.id)
            files.declare(self.authors[text.author], [card.id], licence="own", author="")
            self.report.files += 1
        body = _PICTURE.sub(lambda found: _shown(found, urls), text.body)
        named = {found.group(2) for found in _PICTURE.finditer(text.body)}
        self.report.missing += len(named - text.pictures.keys())
        return Words(body=body, title=title), file_ids

    def _remember_fate(self, text: Text, outcome: str, entry_id: int | None) -> None:
        _Once(self.community_id, self.source, text.key).remember(outcome, entry_id)
        self.known[text.key] = (outcome, entry_id)

    def _topic_of(self, entry_id: int | None) -> int | None:
        if entry_id is None:
            return None
        return db.session.scalar(
            select(Topic.id)
            .join(Thread, Thread.id == Topic.thread_id)
            .where(Thread.opener_id == entry_id)
        )


@dataclass(frozen=True, slots=True)
class _Once:
    """The mark that a text is here: written in the transaction of the text itself."""

    community_id: int
    source: str
    key: str

    def put(self, send: Callable[[], Published], outcome: str) -> Published:
        """Send the text and mark it, both or neither."""
        return _put_once(self, send, outcome)

    def remember(self, outcome: str, entry_id: int | None) -> None:
        """Mark a text that did not come in, so that it is not tried again."""
        _mark(self, outcome, entry_id)


@use_case
def _put_once(once: _Once, send: Callable[[], Published], outcome: str) -> Published:
    """One text and its mark in one transaction."""
    made = send()
    _mark(once, "held" if made.state == "held" else outcome, made.entry_id)
    return made


@use_case
def _mark(once: _Once, outcome: str, entry_id: int | None) -> None:
    """Note what became of a text of the file."""
    db.session.add(
        ImportedEntry(
            source=once.source,
            key=once.key,
            community_id=once.community_id,
            entry_id=entry_id,
            outcome=outcome,
        )
    )
    db.session.flush()


def administrator_of(community_id: int) -> Actor:
    """Return the first administrator: admissions and boards of an import are made as theirs."""
    row = db.session.execute(
        select(User.id, User.name)
        .join(Membership, Membership.user_id == User.id)
        .join(RoleGrant, RoleGrant.membership_id == Membership.id)
        .where(Membership.community_id == community_id, RoleGrant.role == "administrator")
        .order_by(RoleGrant.granted_at, RoleGrant.id)
        .limit(1)
    ).one()
    return Actor(row.id, row.name)


def board(administrator: Actor, community_id: int, name: str, purpose: str) -> int:
    """Return the id of the board with this name, adding it where there is none."""
    mine = select(Board.id).where(Board.community_id == community_id, Board.name == name)
    found = db.session.scalar(mine)
    if found is not None:
        return found
    if len(name) > 80:
        raise Unreadable("Название доски — не длиннее 80 знаков.")
    return boards.add(administrator, community_id, BoardPlan(name, purpose[:300])).id


def any_board(community_id: int) -> int:
    """Return a board that takes topics: which one makes no difference to the rules."""
    found = db.session.scalar(
        select(Board.id)
        .where(
            Board.community_id == community_id,
            Board.kind != "moderation",
            Board.archived_at.is_(None),
        )
        .order_by(Board.place)
        .limit(1)
    )
    if found is None:
        raise Unreadable("В сообществе нет ни одной открытой доски.")
    return found


def _shown(found: re.Match[str], urls: dict[str, str]) -> str:
    """Show a picture that came along; of one that did not, keep what it shows in words."""
    words, name = found.group(1), found.group(2)
    if name in urls:
        return f"![{words}]({urls[name]})"
    return f"*[рисунок: {words}]*" if words else ""


def _why(decision: Decision) -> str:
    return "; ".join(f"{mark.rule}, статья {mark.article}" for mark in decision.marks)


@contextmanager
def _kept() -> Iterator[None]:
    yield


@contextmanager
def _undone() -> Iterator[None]:
    """Let everything happen in one transaction, and take it back."""
    with suppress(_TrialOver), transaction():
        yield
        _end_trial()
    db.session.remove()


class _TrialOver(Exception):
    """Ends the transaction of a trial: nothing of it stays."""


def _end_trial() -> None:
    raise _TrialOver
