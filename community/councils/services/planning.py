"""A council is called and its agenda made; every word goes through the gate."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import func, select

from community.audit import services as audit
from community.calendar.services import appointing
from community.calendar.services.appointing import When
from community.communities.models import Membership
from community.communities.standing import standing
from community.core import clock
from community.core.actor import Actor
from community.core.db import db
from community.core.errors import Invalid
from community.core.outbox import emit
from community.core.transactions import use_case
from community.core.verdict import N_, require
from community.councils.events import AgendaChanged, CouncilCalled
from community.councils.models import Council, CouncilItem
from community.councils.policies import holding as policies
from community.councils.services.holding import council_for_change
from community.files import services as files
from community.publishing import access, drafts, gate
from community.publishing import services as publishing
from community.publishing.facts import Circumstances, Words
from community.publishing.models import Entry, Thread, ThreadPerson
from community.publishing.services import NO_RULES, Published

TOLD_AFTER = timedelta(minutes=15)
"""An agenda changes line by line: people are told once, so long after the first change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilPlan:
    """What is said of a council besides its words; ``people`` is None where all members are expected."""

    when: When
    chairman_id: int
    secretary_id: int
    deputy_id: int | None = None
    mode: str = "live"
    quorum: str = "half"
    takes_proxies: bool = False
    proposals_until: datetime | None = None
    people: frozenset[int] | None = None
    follows_id: int | None = None
    """The council before, whose decisions are followed up as the first item."""

    @property
    def attendance(self) -> str:
        """Return how presence is counted: over some days, who came once is counted till the end."""
        return "whole" if self.mode == "stretched" else "live"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPlan:
    """What is said of an item besides its words."""

    rapporteur_id: int | None = None
    minutes: int = 10


@use_case
def call(
    actor: Actor,
    community_id: int,
    words: Words,
    plan: CouncilPlan,
    *,
    seen: frozenset[str] = NO_RULES,
    file_ids: Sequence[int] = (),
) -> Published:
    """Call a council with its theme, its time and its people (I01); the thread's id is the council's.

    Raises ``Invalid``, ``Refused``, ``AskFirst``, ``Blocked``.
    """
    require(policies.may_call(standing(actor, community_id)))
    people = _people(community_id, plan)
    if not words.title.strip():
        raise Invalid({"title": [N_("Please name the theme of the council.")]})
    require_plan(plan, people)
    before = _followed(actor, community_id, plan.follows_id)
    weigh_place(actor, community_id, plan.when.place, seen)
    claimed = [file.id for file in files.claim(actor, file_ids, community_id=community_id)]
    made = publishing.open_thread(
        actor, words, community_id=community_id, kind="council", seen=seen, file_ids=claimed
    )
    council = _appoint(made.thread_id, community_id, plan, people)
    if before:
        _begin_with_review(actor, council, before, seen)
    _journal(actor, council, len(people))
    emit(CouncilCalled(council_id=made.thread_id))
    drafts.drop(actor, place_of_new(community_id))
    return made


@use_case
def add_item(
    actor: Actor,
    council_id: int,
    words: Words,
    plan: ItemPlan,
    *,
    seen: frozenset[str] = NO_RULES,
    file_ids: Sequence[int] = (),
) -> Published:
    """Put an item with its documents on the agenda, after the others."""
    council = council_for_change(council_id)
    require(policies.may_prepare(standing(actor, council.community_id), council))
    made = open_item(actor, council, words, file_ids, seen)
    item = CouncilItem(
        thread_id=made.thread_id,
        council_id=council_id,
        place=last_place(council_id) + 1,
        rapporteur_id=plan.rapporteur_id,
        minutes=plan.minutes,
    )
    db.session.add(item)
    agenda_changed(council)
    drafts.drop(actor, place_of_item(council_id))
    return made


def agenda_changed(council: Council) -> None:
    """Show the changed agenda on open pages; people are told a while later, once for several changes."""
    db.session.flush()
    publishing.stir(council.thread_id)
    told = AgendaChanged(council_id=council.thread_id)
    emit(told, due=clock.now() + TOLD_AFTER, dedupe=f"agenda {council.thread_id}")


def open_item(
    actor: Actor, council: Council, words: Words, file_ids: Sequence[int], seen: frozenset[str]
) -> Published:
    """Open the thread of an item; those who may know of the council may know of it."""
    if not words.title.strip():
        raise Invalid({"title": [N_("Please name the item.")]})
    claimed = [file.id for file in files.claim(actor, file_ids, community_id=council.community_id)]
    made = publishing.open_thread(
        actor, words, community_id=council.community_id, kind="council_item", seen=seen,
        file_ids=claimed,
    )  # fmt: skip
    readers = select(ThreadPerson.user_id).where(ThreadPerson.thread_id == council.thread_id)
    people = list(db.session.scalars(readers))
    if people:
        name_readers(made.thread_id, people)
    return made


