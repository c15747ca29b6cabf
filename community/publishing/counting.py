"""How often: the numbers that rules ask over time, in one question built once for each set.

Counted are judgements (``verdicts``), told by whom, to whom, where and when; each number stops at the
bound that its rule asks about, and stands on an index (actor and time, or community and time).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ScalarSelect, Select, and_, bindparam, func, literal, or_, select
from sqlalchemy.orm import aliased

from community.core import clock
from community.core.db import fetch
from community.publishing.models import Entry, RuleHit, ThreadPerson, VerdictRecord
from community.rules.needs import Count, Needs, PairNeed, Throttle, length_of

STOPPED = ("block", "refuse", "cooldown")
"""Acts after which a text was not said."""
HEATED = ("notice", "hold")
"""What a rule said of words, not of the quarrel itself: being sent to write in person is no new heat."""
POSTS = 100
_LOOKED_AT = 50

Share = Callable[[int, datetime], int | None]
Strikes = Callable[[int, int], int | None]
_shares: dict[str, Share] = {}
_strikes: list[Strikes] = []


def provide_share(event: str, share: Share) -> None:
    """Tell how many per cent of a person's acts since a time turned out right; None while unknown."""
    _shares[event] = share


def provide_strikes(strikes: Strikes) -> None:
    """Tell how many strikes of a person (first) are in force in a community (second)."""
    _strikes[:] = [strikes]


def share_of(ask: Count, user_id: int) -> int | None:
    """Return the share that was right among what ``ask`` counts, or None."""
    provided = _shares.get(ask.event)
    return provided(user_id, _since(ask.per)) if provided else None


def strikes_of(user_id: int, community_id: int) -> int | None:
    """Return the strikes in force, or None where nobody keeps them."""
    return _strikes[0](user_id, community_id) if _strikes else None


def numbers(
    needs: Needs,
    *,
    event: str,
    actor: int,
    target: int | None,
    thread: int | None,
    community: int | None,
) -> dict[str, int]:
    """Return every number that ``needs`` asks and that can be known, by its name.

    The text that is being judged counts too, as an ``event``. Where nobody is addressed, numbers
    between two people are 0 without a question.
    """
    target = None if target == actor else target
    known = {one.name: 0 for one in needs.pairs}
    known |= {one.name: 0 for one in needs.counts if _is_empty(one.key, target, thread)}
    known |= {rule: 0 for rule, one in needs.throttles if _is_empty(one.key, target, thread)}
    question = _question(needs, target is None, thread is None, community is None)
    if question is None:
        return known
    given: dict[str, Any] = {"actor": actor, "target": target}
    given |= {"thread": thread, "community": community}
    given |= {f"since_{per}": _since(per) for per in question.pers}
    values = {name: given[name] for name in question.binds}
    asked = dict(zip(question.names, fetch(question.statement, **values).one(), strict=True))
    for one in needs.counts:
        asked |= {one.name: asked[one.name] + 1} if _is_this(one, event, asked) else {}
    return known | asked


def _is_this(ask: Count, event: str, asked: dict[str, int]) -> bool:
    return ask.event == event and ask.name in asked


def _is_empty(key: tuple[str, ...], target: int | None, thread: int | None) -> bool:
    return ("target_author" in key and target is None) or ("thread" in key and thread is None)


@dataclass(frozen=True, slots=True)
class Question:
    """A SELECT that was built once: what its columns are called, and the values that it wants."""

    statement: Select[Any]
    names: tuple[str, ...]
    pers: tuple[str, ...]
    binds: frozenset[str]


@lru_cache(maxsize=128)
def _question(
    needs: Needs,
    no_target: bool,  # noqa: FBT001 — three facts that are the key of a cache
    no_thread: bool,  # noqa: FBT001
    no_community: bool,  # noqa: FBT001
) -> Question | None:
    """Return the one SELECT of all numbers, or None where there is nothing to ask."""
    target, thread = None if no_target else 0, None if no_thread else 0
    columns: dict[str, ScalarSelect[Any]] = {}
    pers: list[str] = []
    for ask in needs.counts:
        if not _is_empty(ask.key, target, thread) and not (no_community and _is_local(ask.key)):
            columns[ask.name] = _said(ask, has_community=not no_community)
            pers.append(ask.per)
    for rule, throttle in needs.throttles:
        if not _is_empty(throttle.key, target, thread):
            columns[rule] = _met(rule, throttle)
            pers.append(throttle.per)
    for pair in needs.pairs:
        if not no_target:
            columns[pair.name] = _sharp(pair) if pair.kind == "sharp" else _letters(pair)
            pers.append(pair.per)
    if "posts" in needs.facts:
        few = select(Entry.id).where(Entry.author_id == bindparam("actor")).limit(POSTS)
        columns["posts"] = select(func.count()).select_from(few.subquery()).scalar_subquery()
    if not columns:
        return None
    statement = select(*columns.values())
    made = statement.compile().binds.items()
    binds = frozenset(name for name, bind in made if bind.required)
    return Question(statement, tuple(columns), tuple(set(pers)), binds)


