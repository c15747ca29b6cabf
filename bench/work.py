"""The pieces of work: pages, lists, replies, searches, start, weight."""

from __future__ import annotations

import gzip
import re
import statistics
import threading
import time
from collections.abc import Callable
from http.client import HTTPConnection
from urllib.parse import quote, urlencode

from bench.data import PASSWORD, Data
from bench.figures import Figures
from bench.servers import Server, start_ours

WARM = 15
TEXT = (
    "Попробовала у себя в пятом классе: полоски бумаги, потом числовой луч, потом задача про рецепт. "
    "Дети сами предложили считать в ложках. Спасибо за мысль, расскажу на методобъединении. "
) * 3
Ask = Callable[[int], tuple[str, str, str | None]]


class Browser:
    """One keep-alive connection with cookies, gzip and the token of the last form."""

    def __init__(self, port: int) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}
        self.token = ""

    def ask(self, method: str, path: str, body: str | None = None) -> tuple[int, bytes, str]:
        """Send a request; return status, body as sent, and the place it leads to."""
        headers = {"Accept-Encoding": "gzip"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body.encode() if body is not None else None, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, content, answer.headers.get("Location") or ""

    def page(self, path: str) -> str:
        """Return the text of a page, keeping the token of its form."""
        status, content, _place = self.ask("GET", path)
        if status != 200:
            raise RuntimeError(f"{path}: {status}")
        text = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
        page = text.decode()
        if found := re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page):
            self.token = found.group(1)
        return page

    def sign_in(self, email: str) -> None:
        """Sign in by the form."""
        self.page("/login")
        form = urlencode({"email": email, "password": PASSWORD, "csrf_token": self.token})
        status, _content, _place = self.ask("POST", "/login", form)
        if status not in (302, 303):
            raise RuntimeError(f"log-in: {status}")


def measure(figures: Figures, servers: dict[str, Server], data: Data, requests: int) -> None:
    """Run one round of all the work, the servers in turns."""
    ours, small, floor = (Browser(servers[name].port) for name in ("ours", "small", "floor"))
    ours.sign_in(data.large.email)
    small.sign_in(data.small.email)
    browsers = {"ours": ours, "small": small, "floor": floor}
    for browser, site in ((ours, data.large), (small, data.small)):
        _thank(browser, f"/c/{site.slug}/topics/{site.topic}?page=1")
    c = f"/c/{data.large.slug}"
    reads = {
        ("floor", "topic"): f"/topics/{data.floor_topic}/",
        ("ours", "topic"): f"{c}/topics/{data.large.topic}?page=1",
        ("small", "topic"): f"/c/{data.small.slug}/topics/{data.small.topic}?page=1",
        ("floor", "list"): "/",
        ("ours", "list"): f"{c}/boards/{data.large.board}",
        ("small", "list"): f"/c/{data.small.slug}/boards/{data.small.board}",
        ("ours", "page 1"): f"{c}/topics/{data.large.longest}?page=1",
        ("ours", "page 250"): f"{c}/topics/{data.large.longest}?page=250",
        ("floor", "search common"): f"/search?q={quote(data.large.common)}",
        ("ours", "search common"): f"{c}/search?q={quote(data.large.common)}",
        ("floor", "search rare"): f"/search?q={quote(data.large.rare)}",
        ("ours", "search rare"): f"{c}/search?q={quote(data.large.rare)}",
    }
    for (server, work), path in reads.items():
        _run(figures, servers[server], browsers[server], server, work, requests, _get(path))
    _replies(figures, servers, browsers, data, requests)
    _throughput(figures, servers, browsers, reads)


def _thank(browser: Browser, path: str) -> None:
    """Say thanks for three texts of a page, once: a page in use shows thanks of the reader's own."""
    page = browser.page(path)
    if 'aria-pressed="true"' in page:
        return
    for address in re.findall(r'formaction="(/e/\d+/thanks)"', page)[:3]:
        browser.ask("POST", address, urlencode({"csrf_token": browser.token}))


def _get(path: str) -> Ask:
    return lambda _turn: ("GET", path, None)


def _run(  # noqa: PLR0917 — one measurement is told by all of them
    figures: Figures,
    server: Server,
    browser: Browser,
    name: str,
    work: str,
    requests: int,
    ask: Ask,
) -> None:
    for turn in range(WARM):
        _one(browser, ask(turn))
    begun, latency = server.cpu(), []
    for turn in range(requests):
        start = time.perf_counter()
        _one(browser, ask(WARM + turn))
        latency.append((time.perf_counter() - start) * 1000)
    line = figures.line(name, work)
    line.cpu.append((server.cpu() - begun) * 1000 / requests)
    line.latency.extend(latency)
    line.per_second.append(1000 / statistics.mean(latency))


