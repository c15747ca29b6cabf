"""Decisions become tasks: offered, taken, declined, reported, dropped; they live on after the council."""

from datetime import date, datetime, timedelta

from sqlalchemy import or_, select

from community.audit import services as audit
from community.communities.models import Community, Membership
from community.communities.standing import Standing, standing
from community.core import clock
from community.core.actor import SYSTEM, Actor
from community.core.db import db
from community.core.errors import Invalid, NotFound
from community.core.transactions import use_case
from community.core.verdict import N_, require
from community.councils.models import Council, CouncilItem, CouncilTask
from community.councils.policies import tasks as policies
from community.councils.queries.tasks import today
from community.councils.services.minutes import for_change
from community.councils.services.planning import name_readers
from community.notices import services as notices
from community.publishing import drafts
from community.publishing import services as publishing
from community.publishing.facts import Words
from community.publishing.models import Thread, ThreadPerson
from community.publishing.services import NO_RULES, Published
from community.web.forms import zone

AHEAD = timedelta(days=2)
"""So long before its day a task is brought to mind."""


@use_case
def give(
    actor: Actor,
    council_id: int,
    item_id: int,
    words: Words,
    *,
    due_on: date,
    owner_id: int | None = None,
    seen: frozenset[str] = NO_RULES,
) -> Published:
    """Make a task of a decision and offer it to a person, or to anyone; nobody has it by that.

    Raises ``AskFirst``, ``Blocked``, ``Invalid``, ``Refused``, ``NotFound``.
    """
    council, minutes = for_change(council_id)
    who = standing(actor, council.community_id)
    require(policies.may_give(who, council, minutes.state))
    item = db.session.get(CouncilItem, item_id)
    if item is None or item.council_id != council_id or item.place is None:
        raise NotFound
    _require_day(due_on)
    _require_member(council, owner_id)
    made = publishing.open_thread(
        actor,
        words,
        community_id=council.community_id,
        kind="council_task",
        event="post",
        seen=seen,
    )
    known = select(ThreadPerson.user_id).where(ThreadPerson.thread_id == council_id)
    if people := list(db.session.scalars(known)):
        name_readers(made.thread_id, people)
    db.session.add(
        CouncilTask(
            entry_id=made.entry_id, thread_id=made.thread_id, council_id=council_id,
            community_id=council.community_id, item_id=item_id, owner_id=owner_id,
            offered_by=actor.id, due_on=due_on,
        )
    )  # fmt: skip
    db.session.flush()
    _journal(actor, who, council, made.entry_id, "council.task_given")
    publishing.stir(council_id)
    drafts.drop(actor, place_of(council_id, item_id))
    return made


@use_case
def take(actor: Actor, entry_id: int) -> None:
    """Take a task: from now on it is this person's."""
    task, council = for_task(entry_id)
    require(policies.may_take(standing(actor, task.community_id), task))
    task.owner_id, task.state, task.taken_at = actor.id, "taken", clock.now()
    _moved(task)
    tell([task.offered_by, council.chairman_id], "council.task_taken", task, actor)


@use_case
def decline(actor: Actor, entry_id: int, words: Words, *, seen: frozenset[str] = NO_RULES) -> None:
    """Say no to a task, or give it back, with a word of why; it is anyone's to take then."""
    task, council = for_task(entry_id)
    require(policies.may_decline(standing(actor, task.community_id), task))
    publishing.publish(actor, task.thread_id, words, parent_id=entry_id, seen=seen)
    task.state, task.taken_at = "declined", None
    _moved(task)
    drafts.drop(actor, place_of_words(entry_id))
    tell([task.offered_by, council.chairman_id], "council.task_declined", task, actor)


@use_case
def report(
    actor: Actor, entry_id: int, words: Words, *, seen: frozenset[str] = NO_RULES
) -> Published:
    """Tell how a task was done: it is done by that."""
    task, council = for_task(entry_id)
    require(policies.may_report(standing(actor, task.community_id), task))
    made = publishing.publish(actor, task.thread_id, words, parent_id=entry_id, seen=seen)
    task.report_id, task.state, task.closed_at = made.entry_id, "done", clock.now()
    _moved(task)
    drafts.drop(actor, place_of_words(entry_id))
    tell([task.offered_by, council.chairman_id], "council.task_done", task, actor)
    return made


@use_case
def offer_anew(actor: Actor, entry_id: int, owner_id: int | None, due_on: date) -> None:
    """Offer a task to another, to anyone, or for another day; who had it has it no more."""
    task, council = for_task(entry_id)
    require(policies.may_lead(standing(actor, task.community_id), council, task))
    _require_day(due_on)
    _require_member(council, owner_id)
    had = task.owner_id if task.state == "taken" else None
    task.owner_id, task.due_on, task.offered_by = owner_id, due_on, actor.id
    task.state, task.taken_at, task.reminded_at = "offered", None, None
    _moved(task)
    if had is not None and had != owner_id:
        tell([had], "council.task_passed_on", task, actor)
    tell([owner_id], "council.task_offered", task, actor)


