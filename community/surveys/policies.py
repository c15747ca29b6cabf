"""Who opens a survey, answers it and reads the answers; pure, one condition a line."""

from datetime import datetime
from typing import Protocol

from community.communities.standing import Standing
from community.core.verdict import ALLOW, Verdict, deny
from community.publishing.policies import suspended

MOST_ANSWERS = 5000


class SurveyLike(Protocol):
    """What policies need of a survey."""

    state: str
    author_id: int
    closes_at: datetime


def may_open(who: Standing) -> Verdict:
    """Any member asks."""
    if not who.is_member:
        return suspended(who) if who.is_suspended else deny("survey.not_a_member")
    return ALLOW


def may_answer(survey: SurveyLike, now: datetime, answers: int) -> Verdict:
    """Whoever has the link answers till the closing."""
    if survey.state != "open" or now >= survey.closes_at:
        return deny("survey.closed")
    return deny("survey.full") if answers >= MOST_ANSWERS else ALLOW


def may_manage(who: Standing, survey: SurveyLike) -> Verdict:
    """The author and the moderators read the answers and close the survey."""
    if who.user_id != survey.author_id and not who.is_moderator:
        return deny("survey.not_yours")
    return ALLOW
