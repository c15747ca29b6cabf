"""What notices say: each room registers its codes with their English sentences (msgids)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from community.core.verdict import N_

GROUPS: dict[str, str] = {
    "community": N_("Admission, seats, roles and news of my communities"),
    "calendar": N_("Councils and meetings: changes and reminders"),
    "talk": N_("Replies to me, mentions and topics that I follow"),
    "moderation": N_("Decisions on my texts, my complaints and my appeals"),
    "duty": N_("What waits for my decision as an administrator or moderator"),
}
"""The groups that a person can switch off by mail; in the account everything is shown."""

Fresh = Callable[[Sequence["Told"]], Mapping[int, Mapping[str, Any]]]
"""Notice id -> the values that may have changed since it was told, as they are now."""
Still = Callable[["Told"], bool]
CardOf = Callable[["Told"], Mapping[str, Any] | None]
"""The card of a decision as macros/decision.html draws it; a floor above makes it."""


@dataclass(frozen=True, slots=True)
class Told:
    """A notice as a value, for those who judge whether it is still true."""

    id: int
    user_id: int
    community_id: int | None
    code: str
    params: Mapping[str, Any]
    url: str | None
    actor_id: int | None


@dataclass(frozen=True, slots=True)
class Sentence:
    """The sentence of a code, its group, and the question asked again before a letter leaves."""

    text: str
    group: str
    still: Still | None = None
    card: CardOf | None = None
    fresh: Fresh | None = None


SENTENCES: dict[str, Sentence] = {}


def register(
    sentences: Mapping[str, str],
    *,
    group: str = "community",
    still: Still | None = None,
    card: CardOf | None = None,
    fresh: Fresh | None = None,
) -> None:
    """Add notice codes with their English sentences.

    ``group`` is where a person switches their letters off; ``still`` says, just before a letter
    leaves, whether what it tells has stayed true (an entry removed meanwhile is not announced).
    ``card`` gives the decision that the notice tells of, whole, for the list and the letter.
    ``fresh`` reads anew what may not be said any more: the title of a text that was hidden since.
    """
    if group not in GROUPS:
        raise ValueError(f"no group of notices is called {group}")
    for code, text in sentences.items():
        made = Sentence(text, group, still, card, fresh)
        if SENTENCES.get(code, made).text != text:
            raise ValueError(f"the notice {code} is registered twice")
        SENTENCES[code] = made


def known(code: str) -> Sentence:
    """Return what is registered for a code, or raise ``LookupError``."""
    if code not in SENTENCES:
        raise LookupError(f"unknown notice {code}: register it with notices.sentences.register")
    return SENTENCES[code]


def as_of_now(told: Sequence[Told]) -> dict[int, Mapping[str, Any]]:
    """Return notice id -> its values, with those that may have changed read anew."""
    found = {each.id: each.params for each in told}
    asked: dict[Fresh, list[Told]] = {}
    for each in told:
        known_as = SENTENCES.get(each.code)
        if known_as and known_as.fresh:
            asked.setdefault(known_as.fresh, []).append(each)
    for fresh, group in asked.items():
        for notice_id, values in fresh(group).items():
            found[notice_id] = {**found[notice_id], **values}
    return found


def say(code: str, params: Mapping[str, Any]) -> str:
    """Return the sentence in the reader's language; a value that is missing leaves a dash."""
    return gettext(known(code).text) % _Values(params) if code in SENTENCES else code


class _Values(dict[str, Any]):
    """Old notices live longer than sentences: a value that a new wording asks for may be absent."""

    def __missing__(self, key: str) -> str:
        return "—"


def card(told: Told) -> Mapping[str, Any] | None:
    """Return the card of the decision that a notice tells of, or None where it tells of none."""
    known_as = SENTENCES.get(told.code)
    return known_as.card(told) if known_as and known_as.card else None
