"""Who decides on whose words; pure, one condition a line."""

from datetime import datetime, timedelta
from typing import Protocol

from community.communities.standing import Standing
from community.core.verdict import ALLOW, Verdict, deny
from community.publishing.policies import EntryLike

APPEAL_TERM = timedelta(days=180)
UNDO_TERM = timedelta(minutes=5)


def may_see_queue(who: Standing) -> Verdict:
    """What waits is seen by moderators and administrators."""
    return ALLOW if who.is_moderator else deny("moderation.not_a_moderator")


def may_decide(who: Standing, entry: EntryLike, parties: frozenset[str]) -> Verdict:
    """A moderator decides, never on own words, never as a side of the dispute (rules, §6)."""
    if not who.is_moderator:
        return deny("moderation.not_a_moderator")
    if who.user_id == entry.author_id:
        return deny("moderation.own_text")
    if parties:
        return deny("moderation.party")
    return ALLOW


def may_report(who: Standing, entry: EntryLike) -> Verdict:
    """Any member complains of another's text."""
    if not who.is_member:
        return deny("report.not_a_member")
    if who.user_id == entry.author_id:
        return deny("report.own_text")
    return ALLOW


def may_refuse_report(user_id: int, refused_by: frozenset[int]) -> Verdict:
    """A complaint that an appeal opened again is not refused by who refused it before (rules, §5)."""
    return deny("report.same_person") if user_id in refused_by else ALLOW


def may_lift_pause(who: Standing, user_id: int) -> Verdict:
    """A moderator lifts another's pause before its end, never their own."""
    if not who.is_moderator:
        return deny("moderation.not_a_moderator")
    return deny("pause.own") if who.user_id == user_id else ALLOW


class RulingLike(Protocol):
    """What policies need of a decision."""

    @property
    def kind(self) -> str: ...
    @property
    def about_id(self) -> int: ...
    @property
    def decider_id(self) -> int | None: ...
    @property
    def text_author_id(self) -> int | None: ...


def may_appeal(user_id: int | None, about_id: int, decided_at: datetime, now: datetime) -> Verdict:
    """Whom the decision concerns appeals within 180 days (rules, §5)."""
    if user_id != about_id:
        return deny("appeal.not_yours")
    if now - decided_at > APPEAL_TERM:
        return deny("appeal.too_late")
    return ALLOW


def may_answer_appeal(
    who: Standing,
    user_id: int | None,
    what: RulingLike,
    *,
    parties: frozenset[str],
    called: bool,
) -> Verdict:
    """Another moderator than who decided, never a side; ``called`` is the site's operator, asked last."""
    if not (who.is_moderator or called):
        return deny("moderation.not_a_moderator")
    if user_id == what.decider_id:
        return deny("appeal.same_person")
    if user_id in (what.about_id, what.text_author_id):
        return deny("moderation.own_text")
    if parties:
        return deny("moderation.party")
    if what.kind == "suspension" and not (who.is_administrator or called):
        return deny("appeal.for_administrator")
    return ALLOW


class RemovalLike(Protocol):
    """What policies need of a removal."""

    moderator_id: int
    second_id: int | None


def may_undo(user_id: int, removal: RemovalLike, *, late: bool, appealed: bool) -> Verdict:
    """Who decided alone takes it back within five minutes, while nobody has answered (rules, §6)."""
    if user_id != removal.moderator_id or removal.second_id is not None:
        return deny("undo.not_yours")
    if late:
        return deny("undo.too_late")
    return deny("undo.appealed") if appealed else ALLOW


SUSPEND_AFTER = 3
"""With so many strikes in force a moderator may propose to suspend the member (B10)."""


def may_propose_suspension(who: Standing, user_id: int, strikes: int) -> Verdict:
    """A moderator proposes it of somebody else, after strikes; suspending is an administrator's."""
    if not who.is_moderator:
        return deny("moderation.not_a_moderator")
    if who.user_id == user_id:
        return deny("suspension.own")
    if strikes < SUSPEND_AFTER:
        return deny("suspension.few_strikes", least=SUSPEND_AFTER, strikes=strikes)
    return ALLOW


def may_sign(user_id: int, proposed_by: int) -> Verdict:
    """Two signatures are two people's."""
    return deny("proposal.own") if user_id == proposed_by else ALLOW


def may_withdraw_proposal(user_id: int, proposed_by: int) -> Verdict:
    """A proposal is taken back by whoever made it."""
    return ALLOW if user_id == proposed_by else deny("proposal.not_yours")
