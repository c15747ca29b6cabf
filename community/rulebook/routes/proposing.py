"""Proposing a change of a rule and deciding on it."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from community.communities.here import here
from community.core.db import db
from community.core.errors import Conflict, Invalid, NotFound
from community.core.verdict import REASONS
from community.publishing import access
from community.rulebook import policies, proposals, queries
from community.rulebook.forms import DecisionForm, ProposalForm
from community.rulebook.models import Proposal, WrongHit
from community.rulebook.routes import shared
from community.rulebook.routes.blueprints import bp
from community.rulebook.samples import nameless
from community.rulebook.services import proposing
from community.rules import splice
from community.web.access import current_actor

NEW_RULE = """- id: НОВ-1
  v: 1
  article: "4.2-вежливость"
  title: "Как назвать правило в двух-трёх словах"
  severity: 1
  mode: live
  when: {lemma: [слово, другое]}
  then: [notice]
  message: "Что прочитает автор: «{match}»."
  tests:
    hit: ["Текст, на котором правило должно сработать: слово"]
    miss: ["Текст, на котором оно должно промолчать"]
"""


@bp.route("/c/<slug>/rulebook/new", methods=["GET", "POST"])
def new(slug: str) -> Any:
    """Propose a rule that is not there yet."""
    return _form(slug, None, NEW_RULE)


@bp.route("/c/<slug>/rulebook/<rule_id>/propose", methods=["GET", "POST"])
def propose(slug: str, rule_id: str) -> Any:
    """Propose another text of a rule; «?miss=» brings an example that a decision has taught."""
    shared.keeper()
    found = queries.block(shared.known_rule(rule_id).id)
    text = found.text if found else ""
    wanted = request.args.get("miss", type=int)
    if wanted and request.method == "GET":
        text = splice.with_miss(text, _example(rule_id, wanted))
    return _form(slug, rule_id, text)


def _form(slug: str, rule_id: str | None, text: str) -> Any:
    who = shared.keeper()
    form = ProposalForm()
    draft = None
    if request.method == "GET":
        form.block.data = text
    elif form.block.data and form.block.data.strip():
        draft = proposals.drafted(form.block.data, rule_id)
    else:
        form.refuse({"block": [_("Please write something here first.")]})
    is_sent = request.method == "POST" and request.form.get("act") == "send"
    if is_sent and draft and form.validate_on_submit() and not draft.complaints:
        try:
            made = proposing.propose(
                current_actor(), who, form.block.data or "", form.why.data or "", rule_id
            )
        except Invalid as error:
            form.refuse({name: [_(each) for each in said] for name, said in error.fields.items()})
        else:
            flash(_("Proposed. It is being tried on real texts; a second person decides."))
            return redirect(url_for("rulebook.proposal", slug=slug, proposal_id=made))
    page = render_template(
        "rulebook/propose.html", slug=slug, rule_id=rule_id, form=form, draft=draft,
        diff=proposals.pieces(draft.before, draft.block) if draft and not draft.complaints else [],
    )  # fmt: skip
    return page, 422 if (draft and draft.complaints) or form.errors else 200


def _example(rule_id: str, wrong_id: int) -> str:
    """The text of a cancelled decision without names and personal data, to be edited before use."""
    reader = access.viewer(current_actor())
    row = db.session.get(WrongHit, wrong_id)
    for wrong, _sample in queries.wrong_hits(reader, rule_id):
        if row is not None and wrong.id == row.id:
            return nameless(queries.words_of(wrong.verdict_id))
    raise NotFound


@bp.get("/c/<slug>/rulebook/proposals/<int:proposal_id>")
def proposal(slug: str, proposal_id: int) -> str:
    """One proposal: what changes, its examples, what it would have done; accept or refuse."""
    return _page(slug, proposal_id, DecisionForm())


@bp.post("/c/<slug>/rulebook/proposals/<int:proposal_id>/accept")
def accept(slug: str, proposal_id: int) -> Any:
    """Accept by a second person: the file is written."""
    who = shared.keeper()
    try:
        proposing.accept(current_actor(), who, proposal_id)
    except Conflict as error:
        flash(_(REASONS[error.code]), "error")
        return _page(slug, proposal_id, DecisionForm()), 409
    flash(
        _("Accepted: the file has a new version of the rule. It is on trial until it is promoted.")
    )
    return _to(slug, proposal_id)


@bp.post("/c/<slug>/rulebook/proposals/<int:proposal_id>/refuse")
def refuse(slug: str, proposal_id: int) -> Any:
    """Refuse with a reason."""
    who, form = shared.keeper(), DecisionForm()
    if not form.validate_on_submit():
        return _page(slug, proposal_id, form), 422
    try:
        proposing.refuse(current_actor(), who, proposal_id, form.reason.data or "")
    except Invalid as error:
        form.refuse({name: [_(each) for each in said] for name, said in error.fields.items()})
        return _page(slug, proposal_id, form), 422
    except Conflict as error:
        flash(_(REASONS[error.code]), "error")
        return _page(slug, proposal_id, form), 409
    flash(_("Refused; whoever proposed it has been told why."))
    return _to(slug, proposal_id)


@bp.post("/c/<slug>/rulebook/proposals/<int:proposal_id>/withdraw")
def withdraw(slug: str, proposal_id: int) -> Response:
    """Take one's own proposal back."""
    proposing.withdraw(current_actor(), shared.keeper(), proposal_id)
    flash(_("Taken back."))
    return _to(slug, proposal_id)


@bp.post("/c/<slug>/rulebook/proposals/<int:proposal_id>/move")
def move(slug: str, proposal_id: int) -> Any:
    """Put a stale proposal upon the file as it is now."""
    who = shared.keeper()
    try:
        proposing.move(current_actor(), who, proposal_id)
    except Invalid as error:
        flash(" ".join(_(each) for each in error.fields["block"]), "error")
        return _page(slug, proposal_id, DecisionForm()), 422
    flash(_("Moved to the file as it is now; it is being tried on real texts again."))
    return _to(slug, proposal_id)


@bp.post("/c/<slug>/rulebook/<rule_id>/wrong/<int:wrong_id>/dismiss")
def dismiss(slug: str, rule_id: str, wrong_id: int) -> Response:
    """Say that a cancelled decision is no example."""
    proposing.dismiss(current_actor(), shared.keeper(), rule_id, wrong_id)
    flash(_("It is not offered as an example any more."))
    return redirect(url_for("rulebook.rule", slug=slug, rule_id=rule_id))


def _page(slug: str, proposal_id: int, form: DecisionForm) -> str:
    who = shared.keeper()
    row = db.session.scalar(
        select(Proposal).where(Proposal.id == proposal_id, Proposal.community_id == here().id)
    )
    if row is None:
        raise NotFound
    told = proposals.told([row])[0]
    draft = None
    if row.state == "waiting" and not told.is_stale:
        draft = proposals.drafted(row.block, row.rule if row.before else None)
    run = shared.run_in_words(told.run, row.rule)
    return render_template(
        "rulebook/proposal.html",
        slug=slug,
        told=told,
        form=form,
        diff=proposals.pieces(row.before, row.block),
        examples=draft.examples if draft else (),
        run=run,
        run_samples=queries.samples(access.viewer(current_actor()), run["samples"]) if run else [],
        may_accept=bool(policies.may_accept(who, row.made_by)),
        is_own=row.made_by == who.user_id,
    )


def _to(slug: str, proposal_id: int) -> Response:
    return redirect(url_for("rulebook.proposal", slug=slug, proposal_id=proposal_id))
