"""Topics of the demonstration: opened, answered, thanked for, moderated, each at its moment."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select

from community.core.actor import Actor
from community.core.db import db
from community.demo.content import Calendar, Part
from community.demo.people import People
from community.demo.places import Place
from community.demo.timeline import Timeline
from community.demo.verdicts import Fate, insisted, judged
from community.moderation.services import appealing, complaining, deciding, milder, removing
from community.moderation.services.grounds import Grounds
from community.publishing import marks
from community.publishing import services as publishing
from community.publishing.facts import Words
from community.publishing.models import Entry
from community.publishing.services import Published
from community.topics.models import Board, Topic
from community.topics.services import curation, writing
from community.topics.services.writing import TopicPlan

_THANKS = (3, 7, 12, 19, 26, 41, 58, 75, 93, 120, 150, 185, 220, 260)
"""Minutes after an entry at which people thank for it, one after another."""


@dataclass
class Talk:
    """One topic while it is made."""

    part: Part
    place: Place
    people: People
    calendar: Calendar
    timeline: Timeline
    topic_id: int = 0
    entries: dict[int, int] = field(default_factory=dict)
    decisions: dict[int, int] = field(default_factory=dict)

    def plan(self) -> None:
        """Put everything that happens in the topic on the timeline."""
        for index, each in enumerate(self.part["entries"]):
            moment = self._minute(each["minutes_after"])
            self._at(moment, f"entry {index}", partial(self._write, index, each))
            self._plan_around(index, each, moment)
        self._plan_topic()

    def _plan_topic(self) -> None:
        part = self.part
        soon = self._minute(4)
        for who in part.get("followers", ()):
            self._at(self._inside(who, soon), f"{who} follows", partial(self._follow, who))
        if part.get("pinned") and part["id"] != "modtopic":
            self._at(self._minute(45), "pinned", self._pin)
        if ending := part.get("conclusion"):
            self._at(
                self._minute(ending["minutes_after"]), "conclusion", partial(self._conclude, ending)
            )
        if plan := part.get("initiative"):
            self._plan_initiative(plan)

    def _plan_initiative(self, plan: Part) -> None:
        if plan["state"] != "proposed":
            self._at(self._minute(2 * 24 * 60), "taken up", partial(self._advance, plan["state"]))
        known = set(self.part["entries"][0].get("thanks", ()))
        self._plan_thanks(0, [who for who in plan["support"] if who not in known], self._minute(60))

    def _plan_around(self, index: int, each: Part, moment: datetime) -> None:
        self._plan_thanks(index, each.get("thanks", []), moment)
        later: list[tuple[str, Callable[[Part], None]]] = [
            ("released", lambda fate: self._release(index, fate["by"])),
            ("removed", partial(self._remove, index)),
            ("appeal", partial(self._appeal, index, each)),
            ("moved_from", self._move),
        ]
        for name, act in later:
            if fate := each.get(name):
                after = moment + timedelta(minutes=fate["minutes_after"])
                self._at(after, f"entry {index} {name}", partial(act, fate))
        for fate in each.get("reports", ()):
            after = moment + timedelta(minutes=fate["minutes_after"])
            self._at(after, f"entry {index} reported", partial(self._report, index, fate))
        if former := each.get("first_version"):
            edited = self._minute(former["edited_after"])
            self._at(edited, f"entry {index} edited", partial(self._revise, index, each))
        if answer := each.get("appeal"):
            after = moment + timedelta(minutes=answer["decided_minutes_after"])
            self._at(after, f"entry {index} appeal answered", partial(self._answer, index, answer))
        elif restored := each.get("restored"):
            after = moment + timedelta(minutes=restored["minutes_after"])
            self._at(after, f"entry {index} restored", partial(self._restore, index, restored))

    def _plan_thanks(self, index: int, people: list[str], moment: datetime) -> None:
        for number, who in enumerate(people):
            after = moment + timedelta(minutes=_THANKS[number % len(_THANKS)])
            after = self._inside(who, after)
            self._at(after, f"{who} thanks", partial(self._thank, index, who))

    def _at(self, moment: datetime, what: str, act: Callable[[], None]) -> None:
        self.timeline.at(self.calendar.past(moment), f"{self.part['id']}: {what}", act)

    def _minute(self, minutes: int) -> datetime:
        start = self.calendar.day(self.part["days_ago"], self.part["at"])
        return self.calendar.past(start + timedelta(minutes=minutes))

    def _inside(self, who: str, moment: datetime) -> datetime:
        """Return ``moment``, or the evening of the day on which the person came, where that is later."""
        days = self.people.content.people[who]["joined_days_ago"]
        return max(moment, self.calendar.day(days, "19:30"))

    def _follow(self, who: str) -> None:
        writing.follow(self.people[who], self.topic_id, "follow")

    def _write(self, index: int, each: Part) -> None:
        author, said = self.people[each["by"]], self._words(index, each, each["text"])
        first = each.get("first_version", each.get("first_try"))
        tried = self._words(index, each, first["text"]) if first else said
        expected = (each.get("first_try") or each).get("expect")
        send = partial(self._send, index, each, author, tried)
        fate = insisted(send) if expected == "hold" else judged(send)
        if fate.act != (expected or "allow"):
            said_else = f"{expected or 'allow'} expected, {fate.act} by {fate.rules}"
            self.timeline.surprises.append(f"{self.part['id']}: entry {index}: {said_else}")
        if fate.made is not None:
            self.entries[index] = fate.made.entry_id
        if each.get("first_try"):
            self._second_try(index, each, fate, said)

    def _second_try(self, index: int, each: Part, fate: Fate, said: Words) -> None:
        author = self.people[each["by"]]
        if fate.made is None:
            self.entries[index] = self._send(index, each, author, said, frozenset()).entry_id
            return
        self._revise(index, each)
        if self._state(index) == "held":
            self._release(index, self.place.part["moderators"][0]["who"])

    def _send(
        self, index: int, each: Part, author: Actor, said: Words, seen: frozenset[str]
    ) -> Published:
        if index == 0 and self.part["id"] == "modtopic":
            self.topic_id = self._moderation_topic()
            return writing.reply(author, self.topic_id, Words(body=said.body), seen=seen)
        if index == 0:
            self.topic_id, made = writing.open_topic(
                author, self._board(each), said, self._topic_plan(), seen=seen
            )
            return made
        parent = self.entries.get(each["reply_to"]) if "reply_to" in each else None
        return writing.reply(author, self.topic_id, said, parent_id=parent, seen=seen)

    def _words(self, index: int, each: Part, text: str) -> Words:
        title = self.part["title"] if index == 0 else ""
        quote = each.get("quote")
        if not quote:
            return Words(body=text.strip(), title=title)
        answered = self.part["entries"][each["reply_to"]]
        entry_id = self.entries[each["reply_to"]]
        position = db.session.scalar(select(Entry.position).where(Entry.id == entry_id))
        name = self.people[answered["by"]].name
        lines = "\n".join(f"> {line}" for line in quote.strip().splitlines())
        head = f"> [{name}, № {position}](/e/{entry_id})\n>\n{lines}\n\n"
        return Words(body=head + text.strip(), title=title)

    def _topic_plan(self) -> TopicPlan:
        return TopicPlan(
            kind=self.part["kind"],
            subject=self.part.get("subject", ""),
            help_wanted=bool(self.part.get("help_wanted")),
        )

    def _board(self, first: Part) -> int:
        moved = first.get("moved_from")
        return (self.place.boards or {})[moved["board"] if moved else self.part["board"]]

    def _moderation_topic(self) -> int:
        return db.session.scalars(
            select(Topic.id)
            .join(Board, Board.id == Topic.board_id)
            .where(Board.community_id == self.place.id, Board.kind == "moderation")
            .order_by(Topic.id)
            .limit(1)
        ).one()

    def _moderator(self) -> Actor:
        return self.people[self.place.part["moderators"][0]["who"]]

    def _state(self, index: int) -> str | None:
        return db.session.scalar(select(Entry.state).where(Entry.id == self.entries[index]))

    def _thank(self, index: int, who: str) -> None:
        if not marks.thank(self.people[who], self.entries[index]):
            self.timeline.surprises.append(f"{self.part['id']}: {who} could not thank for {index}")

    def _advance(self, stage: str) -> None:
        writing.advance(self.people[self.part["author"]], self.topic_id, stage)

    def _pin(self) -> None:
        curation.pin(self._moderator(), self.topic_id)

    def _conclude(self, ending: Part) -> None:
        said = Words(body=ending["text"].strip())
        writing.conclude(self.people[ending["by"]], self.topic_id, said)

    def _revise(self, index: int, each: Part) -> None:
        entry_id = self.entries[index]
        revision = db.session.scalar(select(Entry.revision).where(Entry.id == entry_id)) or 1
        said = self._words(index, each, each["text"])
        publishing.revise(self.people[each["by"]], entry_id, said, expected_revision=revision)

    def _release(self, index: int, who: str) -> None:
        deciding.release(self.people[who], self.entries[index])

    def _remove(self, index: int, fate: Part) -> None:
        grounds = Grounds(fate["article"], fate["quote"], fate["reason"], fate["milder"])
        if fate["milder"] == "asked":
            milder.ask_to_edit(self.people[fate["by"]], self.entries[index], grounds)
        self.decisions[index] = removing.remove(
            self.people[fate["by"]], self.entries[index], grounds
        )

    def _restore(self, index: int, fate: Part) -> None:
        deciding.restore(self.people[fate["by"]], self.entries[index], reason=fate["reason"])

    def _report(self, index: int, fate: Part) -> None:
        complaining.report(
            self.people[fate["by"]], self.entries[index], reason=fate["reason"], words=fate["words"]
        )

    def _appeal(self, index: int, each: Part, fate: Part) -> None:
        appealing.appeal(self.people[each["by"]], self.decisions[index], words=fate["text"].strip())

    def _answer(self, index: int, fate: Part) -> None:
        appealing.answer(
            self.people[fate["decided_by"]],
            self.decisions[index],
            outcome=fate["outcome"],
            answer=fate["reason"],
            version=1,
        )

    def _move(self, fate: Part) -> None:
        board_id = (self.place.boards or {})[self.part["board"]]
        curation.move(self.people[fate["by"]], self.topic_id, board_id, reason=fate["note"])
