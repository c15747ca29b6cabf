"""Shadow and live judge alike; a set that changes while people write leaves every verdict whole."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from community.config import ROOT
from community.core import clock
from community.core.db import db
from community.publishing import records
from community.publishing.facts import Words
from community.publishing.models import Entry, RuleSetRecord, Thread, VerdictRecord
from community.publishing.rejudging import submission_of
from community.publishing.services import publish
from community.rules import engine, loader
from community.rules.versions import on_trial, versions
from tests.rulebook.conftest import OTHER, rule, written
from tests.world import rules_in_force


@pytest.fixture(scope="module")
def shipped():
    return loader.load(ROOT / "moderation_rules.yaml", today=date(2026, 11, 21))


def test_on_trial_a_set_meets_the_same_and_does_nothing(shipped):
    """The whole corpus of inline tests: equal hits, and not one act."""
    quiet = on_trial(shipped, frozenset(each.id for each in shipped.rules))
    assert quiet.hash != shipped.hash
    assert {each.mode for each in quiet.rules} <= {"shadow", "off"}
    met = 0
    for rule_ in shipped.rules:
        for case in (*rule_.hit_cases, *rule_.miss_cases):
            live, trial = (engine.judge(each, case.submission) for each in (shipped, quiet))
            told = [
                sorted((replace(hit, mode="") for hit in (*each.hits, *each.shadow_hits)), key=str)
                for each in (live, trial)
            ]
            assert told[0] == told[1]
            assert live.unknown == trial.unknown
            assert (trial.hits, trial.message, trial.beside) == ((), "", frozenset())
            assert trial.act == ("hold" if trial.over_budget else "allow")
            met += bool(live.hits)
    assert met > 50


def test_a_set_on_trial_is_read_back_from_its_stored_text(shipped):
    some = frozenset({"ОСК-1", "ЛИЧ-1"})
    quiet = on_trial(shipped, some)
    again = loader.stored(quiet.canonical, today=date(2030, 1, 1))
    assert again.hash == quiet.hash
    assert {each.id: each.mode for each in again.rules} == {
        each.id: each.mode for each in quiet.rules
    }
    assert versions(again) == versions(quiet)


def test_a_changed_list_changes_what_rests_on_it_and_no_meaning(shipped):
    other = shipped.canonical.replace('"=тебя"', '"=тобою","=тебя"', 1)
    again = loader.stored(other, today=date(2030, 1, 1))
    before, after = versions(shipped), versions(again)
    assert {r for r in before if before[r].meaning != after[r].meaning} == set()
    assert {r for r in before if before[r].reach != after[r].reach}


VOICES = 100
WRITERS = ("anna", "irina", "boris", "vera", "galina")


def test_a_set_changed_while_a_hundred_texts_come(app, town, topic, rules_file):
    """Swaps by hand and promotions go on meanwhile; each verdict stands by one stored set."""
    with app.app_context():
        thread = db.session.scalar(select(Thread.id).order_by(Thread.id.desc()))
        db.session.remove()
    done = threading.Event()
    failures: list[BaseException] = []
    texts = iter(
        enumerate(["Ерунда какая", "Полная чушь", "Дело", "Ерунда и чушь"] * (VOICES // 4))
    )
    lock, swapped, swaps = threading.Lock(), threading.Condition(), 0

    def write(who: str) -> None:
        with app.app_context():
            while True:
                with lock:
                    number, text = next(texts, (0, ""))
                if not text:
                    return
                with swapped:  # ten texts a set, however fast the machine is
                    swapped.wait_for(lambda n=number: swaps >= n // 10, timeout=10)
                try:
                    publish(
                        town[who].actor, thread, Words(f"{text}, {number}"),
                        seen=frozenset({"ПРБ-1", "ПРБ-2"}),
                    )  # fmt: skip
                except Exception as error:  # noqa: BLE001 — the test tells of it
                    if type(error).__name__ != "Blocked":
                        failures.append(error)
                finally:
                    db.session.remove()

    def swap() -> None:
        nonlocal swaps
        v = 1
        while not done.is_set():
            v += 1
            then = ("[hold]", "[notice]", "[tag]", "[block]")[v % 4]
            written(rules_file, rule(v, then=then), OTHER)
            rules_in_force(app)
            with swapped:
                swaps += 1
                swapped.notify_all()
            done.wait(0.01)

    writers = [threading.Thread(target=write, args=(who,)) for who in WRITERS]
    swapper = threading.Thread(target=swap)
    for each in (*writers, swapper):
        each.start()
    for each in writers:
        each.join()
    done.set()
    swapper.join()
    assert failures == []
    _judge_again(app)


def _judge_again(app) -> None:
    with app.app_context():
        rows = db.session.execute(
            select(VerdictRecord, Entry).join(Entry, Entry.verdict_id == VerdictRecord.id)
        ).all()
        sets = {
            record.hash: loader.stored(record.canonical, today=clock.now().date())
            for record in db.session.scalars(
                select(RuleSetRecord).where(RuleSetRecord.hash.in_({v.rule_set for v, _e in rows}))
            )
        }
        judged = Counter(verdict.rule_set for verdict, _entry in rows)
        assert set(judged) == set(sets)
        assert len(sets) > 3, "the set did not change while they wrote"
        for verdict, entry in rows:
            words = Words(entry.body, entry.title)
            again = engine.judge(
                sets[verdict.rule_set], submission_of(words, verdict.event, verdict.facts)
            )
            assert again.act == verdict.act
            assert records.hits_of(again) == verdict.hits
