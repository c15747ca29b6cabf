"""Real sockets at a real server: who is let in, what they hear, and how they are shut out."""

import os
import signal
import socket as raw
import time

import pytest

from tests.live.conftest import until
from tests.world import SLUG

socketio = pytest.importorskip("socketio")
pytestmark = pytest.mark.fault


@pytest.fixture
def talk(house):
    """Anna and Irina at one chat."""
    site = house()
    anna, irina = site.guest("anna"), site.guest("irina")
    thread = site.chat(anna)
    for each in (anna, irina):
        each.connect()
        assert "seq" in each.watch(thread)
    return site, anna, irina, thread


def test_a_line_reaches_everybody_once_and_in_order(talk):
    _site, anna, irina, _thread = talk
    for number in range(8):
        assert (anna if number % 2 else irina).say(f"Реплика {number}.") == 302
    for each in (anna, irina):
        until(lambda each=each: each.reads("Реплика 7."))
        pushed = [
            line["seq"] for name, said in each.heard if name == "news" for line in said["lines"]
        ]
        assert pushed == sorted(pushed)
        assert len(pushed) == len(set(pushed))
        assert all(f"Реплика {number}." in str(each.lines) for number in range(8))


def test_presence_and_typing_are_told(talk):
    _site, anna, irina, thread = talk
    until(lambda: len(anna.here) == 2)
    irina.line.emit("typing", {"t": thread})
    until(lambda: anna.hears("typing"))
    irina.close()
    until(lambda: list(anna.here.values()) == ["Анна Соколова"])


def test_who_may_not_read_is_told_nothing(talk):
    site, anna, _irina, thread = talk
    gleb = site.guest("gleb").connect()
    assert gleb.watch(thread) == {"gone": True}
    assert gleb.line.call("watch", {"t": 999_999}, timeout=5) == {"gone": True}
    for odd in (None, "1", {"t": "1"}, {"t": -1}, {"t": 2**40}, {"t": True}, [1]):
        assert gleb.line.call("watch", odd, timeout=5) == {"gone": True}
    anna.say("Между нами.")
    until(lambda: anna.reads("Между нами."))
    assert not gleb.hears("news")


def test_a_visitor_and_a_foreign_page_are_not_let_in(talk):
    site, _anna, _irina, _thread = talk
    from tests.live.conftest import Guest

    with pytest.raises(socketio.exceptions.ConnectionError):
        Guest(site.site.port).connect()
    with pytest.raises(socketio.exceptions.ConnectionError):
        site.guest("vera").connect(origin="https://evil.example")


def test_signing_out_shuts_the_socket_at_once(talk):
    _site, anna, irina, _thread = talk
    assert irina.send("POST", "/logout", {}).status in (302, 303)
    until(lambda: not irina.line.connected, seconds=3)
    assert irina.hears("bye")
    anna.say("Без неё.")
    until(lambda: anna.reads("Без неё."))
    assert not irina.reads("Без неё.")


def test_a_removed_member_hears_nothing_more(talk):
    site, anna, irina, _thread = talk
    galina = site.guest("galina")
    irina_id = next(user_id for user_id, name in irina.here.items() if name == "Ирина Кольцова")
    sent = galina.send(
        "POST", f"/c/{SLUG}/admin/members/{irina_id}/remove", {"reason": "По её просьбе, до лета."}
    )
    assert sent.status in (302, 303), sent.page[:1500]
    until(lambda: irina.hears("gone"), seconds=5)
    anna.say("Продолжаем.")
    until(lambda: anna.reads("Продолжаем."))
    assert not irina.reads("Продолжаем.")


def test_a_hidden_line_leaves_every_open_page(talk):
    _site, anna, irina, _thread = talk
    anna.say("Это я зря.")
    until(lambda: irina.reads("Это я зря."))
    line = next(each for each, said in irina.lines.items() if "Это я зря" in said["html"])
    anna.send("POST", f"/e/{line}/withdraw", {})
    until(lambda: irina.lines[line]["state"] == "withdrawn")
    assert not irina.reads("Это я зря.")


def test_what_a_cut_swallowed_is_asked_by_number(talk):
    _site, anna, irina, thread = talk
    irina.close()
    for number in range(5):
        anna.say(f"Пока её не было {number}.")
    assert not irina.reads("Пока её не было")
    irina.connect().watch(thread)
    assert all(irina.reads(f"Пока её не было {number}.") for number in range(5))


def test_who_has_no_socket_reads_and_is_seen_by_asking(talk):
    site, anna, _irina, thread = talk
    vera = site.guest("vera")
    vera.thread = thread
    vera.send("GET", f"/live/threads/{thread}?after=0&here=1")
    until(lambda: "Вера Ильина" in anna.here.values())
    anna.say("Видно ли меня?")
    vera.catch_up()
    assert vera.reads("Видно ли меня?")


