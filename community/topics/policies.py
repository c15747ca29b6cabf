"""Who may arrange the forum; pure, one condition a line."""

from community.communities.standing import Standing
from community.core.verdict import ALLOW, Verdict, deny
from community.publishing.policies import ThreadLike, suspended
from community.topics.models import Board, Topic

MODERATION_SPACE = "moderation_topic"


def may_arrange_boards(who: Standing) -> Verdict:
    """Boards are the administrator's: who reads, what for (S3 §6 administrator 2)."""
    return ALLOW if who.is_administrator else deny("board.not_yours")


def may_open_topic(who: Standing, board: Board) -> Verdict:
    """Members open topics on boards that are not closed."""
    if not who.is_member:
        return suspended(who) if who.is_suspended else deny("thread.not_a_member")
    if board.archived_at is not None:
        return deny("board.archived")
    return ALLOW


def may_moderate(who: Standing) -> Verdict:
    """Pin, move, split, merge: moderators and the administrator."""
    return ALLOW if who.is_moderator else deny("topic.not_a_moderator")


def may_lock(who: Standing, space: str | None) -> Verdict:
    """Closing is a moderator's; talk about moderators' acts is never closed (B09)."""
    if space == MODERATION_SPACE:
        return deny("topic.special")
    return may_moderate(who)


def may_conclude(who: Standing, thread: ThreadLike, space: str | None) -> Verdict:
    """The author of a topic or a moderator sums it up (C04)."""
    if space == MODERATION_SPACE:
        return deny("topic.special")
    if who.is_moderator or (who.is_member and who.user_id == thread.author_id):
        return ALLOW
    return deny("topic.not_yours")


def may_advance(who: Standing, thread: ThreadLike, topic: Topic) -> Verdict:
    """An initiative's stage is moved by its author or a moderator (C03)."""
    if topic.kind != "initiative":
        return deny("topic.not_initiative")
    if who.is_moderator or (who.is_member and who.user_id == thread.author_id):
        return ALLOW
    return deny("topic.not_yours")


def may_ask_help(who: Standing, thread: ThreadLike) -> Verdict:
    """The author of a topic asks for help or says that it has come (C07)."""
    if who.is_member and who.user_id == thread.author_id:
        return ALLOW
    return deny("topic.not_yours")
