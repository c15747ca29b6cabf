"""A stage for the look: our templates with made-up people, served under the site's own CSP."""

import datetime as dt
import io
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace as Thing
from typing import Any
from urllib.parse import parse_qs, urlsplit

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from jinja2 import ChoiceLoader, DictLoader, Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from community.assets import Assets
from community.publishing.views import EntryView, RemovalView
from community.web.security import POLICY

ROOT = Path(__file__).resolve().parents[2]
NOON = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)
ROUGH = "только бездельники жалуются"
KINDS = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}

TOPIC = """{% extends "base.html" %}
{% from "macros/composer.html" import composer with context %}
{% block title %}Дроби{% endblock %}
{% block heading %}<h1>Дроби в пятом классе</h1>{% endblock %}
{% block content %}<div class="entries">{% include "entries/_entry.html" %}</div>
{{ composer(form, form.text, urls, "Ответить", "thread:1", label="Ваш ответ") }}{% endblock %}
{% block margin %}<p>Вывод темы ещё не сделан.</p>{% endblock %}"""

DECIDE = """{% extends "base.html" %}{% block content %}<h1>Решение</h1>
{% include "entries/_entry.html" %}
<form id="remove" method="post"><label for="quote">Слова</label><input id="quote" name="quote"></form>
{% endblock %}"""

ENTRY = """{% extends "base.html" %}{% block content %}<h1>Тема</h1>
{% include "entries/_entry.html" %}{% endblock %}"""


NARROW = """{% extends "base.html" %}{% from "ballots/_ballot.html" import results with context %}
{% block content %}<h1>Итог</h1>
<p class="flash">Выделилось из <a href="/p">Педагоги Приозёрного района</a>. Его правила — и здесь.</p>
{{ results(ballot) }}{% endblock %}"""


SCENES = {"topic": TOPIC, "entry": ENTRY, "decide": DECIDE, "narrow": NARROW}


class Area:
    """What the composer needs of a WTForms field."""

    id = name = "text"
    label = Thing(text="Ваш ответ")
    errors: tuple[str, ...] = ()

    def __init__(self, words: str = "") -> None:
        self.words = words

    def __call__(self, **traits: Any) -> Markup:
        told = "".join(f' {name.rstrip("_")}="{escape(value)}"' for name, value in traits.items())
        return Markup(f'<textarea id="text" name="text"{told}>{escape(self.words)}</textarea>')


class Form:
    def __init__(self, words: str = "") -> None:
        self.text = Area(words)
        self.parent_id = Thing(data=None)

    def hidden_tag(self) -> Markup:
        token = '<input type="hidden" name="csrf_token" value="TOKEN">'
        return Markup(f'{token}<input type="hidden" name="seen">')


def person(number: int, name: str, school: str = "школа № 4") -> Thing:
    initials = "".join(part[0] for part in name.split())
    return Thing(
        id=number, name=name, initials=initials, hue=number % 6 + 1, photo_url=None, school=school,
        subjects="математика", role_name="", url=f"/people/{number}", gone=False,
    )  # fmt: skip


def entry(number: int, text: str, **traits: Any) -> Thing:
    usual: dict[str, Any] = {
        "id": number, "number": number, "url": f"/t/1#entry-{number}", "title": "", "html": text,
        "at": NOON, "edited_at": None, "author": person(number, "Ирина Кольцова"), "parent": None,
        "depth": 0, "state": "published", "removal": None, "decision": None, "insert": None, "is_new": False,
        "is_mine": False, "thanks": 2, "thanked": False, "thanks_url": "/thanks", "attachments": [],
        "revisions": 1, "quote_url": "/q", "reply_url": "/r",
        "more_actions": [Thing(name="Пожаловаться", url="/c", method="get", danger=False)],
    }  # fmt: skip
    unsaid = dict.fromkeys(each.name for each in fields(EntryView))
    return Thing(**{**unsaid, **usual, **traits})


def page(**traits: Any) -> Thing:
    names = ("Что нового", "Форум", "Нужна помощь", "Поиск", "Журнал", "Кодекс")
    services = [
        Thing(code=str(n), name=name, url=f"/s{n}", count=n, current=n == 1, note="", group="rooms")
        for n, name in enumerate(names)
    ]
    people = {"count": 0, "current": False, "note": "147 из 150", "group": "people"}
    services.append(Thing(code="people", name="Участники", url="/p", **people))
    room = Thing(slug="ped", name="Педагоги", kind_name="", members=147, cap=150, services=services)
    usual: dict[str, Any] = {
        "actor": person(7, "Анна Соколова"), "community": room, "communities": (), "notice_count": 3,
        "theme": "", "vision": {}, "search_url": "/search",
        "operator_note": "", "home_url": "/", "login_url": "/in", "join_url": "/join",
        "notices_url": "/notices", "view_url": "/view", "foot": (),
        "menu": (Thing(name="Выйти", url="/out", post=True),), "csrf_token": lambda: "TOKEN",
    }  # fmt: skip
    return Thing(**{**usual, **traits})


