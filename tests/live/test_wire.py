"""A line takes what it is told at once or in its turn; frames never run into each other."""

import queue
import socket
import threading
import time

import pytest
from engineio.exceptions import SocketIsClosedError
from engineio.packet import MESSAGE, Packet

from community.live.wire import Line, Message


class Engine:
    """Engine.IO's side of a socket: a queue, and a thread that writes what lies in it."""

    def __init__(self):
        self.queue, self.closed = queue.Queue(), False
        self.line = None

    def send(self, packet):
        if self.closed:
            raise SocketIsClosedError
        self.queue.put(packet)

    def write(self):
        while (packet := self.queue.get()) is not None:
            self.line.send(_frame(packet.encode().encode()))
            self.line.written()


def _frame(body):
    size = len(body)
    if size < 126:
        return bytes([0x81, size]) + body
    if size < 65_536:
        return bytes([0x81, 126]) + size.to_bytes(2, "big") + body
    return bytes([0x81, 127]) + size.to_bytes(8, "big") + body


@pytest.fixture
def pair():
    """A line, the engine behind it, and the reader's end; buffers are small, so they fill soon."""
    here, there = socket.socketpair()
    for each in (here, there):
        each.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        each.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    there.settimeout(10)
    engine = Engine()
    engine.line = Line(here, engine)
    yield engine.line, engine, there
    here.close()
    there.close()


def texts(reader, enough):
    """Read so many frames that say something, and not a byte more."""
    found = []
    while len(found) < enough:
        first, size = _exactly(reader, 2)
        assert first == 0x81
        if size > 125:
            size = int.from_bytes(_exactly(reader, 2 if size == 126 else 8), "big")
        body = _exactly(reader, size).decode()
        if body != "6":
            found.append(body)
    return found


def _exactly(reader, size):
    taken = b""
    while len(taken) < size:
        more = reader.recv(size - len(taken))
        assert more, "cut"
        taken += more
    return taken


@pytest.mark.parametrize("size", [1, 125 - 12, 125 - 11, 126, 4000, 65_536, 200_000])
def test_it_is_written_at_once_and_whole(pair, size):
    line, engine, there = pair
    threading.Thread(target=engine.write, daemon=True).start()
    line.tell(Message("news", "ж" * (size // 2) + "a" * (size % 2)))
    (said,) = texts(there, 1)
    assert said == '42["news","' + "ж" * (size // 2) + "a" * (size % 2) + '"]'
    engine.queue.put(None)


def test_nothing_is_queued_for_who_reads(pair):
    line, engine, there = pair
    for number in range(50):
        line.tell(Message("news", {"seq": number}))
        assert texts(there, 1) == [f'42["news",{{"seq":{number}}}]']
    assert engine.queue.empty()


def test_who_reads_slowly_hears_all_of_it_once_and_in_order(pair):
    line, engine, there = pair
    threading.Thread(target=engine.write, daemon=True).start()
    began = time.monotonic()
    for number in range(300):
        line.tell(Message("news", {"seq": number, "html": "строка " * 40}))
    assert time.monotonic() - began < 5, "whoever tells waits for nobody"
    assert not engine.queue.empty()
    heard = []
    while len(heard) < 300:
        heard += texts(there, 1)
        if len(heard) == 150:
            line.tell(Message("news", {"seq": 300}))
    heard += texts(there, 1)
    assert [int(each.split('"seq":')[1].split(",")[0].rstrip("}]")) for each in heard] == list(
        range(301)
    )
    engine.queue.put(None)


def test_what_waits_is_overtaken_by_nothing(pair):
    line, engine, there = pair
    number = 0
    while engine.queue.empty():
        line.tell(Message("news", number))
        number += 1
        assert number < 10_000
    while engine.queue.qsize() < 3:
        line.tell(Message("news", number))
        number += 1
    reading = threading.Thread(target=lambda: heard.extend(texts(there, number + 1)))
    heard = []
    reading.start()
    time.sleep(0.2)  # there is room again, and still messages wait
    line.tell(Message("news", number))
    threading.Thread(target=engine.write, daemon=True).start()
    reading.join(10)
    assert heard == [f'42["news",{each}]' for each in range(number + 1)]
    assert line._behind == 0
    engine.queue.put(None)


def test_an_answer_is_not_overtaken_by_news(pair):
    """Who is here is told with the answer to «I look»: what came after it must be heard after it."""
    line, engine, there = pair
    engine.send(Packet(MESSAGE, '30[{"here":[]}]'))
    line.tell(Message("here", {"in": [4]}))
    threading.Thread(target=engine.write, daemon=True).start()
    assert texts(there, 2) == ['430[{"here":[]}]', '42["here",{"in":[4]}]']
    line.tell(Message("here", {"in": [5]}))
    assert texts(there, 1) == ['42["here",{"in":[5]}]']
    assert engine.queue.empty()
    engine.queue.put(None)


def test_a_line_that_is_gone_disturbs_nobody(pair):
    line, engine, there = pair
    there.close()
    for _ in range(3):
        line.tell(Message("news", {}))
    engine.closed = True
    line._behind = 1
    line.tell(Message("news", {}))
