"""What the gate would ask of the database for a text of the volume, known from memory.

Nobody else writes in these threads meanwhile; a test compares the answers with the gate's own.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from community.communities.models import Community
from community.communities.standing import Standing, standing
from community.core import clock
from community.core.actor import Actor
from community.core.db import db
from community.publishing import ruleset
from community.publishing.facts import Words
from community.publishing.models import Entry
from community.publishing.rejudging import kept
from community.rules import engine
from community.rules.model import Judgement, Submission

PASSING = ("allow", "tag")
_HOUR = timedelta(hours=1)
_POSTS = 100


class Unfit(ValueError):
    """The rules would not let this text through at once; the caller writes another one."""


@dataclass(frozen=True, slots=True)
class Written:
    """An entry as later texts may answer it."""

    id: int
    author: Actor
    position: int


class Recollection:
    """The circumstances of everybody who writes in one community."""

    def __init__(self, community_id: int) -> None:
        self._community_id = community_id
        self._members = db.session.scalar(
            select(Community.members).where(Community.id == community_id)
        )
        self._standings: dict[int, Standing] = {}
        self._posts: Counter[int] = Counter()
        self._said: defaultdict[tuple[int, int], list[datetime]] = defaultdict(list)
        self._answered: dict[tuple[int, int], datetime] = {}

    def judge(
        self, author: Actor, words: Words, at: datetime, event: str, parent: Written | None
    ) -> tuple[Judgement, dict[str, Any]]:
        """Judge a text as the gate would at its time, with the circumstances; raises ``Unfit``."""
        with clock.frozen(at):
            asked = self._asked(author, words, event, parent)
        judgement = engine.judge(ruleset.in_force(), asked)
        if judgement.act not in PASSING:
            raise Unfit(judgement.act)
        return judgement, kept(asked)

    def _asked(self, author: Actor, words: Words, event: str, parent: Written | None) -> Submission:
        """The facts of ``facts.submission``, from memory; a test compares the two."""
        who = self._standing(author)
        target = parent.author if parent else None
        joined = who.joined_at
        return Submission(
            text=words.body,
            title=words.title,
            event=event,
            space=None,
            signed_in=True,
            author_name=author.name,
            author_role="moderator" if who.is_moderator else "member",
            author_age_days=(clock.now() - joined).days if joined else 0,
            author_posts=self._posts_of(author.id),
            author_id=author.id,
            target_author_id=target.id if target else None,
            counts={event: self._recent(author.id, target.id)} if target else {},
            members=self._members,
            values={"target": target.name if target else ""},
            sharp=0,  # a heated text would be unfit
            private=0,
        )

    def _standing(self, author: Actor) -> Standing:
        if author.id not in self._standings:
            self._standings[author.id] = standing(author, self._community_id)
        return self._standings[author.id]

    def _posts_of(self, author_id: int) -> int:
        if author_id not in self._posts:
            mine = select(Entry.id).where(Entry.author_id == author_id).limit(_POSTS).subquery()
            self._posts[author_id] = db.session.scalar(select(func.count()).select_from(mine)) or 0
        return min(self._posts[author_id], _POSTS)

    def _recent(self, author_id: int, target_id: int) -> int:
        """Count the author's entries to one person within the hour that got no answer."""
        since = clock.now() - _HOUR
        after = self._answered.get((target_id, author_id), since)
        said = self._said[author_id, target_id] = [
            each for each in self._said[author_id, target_id] if each >= since
        ]
        return sum(each > after for each in said)

    def note(self, author: Actor, at: datetime, parent: Written | None) -> None:
        """Remember that the text was written, and whom it answered."""
        self._posts[author.id] = self._posts_of(author.id) + 1
        if parent is not None:
            self._said[author.id, parent.author.id].append(at)
            self._answered[author.id, parent.author.id] = at
