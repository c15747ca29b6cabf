"""Pauses that rules ask for: nothing new in a community, or to one person, until a time (rules, §3)."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import or_, select, update

from community.accounts.models import User
from community.communities.services import pausing
from community.communities.standing import Standing
from community.core import clock
from community.core.actor import Actor
from community.core.db import db
from community.publishing import cards, ruleset
from community.publishing.cards import Card
from community.publishing.decisions import Decision, Mark, Paused
from community.publishing.facts import LETTER, REPORT, Circumstances, addressee
from community.publishing.models import Pause
from community.publishing.records import Case
from community.publishing.terms import spoken
from community.rules.engine import fill
from community.rules.model import Rule
from community.rules.needs import length_of

_FREE = frozenset({"edit", "appeal"})
"""Mending what is said already is never paused, nor is an appeal against the pause itself."""


def require_none(actor: Actor, who: Standing, at: Circumstances) -> None:
    """Raise ``Paused`` while a rule keeps the author from such a text here."""
    if at.event in _FREE or (at.community_id is not None and not _may_be_paused(who)):
        return
    standing = _standing(actor, at.community_id)
    if not standing:
        return
    target_id, _name = addressee(at)
    for pause in standing:
        if _stands_in_the_way(pause, at, target_id):
            raise Paused(_decision(pause))


def begin(case: Case, rule: Rule, number: int | None) -> datetime:
    """Store the pause that a rule asks for, in the open transaction; return its end."""
    moment = clock.now()
    end = moment + length_of(rule.pause)
    made = Pause(
        user_id=case.actor.id,
        what=_what(case.at),
        community_id=None if case.at.event == LETTER else case.at.community_id,
        target_id=case.asked.target_author_id if rule.is_about_one else None,
        rule=rule.id,
        v=rule.v,
        number=number,
        since=moment,
        until=end,
    )
    db.session.add(made)
    db.session.flush()
    if made.community_id is not None:
        pausing.note(made.user_id, made.community_id, end)
    return end


def begin_all(case: Case, number: int | None) -> datetime:
    """Store every pause that the rules ask for; return when the longest ends."""
    asking = [case.rules.rule(hit.rule) for hit in case.judgement.hits if "cooldown" in hit.acts]
    return max(begin(case, rule, number) for rule in asking)


def lock(number: int) -> None:
    """Lock the pause of a decision in the open transaction: two people do not end it at once."""
    mine = select(Pause).where(Pause.number == number).with_for_update()
    db.session.scalars(mine.execution_options(populate_existing=True)).all()


def in_force(user_id: int, community_id: int) -> list[Pause]:
    """Return the pauses of a member that stand in a community now, the longest first."""
    mine = (
        select(Pause)
        .where(
            Pause.user_id == user_id,
            Pause.community_id == community_id,
            Pause.until > clock.now(),
            Pause.number.is_not(None),
        )
        .order_by(Pause.until.desc())
    )
    return list(db.session.scalars(mine))


def end(number: int) -> None:
    """End the pause of a decision that a person has cancelled, in the open transaction."""
    db.session.execute(
        update(Pause)
        .where(Pause.number == number, Pause.until > clock.now())
        .values(until=clock.now())
    )


def card(
    actor: Actor, who: Standing, community_id: int | None, beside: Collection[int] = ()
) -> Card | None:
    """Return the pause that a person should know of before writing here, as a card.

    ``beside`` are those whom a text here may answer: a pause to one of them is told too.
    """
    if actor.user_id is None or (community_id is not None and not _may_be_paused(who)):
        return None
    here = "letters" if community_id is None else "words"
    for pause in _standing(actor, community_id):
        if pause.target_id in beside or (pause.target_id is None and pause.what == here):
            return cards.of(_decision(pause), "")
    return None


def _may_be_paused(who: Standing) -> bool:
    return who.paused_until is not None and who.paused_until > clock.now()


def _standing(actor: Actor, community_id: int | None) -> list[Pause]:
    here = Pause.community_id == community_id
    asked = (
        select(Pause)
        .where(Pause.user_id == actor.user_id, Pause.until > clock.now())
        .where(or_(here, Pause.what == "letters", Pause.target_id.is_not(None)))
        .order_by(Pause.until.desc())
    )
    return list(db.session.scalars(asked))


def _stands_in_the_way(pause: Pause, at: Circumstances, target_id: int | None) -> bool:
    if pause.what == "reports" or at.event == REPORT:
        return pause.what == "reports" and at.event == REPORT
    if pause.target_id is not None:  # a pause to one person is kept in letters too
        return pause.target_id == target_id
    return pause.what == _what(at)


def _what(at: Circumstances) -> str:
    return {LETTER: "letters", REPORT: "reports"}.get(at.event, "words")


def _decision(pause: Pause) -> Decision:
    rules = ruleset.in_force().rules
    rule = next((each for each in rules if each.id == pause.rule), None)
    name = pause.target_id and db.session.scalar(
        select(User.name).where(User.id == pause.target_id)
    )
    values = {"until": spoken(pause.until), "target": name or ""}
    message = fill(rule.message, values) if rule else ""
    mark = Mark(
        rule=pause.rule,
        v=pause.v,
        article=rule.article if rule else "",
        title=rule.title if rule else "",
        message=message,
        spans=(),
        title_spans=(),
        acts=("cooldown",),
        offers=(),
        severity=rule.severity if rule else 1,
    )
    return Decision("cooldown", (mark,), message, pause.number, pause.until)
