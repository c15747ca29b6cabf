"""A change of a rule by two people: proposed, tried, accepted, written; or refused, or stale."""

from __future__ import annotations

import re
import threading
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from community.audit.models import AuditEntry
from community.communities.standing import standing
from community.core.db import db
from community.core.errors import Conflict
from community.notices.models import Notice
from community.publishing import ruleset
from community.rulebook import proposals, queries
from community.rulebook.models import Proposal, WrongHit
from community.rulebook.services import proposing
from tests.rulebook.conftest import OTHER, mode_of, rule, written

PAGE = "/c/priozersk/rulebook"


def block(v: int = 1, then: str = "[block]") -> str:
    return rule(v, then=then)


def propose(
    person, text: str | None = None, act: str = "send", where: str = "ПРБ-1/propose", **more
):
    data = {"block": text or block(), "why": "Слово пустое, пусть не проходит.", "act": act}
    return person.post(f"{PAGE}/{where}", data | more)


def proposal(app) -> Proposal:
    with app.app_context():
        return db.session.scalar(select(Proposal).order_by(Proposal.id.desc()))


@pytest.fixture
def proposed(app, town, boris, anna, topic) -> int:
    anna.post(f"/c/priozersk/topics/{topic}/reply", {"body": "Ерунда какая, коллеги"})
    assert propose(boris).status_code == 200
    town.drain()
    return proposal(app).id


def accept(person, number: int):
    return person.post(f"{PAGE}/proposals/{number}/accept")


def test_two_people_write_a_new_version_and_it_is_on_trial(
    app, rules_file, proposed, galina, boris
):
    before = rules_file.read_text("utf-8")
    page = galina.get(f"{PAGE}/proposals/{proposed}").get_data(as_text=True)
    assert "Принять и записать в файл" in page
    assert "[block]" in page
    assert "<ins>" in page
    assert "сработало бы" in page  # the run over real texts
    assert accept(galina, proposed).status_code == 200
    after = rules_file.read_text("utf-8")
    assert after == before.replace("then: [hold]", "then: [block]").replace("  v: 1", "  v: 2", 1)
    assert "# Правила этого сообщества" in after
    assert "# о чём это" in after
    kept = [each for each in rules_file.parent.iterdir() if each.name.endswith(".bak")]
    assert [each.read_text("utf-8") for each in kept] == [before]
    assert mode_of(app) == "shadow"
    with app.app_context():
        newest = queries.changes("ПРБ-1")[0]
    assert (newest.v, newest.mode, newest.why) == (2, "trial", "changed")  # nobody wrote meanwhile
    with app.app_context():
        assert ruleset.in_force().rule("ПРБ-1").v == 2
        kinds = list(
            db.session.scalars(select(AuditEntry.kind).where(AuditEntry.kind.like("rules.%")))
        )
        told = set(db.session.execute(
            select(Notice.user_id, Notice.code).where(Notice.code.like("rulebook.%"))
        ).all())  # fmt: skip
    assert {"rules.proposed", "rules.accepted"} <= set(kinds)
    assert {(galina.id, "rulebook.proposed"), (boris.id, "rulebook.accepted")} <= {
        tuple(t) for t in told
    }


def test_nobody_accepts_their_own(app, rules_file, proposed, boris):
    before = rules_file.read_bytes()
    assert "Принять и записать" not in boris.get(f"{PAGE}/proposals/{proposed}").get_data(
        as_text=True
    )
    assert accept(boris, proposed).status_code == 403
    assert rules_file.read_bytes() == before


def test_a_member_sees_no_proposals(app, proposed, anna, gleb):
    assert anna.get(f"{PAGE}/proposals/{proposed}").status_code == 403
    assert propose(anna).status_code == 403
    assert gleb.get(f"{PAGE}/proposals/{proposed}").status_code in (403, 404)


def test_mistakes_are_told_by_line_and_nothing_is_lost(app, boris):
    broken = block().replace("lemma", "lema")
    answer = propose(boris, broken)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "строка 8" in page
    assert "может быть, «lemma»" in page
    assert "lema: $пустое" in page
    assert propose(boris, "- id: [").status_code == 422
    assert propose(boris, block().replace("ПРБ-1", "ПРБ-9")).status_code == 422
    assert propose(boris, rule()).status_code == 422  # nothing is changed
    assert propose(boris, rule(7)).status_code == 422  # nor is another number a change
    assert propose(boris, "просто слова").status_code == 422
    for act in ("check", "send"):
        empty = propose(boris, " ", act=act)
        assert empty.status_code == 422
        assert "Сначала напишите что-нибудь." in empty.get_data(as_text=True)
    silent = block().replace('hit: ["Ерунда какая"]', 'hit: ["Дело"]')
    assert "не сработало" in propose(boris, silent).get_data(as_text=True)
    with app.app_context():
        assert db.session.scalar(select(func.count(Proposal.id))) == 0


@given(
    st.lists(st.sampled_from("абвгд"), max_size=30), st.lists(st.sampled_from("абвгд"), max_size=30)
)
def test_the_pieces_of_a_change_are_both_texts_whole(before, after):
    """Lines far from a change are folded, never lost."""
    old, new = ("".join(f"{line}\n" for line in lines) for lines in (before, after))
    made = proposals.pieces(old, new)
    stays = ("same", "far")
    assert "".join(words for kind, words in made if kind in (*stays, "gone")) == old
    assert "".join(words for kind, words in made if kind in (*stays, "added")) == new
    for here, there in pairwise(made):
        assert not (here[0] == "far" and there[0] in ("gone", "added")), (
            "a change has its lines by it"
        )


