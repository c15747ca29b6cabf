"""A decision is taken once: one warning for one text, and none once the text is back."""

from sqlalchemy import select

from community.core.db import db
from community.moderation.models import Removal, Warning_
from tests.moderation import test_story
from tests.moderation.test_story import GROUNDS
from tests.world import Person, Town

text = test_story.text  # the fixture: Анна's answer in a topic of Ирина
REASON = {"act": "warn", "warn-reason": "Просим не писать о детях пренебрежительно."}


def removed(town: Town, entry: int, by: Person) -> int:
    assert by.post(f"/e/{entry}/remove", GROUNDS).status_code == 200
    with town.app.app_context():
        return db.session.scalar(select(Removal.number).where(Removal.entry_id == entry)) or 0


def warnings(town: Town) -> list[Warning_]:
    with town.app.app_context():
        return list(db.session.scalars(select(Warning_)))


def test_two_clicks_warn_once(town: Town, text: int, boris: Person) -> None:
    number = removed(town, text, boris)
    assert boris.post(f"/decisions/{number}", REASON).status_code == 200
    again = boris.post(f"/decisions/{number}", REASON)

    assert again.status_code == 409
    assert "уже предупреждён" in again.get_data(as_text=True)
    assert len(warnings(town)) == 1


def test_a_text_that_is_back_takes_its_warning_along(
    town: Town,
    text: int,
    anna: Person,
    boris: Person,
) -> None:
    number = removed(town, text, boris)
    boris.post(f"/decisions/{number}", REASON)
    assert "пренебрежительно" in anna.get("/me/warnings").get_data(as_text=True)
    asked = boris.get(f"/e/{text}/restore").get_data(as_text=True)
    assert "скучают" in asked  # one sees what comes back

    boris.post(f"/e/{text}/restore", {"reason": "Перечитал ещё раз: это не оскорбление."})

    assert warnings(town)[0].cancelled_at is not None
    assert "пренебрежительно" not in anna.get("/me/warnings").get_data(as_text=True)
    assert boris.post(f"/decisions/{number}", REASON).status_code == 409
    again = boris.get(f"/e/{text}/restore").get_data(as_text=True)
    assert "Текст уже стоит на своём месте" in again
    assert "Вернуть на место</button>" not in again


def test_an_old_appeal_does_not_bring_back_what_was_removed_anew(
    town: Town,
    text: int,
    anna: Person,
    boris: Person,
    galina: Person,
) -> None:
    first = removed(town, text, boris)
    appeal = {"act": "appeal", "appeal-words": "В тексте нет оскорбления, это наблюдение учителя."}
    assert anna.post(f"/decisions/{first}", appeal).status_code == 200
    boris.post(f"/e/{text}/restore", {"reason": "Перечитал ещё раз: это не оскорбление."})
    assert boris.post(f"/e/{text}/remove", GROUNDS).status_code == 200

    answer = {"act": "answer", "answer-outcome": "overturned",
              "answer-answer": "Первое решение отменяем: слова о детях нейтральны."}  # fmt: skip
    galina.post(f"/decisions/{first}", answer)

    with town.app.app_context():
        second = db.session.scalars(select(Removal).order_by(Removal.number.desc())).first()
        assert second is not None
        assert second.restored_at is None, "the second decision stands until it is decided itself"