def name_readers(thread_id: int, people: Sequence[int]) -> None:
    """Let only these people, and the moderators, know of a thread."""
    for user_id in people:
        db.session.add(ThreadPerson(thread_id=thread_id, user_id=user_id))
    db.session.flush()
    publishing.set_thread(thread_id, by_invitation=True)


def last_place(council_id: int) -> int:
    """Return the number of the last item of the agenda, 0 where there is none."""
    last = select(func.max(CouncilItem.place)).where(CouncilItem.council_id == council_id)
    return db.session.scalar(last) or 0


def place_of_new(community_id: int) -> str:
    """Return where a new council is being written, as drafts name it."""
    return f"councils:{community_id}"


def place_of_item(council_id: int) -> str:
    """Return where a new item is being written."""
    return f"council-item:{council_id}"


def _appoint(
    thread_id: int, community_id: int, plan: CouncilPlan, people: frozenset[int]
) -> Council:
    if plan.people is not None:
        name_readers(thread_id, sorted(people))
    happening_id = appointing.appoint(
        community_id, thread_id, "council", plan.when, people,
        attendance=plan.attendance, takes_proxies=plan.takes_proxies,
    )  # fmt: skip
    made = Council(
        thread_id=thread_id,
        community_id=community_id,
        happening_id=happening_id,
        mode=plan.mode,
        chairman_id=plan.chairman_id,
        secretary_id=plan.secretary_id,
        deputy_id=plan.deputy_id,
        quorum=plan.quorum,
        proposals_until=plan.proposals_until,
        follows_id=plan.follows_id,
    )
    db.session.add(made)
    db.session.flush()
    return made


def _begin_with_review(actor: Actor, council: Council, before: str, seen: frozenset[str]) -> None:
    """Let the agenda begin with how the decisions of the council before were carried out."""
    words = Words(
        title=_("Carrying out the decisions"),
        body=_("How the decisions of the council “%(title)s” were carried out.", title=before),
    )
    made = open_item(actor, council, words, (), seen)
    item = CouncilItem(
        thread_id=made.thread_id, council_id=council.thread_id, place=1, is_review=True
    )
    db.session.add(item)
    db.session.flush()


def _journal(actor: Actor, council: Council, expected: int) -> None:
    audit.record(
        actor, "council.called", community_id=council.community_id,
        actor_role=standing(actor, council.community_id).role,
        target=("council", council.thread_id), author_id=actor.id,
        body={"council_id": council.thread_id, "expected": expected},
    )  # fmt: skip


def _people(community_id: int, plan: CouncilPlan) -> frozenset[int]:
    active = select(Membership.user_id).where(
        Membership.community_id == community_id, Membership.state == "active"
    )
    members = frozenset(db.session.scalars(active))
    if plan.people is None:
        return members
    return members & (plan.people | {plan.chairman_id, plan.secretary_id, plan.deputy_id or 0})


def require_plan(plan: CouncilPlan, people: frozenset[int]) -> None:
    """Refuse a plan that cannot be held, naming each field; raises ``Invalid``."""
    wrong: dict[str, list[str]] = {}
    if plan.when.starts_at <= clock.now():
        wrong["starts_at"] = [N_("The beginning must be in the future.")]
    if plan.chairman_id == plan.secretary_id:
        wrong["secretary_id"] = [N_("The chairman and the secretary are two people.")]
    if plan.deputy_id == plan.chairman_id:
        wrong["deputy_id"] = [N_("The chairman and the deputy are two people.")]
    for name in ("chairman_id", "secretary_id", "deputy_id"):
        if getattr(plan, name) is not None and getattr(plan, name) not in people:
            wrong[name] = [N_("This person is not among those expected.")]
    if plan.proposals_until is not None and plan.proposals_until > plan.when.starts_at:
        wrong["proposals_until"] = [N_("Proposals are taken before the beginning.")]
    if wrong:
        raise Invalid(wrong)


def weigh_place(actor: Actor, community_id: int, place: str, seen: frozenset[str]) -> None:
    """Let the rules judge the words of a place; raises as the gate does."""
    if place.strip():
        at = Circumstances("topic", None, community_id)
        gate.weigh(actor, standing(actor, community_id), Words(body=place), at, seen=seen)


def _followed(actor: Actor, community_id: int, council_id: int | None) -> str:
    """Return the theme of the council that another goes on from, "" without one; raises ``Invalid``."""
    if council_id is None:
        return ""
    found = db.session.scalar(
        select(Entry.title)
        .join(Thread, Thread.opener_id == Entry.id)
        .join(Council, Council.thread_id == Thread.id)
        .where(
            Council.thread_id == council_id, Council.community_id == community_id,
            Council.state == "closed", access.thread_visible(access.viewer(actor)),
        )
    )  # fmt: skip
    if found is None:
        raise Invalid({"follows_id": [N_("Please choose a council that is over.")]})
    return found
