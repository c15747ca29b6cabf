"""The rule set in force: the file on disk with the trials laid over it (docs/adr/0015).

A broken hand edit changes nothing; what is new or changed is on trial until a person promotes it.
"""

import hashlib
import json
import logging
import math
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from flask import Flask, current_app
from sqlalchemy import select

from community.audit import services as audit
from community.audit.models import AuditEntry
from community.config import Config
from community.core import clock
from community.core.actor import SYSTEM, Actor
from community.core.db import db, insert
from community.core.errors import NotFound
from community.core.transactions import after_commit, committed, transaction
from community.core.verdict import deny, require
from community.core.worker import duty
from community.publishing import trials
from community.publishing.models import RuleSetRecord
from community.rules import loader
from community.rules.model import RuleSet, RuleSetError
from community.rules.versions import Version, versions

log = logging.getLogger(__name__)
_LOOK_AGAIN = 2.0


@dataclass(frozen=True, slots=True)
class Broken:
    """A file that was not taken: what was in it, and how much is wrong."""

    digest: str
    problems: int


@dataclass
class Holder:
    """The set in force, with what is wrong with the file when it is newer and broken."""

    file: RuleSet
    """The file as it was read last; ``current`` is the same with the trials laid over it."""
    current: RuleSet
    stamp: tuple[int, int]
    laid: RuleSet | None = None
    """The reading of the file that ``current`` was made of."""
    modes: int = -1
    """The last change of a rule's mode that ``current`` knows of."""
    looked: float = -math.inf
    problem: str = ""
    stored: str = ""
    refused: Broken | None = None
    """A broken file that the journal does not know of yet."""
    lock: threading.Lock = field(default_factory=threading.Lock)


def install(app: Flask) -> None:
    """Load the rules of the installation; a bad file stops the start with ``RuleSetError``."""
    config: Config = app.extensions["community"]
    file = _load(config)
    app.extensions["rules"] = Holder(file, file, _stamp(config))


def in_force() -> RuleSet:
    """Return the set in force, having looked for a changed file and for changed modes.

    Every process looks again within two seconds, so all of them agree.
    """
    holder: Holder = current_app.extensions["rules"]
    if time.monotonic() - holder.looked > _LOOK_AGAIN:
        with holder.lock:
            _refresh(holder)
    return holder.current


def file_set() -> RuleSet:
    """Return the set as the file tells it, whatever is on trial."""
    in_force()
    holder: Holder = current_app.extensions["rules"]
    return holder.file


def put_on_trial(rule_id: str, why: str, actor: Actor = SYSTEM) -> int:
    """Let a rule judge without acting until it is promoted again; return the journal's number.

    ``why`` is «brake», «quarter» or «hand». Called inside the use case that decides it; a rule
    that is on trial already stays so, and 0 is returned.
    """
    version = _version(rule_id)
    if version.mode != "live" or in_force().rule(rule_id).mode != "live":
        return 0
    return _switch(actor, version, "trial", why)


def promote(rule_id: str, actor: Actor) -> int:
    """Let a rule on trial act, inside the use case that has seen to its grounds (rules, §2.3)."""
    version = _version(rule_id)
    if in_force().rule(rule_id).mode == "live":
        require(deny("rules.is_live"))
    if version.mode != "live":
        require(deny("rules.not_live_in_file"))
    return _switch(actor, version, "live", "promoted")


def look_again() -> None:
    """Forget what was seen of the file and of the modes: the next question reads both."""
    holder: Holder = current_app.extensions["rules"]
    holder.looked = -math.inf


def take_in() -> None:
    """Read the file that was just written and note what it brings, so that its history tells at once."""
    look_again()
    note_in_journal()


def _version(rule_id: str) -> Version:
    look_again()
    found = versions(file_set()).get(rule_id)
    if found is None:
        raise NotFound
    return found


