"""Opening a ballot: its words pass the gate, its roll is fixed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from community.audit import services as audit
from community.ballots import chairs, policies
from community.ballots.models import Ballot, BallotOption, BallotVoter
from community.ballots.services import casting, closing
from community.communities.models import Membership
from community.communities.standing import standing
from community.core import clock
from community.core.actor import Actor
from community.core.db import db, insert
from community.core.errors import Conflict, Invalid
from community.core.transactions import use_case
from community.core.verdict import N_, require
from community.publishing import drafts
from community.publishing import services as publishing
from community.publishing.facts import Words
from community.publishing.services import NO_RULES, Published

MOST_OPTIONS = 20
LONGEST_OPTION = 200
FOR_AGAINST = (N_("For"), N_("Against"), N_("Abstained"))
"""The options of every decision, in the order that the count knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BallotPlan:
    """What is asked besides the words, and how it will be counted."""

    kind: str
    options: Sequence[str]
    closes_at: datetime
    secrecy: str = "open"
    results: str = "after_vote"
    majority: str = "half"
    base: str = "cast"
    quorum: int = 0
    most: int = 1
    group_id: int | None = None
    voters: Sequence[int] | None = None
    """Ids of who may vote; all members of the community when left out."""
    proxies: Mapping[int, int] = field(default_factory=dict)
    """Voter -> whom they trust with their voice (доверенность)."""


def whole_text(words: Words, options: Sequence[str]) -> Words:
    """Return the words as the gate judges and keeps them: the explanation with the options under it."""
    listed = "\n".join(f"- {option}" for option in options)
    return Words(title=words.title, body=f"{words.body.strip()}\n\n{listed}".strip())


@use_case
def open_ballot(
    actor: Actor,
    community_id: int,
    words: Words,
    plan: BallotPlan,
    *,
    thread_id: int | None = None,
    seen: frozenset[str] = NO_RULES,
) -> tuple[int, Published]:
    """Ask the community, on a page of its own or in a topic (``thread_id``); return the ballot's id.

    ``words`` are those of ``whole_text``: the options are a part of what the rules judge.
    Raises ``Invalid``, ``Refused``, ``AskFirst``, ``Blocked``. A text that waits for a moderator
    keeps the ballot unseen until it is released.
    """
    leads = chairs.leads(thread_id, actor.user_id)
    require(policies.may_open(standing(actor, community_id), plan.kind, leads=leads))
    _require_plan(plan)
    _require_judged(words, plan.options)
    if thread_id is None:
        made = publishing.open_thread(
            actor, words, community_id=community_id, kind="ballot", seen=seen
        )
    else:
        made = publishing.publish(actor, thread_id, words, event="post", seen=seen)
    ballot = _store(actor, community_id, made, plan)
    audit.record(
        actor, "ballot.opened", community_id=community_id, target=("ballot", ballot.id),
        author_id=actor.id,
        body={"ballot_id": ballot.id, "ballot_kind": plan.kind, "secrecy": plan.secrecy,
              "voters": ballot.voters},
    )  # fmt: skip
    drafts.drop(actor, place_of(community_id, thread_id))
    return ballot.id, made


@use_case
def link(actor: Actor, ballot_ids: Sequence[int]) -> None:
    """Tie open ballots together: the results of each are shown when all of them are closed."""
    found = [casting.ballot_for_change(each) for each in sorted(ballot_ids)]
    for ballot in found:
        closing.require_lead(actor, ballot)
        if ballot.state != "open":
            raise Conflict("ballot.not_open")
        ballot.group_id = found[0].id


def place_of(community_id: int, thread_id: int | None) -> str:
    """Return where a ballot is being written, as drafts name it."""
    return f"ballot:{thread_id}" if thread_id else f"ballots:{community_id}"


def _store(actor: Actor, community_id: int, made: Published, plan: BallotPlan) -> Ballot:
    people = list(plan.voters) if plan.voters is not None else _members(community_id)
    ballot = Ballot(
        community_id=community_id,
        entry_id=made.entry_id,
        thread_id=made.thread_id,
        author_id=actor.id,
        kind=plan.kind,
        secrecy=plan.secrecy,
        results="after_close" if plan.secrecy == "secret" else plan.results,
        majority=plan.majority,
        base=plan.base,
        quorum=plan.quorum,
        most=plan.most,
        opened_at=clock.now(),
        closes_at=plan.closes_at,
        voters=len(people),
        group_id=plan.group_id,
    )
    db.session.add(ballot)
    db.session.flush()
    rows = [
        {"ballot_id": ballot.id, "place": place, "label": label}
        for place, label in enumerate(plan.options)
    ]
    db.session.execute(insert(BallotOption), rows)
    _fix_roll(ballot.id, people, plan.proxies)
    return ballot


def _fix_roll(ballot_id: int, people: Sequence[int], proxies: Mapping[int, int]) -> None:
    if not proxies.keys() <= set(people) or any(a == b for a, b in proxies.items()):
        raise ValueError("a proxy is given by a voter of the roll to another person")
    roll = [
        {"ballot_id": ballot_id, "user_id": each, "has_voted": False, "proxy_id": proxies.get(each)}
        for each in people
    ]
    if roll:
        db.session.execute(insert(BallotVoter), roll)


def _members(community_id: int) -> list[int]:
    active = select(Membership.user_id).where(
        Membership.community_id == community_id, Membership.state == "active"
    )
    return sorted(db.session.scalars(active))


def _require_judged(words: Words, options: Sequence[str]) -> None:
    if words != whole_text(Words(title=words.title, body=_explanation(words, options)), options):
        raise ValueError("the options of a ballot are judged with its words: see whole_text")


def _explanation(words: Words, options: Sequence[str]) -> str:
    return "\n".join(words.body.splitlines()[: -len(options) or None])


def _require_plan(plan: BallotPlan) -> None:
    wrong: dict[str, list[str]] = {}
    folded = [each.casefold() for each in plan.options]
    if not 2 <= len(plan.options) <= MOST_OPTIONS:
        wrong["options"] = [N_("Offer from two to twenty options, one on a line.")]
    elif len(set(folded)) != len(folded):
        wrong["options"] = [N_("Two options are the same.")]
    elif max(map(len, plan.options)) > LONGEST_OPTION:
        wrong["options"] = [N_("An option is too long: put the details into the explanation.")]
    if plan.closes_at <= clock.now():
        wrong["closes_at"] = [N_("The closing must be in the future.")]
    if plan.kind == "several" and not 2 <= plan.most <= len(plan.options):
        wrong["most"] = [N_("Say how many answers may be chosen: two or more, within the list.")]
    if wrong:
        raise Invalid(wrong)
