"""Rules that count: what happened before is really asked of the database, and only what is needed."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from community.core import clock
from community.core.db import db
from community.publishing import facts, ruleset
from community.publishing.models import Entry, RuleHit, VerdictRecord
from tests.speed.test_query_counts import counted

CALM = "Коллеги, вот ещё одна мысль об этом уроке."


def _count(key: str, more: str = "", *, over: int = 2) -> str:
    return f"{{count: {{event: comment, key: [{key}], over: {over}, per: 60m{more}}}}}"


def test_the_fourth_text_of_an_hour_is_over_three(put_rules, forum, anna, irina):
    put_rules(when=_count("author", over=3), on="[comment]", then="[block]")
    first, second = forum.open(anna), forum.open(irina)
    for topic in (first, second, first):
        forum.reply(anna, topic, CALM)
    assert forum.send(anna, second, CALM).status_code == 422
    forum.reply(irina, first, CALM)  # others are not counted with her

    with clock.frozen(clock.now() + timedelta(minutes=61)):
        forum.reply(anna, second, CALM)


def test_a_thread_counts_for_itself(put_rules, forum, anna):
    put_rules(when=_count("author, thread"), on="[comment]", then="[block]")
    first, second = forum.open(anna), forum.open(anna, "Степени")
    for _time in range(2):
        forum.reply(anna, first, CALM)
    assert forum.send(anna, first, CALM).status_code == 422
    forum.reply(anna, second, CALM)


def test_a_whole_thread_and_a_whole_community_are_counted(put_rules, forum, anna, irina, vera):
    put_rules(when=_count("thread"), on="[comment]", then="[block]")
    first, second = forum.open(anna), forum.open(anna, "Степени")
    forum.reply(anna, first, CALM)
    forum.reply(irina, first, CALM)
    assert forum.send(vera, first, CALM).status_code == 422
    forum.reply(vera, second, CALM)
    put_rules(when=_count("community", over=3), on="[comment]", then="[block]", v=2)
    assert forum.send(irina, second, CALM).status_code == 422


def test_many_against_one_are_counted(put_rules, forum, anna, irina, vera, boris):
    put_rules(when=_count("target_author"), on="[comment]", then="[block]")
    topic = forum.open(anna)
    opener = forum.reply(anna, topic, CALM)
    for who in (irina, vera):
        forum.reply(who, topic, CALM, parent_id=opener)
    assert forum.send(boris, topic, CALM, parent_id=opener).status_code == 422
    forum.reply(boris, topic, CALM)  # to nobody


def test_unanswered_is_forgotten_with_the_first_answer(put_rules, forum, anna, irina):
    pair = _count("author, target_author", ", unanswered: true")
    put_rules(when=pair, on="[comment]", then="[block]")
    topic = forum.open(irina)
    opener = forum.reply(irina, topic, CALM)
    last = [forum.reply(anna, topic, CALM, parent_id=opener) for _ in range(2)][-1]
    assert forum.send(anna, topic, CALM, parent_id=opener).status_code == 422

    forum.reply(irina, topic, CALM, parent_id=last)
    for _time in range(2):
        forum.reply(anna, topic, CALM, parent_id=opener)
    assert forum.send(anna, topic, CALM, parent_id=opener).status_code == 422


def test_nobody_pursues_oneself(put_rules, forum, anna):
    put_rules(when=_count("author, target_author"), on="[comment]", then="[block]")
    topic = forum.open(anna)
    mine = forum.reply(anna, topic, CALM)
    for _time in range(4):
        forum.reply(anna, topic, CALM, parent_id=mine)


def test_a_stopped_text_was_not_said(put_rules, forum, anna):
    put_rules(
        when=f"{{any: [{_count('author')}, {{lemma: [ерунда]}}]}}", on="[comment]", then="[block]",
        hit="ерунда",
    )  # fmt: skip
    topic = forum.open(anna)
    for _time in range(3):
        assert forum.send(anna, topic, "Ерунда какая").status_code == 422
    for _time in range(2):
        forum.reply(anna, topic, CALM)
    assert forum.send(anna, topic, CALM).status_code == 422


@pytest.mark.parametrize("key", ["author", "thread", "community"])
def test_a_throttled_rule_acts_after_its_count_and_forgets_in_time(
    put_rules, forum, anna, irina, key
):
    put_rules(
        when="{lemma: [ерунда]}", then="[block]", hit="ерунда",
        more=f"throttle: {{count: 2, per: 60m, key: {key}}}",
    )  # fmt: skip
    topic = forum.open(anna)
    for _time in range(2):
        forum.reply(anna, topic, "Ерунда какая")
    assert forum.send(anna, topic, "Ерунда какая").status_code == 422
    other = forum.send(irina, topic, "Ерунда какая").status_code
    assert other == (200 if key == "author" else 422)
    with forum.town.app.app_context():
        quiet = db.session.scalars(select(RuleHit.is_quiet).where(RuleHit.actor_id == anna.id))
        assert list(quiet) == [True, True, False]
    with clock.frozen(clock.now() + timedelta(minutes=61)):
        forum.reply(anna, topic, "Ерунда какая")


def test_a_rule_on_trial_counts_its_hits_and_never_acts(put_rules, forum, anna):
    put_rules(when="{lemma: [ерунда]}", then="[block]", hit="ерунда", mode="shadow")
    topic = forum.open(anna)
    forum.reply(anna, topic, "Ерунда какая")
    with forum.town.app.app_context():
        (hit,) = db.session.scalars(select(RuleHit))
        assert (hit.rule, hit.mode, hit.is_quiet, hit.event) == (
            "ПРБ-1",
            "shadow",
            False,
            "comment",
        )
        assert hit.thread_id == forum.thread(topic).id


def test_where_and_to_whom_a_text_was_said_stays_with_its_verdict(forum, anna, irina):
    topic = forum.open(anna)
    opener = forum.reply(anna, topic, CALM)
    said = forum.reply(irina, topic, CALM, parent_id=opener)
    with forum.town.app.app_context():
        found = select(VerdictRecord).join(Entry, Entry.verdict_id == VerdictRecord.id)
        verdict = db.session.scalars(found.where(Entry.id == said)).one()
        place = (verdict.community_id, verdict.thread_id, verdict.target_id)
    assert place == (forum.town.community_id, forum.thread(topic).id, anna.id)


# What it costs ----------------------------------------------------------------------------------


def _facts(app, anna, **at):
    with app.app_context():
        from community.communities.standing import standing

        who = standing(anna.actor, at["community_id"])
        needs = ruleset.in_force().needs["comment"]
        with counted(app) as said:
            asked = facts.submission(
                anna.actor, who, facts.Words(CALM), facts.Circumstances("comment", **at), needs
            )
        return asked, said


def test_the_ordinary_reply_asks_one_question_for_all_its_numbers(app, forum, anna, irina):
    topic = forum.open(irina)
    parent = forum.reply(irina, topic, CALM)
    place = {"community_id": forum.town.community_id, "thread_id": forum.thread(topic).id}
    asked, said = _facts(app, anna, parent_id=parent, **place)
    assert len(said) == 2, said  # whom it answers, and every number at once
    assert asked.counts == {
        "comment:author+target_author:60m:unanswered": 1, "private:24h": 0, "sharp:24h": 0,
    }  # fmt: skip
    _asked, said = _facts(app, anna, **place)
    assert said == []  # to nobody: nothing to count


def test_nothing_is_asked_that_no_rule_wants(app, put_rules, forum, anna):
    put_rules(when="{lemma: [ерунда]}", then="[tag]", hit="ерунда", on="[comment]")
    asked, said = _facts(app, anna, community_id=forum.town.community_id)
    assert said == []
    assert (asked.author_posts, asked.members, asked.counts) == (None, None, None)


MET = "{text: x, private: 1, earlier_hits: {ПРБ-1: 1}}"
EVERYTHING = """{any: [
  {count: {event: comment, key: [author], over: 90, per: 24h}},
  {count: {event: comment, key: [author, target_author], over: 90, per: 24h, unanswered: true}},
  {count: {event: comment, key: [thread], over: 90, per: 24h}},
  {count: {event: comment, key: [community], over: 900, per: 7d}},
  {conflict: {pair: [author, target_author], sharp: 9, per: 24h}},
  {private_contact: {pair: [author, target_author], per: 24h}},
  {author: {posts: {under: 0}}}]}"""


@contextmanager
def caught(engine):
    """Collect statements with their values."""
    sent = []

    def note(_conn, _cursor, statement, values, *_rest):
        sent.append((statement, values))

    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def test_every_number_stands_on_an_index(app, put_rules, forum, anna, irina):
    put_rules(
        when=EVERYTHING, on="[comment]", then="[tag]", hit="x", told=MET,
        more="throttle: {count: 1, per: 24h, key: [author, thread]}",
    )  # fmt: skip
    topic = forum.open(irina)
    parent = forum.reply(irina, topic, CALM)
    place = {"community_id": forum.town.community_id, "thread_id": forum.thread(topic).id}
    with app.app_context(), caught(db.engine) as sent:
        asked, said = _facts(app, anna, parent_id=parent, **place)
    assert len(said) == 2
    assert len(asked.counts) == 6
    assert asked.author_posts == 0
    if sent[-1][0].count("?") == 0:
        return  # PostgreSQL prefers to read small tables whole
    with app.app_context():
        plan = db.session.connection().exec_driver_sql(
            f"EXPLAIN QUERY PLAN {sent[-1][0]}", sent[-1][1]
        )
        steps = [row[-1] for row in plan]
    scans = [step for step in steps if step.startswith("SCAN") and "CONSTANT" not in step]
    tables = ("verdicts", "entries", "rule_hits", "thread_people")
    assert not [step for step in scans if any(name in step for name in tables)], steps


def test_the_set_knows_what_it_needs(put_rules, app):
    put_rules(
        when=EVERYTHING,
        on="[comment]",
        then="[tag]",
        hit="x",
        told=MET,
    )
    with app.app_context():
        needs = ruleset.in_force().needs
    assert set(needs) == {"comment"}
    assert needs["comment"].longest == timedelta(days=7)
    assert needs["comment"].facts == {"posts"}
