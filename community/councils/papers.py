"""What minutes and tasks add to their threads: where their texts stand, who may write in them and when.

Apart from ``watching``, which tells it of the council and its items.
"""

from sqlalchemy import select

from community.accounts.models import User
from community.communities.models import Community
from community.communities.standing import Standing
from community.core import clock
from community.core.actor import Actor
from community.core.db import db
from community.core.outbox import consumes
from community.core.verdict import ALLOW, N_, Verdict, deny
from community.core.worker import duty
from community.councils.models import Council, CouncilMinutes, CouncilNote, CouncilTask
from community.councils.policies import minutes as policies
from community.councils.policies.holding import leads
from community.councils.services import objections, tasks
from community.notices import services as notices
from community.publishing import fixed, kinds
from community.publishing.events import EntryPublished, in_kind
from community.publishing.models import Entry, Thread


def install() -> None:
    """Let publishing know of minutes."""
    fixed.provide(fixed_by_signing)
    kinds.register(
        "council_minutes",
        kinds.Kind(address=minutes_address, may_write=keeps_minutes, may_revise=keeps_note),
    )
    kinds.register("council_task", kinds.Kind(address=task_address, may_write=speaks_of_task))


def minutes_address(thread: Thread, entry: Entry) -> str:
    """Return where a note or an objection stands: in the minutes."""
    found = (
        select(Community.slug, CouncilMinutes.council_id)
        .join(CouncilMinutes, CouncilMinutes.community_id == Community.id)
        .where(CouncilMinutes.thread_id == thread.id)
    )
    slug, council_id = db.session.execute(found).one()
    return f"/c/{slug}/councils/{council_id}/minutes#entry-{entry.id}"


def keeps_minutes(who: Standing, thread: Thread) -> Verdict:
    """Notes are the secretary's; objections come while they are taken, whatever door they come through."""
    row, council = db.session.execute(
        select(CouncilMinutes, Council)
        .join(Council, Council.thread_id == CouncilMinutes.council_id)
        .where(CouncilMinutes.thread_id == thread.id)
    ).one()
    return policies.may_add(who, council, row, clock.now())


def keeps_note(who: Standing, _entry: Entry, thread: Thread) -> Verdict:
    """Words of the minutes are changed as long as they may be added."""
    return keeps_minutes(who, thread)


def task_address(thread: Thread, entry: Entry) -> str:
    """Return where a task stands, or what was said of it."""
    slug = db.session.scalar(select(Community.slug).where(Community.id == thread.community_id))
    return f"/c/{slug}/tasks/{thread.opener_id}#entry-{entry.id}"


def speaks_of_task(who: Standing, thread: Thread) -> Verdict:
    """Who has a task, or gave it, and the moderators write under it."""
    row = db.session.execute(
        select(CouncilTask, Council)
        .join(Council, Council.thread_id == CouncilTask.council_id)
        .where(CouncilTask.thread_id == thread.id)
    ).one_or_none()
    if row is None:
        return ALLOW  # it is being given
    task, council = row
    if who.is_moderator or who.user_id == task.owner_id or leads(council, who.user_id):
        return ALLOW
    return deny("council.task_of_another")


def fixed_by_signing(entry_id: int) -> str:
    """Return why a note stays as it is: its minutes are being signed, or are."""
    state = db.session.scalar(
        select(CouncilMinutes.state)
        .join(CouncilNote, CouncilNote.council_id == CouncilMinutes.council_id)
        .where(CouncilNote.entry_id == entry_id)
    )
    if state is None and _is_task(entry_id):
        return "council.task_words_stay"
    reasons = {"signing": "council.minutes_signed", "sealed": "council.minutes_sealed"}
    return reasons.get(state or "", "")


def _is_task(entry_id: int) -> bool:
    return db.session.get(CouncilTask, entry_id) is not None


notices.register(
    {
        "council.task_offered": N_("A task is offered to you: take it or decline"),
        "council.task_taken": N_("%(author)s has taken a task of the council"),
        "council.task_declined": N_("%(author)s has declined a task of the council"),
        "council.task_done": N_("%(author)s tells how a task of the council was done"),
        "council.task_passed_on": N_("A task is yours no more: it is offered anew"),
        "council.task_dropped": N_("A task of the council is dropped"),
        "council.task_due": N_("The day of your task is near"),
        "council.task_overdue": N_("The day of a task has passed"),
        "council.minutes_shown": N_(
            "Minutes № %(number)s of the council are shown: read them, and object if need be"
        ),
        "council.objected": N_("There is an objection to minutes № %(number)s"),
        "council.objection_accepted": N_("Your objection to minutes № %(number)s is accepted"),
        "council.objection_declined": N_(
            "Your objection to minutes № %(number)s is declined, with an explanation"
        ),
        "council.minutes_to_sign": N_("Minutes № %(number)s of the council can be signed"),
        "council.minutes_wait_for_you": N_("Minutes № %(number)s wait for your signature"),
    },
    group="talk",
)


@consumes(EntryPublished, only=in_kind("council_task"))
def offer_task(event: EntryPublished) -> None:
    """Tell whom a task is offered to, once its words are out."""
    task = db.session.get(CouncilTask, event.entry_id)
    if task is not None and task.state == "offered":
        giver = db.session.get_one(User, task.offered_by)
        tasks.tell([task.owner_id], "council.task_offered", task, Actor(giver.id, giver.name))


@duty
def remind_of_tasks() -> None:
    """Bring tasks to their owners' minds, before their day and after it."""
    for entry_id in tasks.due():
        tasks.remind(entry_id)


@duty
def end_terms() -> None:
    """Let minutes be signed whose term for objections is over."""
    for council_id in objections.due():
        objections.end_term(council_id)
