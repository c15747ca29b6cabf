"""The milder step first: a request to change the text, a fold; and a decision taken back at once."""

from datetime import timedelta

import pytest

from community.core import clock
from community.core.worker import run_duties
from tests.moderation.acts import (
    grounds,
    journal,
    newest,
    notices,
    page,
    removals,
    say,
    state,
    topic,
)
from tests.world import Person, Town

BODY = "Ваш лист хорош, а на третьем уроке дети скучают и смотрят в окно."


@pytest.fixture
def text(town: Town, anna: Person, irina: Person) -> int:
    """Анна's answer in Ирина's topic."""
    return say(town, anna, topic(town, irina), BODY)


def test_the_author_is_asked_and_changes_the_text(
    town: Town, text: int, anna: Person, boris: Person, irina: Person
) -> None:
    assert boris.post(f"/e/{text}/ask", grounds("скучают")).status_code == 200
    assert state(town, text) == "published"
    assert "просит вас исправить" in notices(town, anna)
    number = newest(town, _number())
    asked = page(anna.get(f"/steps/{number}"))
    assert f'href="/e/{text}/edit"' in asked
    assert "скучают" in asked
    assert irina.get(f"/steps/{number}").status_code == 404
    assert boris.post(f"/e/{text}/ask", grounds("скучают")).status_code == 409

    anna.post(f"/e/{text}/edit", {"body": "Лист хорош, третий урок труднее.", "revision": "1"})

    assert "исправил текст" in notices(town, boris)
    assert "автор исправил текст" in page(boris.get(f"/e/{text}/decide"))
    assert "entry.asked_to_edit" in journal(town)


def _number():
    from community.moderation.models import MilderStep

    return MilderStep.number


def test_the_term_of_a_request_ends_and_the_removal_knows_of_it(
    town: Town, text: int, boris: Person
) -> None:
    refused = boris.post(f"/e/{text}/remove", grounds("скучают", milder="asked"))
    assert refused.status_code == 422
    assert "такого ещё не делали" in page(refused)
    boris.post(f"/e/{text}/ask", grounds("скучают"))
    with clock.frozen(clock.now() + timedelta(hours=73)), town.app.app_context():
        run_duties()

    assert "не исправил текст" in notices(town, boris)
    shown = page(boris.get(f"/e/{text}/decide"))
    assert "срок вышел" in shown
    assert boris.post(f"/e/{text}/remove", grounds("скучают", milder="asked")).status_code == 200
    assert removals(town)[0].milder == "asked"


def test_a_folded_text_is_read_with_one_press(
    town: Town, text: int, anna: Person, boris: Person, irina: Person
) -> None:
    boris.post(f"/e/{text}/fold", grounds("скучают"))

    seen = page(irina.get(f"/e/{text}"))
    assert "Свёрнуто модератором: 4.1 Оскорбления" in seen
    assert "смотрят в окно" in seen
    assert "показан свёрнутым" in notices(town, anna)
    assert irina.post(f"/e/{text}/unfold").status_code == 404
    assert boris.post(f"/e/{text}/unfold").status_code == 200
    assert "Свёрнуто модератором" not in page(irina.get(f"/e/{text}"))
    assert boris.post(f"/e/{text}/unfold").status_code == 409
    assert {"entry.folded", "entry.unfolded"} <= set(journal(town))


def test_a_step_needs_grounds_like_a_removal(town: Town, text: int, boris: Person) -> None:
    for spoiled in ({"quote": "нет таких слов"}, {"reason": "нет"}, {"article": ""}):
        assert boris.post(f"/e/{text}/ask", grounds("скучают") | spoiled).status_code == 422
        assert boris.post(f"/e/{text}/fold", grounds("скучают") | spoiled).status_code == 422
    assert "entry.folded" not in journal(town)


def test_a_decision_is_taken_back_without_traces_for_readers(
    town: Town, text: int, anna: Person, boris: Person, irina: Person, galina: Person
) -> None:
    irina.post(f"/e/{text}/report", {"reason": "insult", "words": "Обидно за класс."})
    boris.post(f"/e/{text}/remove", grounds("скучают"))
    number = removals(town)[0].number
    assert "Отменить без следов" in page(boris.get(f"/decisions/{number}"))
    assert galina.post(f"/decisions/{number}/undo").status_code == 403
    assert anna.post(f"/decisions/{number}/undo").status_code == 404

    assert boris.post(f"/decisions/{number}/undo").status_code == 200

    assert state(town, text) == "published"
    assert "скрыт модератором" not in notices(town, anna)
    assert "признана" not in notices(town, irina)
    assert "Скрыто модератором" not in page(irina.get(f"/e/{text}"))
    assert "1 жалоба" in page(galina.get(f"/e/{text}/decide")), "the complaint waits again"
    assert journal(town)[-1] == "entry.restored"
    assert removals(town)[0].undone
    assert boris.post(f"/decisions/{number}/undo").status_code == 409


def test_after_five_minutes_a_decision_is_put_back_openly(
    town: Town, text: int, boris: Person
) -> None:
    boris.post(f"/e/{text}/remove", grounds("скучают"))
    number = removals(town)[0].number
    with clock.frozen(clock.now() + timedelta(minutes=6)):
        assert boris.post(f"/decisions/{number}/undo").status_code == 403
    assert state(town, text) == "removed"


def test_a_text_changed_meanwhile_is_read_again(
    town: Town, text: int, anna: Person, boris: Person
) -> None:
    anna.post(f"/e/{text}/edit", {"body": f"{BODY} Поправила.", "revision": "1"})

    late = boris.post(f"/e/{text}/remove", grounds("скучают", revision="1"))

    assert late.status_code == 409
    assert "автор изменил текст" in page(late)
    assert "Поправила" in page(late)
    assert 'name="revision" type="hidden" value="2"' in page(late)
    assert state(town, text) == "published"
    assert boris.post(f"/e/{text}/remove", grounds("скучают", revision="2")).status_code == 200
