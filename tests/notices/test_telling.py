"""A person is told in the transaction of the act, in the account and by mail."""

from __future__ import annotations

from collections.abc import Callable
from email import message_from_bytes
from email.policy import default as parsing
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from community.accounts.events import PersonLeft
from community.core import mail, outbox
from community.core.actor import Actor
from community.core.db import db
from community.core.errors import NotFound
from community.core.transactions import transaction, use_case
from community.notices import queries, sentences, services
from community.notices.models import Notice

Person = Callable[..., Actor]
Letters = Callable[[], list[str]]


@use_case
def tell(*people: Actor, code: str = "test.admitted", **more: object) -> list[int]:
    given: dict[str, object] = {"url": "/c/ped/", "params": {"community": "Педагоги"}}
    return services.tell([each.id for each in people], code, **(given | more))  # type: ignore[arg-type]


@use_case
def tell_and_fail(one: Actor) -> None:
    services.tell([one.id], "test.admitted", params={"community": "Педагоги"})
    raise RuntimeError("something failed later")


def test_a_notice_is_in_the_account_and_in_the_mail(person: Person, letters: Letters) -> None:
    anna = person()
    (notice_id,) = tell(anna)

    assert queries.unread_count(anna.id) == 1
    (row,) = queries.page(anna.id).rows
    assert row.text == "You are admitted to “Педагоги”."
    (letter,) = letters()
    assert "anna1@example.org" in letter
    assert "Анна Сергеевна" in letter
    assert "You are admitted to “Педагоги”." in letter
    assert f"https://ped.example/notices/{notice_id}/open" in letter
    assert "https://ped.example/notices/settings" in letter
    assert "You receive this letter" in letter


def test_each_person_is_told_once(person: Person, letters: Letters) -> None:
    anna, boris = person(), person()
    tell(anna, boris, anna)
    assert [queries.unread_count(each.id) for each in (anna, boris)] == [1, 1]
    assert len(letters()) == 2


def test_what_was_rolled_back_is_not_told(person: Person, letters: Letters) -> None:
    anna = person()
    with pytest.raises(RuntimeError, match="later"):
        tell_and_fail(anna)
    assert queries.unread_count(anna.id) == 0
    assert letters() == []


def test_nothing_is_told_outside_of_an_act(person: Person) -> None:
    anna = person()
    with pytest.raises(RuntimeError, match="transaction of the act"):
        services.tell([anna.id], "test.admitted")


def test_an_unknown_code_is_a_fault_of_the_program(person: Person) -> None:
    anna = person()
    with pytest.raises(LookupError, match=r"sentences\.register"):
        tell(anna, code="test.nonsense")


def test_a_notice_read_meanwhile_sends_no_letter(person: Person, letters: Letters) -> None:
    anna = person()
    tell(anna)
    assert services.mark_read(anna) == 1
    assert letters() == []
    assert _mail_states() == ["skipped"]


def test_a_notice_that_came_untrue_sends_no_letter(person: Person, letters: Letters) -> None:
    asked = []

    def still(told: sentences.Told) -> bool:
        asked.append((told.code, told.url, told.params["person"]))
        return False

    sentences.register({"test.gone": "%(person)s answered you."}, group="talk", still=still)
    tell(person(), code="test.gone", url="/e/7", params={"person": "Вера"})
    assert letters() == []
    assert asked == [("test.gone", "/e/7", "Вера")]


def test_a_group_can_be_switched_off_by_mail_alone(person: Person, letters: Letters) -> None:
    anna = person()
    services.choose_mail(anna, ["community", "calendar", "moderation", "duty"])
    assert queries.mail_choices(anna.id) == {
        "community": True, "calendar": True, "talk": False, "moderation": True, "duty": True,
    }  # fmt: skip
    tell(anna, code="test.reply", params={"person": "Вера"})
    tell(anna)
    assert queries.unread_count(anna.id) == 2
    assert [each for each in letters() if "answered" in each] == []
    assert len(letters()) == 1


def test_a_mailbox_that_nobody_confirmed_gets_nothing(person: Person, letters: Letters) -> None:
    tell(person(email_confirmed_at=None), person(state="left"), person(email=None))
    assert letters() == []
    assert _mail_states() == ["skipped"] * 3


def test_mail_can_be_left_out(person: Person, letters: Letters) -> None:
    anna = person()
    tell(anna, mail=False)
    assert letters() == []
    assert queries.unread_count(anna.id) == 1


def test_a_consumer_that_runs_twice_sends_one_letter(
    person: Person, letters: Letters, app: Flask
) -> None:
    from community.notices.consumers import send_letter
    from community.notices.events import NoticeTold

    (notice_id,) = tell(person())
    assert len(letters()) == 1
    with transaction():
        db.session.get(Notice, notice_id).mail_state = "due"  # type: ignore[union-attr]
    with transaction():
        send_letter(NoticeTold(notice_id=notice_id))
    assert len(letters()) == 1
    assert mail.counts() == {"queued": 0, "sent": 1, "dead": 0}


