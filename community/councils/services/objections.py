"""The minutes are shown to the participants, who object within a term; the secretary answers each."""

from sqlalchemy import delete, func, select

from community.audit import services as audit
from community.calendar.models import HappeningPerson
from community.communities.models import Community
from community.communities.standing import standing
from community.core import clock
from community.core.actor import SYSTEM, Actor
from community.core.db import db
from community.core.errors import Conflict, Invalid, NotFound
from community.core.transactions import use_case
from community.core.verdict import N_, require
from community.councils.models import Council, CouncilItem, CouncilMinutes, CouncilObjection
from community.councils.policies import minutes as policies
from community.councils.services.minutes import for_change
from community.notices import services as notices
from community.publishing import drafts
from community.publishing import services as publishing
from community.publishing.facts import Words
from community.publishing.models import Entry, Thread, ThreadPerson
from community.publishing.services import NO_RULES, Published


@use_case
def show(actor: Actor, council_id: int, days: int, version: int) -> None:
    """Show the draft to all who know of the council, for objections within ``days``; they are told."""
    council, row = for_change(council_id)
    who = standing(actor, council.community_id)
    require(policies.may_show(who, council, row))
    advance(row, version)
    term = policies.term(days)
    if term is None:
        raise Invalid({"days": [N_("The term for objections is from one to fourteen days.")]})
    row.state, row.objections_until = "objections", clock.now() + term
    _let_out(council, row)
    audit.record(
        actor, "council.minutes_shown", actor_role=who.role, community_id=council.community_id,
        target=("council", council_id), body={"council_id": council_id, "days": days},
    )  # fmt: skip
    expected = select(HappeningPerson.user_id).where(
        HappeningPerson.happening_id == council.happening_id
    )
    told = [each for each in db.session.scalars(expected) if each != actor.user_id]
    tell(council, row, told, "council.minutes_shown")


@use_case
def object_to(
    actor: Actor,
    council_id: int,
    item_id: int | None,
    words: Words,
    *,
    seen: frozenset[str] = NO_RULES,
) -> Published:
    """Object to the minutes, or to what they say of an item; the secretary is told.

    Raises ``AskFirst``, ``Blocked``, ``Invalid``, ``Refused``, ``NotFound``.
    """
    council, row = for_change(council_id)
    require(policies.may_object(standing(actor, council.community_id), row, clock.now()))
    if item_id is not None:
        item = db.session.get(CouncilItem, item_id)
        if item is None or item.council_id != council_id:
            raise NotFound
    made = publishing.publish(actor, row.thread_id, words, seen=seen)
    db.session.add(CouncilObjection(entry_id=made.entry_id, council_id=council_id, item_id=item_id))
    db.session.flush()
    publishing.stir(council_id)
    drafts.drop(actor, place_of(council_id))
    tell(council, row, [council.secretary_id], "council.objected", actor=actor)
    return made


@use_case
def answer(
    actor: Actor,
    council_id: int,
    entry_id: int,
    verdict: str,
    words: Words,
    *,
    seen: frozenset[str] = NO_RULES,
) -> None:
    """Accept an objection (the notes are mended by then) or decline it; the words tell why."""
    council, row = for_change(council_id)
    require(policies.may_answer(standing(actor, council.community_id), council, row))
    found = db.session.get(CouncilObjection, entry_id, populate_existing=True)
    if found is None or found.council_id != council_id:
        raise NotFound
    if found.state != "open":
        raise Conflict("council.answered_already")
    if verdict not in ("accepted", "declined"):
        raise Invalid({"verdict": [N_("Please say whether you accept the objection.")]})
    made = publishing.publish(
        actor, row.thread_id, words, parent_id=entry_id, event="comment", seen=seen
    )
    found.state, found.answer_id, found.answered_by = verdict, made.entry_id, actor.id
    drafts.drop(actor, place_of_answer(entry_id))
    author = db.session.scalar(select(Entry.author_id).where(Entry.id == entry_id))
    tell(council, row, [author or 0], f"council.objection_{verdict}", actor=actor)
    go_on(council, row)
    publishing.stir(council_id)


@use_case
def end_term(council_id: int) -> None:
    """Let minutes be signed whose term is over and whose objections are answered; else remind."""
    council, row = for_change(council_id)
    if row.state == "objections" and policies.is_over(row, clock.now()):
        go_on(council, row)


def due() -> list[int]:
    """Return the councils whose term for objections is over and which wait for nothing else."""
    waits = (
        select(CouncilObjection.entry_id)
        .join(Entry, Entry.id == CouncilObjection.entry_id)
        .where(
            CouncilObjection.council_id == CouncilMinutes.council_id,
            CouncilObjection.state == "open",
            Entry.state == "published",
        )
    )
    found = select(CouncilMinutes.council_id).where(
        CouncilMinutes.state == "objections",
        CouncilMinutes.objections_until <= clock.now(),
        ~waits.exists(),
    )
    return list(db.session.scalars(found.limit(50)))


def go_on(council: Council, row: CouncilMinutes) -> None:
    """Go on to the signing when the term is over and nothing is left to answer; both desks are told."""
    if not policies.is_over(row, clock.now()) or _open_count(row.council_id):
        return
    row.state, row.version = "signing", row.version + 1
    tell(council, row, [council.secretary_id, council.chairman_id], "council.minutes_to_sign")
    publishing.stir(row.council_id)


def tell(
    council: Council,
    row: CouncilMinutes,
    people: list[int],
    code: str,
    actor: Actor = SYSTEM,
) -> None:
    """Tell people something of the minutes; nobody is told of their own act."""
    slug = db.session.scalar(select(Community.slug).where(Community.id == council.community_id))
    fresh = [each for each in dict.fromkeys(people) if each and each != actor.user_id]
    notices.tell(
        fresh, code, community_id=council.community_id, actor_id=actor.user_id,
        url=f"/c/{slug}/councils/{council.thread_id}/minutes", params={"number": row.number},
    )  # fmt: skip


def advance(row: CouncilMinutes, version: int) -> None:
    """Refuse a move from a page that shows minutes as they are no more; raises ``Conflict``."""
    if row.version != version:
        raise Conflict("council.minutes_moved_on")
    row.version += 1


def place_of(council_id: int) -> str:
    """Return where an objection is being written, as drafts name it."""
    return f"objection:{council_id}"


def place_of_answer(entry_id: int) -> str:
    """Return where an answer to an objection is being written."""
    return f"objection-answer:{entry_id}"


def _let_out(council: Council, row: CouncilMinutes) -> None:
    """Let all read who know of the council: its members, or those whom it was made known to."""
    by_invitation = db.session.get_one(Thread, council.thread_id).by_invitation
    db.session.execute(delete(ThreadPerson).where(ThreadPerson.thread_id == row.thread_id))
    known = select(ThreadPerson.user_id).where(ThreadPerson.thread_id == council.thread_id)
    for user_id in db.session.scalars(known).all():
        db.session.add(ThreadPerson(thread_id=row.thread_id, user_id=user_id))
    db.session.flush()
    publishing.set_thread(row.thread_id, by_invitation=by_invitation)
    publishing.stir(council.thread_id)


def _open_count(council_id: int) -> int:
    return (
        db.session.scalar(
            select(func.count())
            .select_from(CouncilObjection)
            .join(Entry, Entry.id == CouncilObjection.entry_id)
            .where(
                CouncilObjection.council_id == council_id,
                CouncilObjection.state == "open",
                Entry.state == "published",
            )
        )
        or 0
    )
