"""One table for every word of every person, and the small tables around it."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from community.core.db import Base, JSONText


class Thread(Base):
    """A place for talk. Access is data: who reads (audience), who writes (posting), its state."""

    __tablename__ = "threads"
    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int | None] = mapped_column(ForeignKey("communities.id"))
    kind: Mapped[str] = mapped_column(String(20))
    space: Mapped[str | None] = mapped_column(String(30))
    """What the rules call the place: moderation_topic, lesson, org_card, event_card, appeal."""
    audience: Mapped[str] = mapped_column(String(10))
    posting: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(8), default="open")
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    opener_id: Mapped[int | None]
    """The entry that opens the thread; no foreign key, the two rows are born together."""
    entry_count: Mapped[int] = mapped_column(default=0)
    """The last position given; held entries have none yet."""
    seq: Mapped[int] = mapped_column(default=0)
    """Rises with each change of any entry here; clients that missed something ask by it."""
    reader_count: Mapped[int] = mapped_column(default=0)
    follower_count: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    last_at: Mapped[datetime]
    last_author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    by_invitation: Mapped[bool] = mapped_column(default=False)
    """Only the members named in ``thread_people`` and the moderators know of it."""
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("threads.id"))
    shelf_id: Mapped[int | None]
    """The room's own grouping, a board for topics: lists are walked by it in order of time."""
    __table_args__ = (
        CheckConstraint("audience IN ('everyone', 'members', 'network', 'pair')", name="audience"),
        CheckConstraint("posting IN ('members', 'moderators', 'author', 'nobody')", name="posting"),
        CheckConstraint("state IN ('open', 'closed', 'held', 'hidden', 'merged')", name="state"),
        CheckConstraint(
            "community_id IS NOT NULL OR audience IN ('network', 'pair')", name="belongs"
        ),
        CheckConstraint(  # no community, no moderators; nothing that would wait for one
            "audience <> 'pair' OR (community_id IS NULL AND state IN ('open', 'closed'))",
            name="between_two",
        ),
        Index("ix_threads_community_id_last_at", "community_id", "last_at"),
        Index("ix_threads_shelf_id_last_at", "shelf_id", "last_at"),
    )


class ThreadPerson(Base):
    """One of those who know of a thread: the two of a correspondence (D03), or those invited to a chat."""

    __tablename__ = "thread_people"
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    __table_args__ = (Index("ix_thread_people_user_id", "user_id"),)


class RuleSetRecord(Base):
    """A rule set as it was, under its hash: a decision can be explained a year later."""

    __tablename__ = "rule_sets"
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    label: Mapped[str] = mapped_column(String(120))
    canonical: Mapped[str] = mapped_column(Text)
    loaded_at: Mapped[datetime]


class RuleMode(Base):
    """A version of a rule changed its mode, in this installation; rows are only added.

    The latest row of a version says whether it may act. The file stays the truth for all else: a
    version that the file calls live and that no row calls live is on trial.
    """

    __tablename__ = "rule_modes"
    id: Mapped[int] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(String(12))
    v: Mapped[int]
    meaning: Mapped[str] = mapped_column(String(64))
    """Digest of the rule's own text; ``reach`` is that with the words of its lists."""
    reach: Mapped[str] = mapped_column(String(64))
    mode: Mapped[str] = mapped_column(String(6))
    why: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    __table_args__ = (
        CheckConstraint("mode IN ('live', 'trial', 'shadow', 'off')", name="mode"),
        CheckConstraint(
            "why IN ('first', 'new', 'changed', 'file', 'lists', 'promoted', 'brake', 'quarter', 'hand')",
            name="why",
        ),
        Index("ix_rule_modes_rule_id", "rule", "id"),
    )


class VerdictRecord(Base):
    """What the rules said of one text: the set, the hits with their spans, the act."""

    __tablename__ = "verdicts"
    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    act: Mapped[str] = mapped_column(String(20))
    event: Mapped[str] = mapped_column(String(20))
    rule_set: Mapped[str] = mapped_column(ForeignKey("rule_sets.hash"))
    engine: Mapped[str] = mapped_column(String(20))
    hits: Mapped[list[Any]] = mapped_column(JSONText)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    number: Mapped[int | None]
    """Number of the decision in the journal, where the act was more than to let pass."""
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSONText)
    """The circumstances that the rules were told, never words: the judgement can be done again."""
    community_id: Mapped[int | None]
    thread_id: Mapped[int | None]
    target_id: Mapped[int | None]
    """Where and to whom, as it was said: rules count by them, so they never follow a move."""
    __table_args__ = (
        UniqueConstraint("id", "digest"),
        Index("ix_verdicts_number", "number"),
        Index("ix_verdicts_at", "at"),
        Index("ix_verdicts_actor_id_at", "actor_id", "at"),
        Index("ix_verdicts_community_id_at", "community_id", "at"),
    )


class RuleHit(Base):
    """A rule that a text met, in whatever mode: what rules, trials and the brake count by."""

    __tablename__ = "rule_hits"
    id: Mapped[int] = mapped_column(primary_key=True)
    verdict_id: Mapped[int] = mapped_column(ForeignKey("verdicts.id"), index=True)
    rule: Mapped[str] = mapped_column(String(20))
    v: Mapped[int]
    mode: Mapped[str] = mapped_column(String(8))
    is_quiet: Mapped[bool] = mapped_column(default=False)
    """Met, but not yet as often as its throttle asks: it did not act."""
    event: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    community_id: Mapped[int | None]
    thread_id: Mapped[int | None]
    target_id: Mapped[int | None]
    at: Mapped[datetime]
    __table_args__ = (
        Index("ix_rule_hits_rule_at", "rule", "at"),
        Index("ix_rule_hits_actor_id_rule_at", "actor_id", "rule", "at"),
    )