def test_a_restart_brings_everyone_back_and_loses_nothing(talk):
    site, anna, irina, thread = talk
    children = os.popen(f"ps --ppid {site.site.process.pid} -o pid=").read().split()
    began = time.monotonic()
    site.site.process.send_signal(signal.SIGHUP)
    until(lambda: not anna.line.connected and not irina.line.connected, seconds=10)
    said, number = [], 0
    while time.monotonic() - began < 3 or number < 5:
        words = f"Во время перезапуска {number}."
        if anna.send("POST", f"/c/{SLUG}/chats/{thread}", {"body": words}).status == 302:
            said.append(words)
        number += 1
        time.sleep(0.05)  # more than lines.MOST of them would have the page loaded anew
    for each in (anna, irina):
        until(lambda each=each: _back(each, thread), seconds=10)
    until(lambda: all(irina.reads(words) for words in said))
    bodies = [each["html"] for each in irina.lines.values()]
    assert all(sum(words in body for body in bodies) == 1 for words in said)
    now = os.popen(f"ps --ppid {site.site.process.pid} -o pid=").read().split()
    assert set(now) != set(children), "a new process answers"


def _back(guest, thread):
    try:
        guest.connect().watch(thread)
    except (socketio.exceptions.SocketIOError, OSError):
        return False
    return True


def test_nothing_is_compressed_for_each_reader_apart(talk):
    """A browser offers to; an answer that takes it would cost time and memory for every reader."""
    site, anna, _irina, _thread = talk
    cookies = "; ".join(f"{name}={value}" for name, value in anna.cookies.items())
    with raw.create_connection(("127.0.0.1", site.site.port), timeout=5) as line:
        line.sendall(
            (
                "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"
                f"Host: 127.0.0.1:{site.site.port}\r\nUpgrade: websocket\r\n"
                "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
                f"Cookie: {cookies}\r\n\r\n"
            ).encode()
        )
        told = line.recv(4096).lower()
    assert b" 101 " in told
    assert b"permessage-deflate" not in told


def test_it_stops_at_once_with_sockets_open(talk):
    site, anna, _irina, _thread = talk
    assert site.site.stop() < 4
    until(lambda: not anna.line.connected)


def test_there_is_an_end_to_sockets_and_the_site_still_answers(house):
    site = house(LIVE_SOCKETS="3", WEB_THREADS="4")
    guests = [site.guest(who) for who in ("anna", "irina", "vera", "boris")]
    for each in guests[:3]:
        each.connect()
    with pytest.raises(socketio.exceptions.ConnectionError):
        guests[3].connect()
    assert guests[3].send("GET", "/notices").status == 200
    guests[0].close()
    until(lambda: _connects(guests[3]))


def _connects(guest):
    try:
        guest.connect()
    except socketio.exceptions.ConnectionError:
        return False
    return True


def test_one_person_holds_only_so_many(house):
    from community.live.hub import PER_PERSON

    site = house()
    anna = site.guest("anna")
    windows = [site.guest("anna") for _ in range(PER_PERSON - 1)]
    for each in (anna, *windows):
        each.connect()
    with pytest.raises(socketio.exceptions.ConnectionError):
        site.guest("anna").connect()


def test_switched_off_it_is_a_site_that_is_asked(house):
    site = house(LIVE_SOCKETS="0")
    anna = site.guest("anna")
    with pytest.raises(socketio.exceptions.ConnectionError):
        anna.connect()
    anna.thread = site.chat(anna)
    assert anna.say("Слышно?") == 302
    anna.catch_up()
    assert anna.reads("Слышно?")


def test_who_does_not_read_is_cut_and_holds_nobody_up(talk, monkeypatch):
    """A reader that stopped reading fills its queue; it is shut, and the others hear all the while."""
    site, anna, irina, thread = talk
    stuck = site.guest("vera")
    line = _raw_socket(site.site.port, stuck, thread)
    long = "Очень длинная реплика. " * 180
    heard = 0
    for number in range(900):
        began = time.monotonic()
        assert anna.say(f"{long}{number}.") == 302
        heard = max(heard, time.monotonic() - began)
        if number % 50 == 49 and "Вера Ильина" not in anna.here.values():
            break
    until(lambda: "Вера Ильина" not in anna.here.values(), seconds=20)
    anna.say("И после этого.")
    until(lambda: irina.reads("И после этого."))
    line.close()


def _raw_socket(port, guest, thread):
    """Open a websocket by hand, look at the thread and then never read again."""
    from websocket import create_connection

    cookies = "; ".join(f"{name}={value}" for name, value in guest.cookies.items())
    line = create_connection(
        f"ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket",
        cookie=cookies, origin=f"http://127.0.0.1:{port}",
        sockopt=[(raw.SOL_SOCKET, raw.SO_RCVBUF, 4096)],
    )  # fmt: skip
    assert line.recv().startswith("0")
    line.send("40")
    assert line.recv().startswith("40")
    line.send(f'420["watch",{{"t":{thread}}}]')
    while not line.recv().startswith("43"):
        pass
    return line