def _one(browser: Browser, request: tuple[str, str, str | None]) -> None:
    status, _content, _place = browser.ask(*request)
    if status >= 400:
        raise RuntimeError(f"{request[:2]}: {status}")


def _replies(
    figures: Figures,
    servers: dict[str, Server],
    browsers: dict[str, Browser],
    data: Data,
    requests: int,
) -> None:
    for name, path, page in (
        ("floor", f"/topics/{data.floor_topic}/reply", f"/topics/{data.floor_topic}/"),
        (
            "ours",
            f"/c/{data.large.slug}/topics/{data.large.spare}/reply",
            f"/c/{data.large.slug}/topics/{data.large.spare}?page=1",
        ),
    ):
        browser = browsers[name]
        browser.page(page)

        def ask(turn: int, browser: Browser = browser, path: str = path) -> tuple[str, str, str]:
            form = {"body": f"{TEXT} {time.time_ns()} {turn}", "csrf_token": browser.token}
            return "POST", path, urlencode(form)

        count, worker = max(30, requests // 2), servers["worker"]
        begun = worker.cpu()
        _run(figures, servers[name], browser, name, "reply", count, ask)
        if name == "ours":
            _settled(worker)
            behind = (worker.cpu() - begun) * 1000 / (count + WARM)
            figures.line("worker", "after a reply").cpu.append(behind)


def _settled(worker: Server) -> None:
    """Wait until the worker has nothing to do: half a second without use, half a minute at most."""
    until, used = time.monotonic() + 30, -1.0
    while time.monotonic() < until and worker.cpu() > used + 0.02:
        used = worker.cpu()
        time.sleep(0.5)


def _throughput(
    figures: Figures,
    servers: dict[str, Server],
    browsers: dict[str, Browser],
    reads: dict[tuple[str, str], str],
) -> None:
    """Measure requests a second with four readers at once, where one was not enough to tell."""
    for name in ("floor", "ours"):
        path, done = reads[name, "topic"], [0]
        stop = time.monotonic() + 2

        def read(
            path: str = path, name: str = name, stop: float = stop, done: list[int] = done
        ) -> None:
            browser = Browser(servers[name].port)
            browser.cookies = dict(browsers[name].cookies)
            while time.monotonic() < stop:
                _one(browser, ("GET", path, None))
                done[0] += 1

        threads = [threading.Thread(target=read) for _ in range(4)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        figures.line(name, "topic").per_second.append(done[0] / 2)


def startup(figures: Figures, data: Data) -> None:
    """Measure the start to the first answer on existing data, and the memory after 300 pages."""
    times = []
    for _ in range(3):
        with start_ours(data.large) as server:
            times.append(server.started_in)
    figures.note("от запуска до первого ответа", statistics.median(times), "с", 1.5)
    with start_ours(data.large) as server:
        browser = Browser(server.port)
        browser.sign_in(data.large.email)
        for page in range(1, 251):
            _one(
                browser,
                ("GET", f"/c/{data.large.slug}/topics/{data.large.longest}?page={page}", None),
            )
        for _ in range(50):
            _one(browser, ("GET", f"/c/{data.large.slug}/boards/{data.large.board}", None))
        figures.note("память после 300 страниц", server.memory(), "МБ", 160)


def weight(figures: Figures, server: Server, data: Data) -> None:
    """Weigh the first visit of a topic's page: everything but fonts, as sent."""
    browser = Browser(server.port)
    browser.sign_in(data.large.email)
    path = f"/c/{data.large.slug}/topics/{data.large.topic}?page=1"
    _status, sent, _place = browser.ask("GET", path)
    page = browser.page(path)
    found = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page))
    total = len(sent)
    for each in found:
        if not each.endswith((".woff2", ".woff")):
            total += len(browser.ask("GET", each)[1])
    figures.note("первый заход на тему, без шрифтов", total / 1024, "КБ", 60)
    searches = figures.lines.get(("ours", "search common"))
    for work in ("search common", "search rare"):
        if searches is not None:
            p99 = figures.lines["ours", work].summary()["p99_ms"]
            figures.note(f"{work}, p99", p99, "мс", 60)
