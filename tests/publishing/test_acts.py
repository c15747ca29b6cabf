"""Every act of the language as people meet it, through the page."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from community.audit.models import AuditEntry
from community.communities.models import Membership
from community.core import clock
from community.core.db import db
from community.core.worker import run_duties
from community.notices.models import Notice
from community.publishing.models import Draft, Entry, Pause, RuleHit, VerdictRecord
from tests.world import SLUG

CALM = "Коллеги, вот ещё одна мысль об этом уроке."
ODD = "Ерунда какая, коллеги."
WORD = {"when": "{lemma: [ерунда]}", "hit": "ерунда"}


def seen_in(answer) -> str:
    found = re.search(r'name="seen"[^>]*value="([^"]*)"', answer.get_data(as_text=True))
    assert found is not None
    return found.group(1)


def states(forum, body) -> list[str]:
    with forum.town.app.app_context():
        return list(db.session.scalars(select(Entry.state).where(Entry.body == body)))


def journal(forum, kind) -> list[AuditEntry]:
    with forum.town.app.app_context():
        return list(db.session.scalars(select(AuditEntry).where(AuditEntry.kind == kind)))


# notice -----------------------------------------------------------------------------------------

TWO = """schema: 1
rules:
- {id: ПРБ-1, v: 1, article: "4.2-вежливость", severity: 1, mode: live, on: [comment],
   when: {lemma: [ерунда]},
   then: [notice], message: "Слово «{match}».", tests: {hit: [ерунда], miss: [дело]}}
- {id: ПРБ-2, v: 1, article: "4.2-вежливость", severity: 2, mode: live, on: [comment],
   when: {lemma: [чепуха]},
   then: [notice], message: "И «{match}».", tests: {hit: [чепуха], miss: [дело]}}
- {id: ПРБ-3, v: 1, article: "4.1-угрозы", severity: 3, mode: live, on: [comment], when: {lemma: [гром]},
   then: [notice, hold], message: "Ждёт.", tests: {hit: [гром], miss: [дело]}}
- {id: ПРБ-4, v: 1, article: "4.1-угрозы", severity: 4, mode: live, on: [comment], when: {lemma: [молния]},
   then: [block], message: "Нельзя.", tests: {hit: [молния], miss: [дело]}}
