"""A real server process on a folder of its own, and a browser that is a few lines of http.client."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from community.config import ROOT
from tests.world import PASSWORD, email_of


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Site:
    """`community run` as a child in a process group of its own, so that a kill takes all of it."""

    def __init__(self, folder: Path, **environ: str) -> None:
        self.folder, self.port = folder, free_port()
        self.began = time.monotonic()
        self.log = (folder.parent / "server.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "community", "run", "--data", str(folder), "--port", str(self.port)],
            cwd=ROOT, stdout=self.log, stderr=subprocess.STDOUT, start_new_session=True,
            env=os.environ | {"LOGIN_DELAY": "0"} | environ,
        )  # fmt: skip

    def wait(self, seconds: float = 30) -> float:
        until = time.monotonic() + seconds
        while time.monotonic() < until and self.process.poll() is None:
            with suppress(OSError, http.client.HTTPException):
                if Browser(self.port).send("GET", "/login").status < 500:
                    return time.monotonic() - self.began
            time.sleep(0.02)
        raise AssertionError(self.said())

    def said(self) -> str:
        self.log.flush()
        return (self.folder.parent / "server.log").read_text("utf-8", "replace")[-3000:]

    def kill(self) -> None:
        """Power off: every process of the site at once, with no word to any."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def stop(self) -> float:
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(15)
        return time.monotonic() - began


@dataclass
class Answer:
    status: int
    place: str
    page: str


@dataclass
class Browser:
    """Keeps cookies and the token; sends forms."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def send(self, method: str, path: str, data: dict[str, str] | None = None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if data is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode({"csrf_token": self.token, **data})
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        page = answer.read().decode("utf-8", "replace")
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _eq, value = line.split(";")[0].partition("=")
            self.cookies[name] = value
        connection.close()
        place = urlsplit(answer.headers.get("Location", ""))
        return Answer(answer.status, place.path, page)

    def sign_in(self, who: str) -> Browser:
        page = self.send("GET", "/login").page
        self.token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
        answer = self.send("POST", "/login", {"email": email_of(who), "password": PASSWORD})
        assert answer.status in (302, 303), answer.page[:500]
        page = self.send("GET", "/view").page
        self.token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
        return self
