"""Above five removals a day one signature is not enough; two people are two, and terms end."""

from datetime import timedelta

import pytest

from community.core import clock
from community.core.worker import run_duties
from community.moderation.services import deciding, signing
from tests.moderation.acts import (
    grounds,
    insist,
    journal,
    notices,
    page,
    proposals,
    removals,
    say,
    state,
    topic,
)
from tests.moderation.scenes import RUDE
from tests.world import SLUG, Person, Town

BODIES = [
    f"Довод номер {n}: дети скучают на уроке."
    for n in ("один", "два", "три", "четыре", "пять", "шесть")
]


@pytest.fixture
def texts(town: Town, anna: Person, irina: Person) -> list[int]:
    """Six texts of Анна in six topics."""
    return [say(town, anna, topic(town, irina, f"Тема {n}"), body) for n, body in enumerate(BODIES)]


def sixth(texts: list[int], boris: Person) -> int:
    for text in texts[:5]:
        assert boris.post(f"/e/{text}/remove", grounds("скучают")).status_code == 200
    shown = page(boris.get(f"/e/{texts[5]}/decide"))
    assert "будет ждать второй подписи" in shown
    assert boris.post(f"/e/{texts[5]}/remove", grounds("скучают")).status_code == 200
    return texts[5]


def test_the_sixth_removal_of_a_day_waits_and_the_text_stays(
    town: Town, texts: list[int], anna: Person, boris: Person, galina: Person
) -> None:
    text = sixth(texts, boris)

    assert state(town, text) == "published"
    [proposal] = proposals(town)
    assert (proposal.why, proposal.state) == ("author", "waiting")
    assert "ждёт второй подписи" in notices(town, galina)
    assert "вторая подпись" in page(galina.get(f"/c/{SLUG}/moderation"))
    assert boris.post(f"/proposals/{proposal.number}/sign").status_code == 403
    assert anna.get(f"/proposals/{proposal.number}").status_code == 404

    assert galina.post(f"/proposals/{proposal.number}/sign").status_code == 200

    assert state(town, text) == "removed"
    last = removals(town)[-1]
    assert (last.moderator_id, last.second_id) == (boris.id, galina.id)
    assert journal(town)[-2:] != ["removal.proposed"]
    assert {"removal.proposed", "entry.removed"} <= set(journal(town))
    assert "подписано и исполнено" in notices(town, boris)
    assert galina.post(f"/proposals/{proposal.number}/sign").status_code == 409


def test_who_refuses_says_why_and_the_text_stays(
    town: Town, texts: list[int], boris: Person, galina: Person
) -> None:
    text = sixth(texts, boris)
    number = proposals(town)[0].number

    assert galina.post(f"/proposals/{number}/refuse", {"reason": "нет"}).status_code == 422
    reason = "Это наблюдение учителя, а не грубость."
    assert galina.post(f"/proposals/{number}/refuse", {"reason": reason}).status_code == 200

    assert state(town, text) == "published"
    assert "removal.rejected" in journal(town)
    assert reason in page(boris.get(f"/proposals/{number}"))
    assert "не подписали" in notices(town, boris)


def test_a_proposal_is_taken_back_by_who_made_it(
    town: Town, texts: list[int], boris: Person, galina: Person
) -> None:
    sixth(texts, boris)
    number = proposals(town)[0].number
    assert galina.post(f"/proposals/{number}/withdraw").status_code == 403
    assert boris.post(f"/proposals/{number}/withdraw").status_code == 200
    assert proposals(town)[0].state == "withdrawn"


def test_nobody_signs_and_the_term_ends(town: Town, texts: list[int], boris: Person) -> None:
    text = sixth(texts, boris)
    with town.app.app_context():
        signing.lapse(proposals(town)[0].number)
    assert proposals(town)[0].state == "waiting", "the term is not over"
    with clock.frozen(clock.now() + timedelta(hours=73)), town.app.app_context():
        run_duties()

    assert proposals(town)[0].state == "lapsed"
    assert state(town, text) == "published"
    assert "никто не подписал" in notices(town, boris)


def test_an_edit_voids_the_proposal(
    town: Town, texts: list[int], anna: Person, boris: Person, galina: Person
) -> None:
    text = sixth(texts, boris)
    number = proposals(town)[0].number
    anna.post(f"/e/{text}/edit", {"body": "Довод: на уроке тихо.", "revision": "1"})

    assert galina.post(f"/proposals/{number}/sign").status_code == 409
    assert state(town, text) == "published"
    town.drain()
    assert proposals(town)[0].state == "lapsed"


