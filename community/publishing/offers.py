"""What an author may do instead of sending a text as it is: hide a place, write in person, move it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from community.communities.standing import Standing
from community.core.actor import Actor
from community.publishing import cards, gate
from community.publishing.decisions import HIDDEN, Decision, Mark
from community.publishing.facts import Circumstances, Words

OWN_PAGE = "/people/me/edit"
Offer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ways:
    """Where a text is being written, and where its composer may lead the author."""

    who: Standing
    at: Circumstances
    letter_url: str = ""
    """A letter to the person whom the text answers (S3 §4 r3)."""
    move_url: str = ""
    move_place: str = ""
    """The draft of the topic about moderators' acts (B09)."""


Finding = Callable[[], Ways]


def masked(words: Words, marks: tuple[Mark, ...]) -> Words:
    """Return the words with every place that may be hidden replaced by «▒▒▒»."""
    hiding = [mark for mark in marks if "mask" in mark.offers]
    return Words(
        body=_hidden(words.body, [span for mark in hiding for span in mark.spans]),
        title=_hidden(words.title, [span for mark in hiding for span in mark.title_spans]),
    )


def mask(actor: Actor, words: Words, ways: Ways) -> Words:
    """Ask the rules again and hide what they mark; the author has accepted the offer (rules, §5)."""
    return masked(words, gate.check(actor, ways.who, words, ways.at).marks)


def of_mark(mark: Mark, ways: Ways) -> list[Offer]:
    """Return what the composer offers beside one mark: {name, url} leads away, {name, act} acts in place."""
    made: list[Offer] = []
    if "mask" in mark.offers and (mark.spans or mark.title_spans):
        made.append({"name": _("Hide it with %(sign)s", sign=HIDDEN), "act": "mask"})
    return made + _elsewhere(mark, ways)


def on_card(decision: Decision, ways: Ways) -> list[Offer]:
    """Return the same offers for a card that the server draws; each stands there once."""
    made: list[Offer] = []
    if any("mask" in mark.offers and (mark.spans or mark.title_spans) for mark in decision.marks):
        name = _("Hide it with %(sign)s and send", sign=HIDDEN)
        made.append({"name": name, "accept": "mask", "primary": True})
    for mark in decision.marks:
        for offer in _elsewhere(mark, ways):
            accept = {"accept": offer["act"]} if "act" in offer else {"url": offer["url"]}
            made.append({"name": offer["name"], **accept})
    return [each for at, each in enumerate(made) if each not in made[:at]]


def as_it_is(decision: Decision) -> Offer:
    """Return the way to send what was only asked about: the second sending goes (rules, §3)."""
    to_check = decision.act == "hold"
    name = _("Send it to a moderator for a check") if to_check else _("Send it as it is")
    return {"name": name, "accept": "as_it_is"}


def as_json(decision: Decision, ways: Finding) -> dict[str, Any]:
    """Return a decision for the red pencil of the composer."""
    found = ways() if decision.marks else None
    hits = [
        {
            "rule": mark.rule,
            "title": mark.title,
            "article": cards.article(mark.article),
            "message": mark.message,
            "spans": [list(span) for span in mark.spans],
            "title_spans": [list(span) for span in mark.title_spans],
            "acts": list(mark.acts),
            "offers": of_mark(mark, found) if found else [],
        }
        for mark in decision.marks
    ]
    return {"act": decision.act, "hits": hits, "foretold": cards.foretold(decision)}


def _elsewhere(mark: Mark, ways: Ways) -> list[Offer]:
    made: list[Offer] = []
    if ("private" in mark.offers or "prompt_private" in mark.acts) and ways.letter_url:
        made.append({"name": _("Settle it in person"), "url": ways.letter_url})
    if "own_profile" in mark.offers:
        made.append({"name": _("Say it on my own page"), "url": OWN_PAGE})
    if "offer_move" in mark.acts and ways.move_url:
        made.append({"name": _("Move it to the topic on moderators’ acts"), "act": "move"})
    return made


def _hidden(text: str, spans: list[tuple[int, int]]) -> str:
    """Replace the spans from the end; those that touch become one sign."""
    apart: list[list[int]] = []
    for start, end in sorted(spans):
        if apart and start <= apart[-1][1]:
            apart[-1][1] = max(apart[-1][1], end)
        else:
            apart.append([start, end])
    for start, end in reversed(apart):
        text = text[:start] + HIDDEN + text[end:]
    return text
