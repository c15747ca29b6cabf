"""The talk of an item: lines, and questions to its rapporteur; every word goes through the gate."""

from collections.abc import Sequence

from sqlalchemy import delete, select, update

from community.communities.standing import standing
from community.core import clock
from community.core.actor import Actor
from community.core.db import db, insert
from community.core.errors import NotFound
from community.core.transactions import use_case
from community.core.verdict import require
from community.councils.models import Council, CouncilItem, CouncilQuestion, CouncilQuestionVote
from community.councils.policies import floor as policies
from community.councils.services.holding import council_for_change
from community.files import services as files
from community.publishing import drafts
from community.publishing import services as publishing
from community.publishing.facts import Words
from community.publishing.models import Entry
from community.publishing.services import NO_RULES, Published


@use_case
def say(
    actor: Actor,
    item_id: int,
    words: Words,
    *,
    parent_id: int | None = None,
    seen: frozenset[str] = NO_RULES,
    file_ids: Sequence[int] = (),
) -> Published:
    """Say a line in the talk of an item; ``watching.may_write`` is asked whether it goes on."""
    council = _of_item(item_id)
    claimed = [file.id for file in files.claim(actor, file_ids, community_id=council.community_id)]
    made = publishing.publish(
        actor, item_id, words, parent_id=parent_id, event="chat", seen=seen, file_ids=claimed
    )
    drafts.drop(actor, place_of(item_id))
    return made


@use_case
def ask(
    actor: Actor,
    item_id: int,
    words: Words,
    *,
    parent_id: int | None = None,
    seen: frozenset[str] = NO_RULES,
    file_ids: Sequence[int] = (),
) -> Published:
    """Say a line that asks the rapporteur; others say that they ask it too."""
    made = say(actor, item_id, words, parent_id=parent_id, seen=seen, file_ids=file_ids)
    db.session.add(CouncilQuestion(entry_id=made.entry_id, item_id=item_id))
    db.session.flush()
    publishing.stir(_of_item(item_id).thread_id)
    return made


@use_case
def mark_question(actor: Actor, council_id: int, entry_id: int) -> None:
    """Put a line among the questions, or take it from there; nobody may have asked it too by then."""
    council = _led(actor, council_id)
    item_id = _item_of(council, entry_id)
    marked = db.session.get(CouncilQuestion, entry_id, populate_existing=True)
    if marked is None:
        db.session.add(CouncilQuestion(entry_id=entry_id, item_id=item_id))
    else:
        votes = delete(CouncilQuestionVote).where(CouncilQuestionVote.entry_id == entry_id)
        db.session.execute(votes)
        db.session.delete(marked)
    db.session.flush()
    publishing.stir(council_id)


@use_case
def mark_answered(actor: Actor, council_id: int, entry_id: int) -> None:
    """Say that a question is answered, or that it is not after all."""
    council = _led(actor, council_id)
    _item_of(council, entry_id)
    question = _question(entry_id)
    question.answered_at = None if question.answered_at is not None else clock.now()
    publishing.stir(council_id)


@use_case
def ask_too(actor: Actor, council_id: int, entry_id: int) -> bool:
    """Say that one asks this too, once a person, or take it back; return whether it stands now."""
    council = council_for_change(council_id)
    _item_of(council, entry_id)
    question = _question(entry_id)
    author_id = db.session.scalar(select(Entry.author_id).where(Entry.id == entry_id)) or 0
    who = standing(actor, council.community_id)
    require(policies.may_ask_too(who, council.state, author_id))
    mine = {"entry_id": entry_id, "user_id": actor.id}
    given = insert(CouncilQuestionVote).values(**mine).on_conflict_do_nothing()
    stands = db.session.execute(given.returning(CouncilQuestionVote.user_id)).first() is not None
    if not stands:
        db.session.execute(delete(CouncilQuestionVote).filter_by(**mine))
    more = CouncilQuestion.votes + (1 if stands else -1)
    db.session.execute(
        update(CouncilQuestion).where(CouncilQuestion.entry_id == question.entry_id)
        .values(votes=more).execution_options(synchronize_session=False)
    )  # fmt: skip
    return stands


def place_of(item_id: int) -> str:
    """Return where a line of an item is being written, as drafts name it."""
    return f"council-talk:{item_id}"


def _of_item(item_id: int) -> Council:
    found = db.session.scalars(
        select(Council)
        .join(CouncilItem, CouncilItem.council_id == Council.thread_id)
        .where(CouncilItem.thread_id == item_id)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def _led(actor: Actor, council_id: int) -> Council:
    council = council_for_change(council_id)
    require(policies.may_mark_question(standing(actor, council.community_id), council))
    return council


def _item_of(council: Council, entry_id: int) -> int:
    """Return the item in whose talk a published line stands; raises ``NotFound``."""
    found = db.session.scalar(
        select(CouncilItem.thread_id)
        .join(Entry, Entry.thread_id == CouncilItem.thread_id)
        .where(
            Entry.id == entry_id,
            Entry.state == "published",
            CouncilItem.council_id == council.thread_id,
        )
    )
    if found is None:
        raise NotFound
    return found


def _question(entry_id: int) -> CouncilQuestion:
    found = db.session.get(CouncilQuestion, entry_id, populate_existing=True)
    if found is None:
        raise NotFound
    return found
