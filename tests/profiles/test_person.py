import io
import re

import pytest
from sqlalchemy import select

from community.accounts.models import UserName
from community.core.clock import now
from community.core.db import db
from community.core.transactions import transaction
from community.topics.models import Board
from tests.files import samples
from tests.world import SLUG


def page(answer):
    return answer.get_data(as_text=True)


def written(person, about, interests="", **more):
    form = person.get("/people/me/edit")
    revision = re.search(r'name="revision"[^>]*value="(\d+)"', page(form)).group(1)
    return person.post(
        "/people/me/edit", {"body": about, "interests": interests, "revision": revision, **more}
    )


def shown(person, content, name="я.jpg"):
    return person.post("/people/me/photo", {"file": (io.BytesIO(content), name)})


def test_a_page_tells_who_the_person_is(anna, boris):
    said = page(anna.get(f"/people/{boris.id}"))

    assert "Борис Андреевич Лунин" in said
    assert "Школа № 4" in said
    assert "история" in said
    assert "модератор" in said
    assert "приказ № 17-о от 1 сентября 2026" in said
    assert "Изменить страницу" not in said


def test_an_expert_is_shown_with_the_fields(anna, vera):
    said = page(anna.get(f"/people/{vera.id}"))

    assert re.search(r"эксперт</strong>:\s*физика", said)


def test_those_who_share_no_community_do_not_know_of_each_other(anna, gleb):
    assert anna.get(f"/people/{gleb.id}").status_code == 404
    assert gleb.get(f"/people/{anna.id}").status_code == 404
    assert anna.get("/people/999999").status_code == 404


def test_a_visitor_is_led_to_the_door(app, anna):
    answer = app.test_client().get(f"/people/{anna.id}")

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/login")


def test_anna_says_something_of_herself_and_boris_reads_it(anna, boris):
    answer = written(anna, "Учу **дробям** и не боюсь их.", "дроби, Дроби; школьный театр")

    assert "Ваша страница изменена" in page(answer)
    said = page(boris.get(f"/people/{anna.id}"))
    assert "Учу <strong>дробям</strong> и не боюсь их." in said
    assert said.count(">дроби<") == 1
    assert "школьный театр" in said


def test_the_words_may_be_changed_taken_back_and_said_anew(anna, boris):
    written(anna, "Первые слова о себе.")
    written(anna, "Вторые слова о себе.")
    assert "Вторые слова о себе." in page(boris.get(f"/people/{anna.id}"))
    assert "Первые слова" not in page(boris.get(f"/people/{anna.id}"))

    written(anna, "")
    assert "Вторые слова" not in page(boris.get(f"/people/{anna.id}"))

    written(anna, "Третьи слова о себе.")
    assert "Третьи слова о себе." in page(boris.get(f"/people/{anna.id}"))


def test_words_changed_in_another_window_are_not_overwritten(anna):
    written(anna, "Первые слова о себе.")
    written(anna, "Вторые слова о себе.")

    answer = anna.post("/people/me/edit", {"body": "Из старого окна.", "revision": "1"})

    assert answer.status_code == 409
    assert "Из старого окна." in page(answer)
    assert "Вторые слова о себе." in page(anna.get("/people/me"))


def test_rules_judge_what_is_said_of_oneself_and_the_words_stay_in_the_form(anna, boris):
    answer = written(anna, "Все, кто со мной не согласен, идиоты и дебилы.", "дроби")

    assert answer.status_code == 422
    assert "идиоты и дебилы" in page(answer)
    assert "дроби" in page(answer)
    said = page(boris.get(f"/people/{anna.id}"))
    assert "идиоты" not in said
    assert ">дроби<" not in said, "both or neither"


def test_interests_are_judged_too(anna, boris):
    answer = written(anna, "", "дроби, коллеги идиоты")

    assert answer.status_code == 422
    assert "идиоты" not in page(boris.get(f"/people/{anna.id}"))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (", ".join(f"интерес {number}" for number in range(13)), "не больше 12"),
        ("а" * 41, "40 знаков"),
    ],
)
def test_interests_are_few_and_short(anna, typed, words):
    answer = written(anna, "", typed)

    assert answer.status_code == 422
    assert words in page(answer)
    assert typed in page(answer)


