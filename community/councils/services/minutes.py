"""Minutes grow during the meeting: the secretary's notes, item by item, through the gate."""

from dataclasses import dataclass

from sqlalchemy import delete, func, select

from community.calendar.models import HappeningPerson
from community.communities.models import Community
from community.communities.standing import standing
from community.core import clock
from community.core.actor import Actor
from community.core.db import db
from community.core.errors import NotFound
from community.core.transactions import use_case
from community.core.verdict import require
from community.councils import minutes as paper
from community.councils.models import (
    Council,
    CouncilItem,
    CouncilMinutes,
    CouncilNote,
    CouncilTurn,
    CouncilVote,
)
from community.councils.policies import minutes as policies
from community.publishing import drafts
from community.publishing import services as publishing
from community.publishing.facts import Words
from community.publishing.models import ThreadPerson
from community.publishing.services import NO_RULES, Published
from community.web.forms import zone


@dataclass(frozen=True, slots=True, kw_only=True)
class NotePlan:
    """What a note is of, besides its words."""

    item_id: int
    kind: str
    speaker_id: int | None = None
    turn_id: int | None = None
    ballot_id: int | None = None


def begin(actor: Actor, council: Council) -> None:
    """Begin the minutes of a council that opens, with the next number of the school year.

    The draft is the two desks' and the moderators'.
    """
    if db.session.get(CouncilMinutes, council.thread_id) is not None:
        return
    thread_id = publishing.open_beside(actor, council.thread_id, "council_minutes")
    opened = (council.opened_at or clock.now()).astimezone(zone())
    year = paper.school_year(opened)
    db.session.add(
        CouncilMinutes(
            council_id=council.thread_id,
            thread_id=thread_id,
            community_id=council.community_id,
            school_year=year,
            number=_next_number(council.community_id, year),
        )
    )
    db.session.flush()
    seat(council)


def seat(council: Council) -> None:
    """Let those who sit at the desks now read the draft, and those who left them no more."""
    row = db.session.get(CouncilMinutes, council.thread_id)
    if row is None or row.state != "draft":
        return
    db.session.execute(delete(ThreadPerson).where(ThreadPerson.thread_id == row.thread_id))
    for user_id in (council.chairman_id, council.secretary_id):
        db.session.add(ThreadPerson(thread_id=row.thread_id, user_id=user_id))
    db.session.flush()


@use_case
def write_down(
    actor: Actor,
    council_id: int,
    plan: NotePlan,
    words: Words,
    *,
    seen: frozenset[str] = NO_RULES,
) -> Published:
    """Write down whom they heard, who spoke or what was decided, through the gate.

    Raises ``AskFirst``, ``Blocked``, ``Invalid``, ``Refused``, ``NotFound``.
    """
    council, row = for_change(council_id)
    require(policies.may_write_down(standing(actor, council.community_id), council, row))
    _require_known(council, plan)
    last = select(func.max(CouncilNote.place)).where(CouncilNote.item_id == plan.item_id)
    made = publishing.publish(actor, row.thread_id, words, event="post", seen=seen)
    _place(made, council_id, plan, (db.session.scalar(last) or 0) + 1)
    drafts.drop(actor, place_of(council_id, plan))
    return made


@use_case
def rewrite(
    actor: Actor,
    council_id: int,
    entry_id: int,
    words: Words,
    *,
    revision: int,
    seen: frozenset[str] = NO_RULES,
) -> Published:
    """Change a note; another secretary's is written anew in its place, and the old one goes out."""
    council, row = for_change(council_id)
    require(policies.may_write_down(standing(actor, council.community_id), council, row))
    note, author_id = _note_for_change(council_id, entry_id)
    if author_id == actor.user_id:
        made = publishing.revise(actor, entry_id, words, expected_revision=revision, seen=seen)
        publishing.stir(council_id)
    else:
        plan = NotePlan(
            item_id=note.item_id, kind=note.kind, speaker_id=note.speaker_id,
            turn_id=note.turn_id, ballot_id=note.ballot_id,
        )  # fmt: skip
        made = publishing.publish(actor, row.thread_id, words, event="post", seen=seen)
        _place(made, council_id, plan, note.place)
        note.dropped_at = clock.now()
    drafts.drop(actor, place_of_note(entry_id))
    return made


