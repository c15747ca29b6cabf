"""Predicates about circumstances: who writes, where, how often, what a form holds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from community.rules.expression import Facts
from community.rules.needs import Count, PairNeed

Ask = Callable[[Facts], bool | None]

_PLACEHOLDERS = re.compile(
    r"(?:аноним\w*|гост[ья]\w*|пользователь\w*|ник|имя|noname|no name|anonym\w*|guest\w*|"
    r"user\w*|test\w*|тест\w*|неизвестн\w*|без имени|инкогнито|admin|админ|модератор|администратор|"
    r"учитель|педагог|коллега|родитель|мама|папа|прохожий|доброжелатель|nobody|null|none)"
    r"[\s_-]*\d*",
    re.IGNORECASE,
)

_DISAGREES = re.compile(
    r"не\s?соглас|несоглас|не нравится|(?:мо[иеёюй]\w*|наш\w*|собственн\w+) (?:убеждени|взгляд|мнени)|"
    r"друго(?:е|го) мнени|(?:думаю|считаю) иначе|мнени\w+ (?:неверн|неправильн|ошибочн|спорн|вредн)|"
    r"(?:неверн|неправильн|ошибочн|чужд)\w+ (?:мнени|взгляд|точк)|автор (?:неправ|не прав|ошибается)|"
    r"спорно(?:е|го) (?:мнени|утверждени)|критикует (?:нас|меня|методист|администрац)|не разделяю",
    re.IGNORECASE,
)


def is_placeholder(name: str) -> bool:
    """Whether a name names nobody: empty, «Аноним», «user17», one letter, no letters at all."""
    plain = " ".join(unicodedata.normalize("NFKC", name).split())
    letters = sum(char.isalpha() for char in plain)
    return letters < 2 or bool(_PLACEHOLDERS.fullmatch(plain))


def signed_in(*, expected: bool) -> Ask:
    """`author: {signed_in: …}`"""

    def ask(facts: Facts) -> bool | None:
        actual = facts.submission.signed_in
        return None if actual is None else actual is expected

    return ask


def placeholder_name() -> Ask:
    """`author: {name: placeholder}`"""

    def ask(facts: Facts) -> bool | None:
        name = facts.submission.author_name
        return None if name is None else is_placeholder(name)

    return ask


def role(roles: frozenset[str]) -> Ask:
    """`author: {role: […]}`"""

    def ask(facts: Facts) -> bool | None:
        actual = facts.submission.author_role
        return None if actual is None else actual in roles

    return ask


def bounded(attribute: str, under: int | None, over: int | None) -> Ask:
    """A number of the author's that is under or over a bound; both are strict."""

    def ask(facts: Facts) -> bool | None:
        actual = getattr(facts.submission, attribute)
        if actual is None:
            return None
        return (under is None or actual < under) and (over is None or actual > over)

    return ask


def at_least(attribute: str, bound: int) -> Ask:
    """A number of the submission's that has reached a bound."""

    def ask(facts: Facts) -> bool | None:
        actual = getattr(facts.submission, attribute)
        return None if actual is None else bool(actual >= bound)

    return ask


def space(spaces: frozenset[str]) -> Ask:
    """`space: […]`; an ordinary place is none of them."""
    return lambda facts: facts.submission.space in spaces


def event(events: frozenset[str]) -> Ask:
    """`event: …`"""
    return lambda facts: facts.submission.event in events


def party(sides: frozenset[str]) -> Ask:
    """`party: […]`: the one who acts is a side of the matter."""

    def ask(facts: Facts) -> bool | None:
        actual = facts.submission.parties
        return None if actual is None else bool(actual & sides)

    return ask


def between(need: PairNeed, bound: int) -> Ask:
    """`conflict` and `private_contact`: something between the two has happened so often."""

    def ask(facts: Facts) -> bool | None:
        counts = facts.submission.counts or {}
        actual = counts.get(need.name, getattr(facts.submission, need.kind))
        return None if actual is None else bool(actual >= bound)

    return ask


def count(asked: Count) -> Ask:
    """`count: {…}`: the exact count where one is given, else the plain count of that event.

    A plain count speaks for itself; of an exact one the share of those that were right is asked too.
    """

    def ask(facts: Facts) -> bool | None:
        counts = facts.submission.counts
        if counts is None:
            return None
        is_exact = asked.name in counts
        actual = counts.get(asked.name, counts.get(asked.event))
        if actual is None:
            return None
        if actual <= asked.over:
            return False
        if asked.upheld_below is None or not is_exact:
            return True
        share = (facts.submission.upheld or {}).get(asked.name)
        return None if share is None else share < asked.upheld_below

    return ask


def field(name: str, condition: str) -> Ask:
    """`field: {name: condition}`; a field that a known form lacks counts as empty."""
    test = _condition(condition)

    def ask(facts: Facts) -> bool | None:
        fields = facts.submission.fields
        if fields is None:
            return None
        return test(_tidy(fields.get(name, "")), facts)

    return ask


def _condition(condition: str) -> Callable[[str, Facts], bool]:
    if condition == "empty":
        return lambda value, _: not value
    if condition == "filled":
        return lambda value, _: bool(value)
    if condition == "disagreement":
        return lambda value, _: bool(_DISAGREES.search(value))
    if condition == "not_in_text":
        return lambda value, facts: not value or value not in _tidy(facts.submission.text)
    bound = int(condition.rpartition("_")[2])
    return lambda value, _: len(value) < bound


def is_condition(condition: object) -> bool:
    """Whether `field` knows this condition."""
    return isinstance(condition, str) and bool(
        re.fullmatch(r"empty|filled|not_in_text|disagreement|shorter_than_\d{1,4}", condition)
    )


def _tidy(value: str) -> str:
    kept = "".join(
        c for c in unicodedata.normalize("NFC", value) if unicodedata.category(c) != "Cf"
    )
    return " ".join(kept.split())
