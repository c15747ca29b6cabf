"""Letters leave outside of transactions, once, and are tried again while there is hope."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.policy import default as parsing
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from community.core import clock, mail, outbox, postman
from community.core.db import db
from community.core.transactions import in_transaction, transaction
from tests.notices.conftest import small_app


class PostOffice(socketserver.ThreadingTCPServer):
    """A mail server of a few lines; what it answers to RCPT can be changed."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.taken: list[bytes] = []
        self.rcpt = b"250 ok"

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"


class _Talk(socketserver.StreamRequestHandler):
    server: PostOffice

    def handle(self) -> None:
        self.wfile.write(b"220 post\r\n")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                self._take()
            elif word == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write((self.server.rcpt if word == b"RCPT" else b"250 ok") + b"\r\n")

    def _take(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        self.server.taken.append(b"".join(lines))
        self.wfile.write(b"250 taken\r\n")


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with PostOffice() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def posted(database_url: str, tmp_path: Path, office: PostOffice) -> Iterator[Flask]:
    """A site with a mail server; letters are sent at once instead of by a thread."""
    app = small_app(database_url, tmp_path / "posted", SMTP_URL=office.url)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def queue(key: str = "k", to: str = "anna@example.org", text: str = "Здравствуйте!") -> None:
    with transaction():
        mail.queue(to, "Подтвердите адрес", text, key=key)


def test_a_letter_goes_by_the_server(posted: Flask, office: PostOffice) -> None:
    queue()
    assert mail.deliver() == 1
    (raw,) = office.taken
    letter = message_from_bytes(raw, policy=parsing)
    assert letter["Subject"] == "Подтвердите адрес"
    assert letter["To"] == "anna@example.org"
    body = letter.get_body(("plain",))
    assert body is not None
    assert body.get_content().strip() == "Здравствуйте!"


def test_the_worker_sends_in_the_background(posted: Flask, office: PostOffice) -> None:
    queue()
    outbox.drain()
    for _ in range(100):
        if office.taken:
            break
        threading.Event().wait(0.05)
    assert len(office.taken) == 1


def test_no_transaction_is_open_while_a_letter_is_sent(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def send(_self: postman.Folder, _mail: postman.Mail) -> None:
        seen.append(in_transaction())
        with transaction():  # nor is the database locked for others
            pass

    monkeypatch.setattr(postman.Folder, "send", send)
    queue()
    outbox.drain()
    assert seen == [False]


def test_the_same_key_is_the_same_letter(app: Flask) -> None:
    queue("reset:1")
    queue("reset:1")
    outbox.drain()
    queue("reset:1")
    outbox.drain()
    assert len(list(_folder(app).glob("*.txt"))) == 1


def test_a_sent_letter_leaves_no_words_behind(app: Flask) -> None:
    queue(text="https://ped.example/password/new/SECRET")
    outbox.drain()
    (row,) = db.session.scalars(select(mail.Letter))
    assert (row.state, row.to, row.subject, row.text, row.html) == ("sent", "", "", "", None)


def test_a_server_that_is_away_is_asked_again_later(posted: Flask, office: PostOffice) -> None:
    office.rcpt = b"451 try later"
    queue()
    assert mail.deliver() == 0
    assert mail.deliver() == 0  # not due yet
    office.rcpt = b"250 ok"
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        assert mail.deliver() == 1
    assert len(office.taken) == 1


def test_an_address_that_is_refused_for_good_is_not_tried_again(
    posted: Flask, office: PostOffice
) -> None:
    office.rcpt = b"550 no such person"
    queue()
    assert mail.deliver() == 0
    assert mail.counts() == {"queued": 0, "sent": 0, "dead": 1}


def test_hope_ends_after_eight_tries(posted: Flask, office: PostOffice) -> None:
    office.rcpt = b"451 try later"
    queue()
    with clock.frozen(clock.now()):
        for _ in range(mail.MAX_TRIES):
            assert mail.counts()["queued"] == 1
            mail.deliver()
            clock.travel(timedelta(days=1))
    assert mail.counts() == {"queued": 0, "sent": 0, "dead": 1}


def test_an_unreachable_server_keeps_every_letter(
    database_url: str, tmp_path: Path, office: PostOffice
) -> None:
    url = office.url
    office.shutdown()
    office.server_close()
    app = small_app(database_url, tmp_path / "lost", SMTP_URL=url)
    with app.app_context():
        queue("one")
        queue("two")
        assert mail.deliver() == 0
        assert mail.counts() == {"queued": 2, "sent": 0, "dead": 0}
        db.session.remove()
        db.engine.dispose()


def test_a_crash_after_the_lease_sends_it_later(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue()
    monkeypatch.setattr(mail, "_sent", _power_cut)
    with pytest.raises(KeyboardInterrupt):
        mail.deliver()
    monkeypatch.undo()
    assert mail.deliver() == 0
    with clock.frozen(clock.now() + mail.LEASE):
        mail.deliver_late()
    assert mail.counts()["sent"] == 1


def _power_cut(*_args: object) -> bool:
    raise KeyboardInterrupt


def test_a_full_folder_keeps_the_letter(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(postman.Folder, "send", full)
    queue()
    outbox.drain()
    assert mail.counts() == {"queued": 1, "sent": 0, "dead": 0}


def test_old_keys_are_forgotten(app: Flask) -> None:
    queue()
    outbox.drain()
    mail.forget_old_letters()
    assert mail.counts()["sent"] == 1
    with clock.frozen(clock.now() + mail.KEPT + timedelta(days=1)):
        mail.forget_old_letters()
    assert mail.counts()["sent"] == 0


def test_a_letter_is_queued_in_an_act_and_sent_outside(app: Flask) -> None:
    with pytest.raises(RuntimeError, match="transaction of the act"):
        mail.queue("a@example.org", "x", "y", key="z")
    with pytest.raises(RuntimeError, match="outside"), transaction():
        mail.send("a@example.org", "x", "y", message_id="z")
    mail.send("a@example.org", "Привет", "y", message_id="z")
    (file,) = _folder(app).glob("*.txt")
    assert file.read_text("utf-8").startswith("Кому: a@example.org\nТема: Привет\n\n")


def _folder(app: Flask) -> Path:
    folder: Path = app.extensions["community"].mail_dir
    return folder