"""


def test_a_notice_is_shown_once_and_the_second_sending_goes(put_rules, forum, anna, irina):
    put_rules(TWO)
    topic = forum.open(anna)
    asked = forum.send(anna, topic, ODD)
    assert asked.status_code == 422
    assert states(forum, ODD) == []
    assert seen_in(asked) == "ПРБ-1"
    forum.reply(anna, topic, ODD, seen=seen_in(asked))
    assert states(forum, ODD) == ["published"]
    assert ODD in forum.page(irina, topic)


def test_a_text_changed_to_meet_another_rule_is_asked_about_again(put_rules, forum, anna):
    put_rules(TWO)
    topic = forum.open(anna)
    seen = seen_in(forum.send(anna, topic, ODD))
    changed = f"{ODD} И чепуха."
    again = forum.send(anna, topic, changed, seen=seen)
    assert again.status_code == 422
    assert seen_in(again) == "ПРБ-1,ПРБ-2"
    forum.reply(anna, topic, changed, seen=seen_in(again))


@pytest.mark.parametrize(
    "forged", ["ПРБ-3,ПРБ-4", "ПРБ-1,ПРБ-2,ПРБ-3,ПРБ-4", "*", "hold,block,all"]
)
def test_no_forged_field_passes_a_hold_or_a_block(put_rules, forum, anna, irina, forged):
    put_rules(TWO)
    topic = forum.open(anna)
    held = forum.send(anna, topic, "Гром над школой.", seen=forged)
    if held.status_code == 422:  # asked first, as anybody
        forum.send(anna, topic, "Гром над школой.", seen=seen_in(held))
    assert states(forum, "Гром над школой.") == ["held"]
    assert forum.send(anna, topic, "Молния над школой.", seen=forged).status_code == 422
    assert states(forum, "Молния над школой.") == []
    assert "над школой" not in forum.page(irina, topic)


def test_all_rules_are_asked_the_strongest_act_wins_and_all_messages_stand_in_order(
    put_rules, forum, anna
):
    put_rules(TWO)
    topic = forum.open(anna)
    page = forum.send(anna, topic, f"{ODD} Чепуха, гром и молния.").get_data(as_text=True)
    card = page[page.index('class="decision"') :]
    told = [card.index(words) for words in ("Нельзя.", "Ждёт.", "И «Чепуха»", "Слово «Ерунда»")]
    assert told == sorted(told)
    (entry,) = journal(forum, "entry.blocked")
    assert '"rule":"ПРБ-4"' in entry.body


# cooldown ---------------------------------------------------------------------------------------

PAIR = (
    "{count: {event: comment, key: [author, target_author], over: 2, per: 60m, unanswered: true}}"
)
PAUSE = {
    "when": PAIR, "on": "[comment]", "then": "[cooldown, alert]",
    "message": '"Писать участнику {target} можно снова {until|через час}."', "more": "pause: 90m",
}  # fmt: skip


@pytest.fixture
def pursued(put_rules, forum, anna, irina):
    """Анна has written to Ирина twice and was not answered; the third time asks for a pause."""
    put_rules(**PAUSE)
    topic = forum.open(irina)
    entry = forum.reply(irina, topic, CALM)
    for number in range(2):
        forum.reply(anna, topic, f"{CALM} {number}", parent_id=entry)
    return topic, entry


def test_a_cooldown_is_a_pause_with_a_term(pursued, forum, anna, irina, boris, app):
    topic, entry = pursued
    moment = clock.now()
    with clock.frozen(moment):
        stopped = forum.send(anna, topic, ODD, parent_id=entry)
    page = stopped.get_data(as_text=True)
    assert stopped.status_code == 422
    assert ODD in page, "the words stay with their author"
    assert re.search(
        r"Писать участнику Ирина Кольцова можно снова (сегодня|завтра) в \d+:\d\d", page
    )
    assert states(forum, ODD) == []
    with app.app_context():
        (pause,) = db.session.scalars(select(Pause))
        assert pause.until - pause.since == timedelta(minutes=90)
        assert (pause.user_id, pause.target_id, pause.what) == (anna.id, irina.id, "words")
        assert db.session.scalar(select(Draft.body)) == ODD
        member = select(Membership.paused_until).where(Membership.user_id == anna.id)
        assert db.session.scalar(member) == pause.until
        number = pause.number
    (row,) = journal(forum, "entry.paused")
    assert (row.number, row.community_id) == (number, forum.town.community_id)
    forum.town.drain()
    assert "ПРБ-1" in boris.get("/notices").get_data(as_text=True), "alert: moderators are told"


def test_a_pause_keeps_from_that_person_alone_and_lapses_by_itself(
    pursued, forum, anna, irina, vera
):
    topic, entry = pursued
    forum.send(anna, topic, ODD, parent_id=entry)
    with forum.town.app.app_context():
        before = len(db.session.scalars(select(VerdictRecord.id)).all())
    again = forum.send(anna, topic, CALM, parent_id=entry)
    assert again.status_code == 422
    assert "можно снова" in again.get_data(as_text=True)
    with forum.town.app.app_context():
        assert len(db.session.scalars(select(VerdictRecord.id)).all()) == before
        assert len(db.session.scalars(select(Pause)).all()) == 1, "asking again prolongs nothing"
    forum.reply(anna, topic, CALM)  # to all
    to_vera = forum.reply(vera, topic, CALM)
    forum.reply(anna, topic, CALM, parent_id=to_vera)
    forum.reply(vera, topic, CALM, parent_id=entry)  # others are free
    with clock.frozen(clock.now() + timedelta(minutes=91)):
        forum.reply(anna, topic, ODD, parent_id=entry)


def test_a_pause_is_told_before_anything_is_written(pursued, forum, anna, irina, vera):
    topic, entry = pursued
    assert "можно снова" not in forum.page(anna, topic)
    forum.send(anna, topic, ODD, parent_id=entry)
    forum.reply(anna, topic, CALM)  # so that no draft stands in the way
    assert "можно снова" in forum.page(anna, topic)
    assert "можно снова" not in forum.page(irina, topic)
    other = forum.open(vera, "Степени")
    assert "можно снова" not in forum.page(anna, other), "nobody there whom it is about"
    with clock.frozen(clock.now() + timedelta(minutes=91)):
        assert "можно снова" not in forum.page(anna, topic)


def test_a_pause_to_a_person_is_kept_in_letters_too(pursued, forum, anna, irina, vera):
    topic, entry = pursued
    forum.send(anna, topic, ODD, parent_id=entry)
    path = f"/people/{irina.id}/write"
    assert "можно снова" in anna.get(path).get_data(as_text=True)
    assert anna.post(path, {"body": CALM}).status_code == 422
    assert anna.post(f"/people/{vera.id}/write", {"body": CALM}).status_code == 200


def test_a_pause_from_a_community_stops_topics_but_not_the_mending_of_ones_text(
    put_rules, forum, anna, irina
):
    put_rules(
        when="{count: {event: comment, key: [author], over: 2, per: 60m}}", on="[comment]",
        then="[cooldown]", message='"Отдохните, продолжить можно {until}."',
    )  # fmt: skip
    topic = forum.open(irina)
    mine = [forum.reply(anna, topic, CALM) for _time in range(2)][-1]
    assert forum.send(anna, topic, CALM).status_code == 422
    board = f"/c/{SLUG}/boards/{forum.board()}/topics/new"
    opened = anna.post(board, {"title": "Степени", "kind": "case", "body": CALM})
    assert opened.status_code == 422
    assert "Отдохните" in anna.get(board).get_data(as_text=True)
    edited = anna.post(f"/e/{mine}/edit", {"body": f"{CALM} И ещё.", "revision": 1})
    assert edited.status_code == 200
    assert forum.entry(mine).revision == 2
    with clock.frozen(clock.now() + timedelta(minutes=61)):  # as long as what was counted
        forum.reply(anna, topic, CALM)


def test_a_letter_is_paused_without_a_trace_in_the_journal(put_rules, forum, anna, irina, vera):
    put_rules(
        when="{count: {event: message, key: [author, target_author], over: 2, per: 60m}}",
        on="[message]", then="[cooldown]", message='"Подождите до завтра."',
    )  # fmt: skip
    path = f"/people/{irina.id}/write"
    for number in range(2):
        assert anna.post(path, {"body": f"{CALM} {number}"}).status_code == 200
    with forum.town.app.app_context():
        before = db.session.scalars(select(AuditEntry.number)).all()
    assert anna.post(path, {"body": CALM}).status_code == 422
    assert anna.post(path, {"body": CALM}).status_code == 422
    with forum.town.app.app_context():
        assert db.session.scalars(select(AuditEntry.number)).all() == before
        assert db.session.scalars(select(Pause.number)).all() == [None]
    assert anna.post(f"/people/{vera.id}/write", {"body": CALM}).status_code == 200


# hold, block, alert, tag ------------------------------------------------------------------------


def _run_after(forum, **later):
    with forum.town.app.app_context(), clock.frozen(clock.now() + timedelta(**later)):
        run_duties()
        db.session.remove()


def test_a_machines_hold_ends_in_a_day(put_rules, forum, anna):
    put_rules(**WORD, then="[hold]")
    topic = forum.open(anna)
    forum.send(anna, topic, ODD)
    assert states(forum, ODD) == ["held"]
    _run_after(forum, hours=23)
    assert states(forum, ODD) == ["held"]
    _run_after(forum, hours=25)
    assert states(forum, ODD) == ["published"]


def test_a_hold_for_a_person_never_ends_by_itself_and_the_administrator_is_told(
    put_rules, forum, anna, galina
):
    put_rules(**WORD, then="[hold]", more="release: person")
    topic = forum.open(anna)
    forum.send(anna, topic, ODD)
    _run_after(forum, hours=71)
    forum.town.drain()
    assert "трое суток" not in galina.get("/notices").get_data(as_text=True)
    for _time in range(2):
        _run_after(forum, hours=73)
    forum.town.drain()
    told = galina.get("/notices").get_data(as_text=True)
    assert "три дня" in told or "трое суток" in told
    _run_after(forum, days=30)
    assert states(forum, ODD) == ["held"]


def test_a_block_with_an_alert_tells_the_moderators_without_the_words(
    put_rules, forum, anna, boris
):
    put_rules(**WORD, then="[block, alert]")
    topic = forum.open(anna)
    assert forum.send(anna, topic, ODD).status_code == 422
    forum.town.drain()
    told = boris.get("/notices").get_data(as_text=True)
    assert "ПРБ-1" in told
    assert "Ерунда какая" not in told
    assert "ПРБ-1" not in anna.get("/notices").get_data(as_text=True)


def test_an_alert_beside_a_tag_tells_of_the_published_text(put_rules, forum, anna, boris):
    put_rules(**WORD, then="[tag, alert]")
    entry = forum.reply(anna, forum.open(anna), ODD)
    forum.town.drain()
    with forum.town.app.app_context():
        told = select(Notice.url).where(
            Notice.code == "moderation.alerted", Notice.user_id == boris.id
        )
        assert db.session.scalars(told).all() == [f"/e/{entry}"]
    assert states(forum, ODD) == ["published"]


def test_a_tag_is_counted_and_says_nothing(put_rules, forum, anna):
    put_rules(**WORD, then="[tag]")
    page = forum.send(anna, forum.open(anna), ODD)
    assert page.status_code == 200
    assert "Проба" not in page.get_data(as_text=True)
    with forum.town.app.app_context():
        assert db.session.scalars(select(RuleHit.rule)).all() == ["ПРБ-1"]


def test_what_takes_too_long_waits_for_a_person_and_the_journal_says_why(
    put_rules, forum, anna, galina
):
    leaves = ", ".join(f"{{author: {{age_days: {{under: {at}}}}}}}" for at in range(2, 42))
    heavy = "".join(
        f'- {{id: ТЯЖ-{at}, v: 1, article: "4.2-вежливость", severity: 1, mode: live, on: [comment], '
        f"when: {{not: {{any: [{leaves}]}}}}, then: [tag], message: m, "
        f"tests: {{hit: [{{text: а, age_days: 99}}], miss: [{{text: а, age_days: 0}}]}}}}\n"
        for at in range(30)
    )
    put_rules(f"schema: 1\nrules:\n{heavy}")
    topic = forum.open(anna)
    page = forum.send(anna, topic, CALM)
    assert page.status_code == 200
    assert states(forum, CALM) == ["held"]
    (row,) = journal(forum, "entry.held")
    assert '"code":"over_budget"' in row.body
    assert "это не замечание" in forum.page(anna, topic).lower()
    _run_after(forum, hours=25)
    assert states(forum, CALM) == ["held"], "a person reads it"
    with forum.town.app.app_context():
        held = db.session.scalar(select(Entry.id).where(Entry.body == CALM))
    assert galina.post(f"/e/{held}/release").status_code == 200
    assert states(forum, CALM) == ["published"]


# quotations -------------------------------------------------------------------------------------


def test_a_true_quotation_is_not_its_quoters_word_and_a_false_one_is(put_rules, forum, anna, irina):
    topic = forum.open(irina)
    said = forum.reply(irina, topic, "Всё это ерунда, коллеги.")
    put_rules(**WORD, then="[block]", on="[comment, edit]")
    forum.reply(anna, topic, "> Всё это ерунда, коллеги.\n\nПочему же?", parent_id=said)
    false = "> Ерунда ваши дроби, коллеги.\n\nПочему же?"
    assert forum.send(anna, topic, false, parent_id=said).status_code == 422
    assert (
        forum.send(anna, topic, "> Всё это ерунда, коллеги.").status_code == 422
    )  # answers nobody
    linked = f"> [Ирина Кольцова, № 2](/e/{said})\n>\n> Всё это ерунда, коллеги.\n\nПочему же?"
    forum.reply(anna, topic, linked)
    assert forum.send(anna, topic, f"{linked} Ерунда!").status_code == 422


def test_nobody_quotes_what_they_may_not_read(put_rules, forum, anna, irina, app):
    topic = forum.open(irina)
    put_rules(**WORD, then="[hold]")
    forum.send(irina, topic, "Всё это ерунда, коллеги.")
    with app.app_context():
        held = db.session.scalar(select(Entry.id).where(Entry.state == "held"))
    quoting = f"> [Ирина Кольцова, № 2](/e/{held})\n>\n> Всё это ерунда, коллеги.\n\nПочему же?"
    forum.send(anna, topic, quoting)
    assert states(forum, quoting) == ["held"]


def test_quoted_lines_deceive_no_rule_that_forgives_quotations(forum, anna, irina):
    topic = forum.open(irina)
    calm = forum.reply(irina, topic, CALM)
    insult = "> Ну ты и дура\n\nКак вам?"
    assert forum.send(anna, topic, insult, parent_id=calm).status_code == 422


# Letters offered first --------------------------------------------------------------------------


def test_after_a_letter_the_public_answer_is_free(put_rules, forum, anna, irina):
    put_rules(**WORD, then="[prompt_private]", on="[comment]")
    topic = forum.open(irina)
    entry = forum.reply(irina, topic, CALM)
    assert forum.send(anna, topic, ODD, parent_id=entry).status_code == 422
    anna.post(f"/people/{irina.id}/write", {"body": "Давайте разберёмся спокойно."})
    forum.reply(anna, topic, ODD, parent_id=entry)
    with clock.frozen(clock.now() + timedelta(hours=25)):
        assert forum.send(anna, topic, f"{ODD} Опять.", parent_id=entry).status_code == 422
