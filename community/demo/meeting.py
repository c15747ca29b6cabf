"""A council of the demonstration while it is led: each method is one act of its people."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from io import BytesIO

from sqlalchemy import select

from community.calendar import queries as calendar
from community.calendar.services import answering
from community.calendar.services.appointing import When
from community.core.actor import Actor
from community.core.db import db
from community.core.transactions import transaction
from community.councils import minutes as paper
from community.councils.models import Council, CouncilMinutes, CouncilTurn
from community.councils.queries.minutes import minutes_of
from community.councils.services import (
    floor,
    holding,
    minutes,
    objections,
    planning,
    signing,
    talking,
    tasks,
    visiting,
    voting,
)
from community.councils.services.minutes import NotePlan
from community.councils.services.planning import CouncilPlan, ItemPlan
from community.councils.services.voting import VotePlan
from community.demo.content import Part
from community.demo.people import People
from community.demo.places import Place
from community.files import services as files
from community.publishing import marks
from community.publishing.facts import Words
from community.publishing.models import Entry, Thread

_QUIET = 3
"""Of the quiet members every third one comes: enough for a quorum."""


def named(theme: str) -> Council:
    """Return the council with this theme."""
    found = (
        select(Council)
        .join(Thread, Thread.id == Council.thread_id)
        .join(Entry, Entry.id == Thread.opener_id)
        .where(Entry.title == theme)
    )
    return db.session.scalars(found).one()


def received(actor: Actor, document: Sequence[str] | None, place: Place) -> Sequence[int]:
    """Upload the document (name and text) of an item, of one's own making; return its id, if any."""
    if not document:
        return ()
    name, text = document
    file = files.receive(actor, BytesIO(text.encode()), name, community_id=place.id)
    files.declare(actor, [file.id], licence="own", author="")
    return (file.id,)


