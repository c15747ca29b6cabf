"""A council is called and its agenda made; every word goes through the gate."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

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
from community.councils.events import CouncilCalled
from community.councils.models import Council, CouncilItem
from community.councils.policies import holding as policies
from community.councils.services.holding import council_for_change
from community.files import services as files
from community.publishing import drafts, gate
from community.publishing import services as publishing
from community.publishing.facts import Circumstances, Words
from community.publishing.models import ThreadPerson
from community.publishing.services import NO_RULES, Published


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
    who = standing(actor, community_id)
    require(policies.may_call(who))
    people = _people(community_id, plan)
    _require_plan(plan, words, people)
    if plan.when.place.strip():
        at = Circumstances("topic", None, community_id)
        gate.weigh(actor, who, Words(body=plan.when.place), at, seen=seen)
    claimed = [file.id for file in files.claim(actor, file_ids, community_id=community_id)]
    made = publishing.open_thread(
        actor, words, community_id=community_id, kind="council", seen=seen, file_ids=claimed
    )
    _name_readers(made.thread_id, plan, people)
    happening_id = appointing.appoint(
        community_id, made.thread_id, "council", plan.when, people,
        attendance="whole" if plan.mode == "stretched" else "live",
        takes_proxies=plan.takes_proxies,
    )  # fmt: skip
    db.session.add(_council(made.thread_id, community_id, happening_id, plan))
    db.session.flush()
    audit.record(
        actor, "council.called", community_id=community_id, actor_role=who.role,
        target=("council", made.thread_id), author_id=actor.id,
        body={"council_id": made.thread_id, "expected": len(people)},
    )  # fmt: skip
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
    db.session.flush()
    publishing.stir(council_id)
    drafts.drop(actor, place_of_item(council_id))
    return made


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


def _council(thread_id: int, community_id: int, happening_id: int, plan: CouncilPlan) -> Council:
    return Council(
        thread_id=thread_id,
        community_id=community_id,
        happening_id=happening_id,
        mode=plan.mode,
        chairman_id=plan.chairman_id,
        secretary_id=plan.secretary_id,
        deputy_id=plan.deputy_id,
        quorum=plan.quorum,
        proposals_until=plan.proposals_until,
    )


def _people(community_id: int, plan: CouncilPlan) -> frozenset[int]:
    active = select(Membership.user_id).where(
        Membership.community_id == community_id, Membership.state == "active"
    )
    members = frozenset(db.session.scalars(active))
    if plan.people is None:
        return members
    return members & (plan.people | {plan.chairman_id, plan.secretary_id})


def _name_readers(thread_id: int, plan: CouncilPlan, people: frozenset[int]) -> None:
    if plan.people is not None:
        name_readers(thread_id, sorted(people))


def _require_plan(plan: CouncilPlan, words: Words, people: frozenset[int]) -> None:
    wrong: dict[str, list[str]] = {}
    if not words.title.strip():
        wrong["title"] = [N_("Please name the theme of the council.")]
    if plan.when.starts_at <= clock.now():
        wrong["starts_at"] = [N_("The beginning must be in the future.")]
    if plan.chairman_id == plan.secretary_id:
        wrong["secretary_id"] = [N_("The chairman and the secretary are two people.")]
    for name in ("chairman_id", "secretary_id", "deputy_id"):
        if getattr(plan, name) is not None and getattr(plan, name) not in people:
            wrong[name] = [N_("This person is not among those expected.")]
    if plan.proposals_until is not None and plan.proposals_until > plan.when.starts_at:
        wrong["proposals_until"] = [N_("Proposals are taken before the beginning.")]
    if wrong:
        raise Invalid(wrong)