def test_a_letter_is_in_the_language_of_its_reader(person: Person, letters: Letters) -> None:
    tell(person(preferences={"language": "ru"}))
    (letter,) = letters()
    assert "Здравствуйте, Анна Сергеевна!" in letter
    assert "Вы получили это письмо" in letter


def test_the_eml_is_a_proper_letter(person: Person, letters: Letters, app: Flask) -> None:
    (notice_id,) = tell(person())
    letters()
    folder: Path = app.extensions["community"].mail_dir
    (file,) = folder.glob("*.eml")
    letter = message_from_bytes(file.read_bytes(), policy=parsing)
    assert letter["To"] == "anna1@example.org"
    assert letter["Subject"] == "You are admitted to “Педагоги”"
    assert letter["Message-ID"].endswith("@ped.example>")
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["List-Unsubscribe"] == "<https://ped.example/notices/settings>"
    plain = letter.get_body(("plain",))
    html = letter.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert "You are admitted to “Педагоги”." in plain.get_content()
    assert f'href="https://ped.example/notices/{notice_id}/open"' in html.get_content()
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("said", "subject"),
    [
        ("Вас приняли. Заходите.", "Вас приняли"),
        ("Можно зайти?", "Можно зайти?"),
        ("слово " * 40, "слово " * 14 + "слово…"),
    ],
)
def test_a_subject_is_the_first_sentence(
    person: Person, letters: Letters, said: str, subject: str
) -> None:
    sentences.register({f"test.said{len(said)}": said})
    tell(person(), code=f"test.said{len(said)}")
    assert f"Тема: {subject}\n" in letters()[0]


def test_words_of_others_are_escaped_in_the_html(
    person: Person, letters: Letters, app: Flask
) -> None:
    tell(person(), params={"community": "<img src=x onerror=alert(1)>"})
    letters()
    (file,) = app.extensions["community"].mail_dir.glob("*.eml")
    html = message_from_bytes(file.read_bytes(), policy=parsing).get_body(("html",))
    assert html is not None
    assert "<img" not in html.get_content()


def test_a_name_with_a_line_break_adds_no_header(
    person: Person, letters: Letters, app: Flask
) -> None:
    tell(person(), params={"community": "Педагоги\r\nBcc: thief@example.org"})
    letters()
    (file,) = app.extensions["community"].mail_dir.glob("*.eml")
    assert message_from_bytes(file.read_bytes(), policy=parsing)["Bcc"] is None


def test_only_the_own_notices_are_shown_and_read(person: Person) -> None:
    anna, boris = person(), person()
    (of_anna,) = tell(anna)
    tell(boris)
    assert services.mark_read(boris, [of_anna]) == 0
    assert queries.unread_count(anna.id) == 1
    assert queries.target(anna.id, of_anna) == "/c/ped/"
    with pytest.raises(NotFound):
        queries.target(boris.id, of_anna)


def test_pages_are_numbered_and_end(person: Person) -> None:
    anna = person()
    for _ in range(queries.PER_PAGE + 1):
        tell(anna, mail=False)
    first, second = queries.page(anna.id, 1), queries.page(anna.id, 2)
    assert (len(first.rows), len(second.rows), first.last) == (queries.PER_PAGE, 1, 2)
    assert first.rows[0].id > second.rows[0].id
    for wrong in (0, 3, -1, 10**9):
        with pytest.raises(NotFound):
            queries.page(anna.id, wrong)


@pytest.mark.parametrize(
    ("nameless", "said"), [(True, "— answered you."), (False, "Анна Соколова1 answered you.")]
)
def test_a_person_who_leaves_is_forgotten(person: Person, nameless: bool, said: str) -> None:
    anna, boris = person(), person()
    tell(anna)
    tell(boris, code="test.reply", params={"person": anna.name}, actor_id=anna.id, mail=False)
    leave(anna, anonymised=nameless)
    outbox.drain()
    assert queries.unread_count(anna.id) == 0
    assert queries.page(boris.id).rows[0].text == said


@use_case
def leave(one: Actor, *, anonymised: bool) -> None:
    outbox.emit(PersonLeft(user_id=one.id, anonymised=anonymised))


def test_an_unread_notice_can_be_taken_back(person: Person) -> None:
    anna = person()
    tell(anna, url="/e/7")
    with transaction():
        assert services.withdraw("test.admitted", "/e/7") == 1
    assert queries.unread_count(anna.id) == 0
    assert outbox.drain() == 1  # the letter's job finds nothing to send and minds not


def _mail_states() -> list[str]:
    return list(db.session.scalars(select(Notice.mail_state).order_by(Notice.id)))
