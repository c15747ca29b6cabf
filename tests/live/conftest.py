"""Real processes of the site, real sockets, and people who look at one chat."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from community.config import Config, prepare
from tests import world
from tests.conftest import _close
from tests.conftest import site as site_of
from tests.dbs import LEG
from tests.faults.site import Browser, Site, free_port
from tests.world import SLUG

socketio = pytest.importorskip("socketio")


def until(true, seconds: float = 10.0, what: str = "it did not come"):
    """Wait for what a live channel promises soon; return what ``true`` gave."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = true()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(what)


class Guest(Browser):
    """A person with a browser and a socket of their own."""

    def __init__(self, port: int) -> None:
        super().__init__(port)
        self.lines: dict[int, dict] = {}
        self.heard: list[tuple[str, dict]] = []
        self.seq = 0
        self.here: dict[int, str] = {}
        self.thread = 0
        self.line = None
        self.lock = threading.Lock()

    def connect(self, origin: str | None = None) -> Guest:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        address = f"http://127.0.0.1:{self.port}"
        said = {"origin": origin or address}
        self.line = socketio.Client(reconnection=False, websocket_extra_options=said)
        for name in ("news", "here", "typing", "gone", "bye", "told"):
            self.line.on(name, lambda said, name=name: self._hear(name, said))
        how = {"transports": ["websocket"], "wait_timeout": 10}
        self.line.connect(address, headers={"Cookie": cookies}, **how)
        return self

    def watch(self, thread: int) -> dict:
        self.thread = thread
        told = self.line.call("watch", {"t": thread}, timeout=10)
        if "seq" in told:
            self.here = dict(told["here"])
            self.catch_up()
        return told

    def _hear(self, name: str, said: dict) -> None:
        with self.lock:
            self.heard.append((name, said))
            if name == "news":
                self._take(said)
            if name == "here":
                self.here |= dict(said["in"])
                for user_id in said["out"]:
                    self.here.pop(user_id, None)

    def _take(self, said: dict) -> None:
        """Take the lines as the page does: what lies between is asked for, the rest is known by number."""
        if said["prev"] > self.seq:
            return
        for each in said["lines"]:
            known = self.lines.get(each["id"])
            if known is None or known["seq"] < each["seq"]:
                self.lines[each["id"]] = each
        self.seq = max(self.seq, said["seq"])

    def catch_up(self) -> None:
        answer = self.send("GET", f"/live/threads/{self.thread}?after={self.seq}")
        assert answer.status == 200, answer.status
        with self.lock:
            said = json.loads(answer.page)
            self._take({**said, "prev": min(said["prev"], self.seq)})

    def say(self, words: str) -> int:
        return self.send("POST", f"/c/{SLUG}/chats/{self.thread}", {"body": words}).status

    def reads(self, words: str) -> bool:
        with self.lock:
            return any(words in each.get("html", "") for each in self.lines.values())

    def hears(self, name: str) -> bool:
        with self.lock:
            return any(name == each for each, _said in self.heard)

    def close(self) -> None:
        if self.line is not None:
            self.line.disconnect()


@pytest.fixture(scope="session")
def _furnished(database_template, tmp_path_factory) -> Path:
    """A data folder with the known people, made once."""
    data = tmp_path_factory.mktemp("live") / "data"
    config = Config.from_env({"COMMUNITY_DATA": str(data)})
    prepare(config)
    shutil.copyfile(database_template, config.sqlite_path)
    app = site_of(config.database_url, data)
    world.build(app)
    _close(app)
    return data


@pytest.fixture
def house(request, tmp_path) -> Iterator:
    """Begin a site with settings of one's own; every process and every socket is ended afterwards."""
    if LEG == "postgres":
        pytest.skip("a process of the embedded way; what PostgreSQL changes is tested by pages")
    furnished = request.getfixturevalue("_furnished")
    shutil.copytree(furnished, tmp_path / "data")
    houses: list[House] = []

    def begin(**environ: str) -> House:
        made = House(tmp_path / "data", **environ)
        houses.append(made)
        return made

    yield begin
    for each in houses:
        each.close()


class House:
    """A running site and the guests in it."""

    def __init__(self, folder: Path, **environ: str) -> None:
        self.site = Site(folder, **environ)
        self.site.wait()
        self.guests: list[Guest] = []

    def guest(self, who: str) -> Guest:
        made = Guest(self.site.port)
        made.sign_in(who)
        self.guests.append(made)
        return made

    def chat(self, who: Guest) -> int:
        form = {"title": "Урок", "body": "О чём?", "access": "community"}
        answer = who.send("POST", f"/c/{SLUG}/chats/new", form)
        assert answer.status == 302, answer.page[:2000]
        return int(re.search(r"/chats/(\d+)", answer.place).group(1))

    def close(self) -> None:
        for each in self.guests:
            each.close()
        self.site.kill()


class RedisServer:
    """A real Redis of this test alone, which can be stopped and started."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port, self.process = folder, free_port(), None
        folder.mkdir(exist_ok=True)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]  # fmt: skip  # noqa: E501
        self.process = subprocess.Popen(command, cwd=self.folder, stdout=subprocess.DEVNULL)
        until(self._answers, what="Redis did not start")

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)
            self.process = None

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


@pytest.fixture
def redis(tmp_path) -> Iterator[RedisServer]:
    if shutil.which("redis-server") is None:
        pytest.skip("no redis-server here: apt install redis-server")
    server = RedisServer(tmp_path / "redis")
    server.start()
    yield server
    server.stop()
