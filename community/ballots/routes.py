"""Addresses of ballots: the list, one ballot, opening, voting, closing, the results as a table."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from community.ballots import after, exports, queries, views
from community.ballots.forms import (
    BASE,
    KIND_HINTS,
    KIND_NAMES,
    MAJORITY,
    BallotForm,
    OutcomeForm,
    VoteForm,
)
from community.ballots.services import casting, closing, opening
from community.communities.here import here, here_standing, require_member
from community.core.errors import NotFound
from community.publishing import access, composing, marks
from community.publishing import queries as words_of
from community.publishing.composing import Desk
from community.publishing.facts import Circumstances, Words
from community.publishing.offers import Finding, Ways
from community.web import tables
from community.web.access import current_actor

bp = Blueprint("ballots", __name__)


@bp.get("/c/<slug>/ballots")
def index(slug: str) -> str:
    """Show the open ballots, those that wait for one's vote first."""
    require_member()
    return _list(slug, "open")


@bp.get("/c/<slug>/ballots/archive")
def archive(slug: str) -> str:
    """Show the finished ballots, the latest first."""
    require_member()
    return _list(slug, "closed")


def _list(slug: str, state: str) -> str:
    number = request.args.get("page", 1, type=int)
    rows, last = queries.rows(access.viewer(current_actor()), here().id, state=state, number=number)
    return render_template(
        "ballots/list.html", rows=sorted(rows, key=lambda row: not row.waits_for_me), slug=slug,
        state=state, number=number, last=last, kinds=KIND_NAMES,
    )  # fmt: skip


@bp.route("/c/<slug>/ballots/new", methods=["GET", "POST"])
def new(slug: str) -> Any:
    """Open a ballot, on a page of its own or («topic») in a thread of the community."""
    require_member()
    thread_id, form = _thread_id(), BallotForm()
    place = opening.place_of(here().id, thread_id)
    draft = composing.restore(current_actor(), place, form)
    if draft is not None:
        form.unfold()
    form.begin()

    def page(decision: Any) -> str:
        return render_template(
            "ballots/new.html", form=form, slug=slug, decision=decision, place=place, draft=draft,
            urls=composing.addresses(slug, place), hints=KIND_HINTS, in_topic=thread_id is not None,
        )  # fmt: skip

    def act(words: Words, seen: frozenset[str], _files: Any) -> AnyResponse:
        ballot_id, made = opening.open_ballot(
            current_actor(), here().id, words, form.plan(), thread_id=thread_id, seen=seen
        )
        if made.state == "held":
            flash(
                _(
                    "Your text waits for a check. The voting is seen when a moderator lets it through."
                )
            )
            return redirect(url_for("ballots.index", slug=slug))
        flash(_("The voting is open. Colleagues are told."))
        return redirect(url_for("ballots.ballot", slug=slug, ballot_id=ballot_id))

    if not form.is_submitted():
        return page(None)
    return composing.send(form, _desk(place, "topic"), act, page)


@bp.get("/c/<slug>/ballots/<int:ballot_id>")
def ballot(slug: str, ballot_id: int) -> str:
    """Show a ballot: the question, one's vote, the results when it is time."""
    require_member()
    row = _found(ballot_id)
    if row.Thread.kind == "ballot":
        marks.read_to(current_actor(), row.Thread.id, row.Thread.entry_count)
    return _page(slug, row, VoteForm())


@bp.post("/c/<slug>/ballots/<int:ballot_id>/vote")
def vote(slug: str, ballot_id: int) -> Any:
    """Take a vote, with a reason where its author gives one."""
    require_member()
    row, form = _found(ballot_id), VoteForm()

    def page(decision: Any) -> str:
        return _page(slug, _found(ballot_id), form, decision)

    def act(words: Words, seen: frozenset[str], _files: Any) -> AnyResponse:
        chosen, for_id = _choices(row.Ballot.kind), _asked_for()
        casting.cast(
            current_actor(), ballot_id, chosen, for_id=for_id, reason=words.body, seen=seen
        )
        flash(_("The vote is taken by proxy.") if for_id else _("Your vote is taken."))
        return redirect(url_for("ballots.ballot", slug=slug, ballot_id=ballot_id, _anchor="ballot"))

    return composing.send(form, _desk(f"vote:{ballot_id}", "comment"), act, page)


@bp.route("/c/<slug>/ballots/<int:ballot_id>/close", methods=["GET", "POST"])
def close(slug: str, ballot_id: int) -> Any:
    """Ask before closing, then close and count."""
    require_member()
    row = _found(ballot_id)
    if request.method == "GET":
        return render_template("ballots/close.html", slug=slug, it=views.view(row, here_standing()))
    closing.close(current_actor(), ballot_id)
    flash(_("The voting is closed and counted."))
    return redirect(url_for("ballots.ballot", slug=slug, ballot_id=ballot_id))


@bp.post("/c/<slug>/ballots/<int:ballot_id>/cancel")
def cancel(slug: str, ballot_id: int) -> AnyResponse:
    """Call a ballot off."""
    require_member()
    _found(ballot_id)
    closing.cancel(current_actor(), ballot_id)
    flash(_("The voting is cancelled."))
    return redirect(url_for("ballots.ballot", slug=slug, ballot_id=ballot_id))


@bp.post("/c/<slug>/ballots/<int:ballot_id>/recount")
def recount(slug: str, ballot_id: int) -> AnyResponse:
    """Count the votes once more."""
    require_member()
    _found(ballot_id)
    if closing.recount(current_actor(), ballot_id):
        flash(_("Counted again: the result is the same."))
    else:
        flash(
            _("Counted again: the result differs from the declared one! The journal says so."),
            "error",
        )
    return redirect(url_for("ballots.ballot", slug=slug, ballot_id=ballot_id))


