"""The floor: a bare Flask + SQLAlchemy + Jinja application that does the same work and nothing else.

It draws the same 20 entries of a topic, the same list of 20 topics, stores a reply from a form with
CSRF, and searches by FTS5. No people, no rights, no rules, no journal. Its figures say what the
framework itself costs, so that ours can be told as a ratio.
"""

from __future__ import annotations

import sqlite3
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask, redirect, render_template, request
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import FlaskForm
from jinja2 import DictLoader
from sqlalchemy import ForeignKey, Index, String, Text, event, select, text
from sqlalchemy.orm import Mapped, mapped_column
from wtforms import TextAreaField
from wtforms.validators import InputRequired

db = SQLAlchemy()

LAYOUT = """<!doctype html><html lang="ru"><head><meta charset="utf-8"><title>{{ title }}</title></head>
<body><header><a href="/">Форум</a></header><main><h1>{{ title }}</h1>%s</main></body></html>"""
TOPIC = (
    LAYOUT
    % """
{% for entry, author in entries %}<article id="entry-{{ entry.id }}"><header><b>{{ author.name }}</b>
<span>{{ author.school }}</span>
<time datetime="{{ entry.at.isoformat() }}">{{ entry.at.strftime('%d.%m.%Y, %H:%M') }}</time></header>
<div>{{ entry.html|safe }}</div><footer><a href="?reply={{ entry.id }}">Ответить</a>
<a href="?quote={{ entry.id }}">Цитировать</a></footer></article>
{% endfor %}
<nav>{% for n in range(1, 6) %}<a href="?page={{ n }}">{{ n }}</a> {% endfor %}</nav>
<form method="post" action="reply">{{ form.hidden_tag() }}{{ form.body() }}<button>Ответить</button></form>"""
)
LIST = (
    LAYOUT
    % """
<ol>{% for topic, author in topics %}<li><a href="/topics/{{ topic.id }}/">{{ topic.title }}</a>
<span>{{ author.name }}</span> <span>{{ topic.replies }}</span>
<time datetime="{{ topic.last_at.isoformat() }}">{{ topic.last_at.strftime('%d.%m.%Y, %H:%M') }}</time></li>
{% endfor %}</ol>"""
)
FOUND = (
    LAYOUT
    % """
<ol>{% for row in rows %}
<li><a href="/topics/{{ row.topic_id }}/">{{ row.topic_id }}</a> {{ row.fragment }}</li>{% endfor %}</ol>"""
)


COPY = """
INSERT INTO person SELECT u.id, u.name, coalesce(o.short_name, '') FROM source.users u
    LEFT JOIN source.organisations o ON o.id = u.organisation_id;
INSERT INTO topic SELECT t.id, e.title, t.author_id, t.entry_count - 1, t.last_at
    FROM source.threads t JOIN source.entries e ON e.id = t.opener_id WHERE t.kind = 'topic';
INSERT INTO entry SELECT id, thread_id, position, author_id, html, published_at
    FROM source.entries WHERE state = 'published' AND thread_id IN (SELECT id FROM topic);
INSERT INTO found SELECT body, thread_id FROM source.entries WHERE state = 'published'"""


class Person(db.Model):  # type: ignore[name-defined]
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(170))
    school: Mapped[str] = mapped_column(String(80))


class Topic(db.Model):  # type: ignore[name-defined]
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    replies: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime] = mapped_column(index=True)


class Entry(db.Model):  # type: ignore[name-defined]
    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"))
    position: Mapped[int]
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    html: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    __table_args__ = (Index("ix_entry_place", "topic_id", "position"),)


class ReplyForm(FlaskForm):
    body = TextAreaField(validators=[InputRequired()])