def _switch(actor: Actor, version: Version, mode: str, why: str) -> int:
    rules = in_force()
    trials.register(file_set(), rules.hash)
    trials.note([(version, mode, why)], actor)
    was = "live" if mode == "trial" else "trial"
    number = trials.tell_journal(actor, version, was=was, to=mode, rule_set=rules.hash)
    after_commit(look_again)
    return number


def problem() -> str:
    """Return what is wrong with the file on disk, or nothing."""
    holder: Holder = current_app.extensions["rules"]
    return holder.problem


def store(rules: RuleSet) -> None:
    """Keep the set under its hash, in the open transaction, once per process."""
    holder: Holder = current_app.extensions["rules"]
    if holder.stored == rules.hash:
        return
    row = {
        "hash": rules.hash,
        "label": rules.label,
        "canonical": rules.canonical,
        "loaded_at": clock.now(),
    }
    db.session.execute(insert(RuleSetRecord).values(row).on_conflict_do_nothing())
    if rules.hash == holder.current.hash:  # a thread may still hold the set before it
        trials.register(holder.file, rules.hash)
        _note_loaded(rules)
    after_commit(lambda: setattr(holder, "stored", rules.hash))


@duty
def note_in_journal() -> None:
    """Write which set is in force, or that a broken file was refused, where nobody has yet."""
    rules = in_force()
    holder: Holder = current_app.extensions["rules"]
    if holder.stored != rules.hash:
        with transaction():
            store(rules)
    if holder.refused:
        with transaction():
            _note_refused(holder.refused)
        holder.refused = None


def _note_loaded(rules: RuleSet) -> None:
    """Tell the journal of a set that was not in force at its last word on it (rules, §7)."""
    before = _last("rules.loaded")
    if before == rules.hash:
        return
    modes = Counter(rule.mode for rule in rules.rules)
    audit.record(
        SYSTEM,
        "rules.loaded",
        body={
            "rule_set": rules.hash,
            "previous_set": before,
            "rules": len(rules.rules),
            "live": modes["live"],
            "shadow": modes["shadow"],
        },
    )


def _note_refused(broken: Broken) -> None:
    if _last("rules.refused") != broken.digest:
        body = {"rule_set": broken.digest, "problems": broken.problems}
        audit.record(SYSTEM, "rules.refused", body=body)


def _last(kind: str) -> str | None:
    """Return the set that the journal named last; it is held, so that two say it once."""
    audit.hold()
    latest = select(AuditEntry.body).where(
        AuditEntry.community_id.is_(None), AuditEntry.kind == kind
    )
    body = db.session.scalar(latest.order_by(AuditEntry.number.desc()).limit(1))
    return json.loads(body)["rule_set"] if body else None


def _refresh(holder: Holder) -> None:
    config: Config = current_app.extensions["community"]
    holder.looked = time.monotonic()
    _reread(holder, config)
    with committed() as connection:
        modes = trials.last_change(connection)
        if modes != holder.modes or holder.laid is not holder.file:
            holder.current = trials.laid_over(holder.file, connection)
            holder.modes, holder.laid = modes, holder.file


def _reread(holder: Holder, config: Config) -> None:
    try:
        stamp = _stamp(config)
        if stamp == holder.stamp:
            return
        holder.stamp = stamp
        holder.file, holder.problem = _load(config), ""
    except (RuleSetError, OSError) as error:
        holder.problem = str(error)
        holder.refused = _broken(config, error)
        log.error("the rule file was not taken: %s", error)  # noqa: TRY400 — told in words


def _broken(config: Config, error: RuleSetError | OSError) -> Broken | None:
    if not isinstance(error, RuleSetError):
        return None
    digest = hashlib.sha256(config.rules_file.read_bytes()).hexdigest()
    return Broken(digest, len(error.problems))


def _load(config: Config) -> RuleSet:
    return loader.load(config.rules_file, today=clock.now().date(), cache_dir=config.data / "cache")


def _stamp(config: Config) -> tuple[int, int]:
    stat = config.rules_file.stat()
    return stat.st_mtime_ns, stat.st_size
