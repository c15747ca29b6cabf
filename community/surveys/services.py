"""Members open surveys; people with the link answer; nobody learns who."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, select

from community.audit import services as audit
from community.communities.standing import Standing, standing
from community.core import clock
from community.core.actor import Actor
from community.core.db import db, insert
from community.core.errors import Conflict, Invalid, NotFound
from community.core.transactions import use_case
from community.core.verdict import N_, require
from community.publishing import drafts, gate
from community.publishing import services as publishing
from community.publishing.facts import Words
from community.publishing.services import NO_RULES, Published
from community.surveys import policies, queries
from community.surveys.models import SCALE, Survey, SurveyAnswer, SurveyQuestion
from community.surveys.plan import Question, lines

LONGEST_ANSWER = 2000


@dataclass(frozen=True, slots=True)
class SurveyPlan:
    """What is asked, and till when."""

    questions: Sequence[Question]
    closes_at: datetime


def whole_text(words: Words, questions: Sequence[Question]) -> Words:
    """Return the words as the gate judges and keeps them: the greeting with the questions under it."""
    return Words(title=words.title, body=f"{words.body.strip()}\n\n{lines(questions)}".strip())


@use_case
def open_survey(
    actor: Actor,
    community_id: int,
    words: Words,
    plan: SurveyPlan,
    *,
    seen: frozenset[str] = NO_RULES,
) -> tuple[int, Published]:
    """Open a survey under a link of its own; ``words`` are those of ``whole_text``; return its id.

    Raises ``Invalid``, ``Refused``, ``AskFirst``, ``Blocked``.
    """
    require(policies.may_open(standing(actor, community_id)))
    if not words.body.endswith(lines(plan.questions)):
        raise ValueError("the questions of a survey are judged with its words: see whole_text")
    if plan.closes_at <= clock.now():
        raise Invalid({"closes_at": [N_("The closing must be in the future.")]})
    made = publishing.open_thread(
        actor, words, community_id=community_id, kind="survey", posting="author", seen=seen
    )
    survey = _store(actor, community_id, made, plan)
    audit.record(
        actor, "survey.opened", community_id=community_id, target=("survey", survey.id),
        author_id=actor.id, body={"survey_id": survey.id, "questions": len(plan.questions)},
    )  # fmt: skip
    drafts.drop(actor, place_of(community_id))
    return survey.id, made


def place_of(community_id: int) -> str:
    """Return where a survey is being written, as drafts name it."""
    return f"survey:{community_id}"


def _store(actor: Actor, community_id: int, made: Published, plan: SurveyPlan) -> Survey:
    survey = Survey(
        community_id=community_id,
        entry_id=made.entry_id,
        thread_id=made.thread_id,
        author_id=actor.id,
        token=secrets.token_urlsafe(18),
        opened_at=clock.now(),
        closes_at=plan.closes_at,
    )
    db.session.add(survey)
    db.session.flush()
    rows = [
        {"survey_id": survey.id, "place": place, "kind": each.kind, "label": each.label,
         "options": each.options}
        for place, each in enumerate(plan.questions)
    ]  # fmt: skip
    db.session.execute(insert(SurveyQuestion), rows)
    return survey


@use_case
def answer(token: str, given: Mapping[int, Any], *, seen: frozenset[str] = NO_RULES) -> int:
    """Take an answer from whoever has the link; return the survey's id.

    Free words are judged by the machine alone: nobody signs them, and only the author of the survey
    and the moderators read them. Raises ``Refused``, ``Invalid``, ``AskFirst``, ``Blocked``.
    """
    survey = _locked(Survey.token == token)
    require(policies.may_answer(survey, clock.now(), queries.count(survey.id)))
    questions = queries.questions(survey.id)
    taken = {str(each.id): _taken(each, given.get(each.id)) for each in questions}
    taken = {key: value for key, value in taken.items() if value not in (None, "", [])}
    if not taken:
        raise Invalid({"answers": [N_("Please answer at least one question.")]})
    for each in questions:
        if each.kind == "text" and str(each.id) in taken:
            gate.judge_unsigned(Words(body=taken[str(each.id)]), seen=seen)
    _drop_in(survey, taken)
    return survey.id


def _locked(which: ColumnElement[bool]) -> Survey:
    """Load a survey under its lock: answers, the closing and the erasing come one after the other."""
    survey = db.session.scalars(
        select(Survey).where(which).with_for_update().execution_options(populate_existing=True)
    ).one_or_none()
    if survey is None:
        raise NotFound
    return survey


def _taken(question: SurveyQuestion, value: Any) -> Any:
    """Return an answer as it is stored, or None; what the question does not know is refused."""
    if value in (None, "", []):
        return None
    if question.kind == "text":
        text = str(value).strip()
        if len(text) > LONGEST_ANSWER:
            raise Invalid({"answers": [N_("An answer is too long.")]})
        return text
    numbers = [value] if isinstance(value, int) else list(value)
    known = range(1, SCALE + 1) if question.kind == "scale" else range(len(question.options))
    if any(each not in known for each in numbers) or len(set(numbers)) != len(numbers):
        raise Invalid({"answers": [N_("There is no such option in this survey.")]})
    if question.kind != "many" and len(numbers) != 1:
        raise Invalid({"answers": [N_("One answer is taken to this question.")]})
    return sorted(numbers) if question.kind == "many" else numbers[0]


def _drop_in(survey: Survey, taken: Mapping[str, Any]) -> None:
    """Store an answer under a random key: the table keeps no order of coming."""
    row = {"id": secrets.token_hex(16), "survey_id": survey.id, "given": dict(taken)}
    db.session.execute(insert(SurveyAnswer).values(row))


@use_case
def close(actor: Actor, survey_id: int) -> None:
    """Close a survey before its term; raises ``Refused``, ``Conflict`` where it is closed already."""
    survey = _locked(Survey.id == survey_id)
    require(policies.may_manage(_standing(actor, survey), survey))
    if survey.state != "open":
        raise Conflict("survey.is_closed")
    survey.state, survey.closed_at = "closed", clock.now()
    audit.record(
        actor, "survey.closed", actor_role=_standing(actor, survey).role or "member",
        community_id=survey.community_id, target=("survey", survey.id),
        author_id=survey.author_id, body={"survey_id": survey.id},
    )  # fmt: skip


@use_case
def drop_answers(actor: Actor, survey_id: int) -> None:
    """Erase the answers of a closed survey: they were gathered for a purpose, and it is served.

    Raises ``Refused``, and ``Conflict`` while answers still come or when there are none left.
    """
    survey = _locked(Survey.id == survey_id)
    require(policies.may_manage(_standing(actor, survey), survey))
    if survey.state == "open":
        raise Conflict("survey.still_open")
    gone = db.session.execute(delete(SurveyAnswer).where(SurveyAnswer.survey_id == survey.id))
    erased = int(gone.rowcount)  # type: ignore[attr-defined]
    if not erased:
        raise Conflict("survey.nothing_to_erase")
    audit.record(
        actor, "survey.erased", actor_role=_standing(actor, survey).role or "member",
        community_id=survey.community_id, target=("survey", survey.id),
        author_id=survey.author_id,
        body={"survey_id": survey.id, "answers": erased},
    )  # fmt: skip


def _standing(actor: Actor, survey: Survey) -> Standing:
    return standing(actor, survey.community_id)