@dataclass
class Meeting:
    """The acts of a council; what they made is kept for those that come after."""

    people: People
    place: Place
    part: Part
    hour: datetime
    id: int = 0
    items: list[int] = field(default_factory=list)
    here: list[int] = field(default_factory=list)
    notes: dict[str, int] = field(default_factory=dict)
    ballots: dict[int, int] = field(default_factory=dict)
    objection: int = 0
    tasks: list[int] = field(default_factory=list)

    def call(self) -> None:
        """Call the council with its agenda."""
        part, who = self.part, self.people
        ends = self.hour + timedelta(minutes=part["lasts"])
        made = CouncilPlan(
            when=When(starts_at=self.hour, ends_at=ends, place=part["place"]),
            chairman_id=self.chairman.id,
            secretary_id=self.secretary.id,
            deputy_id=who[part["deputy"]].id,
            takes_proxies=True,
        )
        words = Words(title=part["theme"], body=part["about"])
        self.id = planning.call(self.chairman, self.place.id, words, made).thread_id
        for item in part["items"]:
            asked = ItemPlan(rapporteur_id=who[item["rapporteur"]].id, minutes=item["minutes"])
            about = Words(title=item["title"], body=item["body"])
            papers = received(self.secretary, item.get("paper"), self.place)
            added = planning.add_item(self.secretary, self.id, about, asked, file_ids=papers)
            self.items.append(added.thread_id)

    def trust(self, who: str, holder: str) -> None:
        """Let a person give their voice to another."""
        answering.answer(self.people[who], self._happening, "proxy", self.people[holder].id)

    def come(self) -> None:
        """Let the writers come but those who are late or gave their voice, and a part of the quiet."""
        away = {self.people[who].id for who in (*self.part["late"], *self.part["proxies"])}
        writers = {self.people[who].id for who in self.place.part["members"]}
        expected = sorted(calendar.presence(self._happening).expected)
        quiet = [each for each in expected if each not in writers][::_QUIET]
        for user_id in (each for each in expected if each in writers | set(quiet)):
            if user_id not in away:
                self._arrive(Actor(user_id, ""))

    def come_late(self, who: str) -> None:
        """Let a person come after the opening."""
        self._arrive(self.people[who])

    def leave(self, who: str) -> None:
        """Let a person leave before the end."""
        visiting.leave(self.people[who], self.id)
        self.here.remove(self.people[who].id)

    def move(self, act: Callable[[Actor, int, int], None]) -> None:
        """Make a move of the desk."""
        act(self.chairman, self.id, self._version)

    def take_item(self, number: int) -> None:
        """Go on to an item."""
        holding.take_item(self.chairman, self.id, self.items[number], self._version)

    def say(self, number: int, how: str, who: str, text: str) -> None:
        """Say a line under an item, or ask its rapporteur."""
        act = talking.ask if how == "ask" else talking.say
        act(self.people[who], self.items[number], Words(body=text))

    def raise_hand(self, number: int, turn: Part) -> None:
        """Ask for the floor."""
        floor.raise_hand(self.people[turn["who"]], self.id, self.items[number], turn["kind"])

    def give_floor(self, number: int, who: str) -> None:
        """Give the floor to a raised hand."""
        floor.give_floor(self.chairman, self.id, self._turn(number, who), 0)

    def end_turn(self, number: int, turn: Part) -> None:
        """End a speech; the secretary writes down what was said."""
        who, turn_id = self.people[turn["who"]], self._turn(number, turn["who"])
        floor.end_turn(who, self.id, turn_id)
        made = NotePlan(
            item_id=self.items[number], kind="spoke", speaker_id=who.id, turn_id=turn_id
        )
        words = Words(body=turn["note"])
        written = minutes.write_down(self.secretary, self.id, made, words)
        self.notes[turn["who"]] = written.entry_id

    def put_to_vote(self, number: int, vote: Part) -> None:
        """Put a question to the vote."""
        words = Words(title=vote["title"], body=vote["body"])
        made = VotePlan(secrecy=vote["secrecy"])
        item_id = self.items[number]
        self.ballots[number] = voting.put_to_vote(self.chairman, self.id, item_id, words, made)

    def cast(self, number: int, vote: Part) -> None:
        """Let those who are here vote, as they spoke where they did, and for those who trusted them."""
        spoken = {self.people[who].id: place for who, place in vote.get("spoken", {}).items()}
        rota = [place for place, weight in enumerate(vote["voices"]) for _ in range(weight)]
        ballot = self.ballots[number]
        for turn, user_id in enumerate(self.here):
            place = spoken.get(user_id, rota[turn * 3 % len(rota)])
            voting.cast(Actor(user_id, ""), self.id, ballot, place)
        for giver, holder in self.part["proxies"].items():
            voting.cast(self.people[holder], self.id, ballot, 0, for_id=self.people[giver].id)

    def close_vote(self, number: int) -> None:
        """Close the vote and count it."""
        voting.close_vote(self.chairman, self.id, self.ballots[number])

    def note(self, number: int, kind: str, text: str) -> None:
        """Let the secretary write down whom they heard, or what was decided."""
        ballot = self.ballots.get(number) if kind == "resolved" else None
        made = NotePlan(item_id=self.items[number], kind=kind, ballot_id=ballot)
        minutes.write_down(self.secretary, self.id, made, Words(body=text))

    def read(self) -> None:
        """Let those who led it and those who spoke have read the talk that they sat in."""
        spoken = select(Entry.author_id).where(Entry.thread_id.in_(self.items)).distinct()
        desks = {self.chairman.id, self.secretary.id}
        readers = sorted(desks | set(db.session.scalars(spoken)))
        counts = select(Thread.id, Thread.entry_count).where(Thread.id.in_(self.items))
        talked = db.session.execute(counts).all()
        with transaction():
            for user_id in readers:
                for row in talked:
                    marks.read_to(Actor(user_id, ""), row.id, row.entry_count)

    def show(self, days: int) -> None:
        """Show the minutes for objections."""
        objections.show(self.secretary, self.id, days, self._minutes.version)

    def object_to(self, objection: Part) -> None:
        """Object to what the minutes say of an item."""
        item_id = self.items[objection["item"] - 1]
        words = Words(body=objection["words"])
        made = objections.object_to(self.people[objection["who"]], self.id, item_id, words)
        self.objection = made.entry_id

    def answer(self, objection: Part) -> None:
        """Mend the note and accept the objection."""
        note_id, words = self.notes[objection["who"]], Words(body=objection["note"])
        revision = db.session.get_one(Entry, note_id).revision
        minutes.rewrite(self.secretary, self.id, note_id, words, revision=revision)
        said = Words(body=objection["answer"])
        objections.answer(self.secretary, self.id, self.objection, "accepted", said)

    def end_term(self) -> None:
        """Do as the worker does when the term for objections is over."""
        for council_id in objections.due():
            objections.end_term(council_id)

    def sign(self, who: str) -> None:
        """Sign the minutes as they are shown."""
        content = self._minutes.content or paper.content_of(minutes_of(self.id))
        signing.sign(self.people[who], self.id, paper.fingerprint(content))

    def give(self, task: Part, due_on: date) -> None:
        """Offer a task of a decision, to a person or to anyone."""
        owner = self.people[task["to"]].id if "to" in task else None
        item_id, words = self.items[task["item"] - 1], Words(body=task["words"])
        made = tasks.give(self.secretary, self.id, item_id, words, due_on=due_on, owner_id=owner)
        self.tasks.append(made.entry_id)

    def take_task(self, number: int, who: str) -> None:
        """Take a task that was offered."""
        tasks.take(self.people[who], self.tasks[number])

    def report(self, number: int, task: Part) -> None:
        """Tell how a task was done."""
        words = Words(body=task["report"])
        tasks.report(self.people[task["to"]], self.tasks[number], words)

    @property
    def chairman(self) -> Actor:
        """Return who leads the council."""
        return self.people[self.part["chairman"]]

    @property
    def secretary(self) -> Actor:
        """Return who writes the minutes."""
        return self.people[self.part["secretary"]]

    @property
    def _happening(self) -> int:
        return db.session.get_one(Council, self.id).happening_id

    @property
    def _version(self) -> int:
        return db.session.get_one(Council, self.id, populate_existing=True).version

    @property
    def _minutes(self) -> CouncilMinutes:
        return db.session.get_one(CouncilMinutes, self.id, populate_existing=True)

    def _arrive(self, actor: Actor) -> None:
        visiting.come(actor, self.id)
        self.here.append(actor.id)

    def _turn(self, number: int, who: str) -> int:
        found = select(CouncilTurn.id).where(
            CouncilTurn.item_id == self.items[number], CouncilTurn.user_id == self.people[who].id
        )
        return db.session.scalars(found).one()
