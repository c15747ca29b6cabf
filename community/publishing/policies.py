"""Who may write, change and decide on words; pure, one condition a line."""

from typing import Protocol

from community.communities.standing import Standing
from community.core.verdict import ALLOW, Verdict, deny


class ThreadLike(Protocol):
    """What policies need of a thread."""

    state: str
    posting: str
    author_id: int
    audience: str
    community_id: int | None


class EntryLike(Protocol):
    """What policies need of an entry."""

    state: str
    author_id: int


def may_write(who: Standing, thread: ThreadLike) -> Verdict:
    """Members write; visitors never do, whoever may read (S3 §4 r4)."""
    if not who.is_member:
        return suspended(who) if who.is_suspended else deny("thread.not_a_member")
    if thread.state in ("closed", "hidden", "merged") or thread.posting == "nobody":
        return deny("thread.closed")
    if thread.state == "held":
        return deny("thread.waits")
    if thread.posting == "moderators" and not who.is_moderator:
        return deny("thread.for_moderators")
    if thread.posting == "author" and who.user_id != thread.author_id:
        return deny("thread.for_author")
    return ALLOW


def may_thank(who: Standing) -> Verdict:
    """Members in good standing thank: it counts as taking part."""
    if not who.is_member:
        return suspended(who) if who.is_suspended else deny("thread.not_a_member")
    return ALLOW


def suspended(who: Standing) -> Verdict:
    """Say until when a suspended member only reads, and where to appeal."""
    if who.suspended_until is None:
        return deny("thread.suspended_open", number=who.suspended_number or "—")
    return deny(
        "thread.suspended",
        until=f"{who.suspended_until:%d.%m.%Y}",
        number=who.suspended_number or "—",
    )


def may_revise(who: Standing, entry: EntryLike, thread: ThreadLike) -> Verdict:
    """The author alone changes a text, while it stands and the thread is open."""
    if who.user_id != entry.author_id:
        return deny("entry.not_yours")
    if who.is_suspended:
        return suspended(who)
    if entry.state not in ("published", "held"):
        return deny("entry.not_editable")
    if thread.state in ("closed", "hidden", "merged"):
        return deny("thread.closed")
    return ALLOW


def may_withdraw(who: Standing, entry: EntryLike) -> Verdict:
    """The author may take a text back while nobody has hidden it."""
    if who.user_id != entry.author_id:
        return deny("entry.not_yours")
    if entry.state not in ("published", "held"):
        return deny("entry.not_editable")
    return ALLOW
