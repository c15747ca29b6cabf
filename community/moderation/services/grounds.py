"""Whether a removal has grounds: asked of the removal rules, refused with their words (S3 §4 r5)."""

import re
import unicodedata
from dataclasses import dataclass

from sqlalchemy import select

from community.core.db import db
from community.core.errors import Conflict, Invalid
from community.core.verdict import N_, deny, require
from community.moderation import code
from community.moderation.queries import interest
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
    revision: int | None = None
    """The revision that was read; None where nobody read a page (an import, a program)."""


_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
_RULED = frozenset({"author", "target", "thread"})
"""The sides that the language of rules knows; the others are refused before any rule is asked."""


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
                "quote": own_words(entry, grounds.quote),
                "reason": grounds.reason,
            },
            parties=parties & _RULED,
        ),
    )
    if judged.act in ("refuse", "block"):
        require(deny("moderation.grounds", message=judged.message))
    if not exact_quote(entry, grounds.quote):
        raise Invalid({"quote": [N_("The quotation must stand in the text letter by letter.")]})


def exact_quote(entry: Entry, quote: str) -> tuple[int, int] | None:
    """Return where the quotation stands in the body (or, negative, in the title), or None.

    Blanks may differ, so may the Unicode form of a letter, and characters that nobody sees count
    neither here nor there; a quotation without a letter or a digit is none. The place is always in
    the author's own characters.
    """
    sought = _pattern(quote)
    if sought is None:
        return None
    if found := sought.search(entry.body):
        return found.start(), found.end()
    if found := sought.search(entry.title):
        return -found.start() - 1, -found.end() - 1
    return None


def own_words(entry: Entry, quote: str) -> str:
    """Return the quotation as it stands in the text; what is not there is returned as it came."""
    span = exact_quote(entry, quote)
    if span is None:
        return quote.strip()
    return entry.title[-span[0] - 1 : -span[1] - 1] if span[0] < 0 else entry.body[slice(*span)]


def _pattern(quote: str) -> re.Pattern[str] | None:
    words = unicodedata.normalize("NFC", _UNSEEN.sub("", quote)).split()
    if not any(each.isalnum() for word in words for each in word):
        return None
    unseen = f"{_UNSEEN.pattern}*"
    between = rf"{unseen}\s[\s{_UNSEEN.pattern[1:]}*"
    return re.compile(between.join(unseen.join(map(_letter, word)) for word in words))


def _letter(letter: str) -> str:
    apart = unicodedata.normalize("NFD", letter)
    return re.escape(letter) if apart == letter else f"(?:{re.escape(letter)}|{re.escape(apart)})"


def parties_of(moderator_id: int, entry: Entry) -> frozenset[str]:
    """Tell as which sides of the dispute the moderator stands to the entry (rules, §6)."""
    return interest.sides(moderator_id, entry)


def require_as_read(entry: Entry, revision: int | None) -> None:
    """Raise ``Conflict`` when the text was changed since the moderator read it."""
    if revision is not None and entry.revision != revision:
        raise Conflict("moderation.changed_meanwhile")


def title_of(thread_id: int) -> str:
    """Return the title of a thread."""
    opener = select(Thread.opener_id).where(Thread.id == thread_id).scalar_subquery()
    return db.session.scalar(select(Entry.title).where(Entry.id == opener)) or ""


def public_title_of(thread_id: int) -> str:
    """Return the title of a thread as those who may not read a hidden text see it."""
    opener = select(Thread.opener_id).where(Thread.id == thread_id).scalar_subquery()
    return db.session.scalar(select(public_title(Entry)).where(Entry.id == opener)) or ""
