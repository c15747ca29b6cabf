"""Files on their way through the whole site: sent with a text, read by its readers, gone with it."""

import io
import re

import pytest
from sqlalchemy import select

from community.core.db import db
from community.files.models import StoredFile
from community.topics.models import Board
from tests.files import samples
from tests.world import SLUG

JSON = {"Accept": "application/json"}


def page(answer):
    return answer.get_data(as_text=True)


@pytest.fixture
def board(app):
    """Boards of a members' forum; the first of those made at the founding."""
    with app.app_context():
        found = db.session.scalar(
            select(Board.id).where(Board.audience == "members").order_by(Board.id)
        )
        db.session.remove()
    return found


def opened(person, board, **files):
    answer = person.post(
        f"/c/{SLUG}/boards/{board}/topics/new",
        {
            "title": "Дроби в пятом классе",
            "kind": "experience",
            "body": "Прикладываю карточки, по которым мы работали три урока.",
            "licence": "own",
            **files,
        },
    )
    assert answer.status_code == 200, page(answer)
    return page(answer)


def test_a_file_sent_with_a_plain_form_stands_under_the_text_for_its_readers(
    app, anna, boris, gleb, board
):
    said = opened(
        anna,
        board,
        files=[
            (io.BytesIO(samples.PDF), "Карточки.pdf"),
            (io.BytesIO(samples.telltale_photo()), "доска.jpg"),
        ],
    )

    entry = re.search(r'data-entry="(\d+)"', said).group(1)
    said = page(boris.get(f"/e/{entry}"))
    assert "Карточки.pdf" in said
    paths = set(re.findall(r'"(/files/\d+/[^"]+)"', said))
    assert len(paths) == 3, "a document, a picture and its small version"
    for path in paths:
        assert boris.get(path).status_code == 200
        assert gleb.get(path).status_code == 404
        assert app.test_client().get(path).status_code == 302


def test_a_file_sent_by_a_script_is_claimed_by_the_text(app, anna, boris, board):
    sent = anna.post(
        "/files", {"file": (io.BytesIO(samples.PDF), "план.pdf")}, headers=JSON
    ).get_json()
    assert boris.get(sent["url"]).status_code == 404, "nobody reads what is not said yet"

    opened(anna, board, attachments=str(sent["id"]))

    assert boris.get(sent["url"]).status_code == 200
    with app.app_context():
        assert db.session.get(StoredFile, sent["id"]).state == "used"


def test_anothers_file_cannot_be_attached(anna, boris, board):
    sent = anna.post(
        "/files", {"file": (io.BytesIO(samples.PDF), "план.pdf")}, headers=JSON
    ).get_json()

    answer = boris.post(
        f"/c/{SLUG}/boards/{board}/topics/new",
        {
            "title": "Чужое",
            "kind": "discussion",
            "body": "Посмотрите.",
            "attachments": str(sent["id"]),
        },
    )

    assert answer.status_code == 422
    assert "уже нет" in page(answer)
    assert boris.get(sent["url"]).status_code == 404


def test_the_file_goes_from_sight_with_a_text_taken_back(anna, boris, irina, board):
    sent = anna.post(
        "/files", {"file": (io.BytesIO(samples.PDF), "план.pdf")}, headers=JSON
    ).get_json()
    said = opened(anna, board, attachments=str(sent["id"]))
    entry = re.search(r'data-entry="(\d+)"', said).group(1)
    assert irina.get(sent["url"]).status_code == 200

    anna.post(f"/e/{entry}/withdraw", {})

    assert irina.get(sent["url"]).status_code == 404
    assert boris.get(sent["url"]).status_code == 200, "a moderator sees what was taken back"
    assert anna.get(sent["url"]).status_code == 200


def test_the_page_of_ones_own_files(anna):
    anna.post(
        "/files", {"file": [(io.BytesIO(samples.PDF), "план.pdf"), (io.BytesIO(b""), "пусто.txt")]}
    )

    said = page(anna.get("/files"))
    assert "план.pdf" in said
    assert "пока нигде не используется" in said
    assert "из 500" in said
    discard = re.search(r'formaction="(/files/\d+/discard)"', said).group(1)
    assert "Файл удалён" in page(anna.post(discard))
    assert "Файлов пока нет" in page(anna.get("/files"))


def test_several_files_of_a_plain_form_are_told_of_one_by_one(anna):
    said = page(
        anna.post(
            "/files",
            {"file": [(io.BytesIO(samples.PDF), "план.pdf"), (io.BytesIO(b""), "пусто.txt")]},
        )
    )

    assert "Файл «план.pdf» загружен" in said
    assert "Файл «пусто.txt» пуст" in said


def test_a_file_without_the_token_of_the_form_is_refused(anna):
    answer = anna.client.post(
        "/files", data={"file": (io.BytesIO(samples.PDF), "план.pdf")}, headers=JSON
    )

    assert answer.status_code == 400


def test_a_body_over_the_limit_is_refused_in_words(anna):
    answer = anna.post("/files", {"file": (io.BytesIO(b"a" * 22 * 1024 * 1024), "том.txt")})

    assert answer.status_code == 413
    assert "<h1" in page(answer)


def test_my_data_holds_the_files(app, anna):
    from community.files.consumers import own_files

    anna.post("/files", {"file": (io.BytesIO(samples.PDF), "план.pdf")}, headers=JSON)

    with app.app_context():
        gathered = list(own_files(anna.id))
    assert [each.title for each in gathered] == ["Список ваших файлов", "план.pdf"]
    assert gathered[1].content == samples.PDF
