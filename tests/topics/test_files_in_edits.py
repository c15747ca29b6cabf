"""Editing a text may change its files: some stay, some go, new ones come."""

from __future__ import annotations

import io
import re

import pytest
from sqlalchemy import select

from community.core.db import db
from community.files.models import StoredFile
from community.publishing.models import Entry, EntryFile


def _upload(name: str, words: str = "Задачи") -> tuple[io.BytesIO, str]:
    return io.BytesIO(f"{words} {name}".encode()), name


@pytest.fixture
def entry(forum, anna, app):
    topic = forum.open(anna)
    return forum.reply(
        anna, topic, "Прилагаю", files=[_upload("первый.txt"), _upload("второй.txt")], licence="own"
    )


def _files(app, entry: int) -> list[str]:
    with app.app_context():
        named = select(StoredFile.name).join(EntryFile, EntryFile.file_id == StoredFile.id)
        named = named.where(EntryFile.entry_id == entry).order_by(EntryFile.place)
        counted = db.session.scalar(select(Entry.file_count).where(Entry.id == entry))
        names = list(db.session.scalars(named))
    assert counted == len(names)
    return names


def _ids(app) -> dict[str, int]:
    with app.app_context():
        return dict(db.session.execute(select(StoredFile.name, StoredFile.id)).all())


def _state(app, name: str) -> str:
    with app.app_context():
        return db.session.scalar(select(StoredFile.state).where(StoredFile.name == name))


def test_the_form_shows_the_files_ticked(anna, entry):
    page = anna.get(f"/e/{entry}/edit").get_data(as_text=True)
    assert len(re.findall(r'name="keep"[^>]*checked', page)) == 2


def test_one_goes_one_stays_and_a_new_one_comes(anna, entry, app):
    kept = _ids(app)["второй.txt"]
    answer = anna.post(
        f"/e/{entry}/edit",
        {"body": "Прилагаю ещё", "revision": 1, "files_shown": 1, "keep": kept,
         "files": _upload("третий.txt"), "licence": "own"},
    )  # fmt: skip
    assert answer.status_code == 200
    assert _files(app, entry) == ["второй.txt", "третий.txt"]
    assert _state(app, "первый.txt") == "loose"
    assert _state(app, "второй.txt") == "used"
    page = answer.get_data(as_text=True)
    assert "третий.txt" in page
    assert "первый.txt" not in page


def test_all_may_go(anna, entry, app):
    anna.post(f"/e/{entry}/edit", {"body": "Без файлов", "revision": 1, "files_shown": 1})
    assert _files(app, entry) == []
    assert _state(app, "первый.txt") == "loose"


def test_a_form_that_shows_no_files_loses_none(anna, entry, app):
    anna.post(f"/e/{entry}/edit", {"body": "Только слова", "revision": 1})
    assert _files(app, entry) == ["первый.txt", "второй.txt"]


def test_a_refused_edit_changes_no_file(anna, entry, app):
    answer = anna.post(
        f"/e/{entry}/edit", {"body": "Звоните: 8 904 111-22-33", "revision": 1, "files_shown": 1}
    )
    assert answer.status_code == 422
    assert 'name="keep"' in answer.get_data(as_text=True)
    assert _files(app, entry) == ["первый.txt", "второй.txt"]
    assert _state(app, "первый.txt") == "used"


def test_files_of_others_cannot_be_put_under_a_text(anna, irina, forum, entry, app):
    topic = forum.open(irina, title="Чужая")
    forum.reply(irina, topic, "Моё", files=_upload("чужой.txt"), licence="own")
    stolen = _ids(app)["чужой.txt"]
    fields = {"body": "Возьму", "revision": 1, "files_shown": 1}
    anna.post(f"/e/{entry}/edit", fields | {"keep": stolen})
    assert "чужой.txt" not in _files(app, entry)
    answer = anna.post(
        f"/e/{entry}/edit", fields | {"attachments": stolen, "revision": 2, "licence": "own"}
    )
    assert answer.status_code in (403, 409, 422)
    assert "чужой.txt" not in _files(app, entry)
