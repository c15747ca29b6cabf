import io

import pytest

from community.core.actor import VISITOR
from community.core.db import db
from community.files import policies, services, storage
from community.files.models import StoredFile
from tests.files import samples

JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def no_places(monkeypatch):
    monkeypatch.setattr(policies, "_readers", [])


def upload(client, content, name):
    return client.post("/files", data={"file": (io.BytesIO(content), name)}, headers=JSON)


def kept(shelf, content, name):
    card = services.receive(shelf.anna, io.BytesIO(content), name)
    return db.session.get(StoredFile, card.id, populate_existing=True)


def test_a_script_sends_a_file_and_learns_its_number(shelf):
    answer = upload(shelf.client(shelf.anna), samples.picture(), "фото класса.jpg")

    assert answer.status_code == 201
    said = answer.get_json()
    assert said["name"] == "фото класса.jpg"
    assert said["thumb"] == f"/files/{said['id']}/thumb"
    assert said["octets"] > 1000
    assert said["size"].startswith(str(round(said["octets"] / 1024)))
    got = shelf.client(shelf.anna).get(said["url"])
    assert got.mimetype == "image/jpeg"
    assert got.headers["Content-Disposition"].startswith("inline")


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (samples.PROGRAM, "отчёт.pdf", "обещает одно"),
        (samples.PROGRAM, "setup.exe", "не принимаются"),
        (b"", "пусто.txt", "пуст"),
        (samples.vast_png(), "плакат.png", "слишком много точек"),
        (samples.bomb(), "подарок.zip", "намного больше"),
        (b"a" * (2 * 1024 * 1024 + 10), "том.txt", "больше 2 МБ"),
    ],
)
def test_a_refusal_is_told_in_russian(shelf, content, name, words):
    answer = upload(shelf.client(shelf.anna), content, name)

    assert answer.status_code == 422
    assert words in answer.get_json()["error"]


@pytest.mark.parametrize("data", [{}, {"file": "words"}, {"file": (io.BytesIO(b"a"), "")}])
def test_a_form_without_a_file_is_told_so(shelf, data):
    answer = shelf.client(shelf.anna).post(
        "/files", data=data, headers=JSON, content_type="multipart/form-data"
    )

    assert answer.status_code == 422
    assert answer.get_json()["error"] == "Сначала выберите файл."


def test_a_stranger_may_not_send_files(shelf):
    assert upload(shelf.client(shelf.gleb), samples.PDF, "план.pdf").status_code == 403
    assert upload(shelf.client(VISITOR), samples.PDF, "план.pdf").status_code == 401


@pytest.mark.parametrize(
    ("content", "name", "mime"),
    [
        (samples.SVG, "рисунок.svg", "application/octet-stream"),
        (b"<html><script>1</script>", "страница.html", "application/octet-stream"),
        (samples.PDF, "план.pdf", "application/pdf"),
        (samples.WORDS, "заметка.txt", "text/plain"),
    ],
)
def test_what_is_not_written_anew_is_only_ever_a_download(shelf, content, name, mime):
    file = kept(shelf, content, name)

    answer = shelf.client(shelf.anna).get(f"/files/{file.id}/x")

    assert answer.mimetype == mime
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.data == content


def test_a_reader_keeps_a_private_copy_and_asks_by_its_digest(shelf):
    file = kept(shelf, samples.picture(), "фото.jpg")
    client = shelf.client(shelf.anna)

    first = client.get(f"/files/{file.id}/thumb")
    assert first.mimetype == "image/webp"
    assert "private" in first.headers["Cache-Control"]
    assert "immutable" in first.headers["Cache-Control"]
    again = client.get(f"/files/{file.id}/thumb", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_hidden_file_is_as_if_it_were_not(shelf):
    file = kept(shelf, samples.PDF, "план.pdf")
    client = shelf.client(shelf.boris)

    for path in (
        f"/files/{file.id}/x",
        f"/files/{file.id}",
        "/files/999999/x",
        f"/files/{file.id}/thumb",
    ):
        assert client.get(path, headers=JSON).status_code == 404
    assert client.post(f"/files/{file.id}/discard", headers=JSON).status_code == 404


def test_a_visitor_is_led_to_the_door_whether_there_is_such_a_file_or_not(shelf):
    file = kept(shelf, samples.PDF, "план.pdf")
    client = shelf.client(VISITOR)

    for path in (f"/files/{file.id}/x", "/files/999999/x"):
        answer = client.get(path)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/login")


def test_a_file_lost_from_the_storage_is_told_in_words(shelf):
    file = kept(shelf, samples.PDF, "план.pdf")
    storage.current().delete(file.sha256)

    answer = shelf.client(shelf.anna).get(f"/files/{file.id}/x", headers=JSON)

    assert answer.status_code == 404
    assert "резервной копии" in answer.get_json()["error"]


def test_a_document_has_no_small_version(shelf):
    file = kept(shelf, samples.PDF, "план.pdf")

    assert shelf.client(shelf.anna).get(f"/files/{file.id}/thumb", headers=JSON).status_code == 404


def test_a_name_in_a_header_cannot_break_it(shelf):
    file = kept(shelf, samples.PDF, 'пл"ан\r\nSet-Cookie: a=b;.pdf')

    answer = shelf.client(shelf.anna).get(f"/files/{file.id}/x")

    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Content-Disposition"].startswith("attachment; filename")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../../etc/cron.d/план.pdf", "план.pdf"),
        ("C:\\\\secret\\\\план.pdf", "план.pdf"),
        ("фото\u202efdp.pdf", "фотоfdp.pdf"),
        ("а" * 300 + ".pdf", "а" * 116 + ".pdf"),
        ("план.pdf/", "файл.pdf"),
        ("con.pdf", "_con.pdf"),
    ],
)
def test_a_hostile_name_comes_out_harmless(shelf, sent, kept):
    answer = upload(shelf.client(shelf.anna), samples.PDF, sent)

    assert answer.status_code == 201
    assert answer.get_json()["name"] == kept
    assert [path.name for path in shelf.config.data.parent.rglob("*план*")] == []


@pytest.mark.parametrize(
    ("community_id", "status"),
    [("1", 201), ("999", 403), ("-1", 422), ("x", 422), ("9" * 30, 422), ("", 201), ("\x00", 422)],
)
def test_the_community_of_a_file_is_one_of_ones_own(shelf, community_id, status):
    answer = shelf.client(shelf.anna).post(
        "/files",
        data={"file": (io.BytesIO(samples.PDF), "план.pdf"), "community_id": community_id},
        headers=JSON,
    )

    assert answer.status_code == status


def test_a_script_sends_files_one_by_one(shelf):
    files = [(io.BytesIO(samples.PDF), "раз.pdf"), (io.BytesIO(samples.PDF), "два.pdf")]

    answer = shelf.client(shelf.anna).post("/files", data={"file": files}, headers=JSON)

    assert answer.status_code == 422
    assert answer.get_json()["error"] == "Присылайте файлы по одному."


@pytest.mark.parametrize(
    "path", ["/files/0/x", f"/files/{2**31}/x", "/files/x/y", "/files/1/../../etc/passwd"]
)
def test_an_address_of_nothing_answers_not_found(shelf, path):
    assert shelf.client(shelf.anna).get(path, headers=JSON).status_code == 404