def test_far_lines_of_a_long_rule_are_folded(app, boris):
    text = rule().replace('miss: ["Дело"]', 'miss: ["Дело", "Сделано"]')
    page = propose(boris, text, act="check").get_data(as_text=True)
    assert "строки без изменений</summary>" in page
    assert "<del>  tests:" in page


def test_checking_keeps_nothing(app, boris):
    page = propose(boris, act="check")
    assert page.status_code == 200
    assert "Что меняется: версия 2" in page.get_data(as_text=True)
    assert proposal(app) is None


def test_a_file_changed_by_hand_makes_it_stale_and_it_can_be_moved(
    app, town, rules_file, proposed, galina
):
    written(rules_file, rule(), OTHER, OTHER.replace("ПРБ-2", "ПРБ-3"))
    answer = accept(galina, proposed)
    assert answer.status_code == 409
    assert "Перенести на новый файл" in answer.get_data(as_text=True)
    assert "[block]" not in rules_file.read_text("utf-8")
    assert galina.post(f"{PAGE}/proposals/{proposed}/move").status_code == 200
    assert accept(galina, proposed).status_code == 409  # it is being tried again
    town.drain()
    assert accept(galina, proposed).status_code == 200
    text = rules_file.read_text("utf-8")
    assert "[block]" in text
    assert "ПРБ-3" in text


def test_a_refusal_has_a_reason_and_leaves_the_file(app, rules_file, proposed, galina, boris):
    before = rules_file.read_bytes()
    where = f"{PAGE}/proposals/{proposed}/refuse"
    assert galina.post(where, {"reason": ""}).status_code == 422
    assert galina.post(where, {"reason": "Слово бывает и к месту."}).status_code == 200
    assert "Слово бывает и к месту." in boris.get(f"{PAGE}/proposals/{proposed}").get_data(
        as_text=True
    )
    assert rules_file.read_bytes() == before
    assert accept(galina, proposed).status_code == 409
    assert proposal(app).state == "refused"


def test_it_can_be_taken_back_by_its_author_only(app, proposed, galina, boris):
    where = f"{PAGE}/proposals/{proposed}/withdraw"
    assert galina.post(where).status_code == 403
    assert boris.post(where).status_code == 200
    assert proposal(app).state == "withdrawn"


def test_two_accept_at_once_and_one_writes(app, proposed, galina, rules_file):
    """Both see the proposal waiting; the database lets one of them decide."""
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def act() -> None:
        with app.app_context():
            who = standing(galina.actor, 1)
            start.wait()
            try:
                proposing.accept(galina.actor, who, proposed)
                outcomes.append("accepted")
            except Conflict as error:
                outcomes.append(error.code)
            db.session.remove()

    threads = [threading.Thread(target=act) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(outcomes) == ["accepted", "rulebook.decided"]
    assert len([each for each in rules_file.parent.iterdir() if each.name.endswith(".bak")]) == 1


def test_a_folder_that_cannot_be_written_is_told_in_words(
    app, proposed, galina, rules_file, monkeypatch
):
    def refuse(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("community.rulebook.rulefile.tempfile.mkstemp", refuse)
    before = rules_file.read_bytes()
    answer = accept(galina, proposed)
    assert answer.status_code == 403
    assert "не удалось записать" in answer.get_data(as_text=True)
    assert rules_file.read_bytes() == before
    assert proposal(app).state == "waiting"
    assert not [each for each in rules_file.parent.iterdir() if each.name.endswith(".bak")]


def test_a_new_rule_is_written_after_the_last(app, town, rules_file, boris, galina):
    new = rule(name="НОВ-1", words="[болтовня]").replace("Ерунда какая", "Пустая болтовня")
    assert propose(boris, new, where="new").status_code == 200
    town.drain()
    assert accept(galina, proposal(app).id).status_code == 200
    assert mode_of(app, "НОВ-1") == "shadow"
    assert rules_file.read_text("utf-8").rstrip().endswith(new.rstrip())
    assert propose(boris, new.replace("болтовня", "трёп"), where="new").status_code == 422  # taken


def test_a_cancelled_decision_becomes_an_example_after_a_person_has_looked(
    app, town, topic, anna, boris
):
    anna.post(
        f"/c/priozersk/topics/{topic}/reply",
        {"body": "Ерунда, сказал Сидоров, звоните 8 904 111-22-33 и @petrova"},
    )
    with app.app_context():
        from community.publishing.models import Entry

        held = db.session.scalar(select(Entry.id).where(Entry.state == "held"))
    boris.post(f"/e/{held}/release")
    town.drain()
    page = boris.get(f"{PAGE}/ПРБ-1").get_data(as_text=True)
    found = re.search(r"propose\?miss=(\d+)", page)
    assert found
    form = boris.get(f"{PAGE}/ПРБ-1/propose?miss={found[1]}").get_data(as_text=True)
    assert "Ерунда, сказал" in form
    assert "Сидоров" not in form
    assert "111-22-33" not in form
    assert "petrova" not in form
    assert anna.get(f"{PAGE}/ПРБ-1/propose?miss={found[1]}").status_code == 403
    boris.post(f"{PAGE}/ПРБ-1/wrong/{found[1]}/dismiss")  # proposing.dismiss
    assert "propose?miss=" not in boris.get(f"{PAGE}/ПРБ-1").get_data(as_text=True)
    with app.app_context():
        assert db.session.scalar(select(WrongHit.closed_by)) == boris.id


def test_the_file_stays_as_readable_as_it_was(rules_file: Path):
    mode = rules_file.stat().st_mode
    from community.rulebook import rulefile

    kept = rulefile.write(rules_file, "schema: 1\n")
    assert rules_file.stat().st_mode == mode
    assert kept.exists()
    assert not [each for each in rules_file.parent.iterdir() if each.name.startswith(".")]
