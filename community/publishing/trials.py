"""Which versions of rules may act here: every new or changed one is on trial until it is promoted.

The modes lie over the rule file, which stays the truth for everything else; rows are only added.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from community.audit import services as audit
from community.core import clock
from community.core.actor import SYSTEM, Actor
from community.core.db import db
from community.publishing.models import RuleMode
from community.rules.model import RuleSet
from community.rules.versions import Version, on_trial, versions

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Standing:
    """The latest word on one version of a rule."""

    id: int
    mode: str
    why: str
    reach: str
    at: datetime


def last_change(connection: Connection) -> int:
    """Return a number that rises with every change of any rule's mode."""
    return connection.scalar(select(func.max(RuleMode.id))) or 0


def laid_over(file: RuleSet, connection: Connection) -> RuleSet:
    """Return the set of the file with every version that may not act yet in shadow.

    Where nothing was ever loaded, the file is taken as it stands: there is no history to try it on.
    """
    known = standings(connection)
    if not known:
        return file
    return on_trial(
        file, frozenset(each.rule for each in versions(file).values() if _waits(each, known))
    )


def standings(connection: Connection) -> dict[Key, Standing]:
    """Return the latest row of every version by the rule's id and its meaning."""
    latest = select(func.max(RuleMode.id)).group_by(RuleMode.rule, RuleMode.meaning)
    rows = connection.execute(
        select(
            RuleMode.rule, RuleMode.meaning, RuleMode.id, RuleMode.mode, RuleMode.why,
            RuleMode.reach, RuleMode.at,
        ).where(RuleMode.id.in_(latest))
    )  # fmt: skip
    return {(row.rule, row.meaning): Standing(*row[2:]) for row in rows}


def register(file: RuleSet, rule_set: str) -> None:
    """Note every version of the file that was not known, in the open transaction, and once."""
    audit.hold()
    known = standings(db.session.connection())
    if not known:
        note([(each, each.mode, "first") for each in versions(file).values()])
        return
    seen = {rule for rule, _meaning in known}
    changes = [
        (each, *change)
        for each in versions(file).values()
        if (
            change := _change(
                each, known.get((each.rule, each.meaning)), is_new=each.rule not in seen
            )
        )
    ]
    note(changes)
    for version, mode, why in changes:
        if mode == "trial":
            tell_journal(
                SYSTEM, version, was="off" if why == "new" else "live", to=mode, rule_set=rule_set
            )


def note(changes: Iterable[tuple[Version, str, str]], actor: Actor = SYSTEM) -> None:
    """Append rows: a version, its mode from now on, and why."""
    moment = clock.now()
    db.session.add_all(
        RuleMode(
            rule=version.rule, v=version.v, meaning=version.meaning, reach=version.reach,
            mode=mode, why=why, at=moment, by_id=actor.user_id,
        )
        for version, mode, why in changes
    )  # fmt: skip
    db.session.flush()


def tell_journal(actor: Actor, version: Version, *, was: str, to: str, rule_set: str) -> int:
    """Write the change of a rule's mode into the journal (rules, §7)."""
    return audit.record(
        actor,
        "rules.mode_changed",
        body={
            "rule": version.rule,
            "rule_version": version.v,
            "from": was,
            "to": to,
            "rule_set": rule_set,
        },
    )


def _waits(version: Version, known: dict[Key, Standing]) -> bool:
    now = known.get((version.rule, version.meaning))
    return version.mode == "live" and (now is None or now.mode != "live")


def _change(version: Version, now: Standing | None, *, is_new: bool) -> tuple[str, str] | None:
    """Tell what a version of the file brings that its latest row does not say."""
    if version.mode != "live":
        return None if now and now.mode == version.mode else (version.mode, "file")
    if now is None:
        return "trial", "new" if is_new else "changed"
    if now.mode in ("shadow", "off"):
        return "trial", "file"
    if now.mode == "live" and now.reach != version.reach:
        return "live", "lists"
    return None