class Pause(Base):
    """A person waits before the next text, in a community or to one other person; it ends by itself."""

    __tablename__ = "pauses"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    what: Mapped[str] = mapped_column(String(10))
    community_id: Mapped[int | None] = mapped_column(ForeignKey("communities.id"))
    target_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """To whom nothing may be written; None keeps from everyone there."""
    rule: Mapped[str] = mapped_column(String(20))
    v: Mapped[int]
    number: Mapped[int | None]
    """Its row in the journal; a pause from letters has none."""
    since: Mapped[datetime]
    until: Mapped[datetime]
    __table_args__ = (
        CheckConstraint("what IN ('words', 'letters', 'reports')", name="what"),
        CheckConstraint("since < until", name="lasts"),
        Index("ix_pauses_user_id_until", "user_id", "until"),
    )


class Entry(Base):
    """One piece of text by one named author (S3 §4 r4). Written by the gate alone."""

    __tablename__ = "entries"
    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id"))
    community_id: Mapped[int | None] = mapped_column(ForeignKey("communities.id"))
    position: Mapped[int | None]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("entries.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    title: Mapped[str] = mapped_column(String(200), default="")
    body: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    html_version: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    verdict_id: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    edited_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)
    seq: Mapped[int]
    thanks: Mapped[int] = mapped_column(default=0)
    file_count: Mapped[int] = mapped_column(default=0)
    removal_number: Mapped[int | None]
    removal_article: Mapped[str | None] = mapped_column(String(60))
    fold_number: Mapped[int | None]
    """The decision by which the text is shown folded; readers open it with one press."""
    __table_args__ = (
        ForeignKeyConstraint(["verdict_id", "digest"], ["verdicts.id", "verdicts.digest"]),
        UniqueConstraint("thread_id", "position"),
        CheckConstraint("state IN ('published', 'held', 'removed', 'withdrawn')", name="state"),
        CheckConstraint("state <> 'published' OR position IS NOT NULL", name="placed"),
        CheckConstraint(
            "state <> 'removed' OR (removal_number IS NOT NULL AND removal_article IS NOT NULL)",
            name="removal_has_grounds",
        ),
        Index("ix_entries_author_id_id", "author_id", "id"),
        Index("ix_entries_verdict_id", "verdict_id"),
        Index("ix_entries_community_id_state_id", "community_id", "state", "id"),
        Index("ix_entries_parent_id", "parent_id"),
        Index("ix_entries_thread_id_seq", "thread_id", "seq"),
    )


class EntryRevision(Base):
    """A text as it stood before an edit; with the entry itself they make the whole history."""

    __tablename__ = "entry_revisions"
    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    verdict_id: Mapped[int]
    written_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("entry_id", "number"),
        Index("ix_entry_revisions_verdict_id", "verdict_id"),
        ForeignKeyConstraint(["verdict_id", "digest"], ["verdicts.id", "verdicts.digest"]),
    )


class EntryFile(Base):
    """A file attached to an entry."""

    __tablename__ = "entry_files"
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id"), primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("files.id"), primary_key=True)
    place: Mapped[int]
    __table_args__ = (Index("ix_entry_files_file_id", "file_id"),)


class ReadMark(Base):
    """How far a person has read a thread; private, counted only as «readers»."""

    __tablename__ = "read_marks"
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id"), primary_key=True)
    position: Mapped[int]
    at: Mapped[datetime]
    __table_args__ = (Index("ix_read_marks_thread_id", "thread_id"),)


class ReadFloor(Base):
    """Everything in the community before this moment counts as read by the person."""

    __tablename__ = "read_floors"
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"), primary_key=True)
    at: Mapped[datetime]
    seq: Mapped[int] = mapped_column(default=0)
    """Rises with each read mark of the person here; half of the key of the cached counts."""


class Pulse(Base):
    """Rises with each change in a community: the other half of the key of cached counts."""

    __tablename__ = "pulses"
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(default=0)


class Follow(Base):
    """A person follows a thread (notices of replies) or mutes it (none at all)."""

    __tablename__ = "follows"
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id"), primary_key=True)
    level: Mapped[str] = mapped_column(String(6))
    at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint("level IN ('follow', 'mute')", name="level"),
        Index("ix_follows_thread_id_level", "thread_id", "level"),
    )


class Thanks(Base):
    """A quiet «спасибо»: it counts as use of the entry."""

    __tablename__ = "thanks"
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    at: Mapped[datetime]


class Reference(Base):
    """An entry mentions a person or quotes another entry; found when the text is written."""

    __tablename__ = "entry_references"
    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    quoted_id: Mapped[int | None] = mapped_column(ForeignKey("entries.id"))
    __table_args__ = (
        CheckConstraint("(user_id IS NULL) <> (quoted_id IS NULL)", name="one"),
        UniqueConstraint("entry_id", "user_id", "quoted_id"),
        Index("ix_entry_references_quoted_id", "quoted_id"),
    )


class Draft(Base):
    """A text in progress, its author's alone; the last three versions are kept."""

    __tablename__ = "drafts"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    place: Mapped[str] = mapped_column(String(60))
    """Where it is being written: «reply:12», «board:3», «entry:40»."""
    version: Mapped[int]
    title: Mapped[str] = mapped_column(String(200), default="")
    body: Mapped[str] = mapped_column(Text)
    extra: Mapped[dict[str, Any]] = mapped_column(JSONText, default=dict)
    saved_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("user_id", "place", "version"),)


class Sending(Base):
    """A form was taken under its key: the same form sent again leads to the same place."""

    __tablename__ = "sendings"
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    url: Mapped[str] = mapped_column(String(300))
    at: Mapped[datetime]
    __table_args__ = (Index("ix_sendings_at", "at"),)
