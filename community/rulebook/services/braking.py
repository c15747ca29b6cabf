"""The emergency brake (rules, §2.3): a rule that stops too much after a change judges without acting."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Text, func, select, type_coerce, update

from community.audit import services as audit
from community.communities.models import Membership, RoleGrant
from community.communities.standing import Standing, standing
from community.core import clock
from community.core.actor import SYSTEM, Actor
from community.core.db import db
from community.core.errors import NotFound
from community.core.outbox import emit
from community.core.transactions import use_case
from community.core.verdict import require
from community.core.worker import duty
from community.notices import services as notices
from community.publishing import ruleset, trials
from community.publishing import services as publishing
from community.publishing.events import DecisionOverturned
from community.publishing.models import Entry, Thread, VerdictRecord
from community.rulebook import policies
from community.rulebook.models import Brake
from community.rules.versions import Version, versions

WINDOW = timedelta(hours=24)
MOST_HITS = 3
MOST_SHARE = 0.05
_WATCHED = ("promoted", "lists")
"""Changes after which a rule acts anew; a whole first file is nobody's change."""


@duty
def watch() -> None:
    """Look at every rule changed within a day; one that hits too much is put back at once."""
    changed = _changed()
    if not changed:
        return
    hits, messages = _hits(min(at for _version, at in changed))
    for version, at in changed:
        since = max(at, clock.now() - WINDOW)
        own = [moment for moment in hits[version.rule, version.v] if moment >= since]
        if len(own) > MOST_HITS and len(own) > MOST_SHARE * messages:
            brake(version, len(own), messages, since)


def _changed() -> list[tuple[Version, datetime]]:
    """Live versions whose last change is younger than a day, with its time."""
    fresh = clock.now() - WINDOW
    known = trials.standings(db.session.connection())
    found = []
    for version in versions(ruleset.in_force()).values():
        now = known.get((version.rule, version.meaning))
        if version.mode == "live" and now and now.why in _WATCHED and now.at >= fresh:
            found.append((version, now.at))
    return found


def _hits(since: datetime) -> tuple[defaultdict[tuple[str, int], list[datetime]], int]:
    """Return when each rule's acts hit since then, and how many messages the last day has."""
    day = clock.now() - WINDOW
    messages = db.session.scalar(select(func.count()).where(VerdictRecord.at >= day)) or 0
    found: defaultdict[tuple[str, int], list[datetime]] = defaultdict(list)
    rows = db.session.execute(
        select(VerdictRecord.hits, VerdictRecord.at).where(
            VerdictRecord.at >= max(since, day), type_coerce(VerdictRecord.hits, Text) != "[]"
        )
    )
    for row in rows:
        for hit in row.hits:
            if hit["mode"] == "live" and set(hit["acts"]) - {"tag"}:
                found[hit["rule"], hit["v"]].append(row.at)
    return found, messages