def test_grave_words_wait_unseen_and_come_back_when_nobody_signs(
    town: Town, texts: list[int], anna: Person, irina: Person, boris: Person, galina: Person
) -> None:
    for text in texts[:5]:
        boris.post(f"/e/{text}/remove", grounds("скучают"))
    boris.post(f"/e/{texts[5]}/remove", grounds("скучают", article="4.1-угрозы"))
    number = proposals(town)[0].number

    assert state(town, texts[5]) == "held"
    for who, offered in ((anna, False), (boris, True), (galina, True)):
        shown = page(who.get(f"/e/{texts[5]}"))
        assert "Текст ждёт второй подписи" in shown
        assert "предлагает скрыть этот текст" in shown
        assert "слишком сложен" not in shown, "no rule held it"
        assert (f"/proposals/{number}" in shown) is offered
    assert "Текст ждёт второй подписи" not in page(irina.get(f"/e/{texts[0]}"))
    with clock.frozen(clock.now() + timedelta(hours=30)), town.app.app_context():
        run_duties()
    assert state(town, texts[5]) == "held", "no machine's term frees what waits for a signature"
    galina.post(f"/proposals/{number}/refuse", {"reason": "Угрозы здесь никакой не видно."})
    assert state(town, texts[5]) == "published"


def test_several_texts_are_decided_on_together_and_logged_one_by_one(
    town: Town, texts: list[int], anna: Person, boris: Person, galina: Person
) -> None:
    path = f"/c/{SLUG}/moderation/texts?author={anna.id}"
    form = {"entry": texts[:3], "article": "4.1-оскорбления",
            "reason": "Слова унижают детей и автора урока."}  # fmt: skip
    assert "Довод номер" in page(boris.get(path))
    refused = boris.post(path, form | {f"quote-{text}": "скучают" for text in texts[:2]})
    assert refused.status_code == 422
    assert 'value="скучают"' in page(refused), "nothing typed is lost"
    assert proposals(town) == []
    assert boris.post(path, form | {"entry": []}).status_code == 422

    boris.post(path, form | {f"quote-{text}": "скучают" for text in texts[:3]})

    assert [each.why for each in proposals(town)] == ["bulk"] * 3
    assert {state(town, text) for text in texts} == {"published"}
    assert journal(town).count("removal.proposed") == 3
    bundle = proposals(town)[0].bundle
    assert boris.post(f"/proposals/{bundle}/sign-all").status_code == 403
    anna.post(f"/e/{texts[1]}/edit", {"body": "Передумала: урок живой.", "revision": "1"})
    assert galina.post(f"/proposals/{bundle}/sign-all").status_code == 200

    assert [state(town, text) for text in texts[:3]] == ["removed", "published", "removed"]
    assert journal(town).count("entry.removed") == 2


def test_nobody_decides_past_a_proposal_that_waits(
    town: Town, texts: list[int], boris: Person, galina: Person
) -> None:
    text = sixth(texts, boris)
    for who in (boris, galina):
        again = who.post(f"/e/{text}/remove", grounds("скучают"))
        assert again.status_code == 409
        assert "уже ждёт второй подписи" in page(again)
    erase = {"article": "4.1-личные", "quote": "скучают",
             "reason": "Личные данные ученицы, её родители просят убрать."}  # fmt: skip
    assert galina.post(f"/e/{text}/purge", erase).status_code == 409

    assert [each.state for each in proposals(town)] == ["waiting"]
    assert state(town, text) == "published"
    assert len(removals(town)) == 5


def test_words_kept_unseen_for_a_signature_are_not_let_through_past_it(
    town: Town, texts: list[int], boris: Person, galina: Person
) -> None:
    for text in texts[:5]:
        boris.post(f"/e/{text}/remove", grounds("скучают"))
    boris.post(f"/e/{texts[5]}/remove", grounds("скучают", article="4.1-угрозы"))

    released = galina.post(f"/e/{texts[5]}/release")

    assert released.status_code == 409
    assert "уже ждёт второй подписи" in page(released)
    assert state(town, texts[5]) == "held"


def test_the_term_of_a_rule_passes_by_what_waits_for_a_signature(
    town: Town, anna: Person, irina: Person, boris: Person
) -> None:
    held = insist(town, anna, topic(town, irina), RUDE)
    assert state(town, held) == "held"
    path = f"/c/{SLUG}/moderation/texts?author={anna.id}"
    boris.post(path, grounds("") | {"entry": [held], f"quote-{held}": "дура"})
    assert len(proposals(town)) == 1

    with clock.frozen(clock.now() + timedelta(hours=30)), town.app.app_context():
        deciding.release_in_term(held)

    assert state(town, held) == "held"
    assert [each.state for each in proposals(town)] == ["waiting"]
