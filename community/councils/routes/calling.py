"""Calling a council, changing its plan, calling it off, inviting more people."""

from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from community.calendar.services.appointing import When
from community.communities.here import here, here_standing, require_member
from community.core.errors import Conflict, Invalid, Refused
from community.core.verdict import require
from community.councils.forms.planning import CouncilForm, PlanForm, people_chosen
from community.councils.policies import holding as policies
from community.councils.queries import people, single
from community.councils.routes.blueprints import bp
from community.councils.routes.planning import moved
from community.councils.services import holding, planning, replanning
from community.publishing import access, composing, gate, offers
from community.publishing.composing import Desk
from community.publishing.decisions import WordsStopped, rule_ids
from community.publishing.facts import Circumstances, Words
from community.publishing.offers import Ways
from community.web.access import current_actor
from community.web.errors import sentence, status_of
from community.web.forms import number_sent


@bp.route("/c/<slug>/councils/new", methods=["GET", "POST"])
def new(slug: str) -> Any:
    """Call a council (I01)."""
    require(policies.may_call(require_member()))
    actor, place, members = (
        current_actor(),
        planning.place_of_new(here().id),
        people.members(here().id),
    )
    form = CouncilForm()
    form.seat(members)
    before = single.closed(access.viewer(actor), here().id)
    form.follows_id.choices = [(0, _("goes on from none")), *before]
    draft = composing.restore(actor, place, form)
    if request.method == "GET":
        _begin(form, before)

    def page(decision: Any) -> str:
        return render_template(
            "councils/new.html", form=form, slug=slug, decision=decision, place=place,
            draft=draft or composing.restore(actor, place, form), chosen=people_chosen(),
            people=members, has_before=bool(before), urls=composing.addresses_with_files(
                slug, place, check=url_for("councils.check_words", slug=slug)
            ),
        )  # fmt: skip

    def act(words: Words, seen: frozenset[str], file_ids: Any) -> Response:
        plan = form.whole_plan()
        made = planning.call(actor, here().id, words, plan, seen=seen, file_ids=file_ids)
        if made.state == "held":
            flash(_("Your text waits for a check. It is seen by you and the moderators."))
        else:
            flash(_("The council is called and everybody expected is told. Now make the agenda."))
        at = url_for("councils.council", slug=slug, council_id=made.thread_id)
        return composing.sent(at, made)

    return composing.send(form, desk(place), act, page) if form.is_submitted() else page(None)


@bp.route("/c/<slug>/councils/<int:council_id>/edit", methods=["GET", "POST"])
def edit(slug: str, council_id: int) -> Any:
    """Change the time, the place, the leaders and the order of a planned council."""
    who = require_member()
    row = single.council(access.viewer(current_actor()), council_id, here().id)
    require(policies.may_prepare(who, row.Council))
    form, happening = PlanForm(), row.Happening
    form.seat(people.invited(happening.id))
    when = When(starts_at=happening.starts_at, ends_at=happening.ends_at, place=happening.place)
    if request.method == "GET":
        form.show(row.Council, when, takes_proxies=happening.takes_proxies)
    status, seen = 200, request.form.get("seen", "")
    if form.is_submitted():
        status = 422
        if form.validate():
            status, seen = _replan(form, council_id, seen)
            if status == 302:
                return redirect(url_for("councils.council", slug=slug, council_id=council_id))
            if status == 409:
                form.version.data = str(_version(council_id))
    return render_template(
        "councils/edit.html", form=form, slug=slug, row=row, seen=seen, title=row.title
    ), status


@bp.route("/c/<slug>/councils/<int:council_id>/cancel", methods=["GET", "POST"])
def cancel(slug: str, council_id: int) -> Any:
    """Call a planned council off, after one question."""
    who = require_member()
    row = single.council(access.viewer(current_actor()), council_id, here().id)
    if request.method == "POST":
        act = lambda: holding.cancel(current_actor(), council_id, number_sent("version"))  # noqa: E731
        return moved(slug, council_id, act)
    require(policies.may_prepare(who, row.Council))
    return render_template("councils/cancel.html", slug=slug, row=row, council=row.Council)


@bp.route("/c/<slug>/councils/<int:council_id>/people", methods=["GET", "POST"])
def invite(slug: str, council_id: int) -> Any:
    """Expect more members."""
    who = require_member()
    row = single.council(access.viewer(current_actor()), council_id, here().id)
    require(policies.may_prepare(who, row.Council))
    if request.method == "POST":

        def act() -> None:
            chosen = people_chosen()
            count = replanning.expect_more(
                current_actor(), council_id, chosen, number_sent("version")
            )
            flash(ngettext("%(num)s person is invited.", "%(num)s people are invited.", count))

        return moved(slug, council_id, act)
    rest = people.others(here().id, row.Happening.id)
    return render_template("councils/people.html", slug=slug, row=row, people=rest)


@bp.post("/c/<slug>/councils/check")
def check_words(slug: str) -> Response:  # noqa: ARG001 — the frame reads it
    """Tell what the rules would say of the words of a council or an item (the red pencil)."""
    require_member()
    words = Words(body=request.form.get("body", ""), title=request.form.get("title", ""))
    ways = desk("").ways
    try:
        decision = gate.check(current_actor(), ways().who, words, ways().at)
    except Invalid:
        return jsonify(act="allow", hits=[])
    return jsonify(offers.as_json(decision, ways))


def desk(place: str) -> Desk:
    """Return where words of a council are being written."""
    at = Circumstances("topic", None, here().id)
    return Desk(place, here().id, lambda: Ways(here_standing(), at))


def _begin(form: CouncilForm, before: list[tuple[int, str]]) -> None:
    """Fill a new form with what is most likely: the caller leads, the last council is gone on from."""
    form.chairman_id.data = current_actor().user_id or 0
    form.follows_id.data = before[0][0] if before else 0


def _version(council_id: int) -> int:
    reader = access.viewer(current_actor())
    found: int = single.council(reader, council_id, here().id).Council.version
    return found


def _replan(form: PlanForm, council_id: int, seen: str) -> tuple[int, str]:
    """Send a changed plan; return the status and the rules whose notice was shown meanwhile."""
    known = frozenset(filter(None, seen.split(",")[:50]))
    try:
        replanning.replan(
            current_actor(), council_id, form.plan(), form.known_version(), seen=known
        )
    except WordsStopped as stopped:
        marks = stopped.decision.marks
        form.refuse({"place": [each.message for each in marks]})
        return 422, ",".join(sorted(rule_ids(marks)))
    except Invalid as error:
        form.refuse({name: [_(each) for each in told] for name, told in error.fields.items()})
        return 422, seen
    except Refused as refused:
        form.form_errors.append(sentence(refused.verdict))
        return status_of(refused.code), seen
    except Conflict as error:
        form.form_errors.append(composing.said(error))
        return 409, seen
    flash(_("The plan is changed. Of another time or place everybody expected is told."))
    return 302, seen
