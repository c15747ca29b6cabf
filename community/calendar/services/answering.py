"""«Буду», «не буду», «доверяю свой голос»: the answers of those who are expected."""

from sqlalchemy import func, select, update

from community.accounts.models import User
from community.audit import services as audit
from community.calendar import policies
from community.calendar.events import AnswersChanged
from community.calendar.models import Happening, HappeningPerson
from community.calendar.services import telling
from community.calendar.services.appointing import happening_for_change
from community.communities.models import Membership
from community.communities.standing import standing
from community.core import clock
from community.core.actor import Actor
from community.core.db import db
from community.core.errors import Invalid, NotFound, Refused
from community.core.outbox import emit
from community.core.transactions import use_case
from community.core.verdict import N_, require


@use_case
def answer(actor: Actor, happening_id: int, answer: str, proxy_id: int | None = None) -> None:
    """Take an answer down: «yes», «no», or «proxy» with the one who votes in the actor's name.

    Whoever does not come in person gives back the voices that they hold, and the givers are told.
    Raises ``Refused`` (calendar.*), ``Invalid`` (answer, proxy_id).
    """
    happening = happening_for_change(happening_id)
    person = _answering(actor, happening)
    holder = _holder(actor, happening, answer, proxy_id)
    if (person.answer, person.proxy_id) == (answer, holder):
        return
    if answer != "yes":
        _give_back(actor, happening)
    before, person.answer, person.proxy_id = person.proxy_id, answer, holder
    person.answered_at = clock.now()
    db.session.flush()
    if before is not None and before != holder:
        _journal(actor, happening, "happening.proxy_taken_back", actor.id, before)
        telling.tell(happening, [before], "calendar.proxy_taken_back", actor)
    if holder is not None and before != holder:
        _journal(actor, happening, "happening.proxy_given", actor.id, holder)
        telling.tell(happening, [holder], "calendar.proxy_given", actor)
    emit(AnswersChanged(happening_id=happening_id))


@use_case
def hand_back(actor: Actor, happening_id: int, giver_id: int) -> None:
    """Give one voice back to the person who trusted the actor with it; that person is told.

    Raises ``NotFound`` where the actor holds no such voice, ``Refused`` when it is over.
    """
    happening = happening_for_change(happening_id)
    _answering(actor, happening)
    giver = _person(happening_id, giver_id)
    if giver is None or giver.proxy_id != actor.id:
        raise NotFound
    _give_back(actor, happening, only=giver_id)
    emit(AnswersChanged(happening_id=happening_id))


@use_case
def expect_no_more(community_id: int, user_id: int) -> list[int]:
    """Take a person off the lists of what is to come in a community; return the happenings.

    The voices that they hold go back, and whoever holds theirs is told.
    """
    ahead = (
        select(Happening.id)
        .join(HappeningPerson, HappeningPerson.happening_id == Happening.id)
        .where(
            Happening.community_id == community_id, Happening.state == "planned",
            Happening.starts_at > clock.now(), HappeningPerson.user_id == user_id,
        )
        .order_by(Happening.id)
    )  # fmt: skip
    found = list(db.session.scalars(ahead))
    name = db.session.scalar(select(User.name).where(User.id == user_id)) or ""
    for happening_id in found:
        _take_off(Actor(user_id, name), happening_for_change(happening_id))
        emit(AnswersChanged(happening_id=happening_id))
    return found


def _take_off(actor: Actor, happening: Happening) -> None:
    person = _person(happening.id, actor.id)
    if person is None:
        return
    _give_back(actor, happening)
    if person.proxy_id is not None:
        _journal(actor, happening, "happening.proxy_taken_back", actor.id, person.proxy_id)
        telling.tell(happening, [person.proxy_id], "calendar.proxy_taken_back", actor)
    db.session.delete(person)
    db.session.flush()


def _answering(actor: Actor, happening: Happening) -> HappeningPerson:
    """Return the line of one who may answer now; raises ``Refused``."""
    person = _person(happening.id, actor.id)
    who = standing(actor, happening.community_id)
    verdict = policies.may_answer(who, is_expected=person is not None, state=happening.state)
    if person is None or not verdict:
        raise Refused(verdict)
    return person


def _holder(actor: Actor, happening: Happening, answer: str, proxy_id: int | None) -> int | None:
    if answer not in policies.ANSWERS:
        raise Invalid({"answer": [N_("Please choose an answer.")]})
    if answer != "proxy":
        return None
    if proxy_id is None:
        raise Invalid({"proxy_id": [N_("Please choose who votes in your name.")]})
    proxies, own = happening.takes_proxies, proxy_id == actor.id
    require(policies.may_entrust(takes_proxies=proxies, to_oneself=own))
    holder = _person(happening.id, proxy_id)
    others = select(func.count()).where(
        HappeningPerson.happening_id == happening.id, HappeningPerson.proxy_id == proxy_id,
        HappeningPerson.user_id != actor.id,
    )  # fmt: skip
    require(
        policies.may_hold(
            is_expected=holder is not None,
            is_member=_is_member(happening.community_id, proxy_id),
            answer=holder.answer if holder else "",
            held=db.session.scalar(others) or 0,
        )
    )
    return proxy_id


def _give_back(actor: Actor, happening: Happening, *, only: int | None = None) -> None:
    """Let the voices that the actor holds (or one of them) go back to those who gave them."""
    mine = [
        HappeningPerson.happening_id == happening.id,
        HappeningPerson.proxy_id == actor.id,
    ]
    if only is not None:
        mine.append(HappeningPerson.user_id == only)
    givers = sorted(db.session.scalars(select(HappeningPerson.user_id).where(*mine)))
    if not givers:
        return
    gone = update(HappeningPerson).where(*mine)
    db.session.execute(gone.values(answer="", proxy_id=None, answered_at=None))
    for giver in givers:
        _journal(actor, happening, "happening.proxy_handed_back", giver, actor.id)
    telling.tell(happening, givers, "calendar.holder_gave_back", actor)


def _person(happening_id: int, user_id: int) -> HappeningPerson | None:
    return db.session.get(HappeningPerson, (happening_id, user_id), populate_existing=True)


def _is_member(community_id: int, user_id: int) -> bool:
    state = select(Membership.state).where(
        Membership.community_id == community_id, Membership.user_id == user_id
    )
    return db.session.scalar(state) == "active"


def _journal(actor: Actor, happening: Happening, kind: str, giver: int, holder: int) -> None:
    audit.record(
        actor, kind, actor_role=standing(actor, happening.community_id).role or "member",
        community_id=happening.community_id, target=("happening", happening.id),
        body={"happening_id": happening.id, "giver": giver, "holder": holder},
    )  # fmt: skip