def create(file: Path) -> Flask:
    """Build the bare application on a database file."""
    app = Flask("floor")
    app.config.update(
        SECRET_KEY="floor", SQLALCHEMY_DATABASE_URI=f"sqlite:///{file}", WTF_CSRF_TIME_LIMIT=None
    )
    app.jinja_loader = DictLoader({"topic.html": TOPIC, "list.html": LIST, "found.html": FOUND})
    db.init_app(app)
    with app.app_context():
        event.listen(db.engine, "connect", _pragmas)
    app.add_url_rule("/topics/<int:topic_id>/", view_func=topic)
    app.add_url_rule("/topics/<int:topic_id>/reply", view_func=reply, methods=["POST"])
    app.add_url_rule("/", view_func=listed)
    app.add_url_rule("/search", view_func=search)
    return app


def _pragmas(connection: sqlite3.Connection, _record: object) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000"):
        connection.execute(f"PRAGMA {pragma}")


def topic(topic_id: int) -> str:
    """Draw a page of a topic."""
    page = request.args.get("page", 1, type=int)
    first = (page - 1) * 20 + 1
    found = db.get_or_404(Topic, topic_id)
    entries = db.session.execute(
        select(Entry, Person)
        .join(Person, Person.id == Entry.author_id)
        .where(Entry.topic_id == topic_id, Entry.position.between(first, first + 19))
        .order_by(Entry.position)
    ).all()
    return render_template("topic.html", title=found.title, entries=entries, form=ReplyForm())


def listed() -> str:
    """Draw the list of topics."""
    topics = db.session.execute(
        select(Topic, Person)
        .join(Person, Person.id == Topic.author_id)
        .order_by(Topic.last_at.desc())
        .limit(20)
    ).all()
    return render_template("list.html", title="Форум", topics=topics)


def reply(topic_id: int) -> Any:
    """Store a reply."""
    form = ReplyForm()
    if not form.validate_on_submit():
        return "?", 400
    found = db.get_or_404(Topic, topic_id)
    found.replies += 1
    found.last_at = datetime.now(UTC).replace(tzinfo=None)
    entry = Entry(
        topic_id=topic_id, position=found.replies + 1, author_id=1,
        html=f"<p>{form.body.data}</p>", at=found.last_at,
    )  # fmt: skip
    db.session.add(entry)
    db.session.commit()
    return redirect(f"/topics/{topic_id}/#entry-{entry.id}")


def search() -> str:
    """Search by FTS5."""
    words = request.args.get("q", "")
    rows = db.session.execute(
        text(
            "SELECT topic_id, snippet(found, 0, '[', ']', '…', 20) AS fragment FROM found"
            " WHERE found MATCH :words ORDER BY rank LIMIT 20"
        ),
        {"words": f'"{words}"'},
    ).all()
    return render_template("found.html", title=words, rows=rows)


def fill(file: Path, source: Path) -> None:
    """Copy the same topics, entries and people out of the product's own database."""
    app = create(file)
    with app.app_context():
        db.create_all()
        db.session.execute(text("CREATE VIRTUAL TABLE found USING fts5(body, topic_id UNINDEXED)"))
        db.session.commit()
    connection = sqlite3.connect(file)
    connection.execute("ATTACH ? AS source", (str(source),))
    for statement in COPY.split(";"):
        connection.execute(statement)
    connection.commit()
    connection.close()


def main() -> None:
    """Serve the floor on the product's server settings: gunicorn, threads, one worker; or fill it."""
    if sys.argv[1] == "fill":
        fill(Path(sys.argv[2]), Path(sys.argv[3]))
        return
    from gunicorn.app.base import BaseApplication

    file, port = Path(sys.argv[1]), sys.argv[2]

    class Server(BaseApplication):
        def load_config(self) -> None:
            settings = {
                "bind": f"127.0.0.1:{port}", "workers": 1, "worker_class": "gthread", "threads": 64,
                "worker_connections": 256, "control_socket_disable": True, "loglevel": "error",
                "keepalive": 15,
            }  # fmt: skip
            for name, value in settings.items():
                self.cfg.set(name, value)

        def load(self) -> Flask:
            return create(file)

    Server().run()


if __name__ == "__main__":
    main()