def environment() -> Environment:
    """Jinja as the site has it, in Russian, with filters that need no application."""
    compiled = io.BytesIO()
    with (ROOT / "community/translations/ru/look.po").open("rb") as source:
        write_mo(compiled, read_po(source))
    compiled.seek(0)
    env = Environment(
        loader=ChoiceLoader(
            [FileSystemLoader(ROOT / "templates"), DictLoader(SCENES)]
        ),
        autoescape=True, undefined=StrictUndefined, extensions=["jinja2.ext.i18n"],
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    env.install_gettext_translations(Translations(compiled), newstyle=True)  # type: ignore[attr-defined]
    env.globals.update(
        asset=Assets(ROOT / "static"),
        get_flashed_messages=lambda **_: [("info", "Сохранено.")],
        request=Thing(path="/c/ped/"),
        setting=lambda: "",
        piece=lambda _around, _shown, draw, *what: draw(*what),
    )
    env.filters.update(ru_time=lambda at: f"{at:%H:%M}", iso=lambda at: at.isoformat(), size=str)
    return env


def shelf_of_entries() -> list[Thing]:
    removal = RemovalView(article="ст. 4.1", decision_number=212, journal_url="/j", appeal_note="")
    table = "<table><tr><th>Класс</th></tr><tr><td>5</td></tr></table><pre><code>1/2</code></pre>"
    return [
        entry(1, "<p>Что сработало у вас на третий урок?</p>"),
        entry(2, f"<p>Кухня и рецепт.</p>{table}", depth=1, is_mine=True),
        entry(3, "", depth=2, state="removed", removal=removal),
        entry(4, "<p>Попробовала утром.</p>", is_new=True),
    ]


def ballot() -> Thing:
    """A ranking with the longest row that a result has: option, votes, points, share."""
    days = ("понедельник, 15:30", "воскресенье, 16:00")
    options = [
        Thing(label=day, votes=18, points=36, share=100, names=(), is_winner=day == days[0])
        for day in days
    ]
    return Thing(
        state="open", kind="ranking", shows_split=True, options=options, bar=None, silent=None
    )


def topic(words: str = "", **traits: Any) -> str:
    urls = {
        "action": "/reply", "draft": "/draft", "preview": "/preview", "check": "/check",
        "people": "/people.json", "upload": "/upload", "code": "/code",
    }  # fmt: skip
    made = environment().get_template("topic")
    return made.render(page=page(**traits), entries=shelf_of_entries(), form=Form(words), urls=urls)


def answer(path: str, body: str) -> dict[str, Any]:
    """Answer as the rooms answer our scripts."""
    text = parse_qs(body).get("text", [""])[0]
    at = text.find(ROUGH)
    hit = {
        "rule": "ОСК-1", "article": "Ст. 4.1", "title": "Похоже на грубость", "message": "Упрёк себе.",
        "spans": [[at, at + len(ROUGH)]], "offers": [{"name": "Выяснить лично", "url": "/pm"}],
    }  # fmt: skip
    return {
        "/check": {"act": "hold", "hits": [hit]} if at >= 0 else {"act": "allow", "hits": []},
        "/draft": {"saved_at": NOON.isoformat()},
        "/preview": {"html": "<p>Готово</p>"},
        "/thanks": {"thanks": 3, "thanked": True},
        "/upload": {"id": 5, "name": "лист.docx", "size": "48 КБ"},
        "/view": {"kept": True},
        "/people.json": {
            "people": [{"id": 1, "name": "Ирина Кольцова", "insert": "@Ирина Кольцова"}]
        },
    }.get(path, {})


@contextmanager
def theatre(pages: dict[str, str]) -> Iterator[Thing]:
    """Serve the pages on a free port; ``posts`` remembers what the scripts sent."""
    posts: list[tuple[str, str, str]] = []

    class Stage(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Stay silent."""

        def reply(self, body: bytes, kind: str, status: int = 200) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Security-Policy", POLICY)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            file = ROOT / path.lstrip("/")
            if path.startswith("/static/") and file.is_file():
                self.reply(file.read_bytes(), KINDS.get(file.suffix, "text/plain"))
            elif path in pages:
                self.reply(pages[path].encode(), "text/html; charset=utf-8")
            else:
                self.reply(json.dumps(answer(path, "")).encode(), "application/json")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0)).decode(
                "utf-8", "replace"
            )
            posts.append((self.path, self.headers.get("X-CSRFToken", ""), body))
            self.reply(json.dumps(answer(self.path, body)).encode(), "application/json")

    server = ThreadingHTTPServer(("127.0.0.1", 0), Stage)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield Thing(url=f"http://127.0.0.1:{server.server_port}", posts=posts)
    finally:
        server.shutdown()
        server.server_close()
