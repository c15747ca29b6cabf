"""A lived-in community and a value for every part of every address: for tests that walk all routes."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import func, select, text
from werkzeug.routing import Rule

from community.core.db import db
from tests.world import SLUG, WHY, Town

BODY = "Ирина Олеговна, ваш лист хорош, а на третьем уроке дети скучают."
RUDE = "Вера Павловна, ну ты и дура, раз не понимаешь таких вещей."


@dataclass
class Scene:
    """What stands in the community; ``values`` fill the addresses."""

    town: Town
    values: dict[str, Any] = field(default_factory=dict)

    def address(self, rule: Rule, **other: Any) -> str | None:
        """Return the path of a route in this community, or None where it serves files."""
        values = {name: other.get(name, self.values.get(name, 1)) for name in rule.arguments}
        return self.town.app.url_map.bind("localhost").build(
            rule.endpoint, values, method=method_of(rule)
        )

    def rules(self) -> list[Rule]:
        """Return every route but that of static files."""
        every = self.town.app.url_map.iter_rules()
        return sorted((rule for rule in every if rule.endpoint != "static"), key=str)


def method_of(rule: Rule) -> str:
    """Return the method by which the route is built: GET where it has one."""
    methods = rule.methods or set()
    return "GET" if "GET" in methods else "POST"


def lived_in(town: Town) -> Scene:
    """Let the known people open, answer, thank, complain, invite, apply, upload and draft."""
    anna, irina, boris, galina, gleb = (
        town[who] for who in ("anna", "irina", "boris", "galina", "gleb")
    )
    board = _one(town, "SELECT id FROM boards WHERE name = 'Методика'")
    new = f"/c/{SLUG}/boards/{board}/topics/new"
    irina.post(
        new, {"title": "Дроби", "kind": "case", "body": "Как вернуть интерес на третьем уроке?"}
    )
    topic = _one(town, "SELECT max(id) FROM topics")
    irina.post(
        new, {"title": "Степени", "kind": "case", "body": "С чего вы начинаете степени в седьмом?"}
    )
    anna.post(f"/c/{SLUG}/topics/{topic}/reply", {"body": BODY})
    entry = _one(town, "SELECT max(id) FROM entries")
    asked = anna.post(f"/c/{SLUG}/topics/{topic}/reply", {"body": RUDE}).get_data(as_text=True)
    seen = re.search(r'name="seen"[^>]*value="([^"]*)"', asked)
    anna.post(f"/c/{SLUG}/topics/{topic}/reply", {"body": RUDE, "seen": seen[1] if seen else ""})
    irina.post(f"/e/{entry}/report", {"reason": "insult", "words": "Обидно за класс."})
    anna.post(f"/drafts/topic:{topic}", {"body": "Ещё не готово"})
    anna.post("/files", {"file": (io.BytesIO("Дроби: с чего начать\n".encode() * 20), "list.txt")},
              content_type="multipart/form-data")  # fmt: skip
    galina.post(f"/c/{SLUG}/invitations", {"note": "район", "days": "14", "uses": "3"})
    gleb.post(f"/c/{SLUG}/apply", {"why": WHY, "agree_charter": "y", "agree_rules": "y",
                                   "charter_version": "1", "rules_version": "1"})  # fmt: skip
    galina.post(f"/c/{SLUG}/chats/new", {"title": "Открытый урок", "body": "С чего начать?",
                                         "access": "invited", "people": [anna.id, boris.id]})  # fmt: skip
    chat = _one(town, "SELECT max(thread_id) FROM chat_rooms")
    anna.post(f"/c/{SLUG}/chats/{chat}", {"body": "Начните с вопроса классу."})
    town.drain()
    del boris
    return Scene(town, {
        "slug": SLUG, "kind": "charter", "number": 1, "user_id": anna.id, "role": "expert",
        "act": "suspend", "way": "take", "board_id": board, "topic_id": topic, "place": f"topic:{topic}",
        "level": "follow", "stage": "plan", "entry_id": entry, "token": "0" * 64, "code": "нет-такого",
        "version": 1, "name": "list.txt", "thread_id": 1, "chat_id": chat, "seconds": 10,
        "case_id": _one(town, "SELECT max(id) FROM applications") or 1,
        "invitation_id": _one(town, "SELECT max(id) FROM invitations") or 1,
        "file_id": _one(town, "SELECT max(id) FROM files") or 1,
        "notice_id": _one(town, "SELECT max(id) FROM notices") or 1,
        "session_id": _one(town, "SELECT max(id) FROM sign_ins") or 1, "archive_id": 1,
    })  # fmt: skip


def _one(town: Town, query: str) -> Any:
    with town.app.app_context():
        return db.session.scalar(text(query))


def counts(town: Town) -> dict[str, int]:
    """Return the number of rows of every table."""
    with town.app.app_context():
        return {
            name: db.session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in db.metadata.tables.items()
        }


def inconsistencies(town: Town) -> list[str]:
    """Say what contradicts itself: counters, places, the journal, the keys."""
    from community.audit import verify

    said = [
        f"{name}: {rows}"
        for name, query in CONTRADICTIONS.items()
        if (rows := _rows(town, query))
    ]  # fmt: skip
    with town.app.app_context():
        with verify.snapshot(db.engine) as connection:
            fault = verify.verify(connection)
        if db.engine.dialect.name == "sqlite":
            broken = db.session.execute(text("PRAGMA foreign_key_check")).all()
            said += [f"keys: {broken}"] if broken else []
    return [*said, f"journal: {fault}"] if fault else said


def _rows(town: Town, query: str) -> list[tuple[Any, ...]]:
    with town.app.app_context():
        return [tuple(row) for row in db.session.execute(text(query)).all()]


CONTRADICTIONS = {
    "members are the rows": """SELECT c.id, c.members, count(m.id) FROM communities c
        LEFT JOIN memberships m ON m.community_id = c.id AND m.state IN ('active', 'suspended')
        GROUP BY c.id, c.members, c.cap HAVING c.members <> count(m.id) OR c.members > c.cap""",
    "entry_count is the last place": """SELECT t.id, t.entry_count, max(e.position) FROM threads t
        LEFT JOIN entries e ON e.thread_id = t.id WHERE t.state <> 'merged'
        GROUP BY t.id, t.entry_count HAVING t.entry_count <> coalesce(max(e.position), 0)""",
    "thanks are counted": """SELECT e.id, e.thanks, count(t.user_id) FROM entries e
        LEFT JOIN thanks t ON t.entry_id = e.id
        GROUP BY e.id, e.thanks HAVING e.thanks <> count(t.user_id)""",
    "a thread has its opener": """SELECT t.id FROM threads t
        LEFT JOIN entries e ON e.id = t.opener_id AND e.thread_id = t.id
        WHERE e.id IS NULL AND t.state <> 'merged'
        AND t.kind <> 'council_minutes'  -- opened beside a council, empty till the first note""",
    "a topic has its thread": """SELECT t.id FROM topics t
        LEFT JOIN threads h ON h.id = t.thread_id WHERE h.id IS NULL""",
    "a removal stands in the journal": """SELECT e.id FROM entries e
        LEFT JOIN audit_entries a ON a.number = e.removal_number
        WHERE e.state = 'removed' AND a.number IS NULL""",
    "a text agrees with its verdict": """SELECT e.id FROM entries e
        LEFT JOIN verdicts v ON v.id = e.verdict_id AND v.digest = e.digest WHERE v.id IS NULL""",
}
"""What must never be found, whoever did what; each query gives the rows that contradict."""


class Forms(HTMLParser):
    """The forms of a page: action, method and fields with the values a browser would send."""

    def __init__(self, page: str, at: str) -> None:
        super().__init__()
        self.at = at
        self.found: list[dict[str, Any]] = []
        self._form: dict[str, Any] | None = None
        self._select: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        if tag == "form":
            self._form = {"action": urlsplit(has.get("action") or self.at).path or self.at,
                          "method": (has.get("method") or "get").lower(), "fields": {}, "words": []}  # fmt: skip  # noqa: E501
            self.found.append(self._form)
        elif (
            self._form is not None
            and tag in ("input", "textarea", "select", "button")
            and has.get("name")
        ):
            self._field(tag, str(has["name"]), has)
        elif tag == "option" and self._form is not None and self._select:  # noqa: SIM102
            if has.get("value") and (
                "selected" in has or not self._form["fields"].get(self._select)
            ):
                self._form["fields"][self._select] = has["value"]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None

    def _field(self, tag: str, name: str, has: dict[str, str | None]) -> None:
        form, kind = self._form, has.get("type") or "text"
        assert form is not None
        if tag == "select":
            self._select = name
            form["fields"].setdefault(name, "")
        elif tag == "textarea" or (tag == "input" and kind in ("text", "search")):
            form["words"].append(name)
            form["fields"][name] = has.get("value") or ""
        elif kind in ("checkbox", "radio"):
            form["fields"].setdefault(name, has.get("value") or "y")
        elif tag == "input" and kind != "file":
            form["fields"][name] = has.get("value") or ""
