"""Whose files are they: author and licence are asked before a text shows a file (S3 §4 r1)."""

from __future__ import annotations

import io
import re

import pytest
from sqlalchemy import select

from community.core.db import db
from community.files.models import StoredFile
from community.publishing.models import Entry, EntryFile, VerdictRecord
from tests.world import SLUG

BODY = "Прикладываю карточки, по которым мы работали три урока."


def upload(name: str = "Карточки.txt") -> tuple[io.BytesIO, str]:
    return io.BytesIO("Задача 1. Сложите дроби.".encode()), name


def stands(forum, name: str) -> bool:
    with forum.town.app.app_context():
        placed = select(EntryFile.file_id).join(StoredFile, StoredFile.id == EntryFile.file_id)
        return db.session.scalar(placed.where(StoredFile.name == name)) is not None


@pytest.fixture
def asked(forum, anna):
    """Анна sends a file without a word of whose it is: the page that answers her."""
    topic = forum.open(anna)
    return topic, forum.send(anna, topic, BODY, files=upload())


def test_a_file_without_a_licence_is_asked_about_with_everything_kept(asked, forum):
    _topic, answer = asked
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Укажите автора и право публикации" in page
    assert BODY in page
    assert re.search(r'type="checkbox" name="attachments" value="\d+" checked> Карточки.txt', page)
    assert re.search(r'<details class="fold composer__rights" open>', page)
    assert not stands(forum, "Карточки.txt")


def test_reading_the_question_is_no_answer(asked, forum, anna):
    topic, answer = asked
    page = answer.get_data(as_text=True)
    seen = re.search(r'name="seen"[^>]*value="([^"]+)"', page).group(1)
    file_id = re.search(r'name="attachments" value="(\d+)"', page).group(1)
    again = forum.send(anna, topic, BODY, seen=seen, attachments=file_id)
    assert again.status_code == 422
    forged = forum.send(anna, topic, BODY, seen="АВТ-1", attachments=file_id, licence="всё моё")
    assert forged.status_code == 422
    assert not stands(forum, "Карточки.txt")


def test_with_an_answer_the_file_goes_out_and_says_whose_it_is(asked, forum, anna, irina):
    topic, answer = asked
    file_id = re.search(r'name="attachments" value="(\d+)"', answer.get_data(as_text=True)).group(1)
    rights = {"licence": "permission", "file_author": "Вера Ильина"}
    entry = forum.reply(anna, topic, BODY, attachments=file_id, **rights)
    page = irina.get(f"/e/{entry}").get_data(as_text=True)
    assert "Вера Ильина, с разрешения автора" in page
    with forum.town.app.app_context():
        events = db.session.scalars(select(VerdictRecord.event).order_by(VerdictRecord.id)).all()
    assert events[-2:] == ["upload", "comment"]


def test_another_person_s_work_needs_a_name(forum, anna):
    topic = forum.open(anna)
    answer = forum.send(anna, topic, BODY, files=upload(), licence="permission")
    assert answer.status_code == 422
    assert "Назовите автора файла" in answer.get_data(as_text=True)


def test_ones_own_work_needs_no_more_than_that(forum, anna):
    entry = forum.reply(anna, forum.open(anna), BODY, files=upload(), licence="own")
    assert "своя работа" in anna.get(f"/e/{entry}").get_data(as_text=True)


def test_the_name_of_a_file_is_judged_too(forum, anna):
    topic, scan = forum.open(anna), "скан всего учебника.txt"
    doubted = forum.send(anna, topic, BODY, files=upload(scan), licence="own")
    page = doubted.get_data(as_text=True)
    assert doubted.status_code == 422
    assert "Похоже на чужую работу" in page
    seen = re.search(r'name="seen"[^>]*value="([^"]+)"', page).group(1)
    file_id = re.search(r'name="attachments" value="(\d+)"', page).group(1)
    forum.reply(anna, topic, BODY, attachments=file_id, seen=seen)  # a rule may be wrong of a name
    assert stands(forum, scan)