def test_markup_in_interests_is_only_text(anna, boris):
    written(anna, "", "<script>alert(1)</script>")

    said = page(boris.get(f"/people/{anna.id}"))
    assert "<script>alert" not in said
    assert "&lt;script&gt;" in said


def test_one_who_is_in_no_community_has_no_page_to_write(gleb):
    form = page(gleb.get("/people/me/edit"))
    assert "когда вас примут" in form

    answer = gleb.post("/people/me/edit", {"body": "Возьмите меня.", "revision": "0"})
    assert answer.status_code == 403


def test_a_photo_is_seen_by_those_who_share_a_community(app, anna, boris, gleb):
    assert "Фотография на месте" in page(shown(anna, samples.telltale_photo()))

    said = page(boris.get(f"/people/{anna.id}"))
    thumb = re.search(r'src="(/files/\d+/thumb)"', said).group(1)
    got = boris.get(thumb)
    assert got.status_code == 200
    assert b"TELLTALE" not in got.data
    assert gleb.get(thumb).status_code == 404
    assert app.test_client().get(thumb).status_code == 302

    assert thumb in page(anna.get("/files")), "one's own photo stands in the header of every page"

    assert "Фотография убрана" in page(anna.post("/people/me/photo/remove"))
    assert thumb not in page(boris.get(f"/people/{anna.id}"))
    assert boris.get(thumb).status_code == 404


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (samples.PDF, "я.pdf", "нужна фотография"),
        (samples.PROGRAM, "я.jpg", "обещает одно"),
        (b"", "я.jpg", "пуст"),
        (samples.vast_png(), "я.png", "слишком много точек"),
    ],
)
def test_a_photo_that_is_none_is_refused_in_words(anna, content, name, words):
    answer = shown(anna, content, name)

    assert answer.status_code == 422
    assert words in page(answer)


def test_a_form_without_a_photo_is_told_so(anna):
    answer = anna.post("/people/me/photo", {})

    assert answer.status_code == 422
    assert "Сначала выберите фотографию" in page(answer)


def test_a_rename_leaves_a_trace(app, anna, boris):
    with app.app_context(), transaction():
        former = UserName(
            user_id=anna.id, old="Петрова Анна Сергеевна", new="Соколова Анна Сергеевна", at=now()
        )
        db.session.add(former)

    assert "Ранее: Петрова Анна Сергеевна" in page(boris.get(f"/people/{anna.id}"))


def test_of_one_who_left_the_name_and_the_texts_remain(app, town, anna, boris, irina):
    written(anna, "Учу дробям.", "дроби")
    with app.app_context():
        from community.communities import services

        services.leave(anna.actor, town.community_id)

    said = page(boris.get(f"/people/{anna.id}"))
    assert "Анна Сергеевна Соколова" in said
    assert "Больше не участник" in said
    assert "Учу дробям." not in said
    assert ">дроби<" not in said
    assert anna.get(f"/people/{boris.id}").status_code == 404, "who left sees nobody any more"


def test_a_person_forgotten_leaves_no_page(app, town, anna, boris):
    from community.accounts.events import PersonLeft
    from community.core.outbox import emit

    written(anna, "Учу дробям.", "дроби")
    shown(anna, samples.picture())
    with app.app_context():
        with transaction():
            emit(PersonLeft(user_id=anna.id, anonymised=True))
        town.drain()

    said = page(boris.get(f"/people/{anna.id}"))
    assert "Учу дробям." not in said
    assert ">дроби<" not in said
    assert "/thumb" not in said


def test_the_edit_form_comes_filled(anna):
    written(anna, "Учу дробям.", "дроби, школьный театр")

    form = page(anna.get("/people/me/edit"))
    assert "Учу дробям.</textarea>" in form
    assert 'value="дроби, школьный театр"' in form