@use_case
def drop(actor: Actor, entry_id: int, words: Words, *, seen: frozenset[str] = NO_RULES) -> None:
    """Drop a task, with the reason in words."""
    task, council = for_task(entry_id)
    who = standing(actor, task.community_id)
    require(policies.may_lead(who, council, task))
    publishing.publish(actor, task.thread_id, words, parent_id=entry_id, seen=seen)
    task.state, task.closed_at = "dropped", clock.now()
    _moved(task)
    _journal(actor, who, council, entry_id, "council.task_dropped")
    drafts.drop(actor, place_of_words(entry_id))
    tell([task.owner_id], "council.task_dropped", task, actor)


@use_case
def remind(entry_id: int) -> None:
    """Bring a taken task to its owner's mind: once before its day, once after."""
    task, council = for_task(entry_id)
    if entry_id not in due():
        return
    late = today() > task.due_on
    task.reminded_at = clock.now()
    code = "council.task_overdue" if late else "council.task_due"
    tell([task.owner_id, council.chairman_id if late else None], code, task, SYSTEM)


def due() -> list[int]:
    """Return the taken tasks of which their owners are to be reminded now."""
    day = today()
    rows = db.session.execute(
        select(CouncilTask.entry_id, CouncilTask.due_on, CouncilTask.reminded_at).where(
            CouncilTask.state == "taken",
            CouncilTask.due_on <= day + AHEAD,
            or_(CouncilTask.reminded_at.is_(None), CouncilTask.due_on < day),
        )
    )
    return [row.entry_id for row in rows if _wants(row.due_on, row.reminded_at, day)]


def _wants(due_on: date, reminded_at: datetime | None, day: date) -> bool:
    if reminded_at is None:
        return True
    return day > due_on >= reminded_at.astimezone(zone()).date()


def tell(people: list[int | None], code: str, task: CouncilTask, actor: Actor) -> None:
    """Tell people of a task; nobody is told of their own act."""
    slug = db.session.scalar(select(Community.slug).where(Community.id == task.community_id))
    fresh = [each for each in dict.fromkeys(people) if each and each != actor.user_id]
    notices.tell(
        fresh, code, community_id=task.community_id, actor_id=actor.user_id,
        url=f"/c/{slug}/tasks/{task.entry_id}", params={"author": actor.name},
    )  # fmt: skip


def for_task(entry_id: int) -> tuple[CouncilTask, Council]:
    """Load a task with its council, the task locked; raises ``NotFound``."""
    found = select(CouncilTask).where(CouncilTask.entry_id == entry_id).with_for_update()
    task = db.session.scalars(found.execution_options(populate_existing=True)).one_or_none()
    if task is None:
        raise NotFound
    return task, db.session.get_one(Council, task.council_id)


def place_of(council_id: int, item_id: int) -> str:
    """Return where a new task is being written, as drafts name it."""
    return f"task:{council_id}:{item_id}"


def place_of_words(entry_id: int) -> str:
    """Return where a report, a refusal or a reason is being written."""
    return f"task-words:{entry_id}"


def _moved(task: CouncilTask) -> None:
    task.version += 1
    db.session.flush()
    publishing.stir(task.thread_id)


def _require_day(due_on: date) -> None:
    if due_on < today():
        raise Invalid({"due_on": [N_("The day must not be in the past.")]})


def _require_member(council: Council, user_id: int | None) -> None:
    """The one to whom a task is offered is a member who knows of the council."""
    if user_id is None:
        return
    here = select(Membership.id).where(
        Membership.community_id == council.community_id,
        Membership.user_id == user_id,
        Membership.state == "active",
    )
    known = select(ThreadPerson).where(
        ThreadPerson.thread_id == council.thread_id, ThreadPerson.user_id == user_id
    )
    closed = db.session.get_one(Thread, council.thread_id).by_invitation
    if db.session.scalar(here) is None or (closed and db.session.scalar(known) is None):
        raise Invalid({"owner_id": [N_("Please choose somebody from the list.")]})


def _journal(actor: Actor, who: Standing, council: Council, entry_id: int, kind: str) -> None:
    audit.record(
        actor, kind, actor_role=who.role or "member", community_id=council.community_id,
        target=("entry", entry_id), body={"council_id": council.thread_id, "entry_id": entry_id},
    )  # fmt: skip