@use_case
def brake(version: Version, hits: int, messages: int, since: datetime) -> int | None:
    """Put a rule back on trial, tell the journal and the moderators of every community."""
    if not ruleset.put_on_trial(version.rule, "brake"):
        return None  # another worker was first
    number = audit.record(
        SYSTEM,
        "rules.brake",
        body={
            "rule": version.rule,
            "rule_version": version.v,
            "hits": hits,
            "share": round(100 * hits / max(messages, 1)),
            "rule_set": ruleset.in_force().hash,
        },
    )
    row = Brake(
        rule=version.rule, v=version.v, hits=hits, messages=messages, since=since,
        at=clock.now(), number=number,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    _tell(row)
    return row.id


def _tell(row: Brake) -> None:
    people = (
        select(Membership.community_id, Membership.user_id)
        .join(RoleGrant)
        .where(RoleGrant.role.in_(("moderator", "administrator")), Membership.state == "active")
    )
    told: defaultdict[int, list[int]] = defaultdict(list)
    for community_id, user_id in db.session.execute(people):
        told[community_id].append(user_id)
    for community_id, user_ids in told.items():
        notices.tell(
            user_ids,
            "rulebook.brake",
            community_id=community_id,
            url=address(community_id, row.rule),
            params={"rule": row.rule, "count": row.hits},
        )


def address(community_id: int, rule_id: str) -> str:
    """Return the page of a rule in a community."""
    from community.communities.models import Community

    slug = db.session.scalar(select(Community.slug).where(Community.id == community_id))
    return f"/c/{slug}/rulebook/{rule_id}"


def close_brakes(actor: Actor, rule_id: str) -> None:
    """Take the brakes of a rule off the list of what waits, inside the use case that answers them."""
    db.session.execute(
        update(Brake)
        .where(Brake.rule == rule_id, Brake.closed_at.is_(None))
        .values(closed_at=clock.now(), closed_by=actor.user_id)
    )


@use_case
def take_note(actor: Actor, who: Standing, rule_id: str) -> None:
    """Say that a brake was seen; the rule stays on trial."""
    require(policies.may_keep(who))
    close_brakes(actor, rule_id)


def held_by(rule_id: str, community_id: int) -> list[Any]:
    """Return what the rule still holds in a community: texts that wait because of it."""
    rows = db.session.execute(
        select(Entry, VerdictRecord)
        .join(VerdictRecord, VerdictRecord.id == Entry.verdict_id)
        .where(Entry.community_id == community_id, Entry.state == "held")
        .order_by(Entry.id)
    )
    return [row.Entry for row in rows if _is_only(rule_id, row.VerdictRecord.hits)]


def places_held(rule_id: str, community_id: int) -> list[tuple[int, Any]]:
    """Return verdicts of the texts that wait because of the rule, with the places it marked."""
    ids = [each.verdict_id for each in held_by(rule_id, community_id)]
    rows = db.session.execute(
        select(VerdictRecord.id, VerdictRecord.hits).where(VerdictRecord.id.in_(ids))
    )
    return [
        (row.id, next(hit["spans"] for hit in row.hits if hit["rule"] == rule_id)) for row in rows
    ]


def _is_only(rule_id: str, hits: Iterable[dict[str, Any]]) -> bool:
    """Tell whether nothing but this rule stopped a text: what another one holds too stays held."""
    stopping = {
        hit["rule"]
        for hit in hits
        if hit["mode"] == "live" and set(hit["acts"]) & {"hold", "cooldown"}
    }
    return stopping == {rule_id}


@use_case
def release_all(actor: Actor, rule_id: str, community_id: int) -> int:
    """Let through every text that this rule alone holds here, each logged by itself (rules, §6)."""
    who = standing(actor, community_id)
    require(policies.may_keep(who))
    if rule_id not in {rule.id for rule in ruleset.file_set().rules}:
        raise NotFound
    found = [each for each in held_by(rule_id, community_id) if each.author_id != actor.user_id]
    for entry in found:
        _release(actor, who, entry.id)
    close_brakes(actor, rule_id)
    return len(found)


def _release(actor: Actor, who: Standing, entry_id: int) -> None:
    entry, thread = publishing.entry_for_change(entry_id)
    number = db.session.scalar(
        select(VerdictRecord.number).where(VerdictRecord.id == entry.verdict_id)
    )
    audit.record(
        actor,
        "entry.released",
        actor_role=who.role,
        community_id=entry.community_id,
        target=("entry", entry.id),
        author_id=entry.author_id,
        body={"previous": number, "outcome": "released"},
    )
    publishing.release(entry.id)
    emit(
        DecisionOverturned(
            number=number or 0,
            verdict_id=entry.verdict_id,
            entry_id=entry.id,
            outcome="released",
        )
    )
    notices.tell(
        [entry.author_id],
        "rulebook.released",
        community_id=entry.community_id,
        url=f"/e/{entry.id}",
        params={"title": _title(thread)},
    )


def _title(thread: Thread) -> str:
    return db.session.scalar(select(Entry.title).where(Entry.id == thread.opener_id)) or ""
