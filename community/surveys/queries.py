"""Surveys as their community sees them, and as whoever has the link does."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from community.accounts.models import User
from community.communities.models import Community
from community.core.db import db
from community.core.errors import NotFound
from community.publishing.access import Viewer, thread_visible
from community.publishing.models import Entry, Thread
from community.surveys.models import SCALE, Survey, SurveyAnswer, SurveyQuestion

MOST = 100


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """How a question was answered: a line for each option, or the words themselves."""

    label: str
    kind: str
    answered: int
    lines: list[tuple[str, int, int]]
    """Option, how many chose it, per cent of those who answered the question."""
    words: list[str]


def _visible(reader: Viewer, community_id: int, statement: Any) -> Any:
    return (
        statement.join(Entry, Entry.id == Survey.entry_id)
        .join(Thread, Thread.id == Survey.thread_id)
        .where(
            Survey.community_id == community_id, Entry.state == "published", thread_visible(reader)
        )
    )


def survey(reader: Viewer, survey_id: int, community_id: int) -> Any:
    """Return (Survey, Entry, author_name); raises ``NotFound`` for what one may not know of."""
    statement = select(Survey, Entry, User.name.label("author_name")).join(
        User, User.id == Survey.author_id
    )
    row = db.session.execute(
        _visible(reader, community_id, statement).where(Survey.id == survey_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def rows(reader: Viewer, community_id: int) -> list[Any]:
    """Return the surveys of the community with the number of answers, the newest first."""
    answers = (
        select(func.count())
        .where(SurveyAnswer.survey_id == Survey.id)
        .correlate(Survey)
        .scalar_subquery()
    )
    statement = select(
        Survey, Entry.title, User.name.label("author_name"), answers.label("answers")
    ).join(User, User.id == Survey.author_id)
    found = _visible(reader, community_id, statement).order_by(Survey.id.desc()).limit(MOST)
    return list(db.session.execute(found))


def by_token(token: str) -> Any:
    """Return (Survey, Entry, community name) by the link; raises ``NotFound`` for one that is not out."""
    row = db.session.execute(
        select(Survey, Entry, Community.name.label("community_name"))
        .join(Entry, Entry.id == Survey.entry_id)
        .join(Community, Community.id == Survey.community_id)
        .where(Survey.token == token, Entry.state == "published")
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def address(thread: Thread, _entry: Entry) -> str:
    """Return the page of the survey that a thread is; raises ``NotFound``."""
    found = db.session.execute(
        select(Survey.id, Community.slug)
        .join(Community, Community.id == Survey.community_id)
        .where(Survey.thread_id == thread.id)
    ).one_or_none()
    if found is None:
        raise NotFound
    return f"/c/{found.slug}/surveys/{found.id}"


def questions(survey_id: int) -> list[SurveyQuestion]:
    """Return the questions in their order."""
    of = select(SurveyQuestion).where(SurveyQuestion.survey_id == survey_id)
    return list(db.session.scalars(of.order_by(SurveyQuestion.place)))


def answers(survey_id: int) -> list[dict[str, Any]]:
    """Return what was answered, in the order of the random keys."""
    of = select(SurveyAnswer.given).where(SurveyAnswer.survey_id == survey_id)
    return list(db.session.scalars(of.order_by(SurveyAnswer.id)))


def count(survey_id: int) -> int:
    """Return how many answered."""
    of = select(func.count()).where(SurveyAnswer.survey_id == survey_id)
    return db.session.scalar(of) or 0


def results(asked: Sequence[SurveyQuestion], survey_id: int) -> list[QuestionResult]:
    """Return every question with the count of its answers, for those who may read them."""
    given = answers(survey_id)
    return [_result(each, given) for each in asked]


def _result(question: SurveyQuestion, given: list[dict[str, Any]]) -> QuestionResult:
    told = [each[str(question.id)] for each in given if str(question.id) in each]
    if question.kind == "text":
        return QuestionResult(question.label, question.kind, len(told), [], sorted(told))
    counted = Counter(one for each in told for one in (each if isinstance(each, list) else [each]))
    choices = labels(question)
    whole = max(1, len(told))
    lines = [
        (label, counted[number], round(100 * counted[number] / whole))
        for number, label in choices.items()
    ]
    return QuestionResult(question.label, question.kind, len(told), lines, [])


def labels(question: SurveyQuestion) -> dict[int, str]:
    """Return number -> words of what may be chosen."""
    if question.kind == "scale":
        return {each: str(each) for each in range(1, SCALE + 1)}
    return dict(enumerate(question.options))
