"""The open journal: what moderators and rules did, for every member; roles, never names."""

import json
from datetime import datetime, timedelta
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from community.audit import checkpoints, signing
from community.audit import queries as journal_of
from community.audit.chain import moment
from community.audit.filters import OUTCOMES, Filters, group_of
from community.audit.kinds import GROUPS, KINDS
from community.communities.here import here, require_member
from community.core import clock
from community.core.errors import NotFound
from community.moderation import code
from community.moderation.queries import figures as figures_of
from community.moderation.routes.blueprints import cases_bp, journal_bp
from community.moderation.routes.shared import month_name, slug_of
from community.publishing import access
from community.web import words
from community.web.access import current_actor

DECISIONS = "words"
"""What the page shows first: decisions on texts; admissions and settings are one choice away."""
EVERYTHING = "all"
_MONTHS = 36


@journal_bp.get("/c/<slug>/journal")
def journal(slug: str) -> str:
    """A page of the journal with filters, totals, the newest checkpoint (rules, §7; B07)."""
    require_member()
    filters = asked()
    page = journal_of.page(here().id, filters, before=_number("before"), after=_number("after"))
    chosen = chosen_values()
    return render_template(
        "moderation/journal.html", journal=page, slug=slug, chosen=chosen,
        total=journal_of.total(here().id, filters), most=journal_of.MOST, kinds=_kinds(),
        articles=_articles(), months=_months(),
        outcomes={name: _(said) for name, said in OUTCOMES.items()},
        figures=figures_of.figures(here().id, words.zone(), 6), article_name=code.article_name,
        checkpoint=_checkpoint(), address=_address, month_name=month_name,
    )  # fmt: skip


@journal_bp.get("/c/<slug>/journal/<int:number>")
def entry(slug: str, number: int) -> str:
    """One row of the journal, with what answered it."""
    require_member()
    if journal_of.community_of(number) != here().id:
        raise NotFound
    row = journal_of.entry(number)
    return render_template(
        "moderation/journal_entry.html", row=row, slug=slug, article_name=code.article_name
    )


@journal_bp.get("/c/<slug>/journal/find")
def find(slug: str) -> Answer:
    """Lead to the row of a number that was typed, or back to the journal with words."""
    require_member()
    number = _number("number")
    if number is None or journal_of.community_of(number) != here().id:
        flash(_("There is no such number in this journal."), "error")
        return redirect(url_for("journal.journal", slug=slug))
    return redirect(url_for("journal.entry", slug=slug, number=number))


@journal_bp.get("/c/<slug>/journal/checkpoint.json")
def checkpoint(slug: str) -> Response:  # noqa: ARG001 — ``here`` reads it
    """Give the newest checkpoint as a file to keep: whoever holds it can check the journal later."""
    require_member()
    signed = checkpoints.latest()
    if signed is None:
        raise NotFound
    answer = Response(json.dumps(signed.as_json(), indent=1) + "\n", mimetype="application/json")
    answer.headers["Content-Disposition"] = f"attachment; filename=journal-{signed.size}.json"
    return answer


@cases_bp.get("/journal/<int:number>")
def by_number(number: int) -> Answer:
    """Lead from the number of a decision to its row in its community's journal."""
    community_id = journal_of.community_of(number)
    if community_id is None or community_id not in access.viewer(current_actor()).communities:
        raise NotFound
    return redirect(url_for("journal.entry", slug=slug_of(community_id), number=number))


def asked() -> Filters:
    """Return the filters that the address asks for; what it does not name is not narrowed."""
    chosen = chosen_values()
    since, until = _month(chosen["month"])
    what = "" if chosen["what"] == EVERYTHING else chosen["what"]
    return Filters(
        what=what, article=chosen["article"], outcome=chosen["outcome"], since=since, until=until
    )


def chosen_values() -> dict[str, str]:
    """Return what is chosen in the form of the page; a value that no list holds chooses nothing."""
    what = request.args.get("what", DECISIONS)
    month, article = request.args.get("month", ""), request.args.get("article", "")
    outcome = request.args.get("outcome", "")
    return {
        "what": what if what in GROUPS or what in KINDS or what == EVERYTHING else DECISIONS,
        "article": article if article in code.articles() else "",
        "month": month if _month(month) != (None, None) else "",
        "outcome": outcome if outcome in OUTCOMES else "",
    }


def _address(endpoint: str, **more: Any) -> str:
    """Return an address of the journal that keeps what is chosen."""
    chosen: dict[str, Any] = {name: value for name, value in chosen_values().items() if value}
    return url_for(f"journal.{endpoint}", slug=here().slug, **chosen, **more)


def _kinds() -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Return the groups with their kinds, as the choice on the page lists them."""
    found = []
    for name, group in GROUPS.items():
        own = [(kind, journal_of.sentence(kind)) for kind in KINDS if group_of(kind) == name]
        found.append((name, _(group.name), sorted(own, key=lambda each: each[1])))
    return found


def _articles() -> dict[str, str]:
    return {number: each.name for number, each in code.articles().items() if number == each.number}


def _months() -> list[tuple[str, str]]:
    """Return the months of the journal with their names, newest first."""
    began = journal_of.began(here().id)
    if began is None:
        return []
    first, at = began.astimezone(words.zone()), clock.now().astimezone(words.zone())
    found: list[tuple[str, str]] = []
    while (at.year, at.month) >= (first.year, first.month) and len(found) < _MONTHS:
        found.append((f"{at:%Y-%m}", month_name(at)))
        at = at.replace(day=1) - timedelta(days=1)
    return found


def _month(said: str) -> tuple[datetime | None, datetime | None]:
    """Return the bounds of «2026-11» in the reader's zone, or nothing."""
    try:
        since = datetime.strptime(said, "%Y-%m").replace(tzinfo=words.zone())
        return since, (since + timedelta(days=32)).replace(day=1)
    except (ValueError, OverflowError):
        return None, None


def _checkpoint() -> tuple[signing.Signed, datetime] | None:
    signed = checkpoints.latest()
    return (signed, moment(signed.at)) if signed else None


def _number(name: str) -> Any:
    found = request.args.get(name, type=int)
    return found if found and 0 < found < 2**31 else None