def _is_local(key: tuple[str, ...]) -> bool:
    """A key without the author is counted among the texts of one community."""
    return "author" not in key


def _said(ask: Count, *, has_community: bool) -> ScalarSelect[Any]:
    row = aliased(VerdictRecord)
    asked = select(literal(1)).where(
        row.event == ask.event, row.at >= _bind(ask.per), row.act.not_in(_list("stopped", STOPPED))
    )
    if "author" in ask.key:
        asked = asked.where(row.actor_id == bindparam("actor"))
    if "target_author" in ask.key:
        asked = asked.where(row.target_id == bindparam("target"))
    if "thread" in ask.key:
        asked = asked.where(row.thread_id == bindparam("thread"))
    if "community" in ask.key or (_is_local(ask.key) and has_community):
        asked = asked.where(row.community_id == bindparam("community"))
    if ask.unanswered:
        asked = asked.where(row.at > func.coalesce(_answered(ask.per), _bind(ask.per)))
    return _counted(asked.limit(ask.over + 1))


def _answered(per: str) -> ScalarSelect[Any]:
    answer = aliased(VerdictRecord)
    return (
        select(func.max(answer.at))
        .where(
            answer.actor_id == bindparam("target"),
            answer.target_id == bindparam("actor"),
            answer.at >= _bind(per),
            answer.act.not_in(_list("stopped", STOPPED)),
        )
        .scalar_subquery()
    )


def _met(rule: str, throttle: Throttle) -> ScalarSelect[Any]:
    row = aliased(RuleHit)
    asked = select(literal(1)).where(row.rule == rule, row.at >= _bind(throttle.per))
    columns = {
        "author": row.actor_id == bindparam("actor"),
        "target_author": row.target_id == bindparam("target"),
        "thread": row.thread_id == bindparam("thread"),
        "community": row.community_id == bindparam("community"),
    }
    asked = asked.where(and_(*(columns[part] for part in throttle.key)))
    return _counted(asked.limit(throttle.count))


def _sharp(pair: PairNeed) -> ScalarSelect[Any]:
    return select(
        _heated("actor", "target", pair) + _heated("target", "actor", pair)
    ).scalar_subquery()


def _heated(author: str, other: str, pair: PairNeed) -> Any:
    """Answers of one to the other that a rule asked about or a moderator removed (S3 §4 r3)."""
    latest = (
        select(Entry.parent_id, Entry.verdict_id, Entry.state, Entry.created_at)
        .where(Entry.author_id == bindparam(author))
        .order_by(Entry.id.desc())
        .limit(_LOOKED_AT)
        .subquery()
    )
    answered = aliased(Entry)
    return (
        select(func.count())
        .select_from(latest)
        .join(answered, answered.id == latest.c.parent_id)
        .join(VerdictRecord, VerdictRecord.id == latest.c.verdict_id)
        .where(
            answered.author_id == bindparam(other),
            latest.c.created_at >= _bind(pair.per),
            or_(VerdictRecord.act.in_(_list("heated", HEATED)), latest.c.state == "removed"),
        )
        .scalar_subquery()
    )


def _letters(pair: PairNeed) -> ScalarSelect[Any]:
    mine, theirs = aliased(ThreadPerson), aliased(ThreadPerson)
    return (
        select(func.count())
        .select_from(Entry)
        .join(mine, mine.thread_id == Entry.thread_id)
        .join(theirs, theirs.thread_id == Entry.thread_id)
        .where(
            mine.user_id == bindparam("actor"),
            theirs.user_id == bindparam("target"),
            Entry.community_id.is_(None),  # a letter; a chat by invitation has its community
            Entry.state == "published",
            Entry.created_at >= _bind(pair.per),
        )
        .scalar_subquery()
    )


def _counted(few: Select[Any]) -> ScalarSelect[Any]:
    return select(func.count()).select_from(few.subquery()).scalar_subquery()


def _bind(per: str) -> Any:
    return bindparam(f"since_{per}", type_=VerdictRecord.at.type)


def _list(name: str, values: tuple[str, ...]) -> Any:
    return bindparam(name, list(values), expanding=True)


def _since(per: str) -> datetime:
    return clock.now() - length_of(per)
