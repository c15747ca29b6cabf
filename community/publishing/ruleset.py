"""The rule set in force: the file on disk is the truth, a broken hand edit changes nothing."""

import logging
import threading
import time
from dataclasses import dataclass, field

from flask import Flask, current_app

from community.config import Config
from community.core import clock
from community.core.db import db, insert
from community.core.transactions import after_commit
from community.publishing.models import RuleSetRecord
from community.rules import loader
from community.rules.model import RuleSet, RuleSetError

log = logging.getLogger(__name__)
_LOOK_AGAIN = 2.0


@dataclass
class Holder:
    """The set in force, with what is wrong with the file when it is newer and broken."""

    current: RuleSet
    stamp: tuple[int, int]
    looked: float = field(default_factory=time.monotonic)
    problem: str = ""
    stored: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)


def install(app: Flask) -> None:
    """Load the rules of the installation; a bad file stops the start with ``RuleSetError``."""
    config: Config = app.extensions["community"]
    app.extensions["rules"] = Holder(_load(config), _stamp(config))


def in_force() -> RuleSet:
    """Return the set in force, having looked whether the file was changed by hand."""
    holder: Holder = current_app.extensions["rules"]
    if time.monotonic() - holder.looked > _LOOK_AGAIN:
        with holder.lock:
            _refresh(holder)
    return holder.current


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
    after_commit(lambda: setattr(holder, "stored", rules.hash))


def _refresh(holder: Holder) -> None:
    config: Config = current_app.extensions["community"]
    holder.looked = time.monotonic()
    try:
        stamp = _stamp(config)
        if stamp == holder.stamp:
            return
        holder.stamp = stamp
        holder.current, holder.problem = _load(config), ""
    except (RuleSetError, OSError) as error:
        holder.problem = str(error)
        log.error("the rule file was not taken: %s", error)  # noqa: TRY400 — told in words


def _load(config: Config) -> RuleSet:
    return loader.load(config.rules_file, today=clock.now().date(), cache_dir=config.data / "cache")


def _stamp(config: Config) -> tuple[int, int]:
    stat = config.rules_file.stat()
    return stat.st_mtime_ns, stat.st_size
