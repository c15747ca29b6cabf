"""The end of a quarter: its figures are written down, and what they show has consequences (rules, §6)."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from community.audit import services as audit
from community.communities.models import Community
from community.core import clock
from community.core.actor import SYSTEM
from community.core.db import db
from community.core.errors import NotFound
from community.core.transactions import use_case
from community.moderation.models import QuarterRow, SecondSignature
from community.moderation.queries import figures, quarters
from community.moderation.queries.figures import Tally
from community.moderation.queries.quarters import Quarter
from community.moderation.services import readers
from community.notices import services as notices
from community.publishing import ruleset

LEAST = 10
MOST_SHARE = 0.2
"""More than a fifth of at least ten decisions was overturned: that is no accident any more."""
SECOND_TERM = timedelta(days=30)


@use_case
def count(community_id: int, quarter: Quarter) -> bool:
    """Write the table of a quarter that has ended, with what follows from it; once, whoever is first.

    Tells whether this call wrote it. A rule of which too much was overturned goes on trial; whoever
    decided so needs another's signature for thirty days.
    """
    audit.hold()  # two workers count one after the other
    if clock.now() < quarter.until or quarters.is_counted(community_id, quarter):
        return False
    rows = figures.removals(community_id, quarter.since, quarter.until)
    if not rows:
        return False
    whole = figures.tally(rows)
    audit.record(
        SYSTEM,
        "removal.counted",
        community_id=community_id,
        body={"quarter": quarter.name, "decided": whole.removed, "overturned": whole.overturned},
    )
    _write(community_id, quarter, ("total", ""), whole)
    for article, counted in figures.tallies(rows, lambda row: row.article):
        _write(community_id, quarter, ("article", article), counted)
    for rule, counted in figures.tallies(rows, lambda row: row.rule):
        followed = "trial" if is_too_much(counted) and _to_trial(rule) else ""
        _write(community_id, quarter, ("rule", rule), counted, followed)
    for moderator_id, counted in figures.tallies(rows, lambda row: row.moderator_id):
        _count_moderator(community_id, quarter, moderator_id, counted)
    return True


def is_too_much(counted: Tally) -> bool:
    """Tell whether more than a fifth of at least ten decisions was overturned."""
    return counted.removed >= LEAST and counted.overturned > MOST_SHARE * counted.removed


def _count_moderator(
    community_id: int, quarter: Quarter, moderator_id: int, counted: Tally
) -> None:
    followed = "second" if is_too_much(counted) else ""
    _write(community_id, quarter, ("moderator", str(moderator_id)), counted, followed)
    if followed:
        _require_second(community_id, quarter, moderator_id, counted)


def _write(
    community_id: int, quarter: Quarter, what: tuple[str, str], counted: Tally, followed: str = ""
) -> None:
    db.session.add(
        QuarterRow(
            community_id=community_id,
            quarter=quarter.name,
            kind=what[0],
            code=what[1],
            decided=counted.removed,
            appealed=counted.appealed,
            overturned=counted.overturned,
            followed=followed,
            at=clock.now(),
        )
    )
    db.session.flush()


def _to_trial(rule_id: str) -> bool:
    """Let a rule judge without acting; tell so the moderators of every community it judges in."""
    try:
        if not ruleset.put_on_trial(rule_id, "quarter"):
            return False
    except NotFound:  # the rule has left the file since
        return False
    for community_id, slug in db.session.execute(select(Community.id, Community.slug)):
        notices.tell(
            readers.moderators(community_id),
            "moderation.rule_on_trial",
            community_id=community_id,
            url=f"/c/{slug}/rulebook/{rule_id}",
            params={"rule": rule_id},
        )
    return True


def _require_second(community_id: int, quarter: Quarter, user_id: int, counted: Tally) -> None:
    until = clock.now() + SECOND_TERM
    number = audit.record(
        SYSTEM,
        "removal.second_required",
        community_id=community_id,
        target=("user", user_id),
        author_id=user_id,
        body={
            "user_id": user_id,
            "until": f"{until:%Y-%m-%d}",
            "quarter": quarter.name,
            "decided": counted.removed,
            "overturned": counted.overturned,
        },
    )
    row = SecondSignature(
        community_id=community_id, user_id=user_id, quarter=quarter.name, number=number, until=until
    )
    db.session.add(row)
    db.session.flush()
    _tell_second(row, counted, until)


def _tell_second(row: SecondSignature, counted: Tally, until: datetime) -> None:
    slug = db.session.scalar(select(Community.slug).where(Community.id == row.community_id))
    told: dict[str, Any] = {
        "community_id": row.community_id,
        "url": f"/c/{slug}/journal/figures",
        "params": {
            "overturned": counted.overturned,
            "decided": counted.removed,
            "until": f"{until:%d.%m.%Y}",
        },
    }
    notices.tell([row.user_id], "moderation.second_required", **told)
    others = [each for each in readers.administrators(row.community_id) if each != row.user_id]
    notices.tell(others, "moderation.second_told", **told)