@bp.route("/c/<slug>/ballots/<int:ballot_id>/outcome", methods=["GET", "POST"])
def outcome(slug: str, ballot_id: int) -> Any:
    """Write down what was decided."""
    require_member()
    row, form = _found(ballot_id), OutcomeForm()
    place = f"outcome:{ballot_id}"
    draft = composing.restore(current_actor(), place, form)

    def page(decision: Any) -> str:
        return render_template(
            "ballots/outcome.html", slug=slug, it=views.view(row, here_standing()), form=form,
            urls=composing.addresses(slug, place), place=place, decision=decision, draft=draft,
        )  # fmt: skip

    def act(words: Words, seen: frozenset[str], _files: Any) -> AnyResponse:
        closing.write_outcome(current_actor(), ballot_id, words, seen=seen)
        flash(_("The outcome is written down."))
        return redirect(url_for("ballots.ballot", slug=slug, ballot_id=ballot_id))

    if not form.is_submitted():
        return page(None)
    return composing.send(form, _desk(place, "post"), act, page)


@bp.get("/c/<slug>/ballots/<int:ballot_id>/votes.csv")
def votes(slug: str, ballot_id: int) -> Response:  # noqa: ARG001 — the frame reads it
    """Give the result as a table; with names where the ballot is open."""
    content = exports.as_csv(_counted(ballot_id))
    return tables.attachment(content, tables.CSV, f"ballot-{ballot_id}.csv")


@bp.get("/c/<slug>/ballots/<int:ballot_id>/votes.xlsx")
def workbook(slug: str, ballot_id: int) -> Response:  # noqa: ARG001 — the frame reads it
    """Give the same as a workbook; an open ballot has a sheet of who voted how."""
    content = exports.as_xlsx(_counted(ballot_id))
    return tables.attachment(content, tables.XLSX, f"ballot-{ballot_id}.xlsx")


def _counted(ballot_id: int) -> views.BallotView:
    """Return a ballot whose votes may be shown by option; 404 for any other."""
    require_member()
    it = views.view(_found(ballot_id), here_standing())
    if not it.shows_split:
        raise NotFound
    return it


def _page(slug: str, row: Any, form: VoteForm, decision: Any = None) -> str:
    it = views.view(row, here_standing())
    reader = access.viewer(current_actor())
    last = words_of.page_count(row.Thread.entry_count)
    number = request.args.get("page", last, type=int)
    if not 1 <= number <= last:
        raise NotFound
    said = []
    if row.Thread.kind == "ballot":
        page = words_of.page(reader, row.Thread.id, number, read_to=None)
        said = [each for each in page if each.id != it.entry_id]
    return render_template(
        "ballots/ballot.html", it=it, slug=slug, form=form, decision=decision,
        explanation=views.explanation(row.Entry, len(it.options)),
        entries=said, topic_url=f"/e/{it.entry_id}" if row.Thread.kind != "ballot" else "",
        kinds=KIND_NAMES, majorities=MAJORITY, bases=BASE, notes=_notes(it),
        ways=after.ways(slug, row, it),
        number=number, last=last, sent=_sent(it),
        urls={"action": url_for("ballots.vote", slug=slug, ballot_id=it.id)},
    )  # fmt: skip


def _notes(it: views.BallotView) -> list[str]:
    told = []
    if not it.voices:
        told.append(_("The list of voters was fixed when the ballot was opened; you read along."))
    if it.quorum:
        needed = -(-it.quorum * it.voters // 100)
        said = ngettext("The quorum is %(num)s vote.", "The quorum is %(num)s votes.", needed)
        told.append(said)
    return told


def _sent(it: views.BallotView) -> dict[int, dict[int, int]]:
    """Return what was just sent and stays in the form, by the voter for whom it was sent."""
    if request.method != "POST":
        return {}
    chosen = {int(key): value for key, value in _choices(it.kind).items()}
    return {_asked_for() or current_actor().id: chosen}


def _asked_for() -> int | None:
    """Return whose voice the form casts by proxy; nobody's for one's own."""
    asked = request.form.get("for", "")
    return int(asked) if _is_id(asked) and int(asked) != current_actor().id else None


def _choices(kind: str) -> dict[str, int]:
    """Read a vote from the form: ticks, or a number at each option (dates, places)."""
    if kind not in ("time", "ranking"):
        return {each: 1 for each in request.form.getlist("choice")[:50] if _is_id(each)}
    found = {}
    for name, value in request.form.items():
        if name.startswith("option-") and _is_id(name[7:]) and value.isascii() and value.isdigit():
            found[name[7:]] = int(value[:4])
    return found


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def _found(ballot_id: int) -> Any:
    return queries.ballot(access.viewer(current_actor()), ballot_id, here().id)


def _thread_id() -> int | None:
    """Return the thread that the ballot is to stand in; 404 for what one may not know of."""
    wanted = request.args.get("topic", type=int)
    if wanted is None:
        return None
    if not 0 < wanted < 2**31:
        raise NotFound
    row = words_of.thread(access.viewer(current_actor()), wanted)
    if row.Thread.community_id != here().id or row.Thread.kind != "topic":
        raise NotFound
    return wanted


def _desk(place: str, event: str) -> Desk:
    return Desk(place, here().id, _ways(event))


def _ways(event: str) -> Finding:
    at = Circumstances(event=event, community_id=here().id)
    return lambda: Ways(here_standing(), at)
