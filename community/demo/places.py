"""Communities of the demonstration: founded, furnished with boards, filled with people."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select

from community.communities import services as doors
from community.communities.models import Application, Community
from community.core.actor import SYSTEM
from community.core.db import db
from community.demo.content import Calendar, Part
from community.demo.people import People
from community.demo.timeline import Timeline
from community.topics.models import Board
from community.topics.services import boards
from community.topics.services.boards import BoardPlan

WHY = "Хочу быть в курсе того, что делают коллеги в районе."
"""What most people write when they apply and do not want to tell more."""


@dataclass
class Place:
    """One community while it is made: its acts are put on the timeline."""

    part: Part
    people: People
    calendar: Calendar
    timeline: Timeline
    id: int = 0
    boards: dict[str, int] | None = None

    @property
    def slug(self) -> str:
        """Return the address of the community."""
        return str(self.part["slug"])

    @property
    def head(self) -> str:
        """Return who administrates it."""
        return str(self.part["administrators"][0])

    def plan(self, parent: "Place | None", quiet: list[str]) -> None:
        """Put the founding, the boards, the people and their roles on the timeline."""
        born = self.calendar.day(self.part["founded_days_ago"], "10:00")
        self.timeline.at(born, f"founding {self.slug}", partial(self._found, parent))
        self.timeline.at(born + timedelta(minutes=20), f"boards of {self.slug}", self._furnish)
        joining = [*self.part["members"], *quiet]
        for number, who in enumerate(each for each in joining if each != self.head):
            self._plan_member(who, number, born)
        self._plan_roles()
        self._plan_invitations()
        for each in self.part["applications"]:
            self._plan_application(each)

    def agreed(self) -> tuple[int, int]:
        """Return the versions of charter and rules in force: one agrees with what one has read."""
        row = db.session.execute(
            select(Community.charter_version, Community.rules_version).where(
                Community.id == self.id
            )
        ).one()
        return row.charter_version, row.rules_version

    def _found(self, parent: "Place | None") -> None:
        part = self.part
        self.id = doors.found(
            SYSTEM,
            name=part["name"],
            slug=self.slug,
            kind=part["kind"],
            scope=part["scope"],
            subjects=part["subjects"],
            district=part["district"],
            tagline=part["tagline"],
            about=part["about"],
            goals="\n".join(part["charter"]["goals"]),
            tasks="\n".join(part["charter"]["tasks"]),
            cap=part["cap"],
            parent_id=parent.id if parent else None,
            administrator_id=self.people[self.head].id,
        ).id
        doors.agree(self.people[self.head], self.id, agreed=self.agreed())

    def _furnish(self) -> None:
        """Give the boards of the founding their names here; close those that are not wanted."""
        head = self.people[self.head]
        mine = select(Board.id, Board.kind, Board.name).where(Board.community_id == self.id)
        spare_ids = list(db.session.execute(mine.order_by(Board.place)).all())
        self.boards = {}
        for wanted in self.part["boards"]:
            kind = _kind(wanted)
            plan = BoardPlan(wanted["name"], wanted["purpose"], _audience(wanted), kind)
            same = [row for row in spare_ids if row[1] == kind]
            found = next(
                (row for row in same if row[2] == wanted["name"]), same[0] if same else None
            )
            if found is None:
                self.boards[wanted["id"]] = boards.add(head, self.id, plan).id
            else:
                spare_ids.remove(found)
                boards.change(head, found[0], plan)
                self.boards[wanted["id"]] = found[0]
        for spare in spare_ids:
            boards.archive(head, spare[0])
        self._put_in_order()

    def _put_in_order(self) -> None:
        """Move the boards up until they stand as the content lists them."""
        head, wanted = self.people[self.head], list((self.boards or {}).values())
        for target, board_id in enumerate(wanted):
            while self._standing().index(board_id) > target:
                boards.move_up(head, board_id)

    def _standing(self) -> list[int]:
        mine = select(Board.id).where(Board.community_id == self.id).order_by(Board.place)
        return list(db.session.scalars(mine))

    def _plan_member(self, who: str, number: int, born: datetime) -> None:
        days = self.people.content.people[who].get("joined_days_ago", 1)
        came = max(
            self.calendar.day(days, "16:00") + timedelta(minutes=3 * (number % 60)),
            born + timedelta(minutes=60 + number),
        )
        self.timeline.at(came, f"{who} joins {self.slug}", partial(self._join, who))

    def _join(self, who: str) -> None:
        applied = doors.apply(self.people[who], self.id, why=WHY, agreed=self.agreed())
        doors.approve(self.people[self.head], applied)

    def _plan_roles(self) -> None:
        head = self.head
        for each in self.part["moderators"]:
            order, issued = each["order"], self.calendar.day(each["order"]["days_ago"], "20:00")

            def appoint(who: str = each["who"], order: Part = order, on: datetime = issued) -> None:
                doors.grant(
                    self.people[head],
                    self.id,
                    self.people[who].id,
                    "moderator",
                    order_number=order["number"],
                    order_date=on.date(),
                )

            self.timeline.at(issued, f"{each['who']} moderates {self.slug}", appoint)
        for each in self.part["experts"]:

            def acknowledge(
                who: str = each["who"], fields: str = ", ".join(each["fields"])
            ) -> None:
                doors.grant(
                    self.people[head], self.id, self.people[who].id, "expert", fields=fields
                )

            moment = self.calendar.day(each["days_ago"], "20:10")
            self.timeline.at(moment, f"{each['who']} is an expert of {self.slug}", acknowledge)

    def _plan_invitations(self) -> None:
        for each in self.part.get("invitations", ()):
            moment = self.calendar.day(each["days_ago"], "19:40")
            self.timeline.at(moment, f"{each['by']} invites", partial(self._invite, each))

    def _invite(self, each: Part) -> None:
        made = doors.invite(
            self.people[each["by"]], self.id, days=each["valid_days"], note=each["note"]
        )
        if each["accepted_by"]:
            self._codes[each["accepted_by"]] = made[0].code

    @property
    def _codes(self) -> dict[str, str]:
        codes: dict[str, str] = self.part.setdefault("_codes", {})
        return codes

    def _plan_application(self, each: Part) -> None:
        who, state = each["who"], each["state"]
        moment = self.calendar.hours_ago(each["hours_ago"])
        self.timeline.at(moment, f"{who} applies to {self.slug}", partial(self._apply, each))
        if state == "refused":
            decided = self.calendar.hours_ago(each["decided_hours_ago"])
            self.timeline.at(decided, f"{who} is refused", partial(self._refuse, each))
        elif state == "waitlisted":
            later = self.calendar.past(moment + timedelta(hours=2))
            self.timeline.at(later, f"{who} is put on the list", partial(self._approve, who))

    def _apply(self, each: Part) -> None:
        who, why = self.people[each["who"]], each["why"].strip()
        code = self._codes.get(each["who"])
        if code:
            doors.open_invitation(code)
            doors.accept_invitation(who, code, agreed=self.agreed(), why=why)
        else:
            doors.apply(who, self.id, why=why, agreed=self.agreed())

    def _approve(self, who: str) -> None:
        doors.approve(self.people[self.head], self._case(who))

    def _refuse(self, each: Part) -> None:
        by = self.people[each["decided_by"]]
        doors.refuse(by, self._case(each["who"]), reason=each["reason"].strip())

    def _case(self, who: str) -> int:
        return db.session.scalars(
            select(Application.id).where(
                Application.community_id == self.id,
                Application.user_id == self.people[who].id,
                Application.state == "new",
            )
        ).one()


def _kind(board: Part) -> str:
    if board.get("moderation_topic"):
        return "moderation"
    return "informal" if board.get("informal") else "formal"


def _audience(board: Part) -> str:
    return "everyone" if board["readable"] == "everyone" else "members"