def test_what_is_said_of_a_file_is_said_once(forum, anna, ctx):
    from community.files import services as files

    card = files.receive(anna.actor, *upload(), community_id=forum.town.community_id)
    files.declare(anna.actor, [card.id], licence="own", author="")
    files.declare(anna.actor, [card.id], licence="open", author="Другой человек")
    assert db.session.get_one(StoredFile, card.id).licence == "own"


def test_a_new_topic_and_an_edit_ask_the_same(forum, anna):
    path = f"/c/{SLUG}/boards/{forum.board()}/topics/new"
    told = {"title": "Степени", "kind": "case", "body": BODY}
    assert anna.post(path, told | {"files": upload()}).status_code == 422
    assert anna.post(path, told | {"files": upload(), "licence": "own"}).status_code == 200
    entry = forum.reply(anna, forum.open(anna, "Дроби ещё"), BODY)
    form = {"body": BODY, "revision": 1, "files_shown": 1}
    assert anna.post(f"/e/{entry}/edit", form | {"files": upload("Ещё.txt")}).status_code == 422
    done = anna.post(f"/e/{entry}/edit", form | {"files": upload("Ещё.txt"), "licence": "own"})
    assert done.status_code == 200
    assert stands(forum, "Ещё.txt")


def test_nobody_speaks_for_anothers_file(forum, anna, irina):
    topic = forum.open(anna)
    forum.reply(irina, topic, BODY, files=upload(), licence="own")
    with forum.town.app.app_context():
        stolen = db.session.scalar(select(StoredFile.id))
    answer = forum.send(anna, topic, BODY, attachments=stolen, licence="open", file_author="Я")
    assert answer.status_code == 422
    with forum.town.app.app_context():
        assert db.session.scalar(select(StoredFile.licence)) == "own"
        assert BODY not in db.session.scalars(select(Entry.body).where(Entry.author_id == anna.id))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Мама Пети 8 904 111-22-33.txt", "личные сведения"),
        ("полная хуйня.txt", "непечатное слово"),
    ],
)
def test_a_file_with_a_bad_name_is_refused_in_words_and_renamed_in_place(
    forum, anna, irina, name, said
):
    topic = forum.open(anna)
    refused = forum.send(anna, topic, BODY, files=upload(name), licence="own")
    page = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert said in page
    assert "Переименуйте файл" in page
    assert BODY in page, "nothing typed is lost"
    assert "decision__fragment" not in page, (
        "no place of the text is marked for the sake of a file's name"
    )
    file_id = re.search(r'name="attachments" value="(\d+)"', page).group(1)
    assert f'name="file_name_{file_id}"' in page
    for named in ("", name):
        kept = {"attachments": file_id, "licence": "own", f"file_name_{file_id}": named}
        assert forum.send(anna, topic, BODY, **kept).status_code == 422
    assert not stands(forum, name)

    mended = {"attachments": file_id, "licence": "own", f"file_name_{file_id}": "../Карточки.exe"}
    entry = forum.reply(anna, topic, BODY, **mended)

    assert stands(forum, "Карточки.txt"), "the extension stays what the file is"
    assert name not in irina.get(f"/e/{entry}").get_data(as_text=True)


def test_a_rough_name_is_asked_about_and_a_book_goes(forum, anna):
    topic, book = forum.open(anna), "Достоевский, Идиот.txt"
    asked = forum.send(anna, topic, BODY, files=upload(book), licence="own")
    page = asked.get_data(as_text=True)
    assert asked.status_code == 422
    assert "если это не название книги" in page
    seen = re.search(r'name="seen"[^>]*value="([^"]+)"', page).group(1)
    file_id = re.search(r'name="attachments" value="(\d+)"', page).group(1)
    forum.reply(anna, topic, BODY, attachments=file_id, seen=seen)
    assert stands(forum, book)


def test_what_a_text_shows_and_what_is_anothers_is_not_renamed(forum, anna, irina):
    topic = forum.open(anna)
    forum.reply(anna, topic, BODY, files=upload(), licence="own")
    with forum.town.app.app_context():
        file_id = db.session.scalar(select(StoredFile.id))
    for person in (anna, irina):
        told = {"attachments": file_id, f"file_name_{file_id}": "Другое.txt"}
        forum.send(person, topic, BODY, **told)
        assert not stands(forum, "Другое.txt")
