"""After a ballot is out or closed: voters are told; terms are kept; topics show their ballots."""

import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta

from flask import render_template
from markupsafe import Markup
from sqlalchemy import bindparam, select, update

from community.accounts.models import User
from community.ballots import chairs, queries, views
from community.ballots.events import BallotClosed
from community.ballots.models import Ballot, BallotVoter
from community.ballots.services import closing
from community.communities.models import Community
from community.communities.standing import standing
from community.core import clock
from community.core.db import db, fetch
from community.core.errors import Conflict, NotFound
from community.core.outbox import consumes
from community.core.transactions import transaction
from community.core.verdict import N_
from community.core.worker import duty
from community.notices import services as notices
from community.publishing import fixed, inserts, kinds
from community.publishing.access import Viewer
from community.publishing.events import EntryPublished, not_in_kind
from community.publishing.models import Entry, Follow, Thread
from community.publishing.unread import count_until_changed
from community.publishing.views import EntryView
from community.web.access import current_actor

kinds.register("ballot", kinds.Kind(address=queries.address))

log = logging.getLogger(__name__)
REMIND = timedelta(hours=24)

notices.register(
    {
        "ballot.opened": N_("%(author)s puts to the vote: “%(title)s”"),
        "ballot.reminded": N_("The voting closes soon, and your vote is not there: “%(title)s”"),
        "ballot.closed": N_("The voting is over: “%(title)s”"),
        "ballot.outcome_wanted": N_("Write down the outcome of the voting: “%(title)s”"),
    },
    group="talk",
)


@consumes(EntryPublished, only=not_in_kind("chat", "letter", "profile"))
def call_voters(event: EntryPublished) -> None:
    """Tell the roll of a ballot when its words are out; followers of the topic hear of them anyway."""
    found = fetch(_ASKED_IN, entry=event.entry_id).scalar()
    it = db.session.get_one(Ballot, found) if found is not None else None
    if it is None or it.state != "open" or chairs.minuted(it.thread_id):
        return
    told = {it.author_id, *_followers(it.thread_id)}
    silent = queries.silent_voters(it.id)
    _tell([each for each in silent if each not in told], "ballot.opened", it)


_ASKED_IN = select(Ballot.id).where(Ballot.entry_id == bindparam("entry"))


@consumes(BallotClosed)
def tell_result(event: BallotClosed) -> None:
    """Tell those who voted that the result is there, and the author of a decision what is left to do."""
    it = db.session.get(Ballot, event.ballot_id)
    if it is None or it.state != "closed" or chairs.minuted(it.thread_id):
        return
    voted = select(BallotVoter.user_id).where(
        BallotVoter.ballot_id == it.id, BallotVoter.has_voted.is_(True)
    )
    _tell([each for each in db.session.scalars(voted) if each != it.author_id], "ballot.closed", it)
    code = "ballot.outcome_wanted" if it.kind == "decision" else "ballot.closed"
    if it.outcome_id is None and it.closed_by != it.author_id:
        _tell([it.author_id], code, it)


@duty
def keep_terms() -> None:
    """Close what is due; remind once, a day before, only those who have not voted."""
    for ballot_id in queries.due(clock.now()):
        try:
            closing.close_in_term(ballot_id)
        except (Conflict, NotFound):
            log.info("the ballot %s was hidden or closed meanwhile", ballot_id)
    soon = select(Ballot.id).where(
        Ballot.state == "open",
        Ballot.reminded_at.is_(None),
        Ballot.closes_at <= clock.now() + REMIND,
        Ballot.opened_at <= clock.now() - REMIND,
    )
    for ballot_id in list(db.session.scalars(soon)):
        with transaction():
            _remind(ballot_id)


def _remind(ballot_id: int) -> None:
    taken = (
        update(Ballot)
        .where(Ballot.id == ballot_id, Ballot.reminded_at.is_(None), Ballot.state == "open")
        .values(reminded_at=clock.now())
        .returning(Ballot.id)
    )
    if db.session.scalar(taken) is None:
        return  # another worker has told them
    it = db.session.get_one(Ballot, ballot_id)
    _tell(queries.silent_voters(ballot_id), "ballot.reminded", it)


@inserts.provide
def under_entries(
    reader: Viewer, thread: Thread, entries: Sequence[EntryView]
) -> Mapping[int, Markup]:
    """Draw the ballots of a topic under the texts that ask."""
    if thread.community_id is None or not _has_ballots(reader, thread):
        return {}
    actor = current_actor()
    slug = db.session.scalar(select(Community.slug).where(Community.id == thread.community_id))
    who = standing(actor, thread.community_id)
    return {
        row.Entry.id: Markup(  # noqa: S704 — drawn by our template, which escapes
            render_template("ballots/insert.html", it=views.view(row, who), slug=slug)
        )
        for row in queries.of_entries(reader, [entry.id for entry in entries])
    }


@fixed.provide
def asks(entry_id: int) -> str:
    """Refuse changes to words on which people vote."""
    it = db.session.scalar(select(Ballot.state).where(Ballot.entry_id == entry_id))
    return "ballot.fixed_words" if it in ("open", "closed") else ""


def _has_ballots(reader: Viewer, thread: Thread) -> bool:
    def count() -> int:
        found = select(Ballot.id).where(Ballot.thread_id == thread.id).limit(1)
        return int(db.session.scalar(found) is not None)

    return bool(
        count_until_changed(reader, thread.community_id or 0, ("ballots", thread.id), count)
    )


def _followers(thread_id: int) -> list[int]:
    following = select(Follow.user_id).where(
        Follow.thread_id == thread_id, Follow.level == "follow"
    )
    return list(db.session.scalars(following))


def _tell(people: Sequence[int], code: str, it: Ballot) -> None:
    entry = db.session.get_one(Entry, it.entry_id)
    slug = db.session.scalar(select(Community.slug).where(Community.id == it.community_id))
    if entry.state != "published":
        return
    author = _name(it.author_id)
    notices.tell(
        people,
        code,
        community_id=it.community_id,
        url=f"/c/{slug}/ballots/{it.id}",
        actor_id=it.author_id,
        params={"title": entry.title, "author": author},
    )


def _name(user_id: int) -> str:
    return db.session.scalar(select(User.name).where(User.id == user_id)) or ""
