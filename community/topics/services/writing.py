"""Members open topics, answer, ask for help, sum up."""

from collections.abc import Sequence
from dataclasses import dataclass

from community.audit import services as audit
from community.communities.standing import standing
from community.core import clock
from community.core.actor import Actor
from community.core.db import db
from community.core.outbox import emit
from community.core.transactions import use_case
from community.core.verdict import deny, require
from community.files import services as files
from community.publishing import drafts, marks
from community.publishing import services as publishing
from community.publishing.facts import Words
from community.publishing.models import Thread
from community.publishing.services import NO_RULES, Published
from community.topics import policies
from community.topics.events import HelpWanted
from community.topics.models import Topic
from community.topics.queries import boards, single


@dataclass(frozen=True, slots=True)
class TopicPlan:
    """What its author says of a new topic besides the words."""

    kind: str = "discussion"
    subject: str = ""
    help_wanted: bool = False


@use_case
def open_topic(
    actor: Actor,
    board_id: int,
    words: Words,
    plan: TopicPlan,
    *,
    seen: frozenset[str] = NO_RULES,
    file_ids: Sequence[int] = (),
) -> tuple[int, Published]:
    """Open a topic on a board; returns its id with what became of the text."""
    board = boards.board_for_change(board_id)
    require(policies.may_open_topic(standing(actor, board.community_id), board))
    if not words.title.strip():
        require(deny("topic.no_title"))
    made = publishing.open_thread(
        actor,
        words,
        community_id=board.community_id,
        kind="topic",
        audience=board.audience,
        shelf_id=board.id,
        seen=seen,
        file_ids=_claimed(actor, file_ids, board.community_id),
    )
    topic = Topic(
        thread_id=made.thread_id,
        community_id=board.community_id,
        board_id=board.id,
        kind=plan.kind,
        subject=plan.subject,
        stage="proposed" if plan.kind == "initiative" else None,
        help_wanted_at=clock.now() if plan.help_wanted else None,
        created_at=clock.now(),
    )
    db.session.add(topic)
    db.session.flush()
    if plan.help_wanted:
        emit(HelpWanted(topic_id=topic.id))
    drafts.drop(actor, f"board:{board_id}")
    return topic.id, made


@use_case
def reply(
    actor: Actor,
    topic_id: int,
    words: Words,
    *,
    parent_id: int | None = None,
    seen: frozenset[str] = NO_RULES,
    file_ids: Sequence[int] = (),
) -> Published:
    """Answer in a topic, under an entry or under the topic as a whole."""
    topic = single.topic_for_change(topic_id)
    made = publishing.publish(
        actor,
        topic.thread_id,
        words,
        parent_id=parent_id,
        seen=seen,
        file_ids=_claimed(actor, file_ids, topic.community_id),
    )
    drafts.drop(actor, f"topic:{topic_id}")
    return made


@use_case
def revise(
    actor: Actor,
    entry_id: int,
    words: Words,
    *,
    expected_revision: int,
    seen: frozenset[str] = NO_RULES,
    file_ids: Sequence[int] | None = None,
) -> Published:
    """Change one's own text with its files; None leaves the files as they are."""
    entry, _thread = publishing.entry_for_change(entry_id)
    claimed = None if file_ids is None else _claimed(actor, file_ids, entry.community_id)
    made = publishing.revise(
        actor, entry_id, words, expected_revision=expected_revision, seen=seen, file_ids=claimed
    )
    drafts.drop(actor, f"entry:{entry_id}")
    return made


@use_case
def conclude(
    actor: Actor, topic_id: int, words: Words, *, seen: frozenset[str] = NO_RULES
) -> Published:
    """Close a discussion with a conclusion: one more entry, linked at the topic's head (C04)."""
    topic = single.topic_for_change(topic_id)
    thread = single.thread_of(topic)
    require(policies.may_conclude(standing(actor, topic.community_id), thread, thread.space))
    made = publishing.publish(actor, topic.thread_id, words, event="post", seen=seen)
    if made.state == "published":
        topic.conclusion_id, topic.help_wanted_at = made.entry_id, None
        publishing.set_thread(topic.thread_id, state="closed")
        _journal_close(actor, topic, thread)
    drafts.drop(actor, f"conclusion:{topic_id}")
    return made


def _journal_close(actor: Actor, topic: Topic, thread: Thread) -> None:
    who = standing(actor, topic.community_id)
    audit.record(
        actor,
        "topic.closed",
        actor_role="moderator" if who.is_moderator else "member",
        community_id=topic.community_id,
        target=("topic", topic.id),
        author_id=thread.author_id,
        body={"topic_id": topic.id},
    )


@use_case
def ask_help(actor: Actor, topic_id: int) -> None:
    """Ask for help in one's topic, or tell that it has come (C07)."""
    topic = single.topic_for_change(topic_id)
    require(policies.may_ask_help(standing(actor, topic.community_id), single.thread_of(topic)))
    if topic.help_wanted_at is None:
        topic.help_wanted_at = clock.now()
        emit(HelpWanted(topic_id=topic.id))
    else:
        topic.help_wanted_at = None


@use_case
def advance(actor: Actor, topic_id: int, stage: str) -> None:
    """Move an initiative to another stage: proposed, taken, done (C03)."""
    topic = single.topic_for_change(topic_id)
    require(
        policies.may_advance(standing(actor, topic.community_id), single.thread_of(topic), topic)
    )
    topic.stage = stage


@use_case
def follow(actor: Actor, topic_id: int, level: str) -> None:
    """Follow a topic, mute it, or neither."""
    topic = single.topic_seen_by(actor, topic_id)
    marks.follow(actor, topic.thread_id, level=level)


def _claimed(actor: Actor, file_ids: Sequence[int], community_id: int | None) -> list[int]:
    if not file_ids:
        return []
    return [file.id for file in files.claim(actor, file_ids, community_id=community_id)]
