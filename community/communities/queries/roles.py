"""Roles of a community: what a person holds, and by what order (B11)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from babel.dates import format_date
from flask_babel import get_locale, gettext
from sqlalchemy import select
from sqlalchemy.orm import aliased

from community.communities.models import Membership, RoleGrant
from community.core.db import db

ORDER = {"administrator": 0, "moderator": 1, "expert": 2}


@dataclass(frozen=True, slots=True)
class Held:
    """A role and how it was given: an expert's fields, a moderator's order (B11)."""

    role: str
    fields: str
    order_number: str | None
    order_date: date | None
    order_file_id: int | None
    granted_at: datetime

    @property
    def order_url(self) -> str:
        """Return the address of the order's paper, or nothing."""
        return f"/files/{self.order_file_id}" if self.order_file_id else ""

    @property
    def order_line(self) -> str:
        """Return «приказ № 41-ОД от 3 марта 2026 г.», or nothing where there is no order."""
        if not self.order_number or self.order_date is None:
            return ""
        day = format_date(self.order_date, "long", locale=get_locale())
        return str(gettext("order No. %(number)s of %(day)s", number=self.order_number, day=day))


HELD = (
    RoleGrant.role,
    RoleGrant.fields,
    RoleGrant.order_number,
    RoleGrant.order_date,
    RoleGrant.order_file_id,
    RoleGrant.granted_at,
)


def shows_order(file_id: int, user_id: int | None) -> bool:
    """Tell whether the file is the paper of an order in a community that the person is in (B11)."""
    if user_id is None:
        return False
    reader = aliased(Membership)
    return (
        db.session.scalar(
            select(RoleGrant.id)
            .join(Membership, Membership.id == RoleGrant.membership_id)
            .join(reader, reader.community_id == Membership.community_id)
            .where(
                RoleGrant.order_file_id == file_id,
                reader.user_id == user_id,
                reader.state == "active",
            )
            .limit(1)
        )
        is not None
    )


def held_roles(user_id: int, community_ids: Iterable[int]) -> dict[int, tuple[Held, ...]]:
    """Return what roles a person holds in each of the communities; for profiles."""
    rows = db.session.execute(
        select(Membership.community_id, *HELD)
        .join(RoleGrant, RoleGrant.membership_id == Membership.id)
        .where(
            Membership.user_id == user_id,
            Membership.community_id.in_(list(community_ids)),
            Membership.state == "active",
        )
    ).all()
    found: dict[int, list[Held]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(Held(*row[1:]))
    return {
        community_id: tuple(sorted(each, key=lambda held: ORDER[held.role]))
        for community_id, each in found.items()
    }
