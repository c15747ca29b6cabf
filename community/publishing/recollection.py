"""What the gate would ask of the database for a text of the volume, known from memory.

Nobody else writes in these threads meanwhile; a test compares the answers with the gate's own.
"""

from collections import Counter, deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from community.communities.standing import Standing, standing
from community.core import clock
from community.core.actor import Actor
from community.core.db import db
from community.publishing import ruleset
from community.publishing.counting import POSTS
from community.publishing.facts import Words
from community.publishing.models import Entry
from community.publishing.rejudging import kept
from community.rules import engine
from community.rules.model import Judgement, Submission
from community.rules.needs import NOTHING, Count, Needs, length_of

PASSING = ("allow", "tag")
_SPARE = timedelta(days=1)


class Unfit(ValueError):
    """The rules would not let this text through at once; the caller writes another one."""


@dataclass(frozen=True, slots=True)
class Written:
    """An entry as later texts may answer it."""

    id: int
    author: Actor
    position: int


@dataclass(frozen=True, slots=True)
class Said:
    """One judgement as later texts are counted against it."""

    at: datetime
    event: str
    author_id: int
    target_id: int | None
    thread_id: int | None


class Recollection:
    """The circumstances of everybody who writes in one community."""

    def __init__(self, community_id: int) -> None:
        self._community_id = community_id
        self._standings: dict[int, Standing] = {}
        self._posts: Counter[int] = Counter()
        self._said: deque[Said] = deque()

    def judge(  # noqa: PLR0917 — a text with all around it
        self,
        author: Actor,
        words: Words,
        at: datetime,
        event: str,
        parent: Written | None,
        thread_id: int | None,
    ) -> tuple[Judgement, dict[str, Any]]:
        """Judge a text as the gate would at its time, with the circumstances; raises ``Unfit``."""
        with clock.frozen(at):
            asked = self._asked(author, words, event, parent, thread_id)
        judgement = engine.judge(ruleset.in_force(), asked)
        if judgement.act not in PASSING or judgement.quiet_hits:
            raise Unfit(judgement.act)
        return judgement, kept(asked)

    def _asked(
        self, author: Actor, words: Words, event: str, parent: Written | None, thread_id: int | None
    ) -> Submission:
        """The facts of ``facts.submission``, from memory; a test compares the two."""
        who = self._standing(author)
        needs = ruleset.in_force().needs.get(event, NOTHING)
        target = parent.author if parent else None
        joined = who.joined_at
        this = Said(clock.now(), event, author.id, target.id if target else None, thread_id)
        return Submission(
            text=words.body,
            title=words.title,
            event=event,
            space=None,
            signed_in=True,
            author_name=author.name,
            author_role=who.role,
            author_age_days=(clock.now() - joined).days if joined else 0,
            author_posts=self._posts_of(author.id) if "posts" in needs.facts else None,
            author_id=author.id,
            target_author_id=this.target_id,
            quotable="",
            values={"target": target.name if target else ""},
            counts=self._counts(needs, this) or None,
            earlier_hits={rule: 0 for rule, _throttle in needs.throttles} or None,  # a hit is unfit
        )

    def _standing(self, author: Actor) -> Standing:
        if author.id not in self._standings:
            self._standings[author.id] = standing(author, self._community_id)
        return self._standings[author.id]

    def _posts_of(self, author_id: int) -> int:
        if author_id not in self._posts:
            mine = select(Entry.id).where(Entry.author_id == author_id).limit(POSTS).subquery()
            self._posts[author_id] = db.session.scalar(select(func.count()).select_from(mine)) or 0
        return min(self._posts[author_id], POSTS)

    def _counts(self, needs: Needs, this: Said) -> dict[str, int]:
        while self._said and self._said[0].at < this.at - needs.longest - _SPARE:
            self._said.popleft()
        counts = {pair.name: 0 for pair in needs.pairs}  # a heated text would be unfit
        return counts | {ask.name: self._count(ask, this) for ask in needs.counts}

    def _count(self, ask: Count, this: Said) -> int:
        if "target_author" in ask.key and this.target_id in (None, this.author_id):
            return 0
        if "thread" in ask.key and this.thread_id is None:
            return 0
        since = this.at - length_of(ask.per)
        after = self._answered(this, since) if ask.unanswered else None
        found = 0
        for said in self._said:
            is_counted = said.event == ask.event and said.at >= since
            if is_counted and _is_alike(ask.key, said, this) and (not after or said.at > after):
                found += 1
        return min(found, ask.over + 1) + (ask.event == this.event)

    def _answered(self, this: Said, since: datetime) -> datetime | None:
        answers = (
            said.at
            for said in self._said
            if (said.author_id, said.target_id) == (this.target_id, this.author_id)
        )
        return max((at for at in answers if at >= since), default=since)

    def note(
        self, author: Actor, at: datetime, event: str, parent: Written | None, thread_id: int | None
    ) -> None:
        """Remember that the text was written, and whom it answered."""
        self._posts[author.id] = self._posts_of(author.id) + 1
        target_id = parent.author.id if parent else None
        self._said.append(Said(at, event, author.id, target_id, thread_id))


def _is_alike(key: tuple[str, ...], said: Said, this: Said) -> bool:
    parts = {
        "author": said.author_id == this.author_id,
        "target_author": said.target_id == this.target_id,
        "thread": said.thread_id == this.thread_id,
        "community": True,
    }
    return all(parts[part] for part in key)
