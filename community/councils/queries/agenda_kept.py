"""The agenda as minutes tell it: heard, spoke, voted, resolved, item by item."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from community.accounts import names
from community.accounts.models import User
from community.ballots import policies as ballots
from community.ballots import queries as voices
from community.ballots.models import Ballot, BallotVote
from community.core.db import db
from community.councils.minutes import Charge, Item, Note, RollLine, Speech, Vote
from community.councils.models import (
    CouncilItem,
    CouncilNote,
    CouncilTask,
    CouncilTurn,
    CouncilVote,
)
from community.files.models import StoredFile
from community.publishing.access import public_title
from community.publishing.models import Entry, EntryFile, Thread

CHOICES = ("for", "against", "abstained")
"""The answers of a decision in the order in which ballots keep them."""
Found = Mapping[int, Sequence[Any]]


def items(council_id: int) -> tuple[Item, ...]:
    """Return the items of the agenda with what became of each."""
    rows = db.session.execute(
        select(CouncilItem, public_title(Entry).label("title"), Entry.id, User)
        .join(Thread, Thread.id == CouncilItem.thread_id)
        .join(Entry, Entry.id == Thread.opener_id)
        .outerjoin(User, User.id == CouncilItem.rapporteur_id)
        .where(CouncilItem.council_id == council_id, CouncilItem.place.is_not(None))
        .order_by(CouncilItem.place)
    ).all()
    written, spoken = _by_item(_notes(council_id)), _by_item(_turns(council_id))
    votes, charges = _by_item(_votes(council_id)), _by_item(_charges(council_id))
    papers = _documents([row.id for row in rows])
    made = []
    for row in rows:
        it = row.CouncilItem
        found = written.get(it.thread_id, ())
        made.append(
            Item(
                item_id=it.thread_id,
                number=it.place,
                title=row.title,
                rapporteur=_short(row.User),
                state=it.state,
                documents=tuple(papers.get(row.id, ())),
                heard=_of_kind(found, "heard"),
                spoke=_speeches(spoken.get(it.thread_id, ()), found),
                votes=tuple(_vote(each) for each in votes.get(it.thread_id, ())),
                resolved=_of_kind(found, "resolved"),
                charges=tuple(_charge(each) for each in charges.get(it.thread_id, ())),
            )
        )
    return tuple(made)


def _notes(council_id: int) -> Iterable[Any]:
    return db.session.execute(
        select(CouncilNote, CouncilNote.item_id, Entry.body, User)
        .join(Entry, Entry.id == CouncilNote.entry_id)
        .outerjoin(User, User.id == CouncilNote.speaker_id)
        .where(
            CouncilNote.council_id == council_id,
            CouncilNote.dropped_at.is_(None),
            Entry.state == "published",
        )
        .order_by(CouncilNote.place, CouncilNote.entry_id)
    )


def _turns(council_id: int) -> Iterable[Any]:
    return db.session.execute(
        select(CouncilTurn, CouncilTurn.item_id, User)
        .join(CouncilItem, CouncilItem.thread_id == CouncilTurn.item_id)
        .join(User, User.id == CouncilTurn.user_id)
        .where(CouncilItem.council_id == council_id, CouncilTurn.began_at.is_not(None))
        .order_by(CouncilTurn.began_at, CouncilTurn.id)
    )


def _votes(council_id: int) -> Iterable[Any]:
    return db.session.execute(
        select(CouncilVote, CouncilVote.item_id, Ballot, public_title(Entry).label("title"))
        .join(Ballot, Ballot.id == CouncilVote.ballot_id)
        .join(Entry, Entry.id == Ballot.entry_id)
        .join(CouncilItem, CouncilItem.thread_id == CouncilVote.item_id)
        .where(CouncilItem.council_id == council_id, Ballot.state != "cancelled")
        .order_by(Ballot.id)
    )


def _charges(council_id: int) -> Iterable[Any]:
    return db.session.execute(
        select(CouncilTask, CouncilTask.item_id, Entry.body, User)
        .join(Entry, Entry.id == CouncilTask.entry_id)
        .outerjoin(User, User.id == CouncilTask.owner_id)
        .where(CouncilTask.council_id == council_id, Entry.state == "published")
        .order_by(CouncilTask.entry_id)
    )


def _documents(entry_ids: list[int]) -> dict[int, list[str]]:
    rows = db.session.execute(
        select(EntryFile.entry_id, StoredFile.name)
        .join(StoredFile, StoredFile.id == EntryFile.file_id)
        .where(EntryFile.entry_id.in_(entry_ids))
        .order_by(EntryFile.entry_id, EntryFile.place)
    )
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row.entry_id, []).append(row.name)
    return found


def _by_item(rows: Iterable[Any]) -> Found:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.item_id, []).append(row)
    return found


def _of_kind(rows: Sequence[Any], kind: str) -> tuple[Note, ...]:
    return tuple(_note(row) for row in rows if row.CouncilNote.kind == kind)


def _note(row: Any) -> Note:
    return Note(entry_id=row.CouncilNote.entry_id, words=row.body)


def _speeches(turns: Sequence[Any], written: Sequence[Any]) -> tuple[Speech, ...]:
    """Return the turns of the queue with what was written of each, then what was written beside it."""
    spoke = [row for row in written if row.CouncilNote.kind == "spoke"]
    known = {row.CouncilTurn.id for row in turns}
    made = [
        Speech(
            turn_id=row.CouncilTurn.id,
            name=_short(row.User),
            kind=row.CouncilTurn.kind,
            notes=tuple(_note(n) for n in spoke if n.CouncilNote.turn_id == row.CouncilTurn.id),
        )
        for row in turns
    ]
    made += [
        Speech(turn_id=None, name=_short(row.User), kind="speech", notes=(_note(row),))
        for row in spoke
        if row.CouncilNote.turn_id not in known
    ]
    return tuple(made)


def _vote(row: Any) -> Vote:
    it: Ballot = row.Ballot
    declared = it.result if it.state == "closed" and voices.group_closed(it) else None
    counted = declared is not None and ballots.may_see_split(it)
    return Vote(
        ballot_id=it.id, title=row.title, secrecy=it.secrecy, base=row.CouncilVote.base,
        majority=it.majority, present=row.CouncilVote.present, voters=it.voters, cast=it.cast,
        outcome=declared["outcome"] if declared else "",
        counts=tuple(line["votes"] for line in declared["lines"]) if declared and counted else (),
        roll=_by_name(it) if declared and it.secrecy == "open" else (),
    )  # fmt: skip


def _by_name(it: Ballot) -> tuple[RollLine, ...]:
    """Return who voted how, by surname, and who cast it for them."""
    order = {option.id: CHOICES[option.place] for option in voices.options(it.id)}
    holder = aliased(User)
    cast = db.session.execute(
        select(User, holder, BallotVote.choices)
        .join(BallotVote, BallotVote.user_id == User.id)
        .outerjoin(holder, holder.id == BallotVote.by_id)
        .where(BallotVote.ballot_id == it.id)
        .order_by(User.sort_name, User.id)
    )
    return tuple(
        RollLine(name=_short(voter), choice=order[int(key)], by=_short(by))
        for voter, by, choices in cast
        for key in choices
    )


def _charge(row: Any) -> Charge:
    it: CouncilTask = row.CouncilTask
    return Charge(
        entry_id=it.entry_id,
        words=row.body,
        due_on=it.due_on.isoformat(),
        owner=_short(row.User) if it.state in ("taken", "done") else "",
    )


def _short(person: User | None) -> str:
    if person is None:
        return ""
    return names.initialled(person.last_name, person.first_name, person.patronymic)