@use_case
def take_out(actor: Actor, council_id: int, entry_id: int) -> None:
    """Take a note out of the minutes; its words stay in the history."""
    council, row = for_change(council_id)
    require(policies.may_write_down(standing(actor, council.community_id), council, row))
    note, author_id = _note_for_change(council_id, entry_id)
    note.dropped_at = clock.now()
    if author_id == actor.user_id:
        publishing.withdraw(actor, entry_id)
    publishing.stir(council_id)


def for_change(council_id: int) -> tuple[Council, CouncilMinutes]:
    """Load a council and its minutes under the council's lock; raises ``NotFound``."""
    found = db.session.execute(
        select(Council, CouncilMinutes)
        .join(CouncilMinutes, CouncilMinutes.council_id == Council.thread_id)
        .where(Council.thread_id == council_id)
        .with_for_update(of=(Council, CouncilMinutes))
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFound
    council, row = found
    return council, row


def place_of(council_id: int, plan: NotePlan) -> str:
    """Return where a new note is being written, as drafts name it."""
    about = plan.turn_id or plan.ballot_id or plan.item_id
    return f"note:{council_id}:{plan.item_id}:{plan.kind}:{about}"


def place_of_note(entry_id: int) -> str:
    """Return where a note is being changed, as drafts name it."""
    return f"note-of:{entry_id}"


def _place(made: Published, council_id: int, plan: NotePlan, place: int) -> None:
    note = CouncilNote(
        entry_id=made.entry_id, council_id=council_id, item_id=plan.item_id, kind=plan.kind,
        speaker_id=plan.speaker_id, turn_id=plan.turn_id, ballot_id=plan.ballot_id, place=place,
    )  # fmt: skip
    db.session.add(note)
    db.session.flush()
    publishing.stir(council_id)


def _next_number(community_id: int, year: int) -> int:
    """Return the next number under the community's lock, so that two councils get two."""
    locked = select(Community.id).where(Community.id == community_id)
    db.session.execute(locked.with_for_update(key_share=True))
    last = select(func.max(CouncilMinutes.number)).where(
        CouncilMinutes.community_id == community_id, CouncilMinutes.school_year == year
    )
    return (db.session.scalar(last) or 0) + 1


def _note_for_change(council_id: int, entry_id: int) -> tuple[CouncilNote, int]:
    note = db.session.get(CouncilNote, entry_id, populate_existing=True)
    if note is None or note.council_id != council_id or note.dropped_at is not None:
        raise NotFound
    entry, _thread = publishing.entry_for_change(entry_id)
    return note, entry.author_id


def _require_known(council: Council, plan: NotePlan) -> None:
    """What a note is of belongs to this council: its item, a turn of the item, a vote under it."""
    item = db.session.get(CouncilItem, plan.item_id)
    if item is None or item.council_id != council.thread_id or item.place is None:
        raise NotFound
    if plan.kind not in ("heard", "spoke", "resolved"):
        raise NotFound
    if plan.turn_id is not None:
        turn = db.session.get(CouncilTurn, plan.turn_id)
        if turn is None or (turn.item_id, turn.user_id) != (plan.item_id, plan.speaker_id):
            raise NotFound
    if plan.ballot_id is not None:
        vote = db.session.get(CouncilVote, plan.ballot_id)
        if vote is None or vote.item_id != plan.item_id:
            raise NotFound
    if plan.kind == "spoke" and (
        db.session.get(HappeningPerson, (council.happening_id, plan.speaker_id or 0)) is None
    ):
        raise NotFound
