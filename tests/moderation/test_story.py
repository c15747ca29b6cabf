"""From a complaint to the journal: a removal leaves its reasons, an appeal brings a text back."""

import re

import pytest
from sqlalchemy import select

from community.audit.models import AuditEntry
from community.core.db import db
from community.moderation.models import Appeal, Removal, Report
from community.publishing.models import Entry
from community.topics.models import Board, Topic
from tests.world import SLUG, Person, Town

BODY = "Ирина Олеговна, ваш лист хорош, а на третьем уроке дети скучают и смотрят в окно."
QUOTE = "дети скучают"
REASON = "Слова унижают детей всего класса и автора урока."
GROUNDS = {
    "article": "4.1-оскорбления", "quote": QUOTE, "reason": REASON, "milder": "useless",
}  # fmt: skip


@pytest.fixture
def text(town: Town, anna: Person, irina: Person) -> int:
    """Анна answers in Ирина's topic; the id of her entry."""
    with town.app.app_context():
        board = db.session.scalar(select(Board.id).where(Board.name == "Методика"))
    irina.post(
        f"/c/{SLUG}/boards/{board}/topics/new",
        {"title": "Дроби", "kind": "case", "body": "Как вернуть интерес на третьем уроке?"},
    )
    with town.app.app_context():
        topic = db.session.scalar(select(Topic.id).order_by(Topic.id.desc()))
    answer = anna.post(f"/c/{SLUG}/topics/{topic}/reply", {"body": BODY})
    assert "дети скучают" in answer.get_data(as_text=True)
    with town.app.app_context():
        found = db.session.scalar(select(Entry.id).where(Entry.body == BODY))
    assert found is not None
    return found


def state_of(town: Town, entry_id: int) -> str:
    with town.app.app_context():
        return db.session.scalar(select(Entry.state).where(Entry.id == entry_id)) or ""


def numbers(town: Town, kind: str) -> list[int]:
    with town.app.app_context():
        rows = db.session.scalars(select(AuditEntry.number).where(AuditEntry.kind == kind))
        return list(rows)


def test_removal_leaves_reasons_and_the_text_goes_back_to_its_author(
    town: Town, text: int, anna: Person, boris: Person, irina: Person, gleb: Person
) -> None:
    complained = irina.post(f"/e/{text}/report", {"reason": "insult", "words": "Обидно за класс."})
    assert complained.status_code == 200
    town.drain()
    assert "Жалоба" in boris.get("/notices").get_data(as_text=True)
    assert "Дроби" in boris.get(f"/c/{SLUG}/moderation").get_data(as_text=True)

    page = boris.post(f"/e/{text}/remove", GROUNDS)
    assert page.status_code == 200
    assert state_of(town, text) == "removed"
    number = numbers(town, "entry.removed")[0]

    with town.app.app_context():
        topic = db.session.scalar(select(Topic.id).order_by(Topic.id.desc()))
    seen = irina.get(f"/c/{SLUG}/topics/{topic}?page=1").get_data(as_text=True)
    assert "Скрыто модератором" in seen
    assert "смотрят в окно" not in seen
    own = anna.get(f"/c/{SLUG}/topics/{topic}?page=1").get_data(as_text=True)
    card = own.split('class="decision"')[1].split("</section>")[0]
    assert f'href="/c/{SLUG}/rules"' in card, "the article leads to the code"
    assert anna.get(f"/c/{SLUG}/rules").status_code == 200
    assert f"№ {number}" in re.sub(r"\s+", " ", seen) or str(number) in seen

    town.drain()
    assert str(number) in anna.get("/notices").get_data(as_text=True)
    own = anna.get(f"/decisions/{number}").get_data(as_text=True)
    assert "смотрят в окно" in own
    assert REASON in own
    assert "4.1 Оскорбления" in own
    assert gleb.get(f"/decisions/{number}").status_code == 404
    assert irina.get(f"/decisions/{number}").status_code == 404
    journal = irina.get(f"/c/{SLUG}/journal").get_data(as_text=True)
    assert f"№ {number}" in journal
    assert "Лунин" not in re.search(r"<ol class=\"rows\">.*?</ol>", journal, re.DOTALL).group(0)
    with town.app.app_context():
        assert db.session.scalar(select(Report.state)) == "upheld"


