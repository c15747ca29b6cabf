"""Whether a removal has grounds: asked of the removal rules, refused with their words (S3 §4 r5)."""

from dataclasses import dataclass

from sqlalchemy import select

from community.core.db import db
from community.core.errors import Invalid
from community.core.verdict import N_, deny, require
from community.moderation import code
from community.publishing import ruleset
from community.publishing.access import public_title
from community.publishing.models import Entry, Thread
from community.rules import engine
from community.rules.model import Submission


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a moderator says for a removal: article, quotation, reason, the milder step."""

    article: str
    quote: str
    reason: str
    milder: str = "useless"


def require_grounds(entry: Entry, grounds: Grounds, parties: frozenset[str]) -> None:
    """Raise ``Invalid`` or ``Refused`` unless the removal stands on an article, a quotation, a reason."""
    known = code.articles().get(grounds.article)
    if known is None or not known.grounds_removal:
        require(deny("moderation.no_such_article"))
    text = f"{entry.title}\n{entry.body}" if entry.title else entry.body
    judged = engine.judge(
        ruleset.in_force(),
        Submission(
            text=text,
            event="moderator_delete",
            signed_in=True,
            fields={
                "article": grounds.article,
                "quote": grounds.quote,
                "reason": grounds.reason,
            },
            parties=parties,
        ),
    )
    if judged.act in ("refuse", "block"):
        require(deny("moderation.grounds", message=judged.message))
    if not exact_quote(entry, grounds.quote):
        raise Invalid({"quote": [N_("The quotation must stand in the text letter by letter.")]})


def exact_quote(entry: Entry, quote: str) -> tuple[int, int] | None:
    """Return where the quotation stands in the body (or, negative, in the title), or None."""
    wanted = quote.strip()
    start = entry.body.find(wanted)
    if wanted and start >= 0:
        return start, start + len(wanted)
    start = entry.title.find(wanted)
    return (-start - 1, -start - 1 - len(wanted)) if wanted and start >= 0 else None


def parties_of(moderator_id: int, entry: Entry) -> frozenset[str]:
    """Tell as which sides of the dispute the moderator stands to the entry.

    «target»: the entry answers them; «author»: they argue with its author under it — either of
    them answered the other in this thread within the branch.
    """
    sides: set[str] = set()
    if entry.author_id == moderator_id:
        sides.add("author")
    parent = entry.parent_id and db.session.scalar(
        select(Entry.author_id).where(Entry.id == entry.parent_id)
    )
    if parent == moderator_id:
        sides.add("target")
    answered = select(Entry.id).where(Entry.parent_id == entry.id, Entry.author_id == moderator_id)
    if db.session.scalar(answered.limit(1)) is not None:
        sides.add("thread")
    return frozenset(sides)


def title_of(thread_id: int) -> str:
    """Return the title of a thread."""
    opener = select(Thread.opener_id).where(Thread.id == thread_id).scalar_subquery()
    return db.session.scalar(select(Entry.title).where(Entry.id == opener)) or ""


def public_title_of(thread_id: int) -> str:
    """Return the title of a thread as those who may not read a hidden text see it."""
    opener = select(Thread.opener_id).where(Thread.id == thread_id).scalar_subquery()
    return db.session.scalar(select(public_title(Entry)).where(Entry.id == opener)) or ""
