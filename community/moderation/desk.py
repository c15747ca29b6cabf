"""The moderators' desk: each case with its term in words and with who has taken it up.

It stands above the services: a case of any room is drawn here, an appeal is taken by its own step.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from community.accounts.models import User
from community.audit.queries import JournalRow
from community.communities.standing import Standing
from community.core.actor import Actor
from community.core.db import db
from community.core.errors import Conflict
from community.moderation.models import Appeal, Taking
from community.moderation.queries import appeals
from community.moderation.services import appealing, taking
from community.publishing import waiting
from community.publishing.waiting import Case
from community.web.filters import ru_time

_HOUR, _DAY = 3600, 86400


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A case as the list shows it."""

    case: Case
    term: str
    """«осталось 5 часов», «просрочено на 2 дня»; nothing for a case without a term."""
    is_overdue: bool
    holder: str
    """Who has taken it up; nothing while it is free."""
    is_mine: bool


def rows(who: Standing, moment: datetime) -> list[DeskRow]:
    """Return what waits for a person, the nearest term first, with who reads what."""
    held = _held(who.community_id, moment)
    return [
        _row(case, held.get((case.kind, case.id)), who, moment) for case in waiting.waiting(who)
    ]


def take(actor: Actor, community_id: int, kind: str, case_id: int, *, version: int) -> None:
    """Take a case up; an appeal by its own step, which its author sees too."""
    if kind == "appeal":
        appealing.take(actor, _decision(community_id, case_id), version=version)
    else:
        taking.take(actor, community_id, kind, case_id, version=version)


def give_back(actor: Actor, community_id: int, kind: str, case_id: int) -> None:
    """Give a case back undecided."""
    if kind == "appeal":
        appealing.give_back(actor, _decision(community_id, case_id))
    else:
        taking.give_back(actor, community_id, kind, case_id)


def url_of(who: Standing, kind: str, case_id: int) -> str:
    """Return the page on which a case is decided; raises ``Conflict`` when it is gone."""
    for case in waiting.waiting(who):
        if (case.kind, case.id) == (kind, case_id):
            return case.url
    raise Conflict("case.gone")


def who_was_first(act: JournalRow) -> str:
    """Return who did what meanwhile, for the moderator who came second."""
    return str(
        _(
            "%(name)s was first: “%(what)s”, %(time)s, № %(number)s.",
            name=appeals.name_of(act.actor_id),
            what=act.sentence,
            time=ru_time(act.at),
            number=act.number,
        )
    )


def term_in_words(left: timedelta) -> str:
    """Return «осталось 5 часов», «осталось 40 минут», «просрочено на 2 дня»."""
    seconds = abs(int(left.total_seconds()))
    late = left < timedelta(0)
    if seconds >= 2 * _DAY:
        return _late_days(seconds // _DAY) if late else _left_days(seconds // _DAY)
    if seconds >= _HOUR:
        return _late_hours(seconds // _HOUR) if late else _left_hours(seconds // _HOUR)
    minutes = max(1, seconds // 60)
    return _late_minutes(minutes) if late else _left_minutes(minutes)


def _left_days(many: int) -> str:
    return str(ngettext("%(num)s day left", "%(num)s days left", many))


def _left_hours(many: int) -> str:
    return str(ngettext("%(num)s hour left", "%(num)s hours left", many))


def _left_minutes(many: int) -> str:
    return str(ngettext("%(num)s minute left", "%(num)s minutes left", many))


def _late_days(many: int) -> str:
    return str(ngettext("overdue by %(num)s day", "overdue by %(num)s days", many))


def _late_hours(many: int) -> str:
    return str(ngettext("overdue by %(num)s hour", "overdue by %(num)s hours", many))


def _late_minutes(many: int) -> str:
    return str(ngettext("overdue by %(num)s minute", "overdue by %(num)s minutes", many))


def _row(case: Case, held: tuple[int, str] | None, who: Standing, moment: datetime) -> DeskRow:
    return DeskRow(
        case=case,
        term=term_in_words(case.until - moment) if case.until else "",
        is_overdue=case.until is not None and case.until <= moment,
        holder=held[1] if held else "",
        is_mine=held is not None and held[0] == who.user_id,
    )


def _held(community_id: int, moment: datetime) -> dict[tuple[str, int], tuple[int, str]]:
    found = db.session.execute(
        select(Taking.kind, Taking.case_id, Taking.taken_by, User.name)
        .join(User, User.id == Taking.taken_by)
        .where(Taking.community_id == community_id, Taking.until > moment)
    )
    return {(row.kind, row.case_id): (row.taken_by, row.name) for row in found}


def _decision(community_id: int, appeal_id: int) -> int:
    found = db.session.scalar(
        select(Appeal.decision).where(
            Appeal.id == appeal_id, Appeal.community_id == community_id, Appeal.closed_at.is_(None)
        )
    )
    if found is None:
        raise Conflict("case.gone")
    return found