@pytest.mark.parametrize(
    "body",
    [
        "\x00\x01 слова",
        "\ud83d".encode("utf-8", "surrogatepass").decode("latin-1"),
        "я" * 100_000,
        "\u202eслова",
    ],
)
def test_broken_words_are_cleaned_or_refused_and_never_break_the_page(anna, body):
    answer = anna.post("/people/me/edit", {"body": body, "revision": "x", "interests": "\x00,,,"})

    assert answer.status_code < 500
    assert anna.get("/people/me").status_code == 200


def test_directory_address(anna):
    assert anna.get(f"/c/{SLUG}/people").status_code == 200


def test_a_visitor_reads_the_name_under_a_public_text_but_sees_no_face(app, galina, anna, boris):
    shown(anna, samples.picture())
    galina.post(
        f"/c/{SLUG}/boards/new",
        {
            "name": "Открытый раздел",
            "purpose": "Для всех",
            "audience": "everyone",
            "kind": "formal",
        },
    )
    with app.app_context():
        board = db.session.scalar(select(Board.id).where(Board.audience == "everyone"))
    opened = anna.post(
        f"/c/{SLUG}/boards/{board}/topics/new",
        {"title": "Дроби", "kind": "discussion", "body": "Расскажите, с чего вы начинаете дроби."},
    )
    entry = re.search(r'data-entry="(\d+)"', page(opened)).group(1)

    member = page(boris.get(f"/e/{entry}"))
    assert "/thumb" in member
    assert f'href="/people/{anna.id}"' in member
    visitor = page(app.test_client().get(f"/e/{entry}", follow_redirects=True))
    assert "Анна Соколова" in visitor
    assert "с чего вы начинаете" in visitor
    assert "/thumb" not in visitor
    assert f"/people/{anna.id}" not in visitor


def test_ones_own_number_stands_on_ones_own_page_and_a_strangers_papers_do_not(anna, boris):
    """The way that the red pencil offers leads somewhere: one's own page takes one's own number."""
    own = {"body": "Звоните мне: 8 904 111-22-33", "revision": "0"}
    checked = anna.post("/people/me/check", own, headers={"Accept": "application/json"})
    assert checked.get_json()["hits"] == []
    anna.post("/people/me/edit", own)
    assert "111-22-33" in boris.get(f"/people/{anna.id}").get_data(as_text=True)
    refused = boris.post(
        "/people/me/edit", {"body": "Паспорт 04 12 345678 выдан в Приозёрске", "revision": "0"}
    )
    assert refused.status_code == 422
    assert "345678" in refused.get_data(as_text=True)  # the words are kept in the form
    assert "345678" in boris.get("/people/me/edit").get_data(as_text=True)  # and as a draft
    masked = boris.post(
        "/people/me/edit",
        {"body": "Паспорт 04 12 345678 выдан", "revision": "0", "accept": "mask"},
    )
    assert "▒▒▒" in masked.get_data(as_text=True)
    drafts = boris.get("/drafts").get_data(as_text=True)
    assert "345678" not in drafts


def test_latest_texts_show_ones_own_words_and_not_what_they_quote(anna, boris):
    board = re.search(r"/boards/(\d+)", anna.get(f"/c/{SLUG}/forum").get_data(as_text=True))[1]
    anna.post(
        f"/c/{SLUG}/boards/{board}/topics/new",
        {"title": "Дроби", "kind": "case", "body": "Кто начинает с пирога, теряет урок."},
    )
    topic = re.search(r"/topics/(\d+)", boris.get(f"/c/{SLUG}/forum").get_data(as_text=True))[1]
    said = "> Кто начинает с пирога, теряет урок.\n>\n>> И верно.\n\nЯ начинаю с линейки."
    boris.post(f"/c/{SLUG}/topics/{topic}/reply", {"body": said})
    shown = anna.get(f"/people/{boris.id}").get_data(as_text=True)
    assert "Я начинаю с линейки." in shown
    assert "пирога" not in shown
    assert "И верно" not in shown