@pytest.mark.parametrize(
    "spoiled",
    [
        {"article": ""},
        {"article": "4.2-лично"},
        {"quote": "такого в тексте нет"},
        {"reason": "не нравится"},
        {"reason": "Я не согласен с таким мнением автора"},
    ],
)
def test_removal_without_grounds_is_refused_with_words(
    town: Town, text: int, boris: Person, spoiled: dict[str, str]
) -> None:
    page = boris.post(f"/e/{text}/remove", GROUNDS | spoiled)

    assert page.status_code == 422
    assert "field__error" in page.get_data(as_text=True)
    assert state_of(town, text) == "published"
    assert numbers(town, "entry.removed") == []


def test_a_side_of_the_dispute_does_not_decide(town: Town, text: int, boris: Person) -> None:
    with town.app.app_context():
        topic = db.session.scalar(select(Topic.id).order_by(Topic.id.desc()))
    boris.post(f"/c/{SLUG}/topics/{topic}/reply", {"body": "Не скучают они.", "parent_id": text})

    page = boris.post(f"/e/{text}/remove", GROUNDS)

    assert page.status_code == 422
    assert state_of(town, text) == "published"


def test_an_ordinary_member_cannot_even_see_the_desk(text: int, irina: Person) -> None:
    assert irina.get(f"/c/{SLUG}/moderation").status_code == 404
    assert irina.post(f"/e/{text}/remove", GROUNDS).status_code == 404


def test_appeal_is_answered_by_another_person_and_brings_the_text_back(
    town: Town, text: int, anna: Person, boris: Person, galina: Person
) -> None:
    boris.post(f"/e/{text}/remove", GROUNDS)
    number = numbers(town, "entry.removed")[0]
    anna.post(
        f"/decisions/{number}",
        {"act": "appeal", "appeal-words": "Я говорила об уроке, а не о детях."},
    )
    answer = {
        "act": "answer", "answer-outcome": "overturned",
        "answer-answer": "Это отзыв об уроке, он никого не унижает.",
    }  # fmt: skip

    boris.post(f"/decisions/{number}", answer)
    with town.app.app_context():
        assert db.session.scalar(select(Appeal.state)) == "new"

    galina.post(f"/decisions/{number}", answer)

    assert state_of(town, text) == "published"
    with town.app.app_context():
        assert db.session.scalar(select(Appeal.state)) == "overturned"
        assert db.session.scalar(select(Removal.restored_number)) is not None
    town.drain()
    assert "удовлетворено" in anna.get("/notices").get_data(as_text=True)


def test_the_database_itself_refuses_a_quotation_that_is_not_in_the_text(
    text: int, town: Town
) -> None:
    from sqlalchemy.exc import DatabaseError

    from community.core import clock
    from community.core.transactions import transaction

    def write() -> None:
        db.session.add(
            Removal(
                number=10_000, community_id=town.community_id, entry_id=text,
                author_id=town["anna"].id, moderator_id=town["boris"].id, at=clock.now(),
                article="4.1-оскорбления", quote="нет таких слов", reason=REASON, milder="useless",
            )
        )  # fmt: skip
        db.session.flush()

    with town.app.app_context(), pytest.raises(DatabaseError), transaction():
        write()


def test_nobody_complains_twice_or_of_themselves(
    town: Town, text: int, anna: Person, irina: Person
) -> None:
    irina.post(f"/e/{text}/report", {"reason": "insult"})
    again = irina.post(f"/e/{text}/report", {"reason": "insult"})
    own = anna.post(f"/e/{text}/report", {"reason": "insult"})

    assert again.status_code == 409
    assert own.status_code == 403
    with town.app.app_context():
        assert len(db.session.scalars(select(Report)).all()) == 1
