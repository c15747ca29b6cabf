"""The open journal for programs: lines of JSON and an Atom feed, with the fields of the page alone."""

import json
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as ET

from flask import Response, current_app, request, stream_with_context, url_for
from flask_babel import gettext as _

from community.accounts.services import feed_keys
from community.audit import queries as journal_of
from community.audit.chain import stamp
from community.audit.queries import JournalRow
from community.communities.here import here, require_member
from community.config import Config
from community.core.errors import NotFound
from community.moderation import code
from community.moderation.routes.blueprints import journal_bp
from community.moderation.routes.journal import asked
from community.publishing import access
from community.web.access import current_actor, public

ATOM = "http://www.w3.org/2005/Atom"
_IN_FEED = 50


@journal_bp.get("/c/<slug>/journal.jsonl")
def lines(slug: str) -> Response:
    """Give the journal as a line of JSON for each row, oldest first, as it is read from the database."""
    require_member()
    rows = journal_of.walk(here().id, asked())

    def written() -> Iterator[str]:
        for row in rows:
            yield json.dumps(_fields(row), ensure_ascii=False) + "\n"

    answer = Response(stream_with_context(written()), mimetype="application/x-ndjson")
    answer.headers["Content-Disposition"] = f"inline; filename=journal-{slug}.jsonl"
    return answer


@journal_bp.get("/c/<slug>/journal.atom")
@public
def feed(slug: str) -> Response:
    """Give the newest rows as an Atom feed, to a member by session or by the key of their feeds."""
    _require_reader()
    filters = asked()
    rows = journal_of.page(here().id, filters, size=_IN_FEED).rows
    answer = Response(_atom(slug, rows), mimetype="application/atom+xml")
    if rows:
        answer.last_modified = max(_touched(row) for row in rows)
    return answer


def _require_reader() -> None:
    """Let a member in; a stranger's key says no more than a wrong address."""
    if current_actor().is_person:
        require_member()
        return
    person = feed_keys.person_of(request.args.get("key", ""))
    if person is None or here().id not in access.viewer(person).communities:
        raise NotFound


def _fields(row: JournalRow) -> dict[str, Any]:
    """Return a row as the page shows it: roles and codes, never names and words."""
    return {
        "number": row.number,
        "at": stamp(row.at),
        "kind": row.kind,
        "what": row.sentence,
        "article": row.article,
        "article_name": code.article_name(row.article),
        "rule": row.rule,
        "rule_version": row.rule_version,
        "by": row.by,
        "automatic": row.automatic,
        "about": row.previous,
        "place": f"/e/{row.target[1]}" if row.target and row.target[0] == "entry" else None,
        "answers": [
            {"number": each.number, "kind": each.kind, "outcome": each.outcome, "what": each.words}
            for each in row.answers
        ],
        "hash": row.hash,
    }


def _touched(row: JournalRow) -> Any:
    return max([row.at, *(each.at for each in row.answers)])


def _atom(slug: str, rows: Any) -> bytes:
    config: Config = current_app.extensions["community"]
    home = config.public_url.rstrip("/")
    ET.register_namespace("", ATOM)
    made = ET.Element(f"{{{ATOM}}}feed")
    page = home + url_for("journal.journal", slug=slug)
    _put(made, "id", page)
    _put(made, "title", f"{here().name}: {_('The open journal')}")
    _put(made, "updated", _when(max((_touched(row) for row in rows), default=None)))
    ET.SubElement(made, f"{{{ATOM}}}link", {"rel": "alternate", "href": page})
    for row in rows:
        _entry(made, home + url_for("journal.entry", slug=slug, number=row.number), row)
    return ET.tostring(made, encoding="utf-8", xml_declaration=True)


def _entry(feed: Any, url: str, row: JournalRow) -> None:
    made = ET.SubElement(feed, f"{{{ATOM}}}entry")
    _put(made, "id", url)
    _put(made, "title", f"№ {row.number}. {row.sentence}")
    _put(made, "updated", _when(_touched(row)))
    _put(made, "published", _when(row.at))
    ET.SubElement(made, f"{{{ATOM}}}link", {"rel": "alternate", "href": url})
    author = ET.SubElement(made, f"{{{ATOM}}}author")
    _put(author, "name", row.by)
    answers = [f"№ {each.number}: {each.words}" for each in row.answers]
    said = [code.article_name(row.article), row.by, *answers]
    _put(made, "summary", " · ".join(filter(None, said)))


def _put(above: Any, name: str, words: str) -> None:
    ET.SubElement(above, f"{{{ATOM}}}{name}").text = words


def _when(at: Any) -> str:
    """Return a moment of the feed; an empty journal was never changed."""
    return stamp(at) if at else "1970-01-01T00:00:00.000000Z"
