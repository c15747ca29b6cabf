"""A council of the demonstration that was held: its story is put on the timeline, act by act."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from community.councils.services import holding
from community.demo.content import Calendar, Part, council_held
from community.demo.meeting import Meeting
from community.demo.people import People
from community.demo.places import Place
from community.demo.timeline import Act, Timeline

BEFORE = timedelta(days=21)
"""So long before the council that is to come it was held: on a Thursday too."""
_CALLED = timedelta(days=6)


def plan(
    timeline: Timeline, calendar: Calendar, people: People, place: Place, following: datetime
) -> None:
    """Put the council before the one that begins at ``following`` on the timeline."""
    day = (following - BEFORE).astimezone(calendar.zone).date()
    part = council_held()
    meeting = Meeting(people, place, part, _moment(calendar, day, 0, part["at"]))
    _Story(timeline, calendar, part, day, meeting).plan()


def _moment(calendar: Calendar, day: date, later: int, at: str) -> datetime:
    ago = (calendar.now.astimezone(calendar.zone).date() - day).days - later
    return calendar.day(ago, at)


@dataclass(frozen=True, slots=True)
class _Story:
    """When each act of the meeting is done."""

    timeline: Timeline
    calendar: Calendar
    part: Part
    day: date
    meeting: Meeting

    def plan(self) -> None:
        """Put everything on the timeline: the call, the meeting, what stays of it."""
        called = self.meeting.hour - _CALLED
        self._at(called, "called", self.meeting.call)
        for who, holder in self.part["proxies"].items():
            trust = partial(self.meeting.trust, who, holder)
            self._at(called + timedelta(days=2), f"{who} trusts", trust)
        self._plan_people()
        self._minute("opened", self.part["opens"], partial(self.meeting.move, holding.begin))
        for number, item in enumerate(self.part["items"]):
            self._plan_item(number, item)
        self._minute("closed", self.part["closes"], partial(self.meeting.move, holding.close))
        self._minute("the talk is read", self.part["closes"] + 1, self.meeting.read)
        self._plan_papers()
        for number, task in enumerate(self.part["tasks"]):
            self._plan_task(number, task)

    def _plan_people(self) -> None:
        self._minute("the people come", -10, self.meeting.come)
        for who, minute in self.part["late"].items():
            self._minute(f"{who} comes late", minute, partial(self.meeting.come_late, who))
        for who, minute in self.part["early"].items():
            self._minute(f"{who} leaves", minute, partial(self.meeting.leave, who))

    def _plan_item(self, number: int, item: Part) -> None:
        meeting = self.meeting
        self._minute("an item is taken", item["begins"], partial(meeting.take_item, number))
        for minute, how, who, text in item["lines"]:
            self._minute(f"{who} says", minute, partial(meeting.say, number, how, who, text))
        for turn in item["turns"]:
            who = turn["who"]
            self._minute(f"{who} asks", turn["asks"], partial(meeting.raise_hand, number, turn))
            self._minute(f"{who} begins", turn["begins"], partial(meeting.give_floor, number, who))
            self._minute(f"{who} ends", turn["ends"], partial(meeting.end_turn, number, turn))
        if "vote" in item:
            vote = item["vote"]
            self._minute("a vote", vote["opens"], partial(meeting.put_to_vote, number, vote))
            self._minute("voices", vote["opens"] + 2, partial(meeting.cast, number, vote))
            self._minute("counted", vote["closes"], partial(meeting.close_vote, number))
        for kind in ("heard", "resolved"):
            minute, text = item[kind]
            self._minute(f"note: {kind}", minute, partial(meeting.note, number, kind, text))

    def _plan_papers(self) -> None:
        part, meeting, objection = self.part, self.meeting, self.part["objection"]
        self._later(part["shown"], "minutes are shown", partial(meeting.show, part["shown"][2]))
        self._later(objection["raised"], "an objection", partial(meeting.object_to, objection))
        self._later(objection["answered"], "it is answered", partial(meeting.answer, objection))
        self._later(part["term_over"], "the term is over", meeting.end_term)
        for who, moment in part["signed"].items():
            self._later(moment, f"{who} signs", partial(meeting.sign, who))

    def _plan_task(self, number: int, task: Part) -> None:
        due_on = self.day + timedelta(days=task["due"])
        self._later(task["given"], "a task is given", partial(self.meeting.give, task, due_on))
        if "taken" in task:
            take = partial(self.meeting.take_task, number, task["to"])
            self._later(task["taken"], "a task is taken", take)
        if "done" in task:
            self._later(task["done"], "a task is done", partial(self.meeting.report, number, task))

    def _at(self, moment: datetime, what: str, act: Act) -> None:
        self.timeline.at(moment, f"the held council: {what}", act)

    def _minute(self, what: str, minute: int, act: Act) -> None:
        """Do ``act`` so many minutes after the hour of the council."""
        self._at(self.meeting.hour + timedelta(minutes=minute), what, act)

    def _later(self, when: list[int | str], what: str, act: Act) -> None:
        """Do ``act`` so many days after the council, at a time of day."""
        self._at(_moment(self.calendar, self.day, int(when[0]), str(when[1])), what, act)
