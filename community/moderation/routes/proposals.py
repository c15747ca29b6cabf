"""The second signature: what one proposed, as another reads it; erasing; several texts at once."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from community.communities.here import here, here_standing
from community.communities.standing import standing
from community.core.errors import Invalid, NotFound
from community.moderation import code, policies
from community.moderation.forms import BulkForm, PurgeForm, ReasonForm
from community.moderation.queries import proposals, texts
from community.moderation.routes.blueprints import cases_bp, desk_bp
from community.moderation.routes.casework import case, grounds_of, views, why_two
from community.moderation.routes.shared import errors_into, slug_of
from community.moderation.services import bulk, grounds, signing, suspending
from community.moderation.services.grounds import Grounds
from community.web.access import current_actor


def _proposal(number: int) -> Any:
    """Return a proposal for a moderator of its community; 404 for everyone else."""
    row = proposals.one(number)
    if not policies.may_see_queue(standing(current_actor(), row.Proposal.community_id)):
        raise NotFound
    return row


@cases_bp.get("/proposals/<int:number>")
def proposal(number: int) -> Any:
    """A proposal with its grounds, for who signs or refuses."""
    return _page(_proposal(number), ReasonForm())


@cases_bp.post("/proposals/<int:number>/sign")
def sign(number: int) -> Response:
    """Put the second signature under one text."""
    row = _proposal(number)
    act = suspending.sign_suspension if row.Entry is None else signing.sign
    act(current_actor(), number)
    flash(_("Signed: the decision is carried out, the author has been told."))
    return redirect(url_for("cases.proposal", number=number))


@cases_bp.post("/proposals/<int:number>/sign-all")
def sign_all(number: int) -> Response:
    """Put the second signature under everything that was proposed together."""
    _proposal(number)
    signed, skipped = signing.sign_bundle(current_actor(), number)
    flash(ngettext("%(num)s text is signed.", "%(num)s texts are signed.", signed))
    if skipped:
        flash(_("Texts changed or decided meanwhile: %(number)s. They stay as they are.",
                number=skipped))  # fmt: skip
    return redirect(url_for("cases.proposal", number=number))


@cases_bp.post("/proposals/<int:number>/refuse")
def refuse(number: int) -> Any:
    """Refuse the second signature with a reason."""
    row = _proposal(number)
    form, status = ReasonForm(), 422
    if form.validate_on_submit():
        with errors_into(form, "reason") as attempt:
            act = suspending.refuse_suspension if row.Entry is None else signing.refuse
            act(current_actor(), number, reason=form.reason.data)
        if attempt.done:
            flash(_("The text stays; the one who proposed it has your reason."))
            return redirect(url_for("cases.proposal", number=number))
        status = attempt.status
    return _page(row, form), status


@cases_bp.post("/proposals/<int:number>/withdraw")
def withdraw(number: int) -> Response:
    """Take one's own proposal back."""
    row = _proposal(number)
    act = suspending.withdraw_suspension if row.Entry is None else signing.withdraw
    act(current_actor(), number)
    flash(_("The proposal is taken back; the text stays as it was."))
    return redirect(url_for("cases.proposal", number=number))


def _page(row: Any, form: ReasonForm) -> str:
    actor, made = current_actor(), row.Proposal
    entry = row.Entry
    parties = grounds.parties_of(actor.id, entry) if entry is not None else frozenset()
    together = [each for each in proposals.bundle(made.bundle) if each.Proposal.id != made.id]
    return render_template(
        "moderation/proposal.html", row=row, made=made, form=form, together=together,
        entries=views(entry) if entry is not None else [], why=why_two(made.why),
        article=code.articles().get(made.article), article_name=code.article_name,
        may_sign=made.state == "waiting" and not parties and actor.id != made.proposed_by
        and (entry is not None or standing(actor, made.community_id).is_administrator),
        is_mine=actor.id == made.proposed_by, is_side=bool(parties),
        waiting=sum(1 for each in together if each.Proposal.state == "waiting"),
        changed=entry is not None and entry.revision != made.revision,
        slug=slug_of(made.community_id),
    )  # fmt: skip


@cases_bp.route("/e/<int:entry_id>/purge", methods=["GET", "POST"])
def purge(entry_id: int) -> Any:
    """Propose to erase a text for good: for personal data or by law."""
    found, _who = case(entry_id)
    form, status = PurgeForm(), 422
    if form.validate_on_submit():
        with errors_into(form, "reason") as attempt:
            number = signing.propose_purge(current_actor(), entry_id, grounds_of(form))
        if attempt.done:
            flash(_("Another person will read it and sign; until then nothing is erased."))
            return redirect(url_for("cases.proposal", number=number))
        status = attempt.status
    form.revision.data = str(found.revision)
    return render_template(
        "moderation/purge.html", form=form, entry=found, entries=views(found),
        copies=texts.quoting(found), slug=slug_of(found.community_id),
    ), (status if form.errors else 200)  # fmt: skip


@desk_bp.route("/c/<slug>/moderation/texts", methods=["GET", "POST"])
def several(slug: str) -> Any:
    """The newest texts of one author or one talk, to be decided on together."""
    if not policies.may_see_queue(here_standing()):
        raise NotFound
    author, thread = request.args.get("author", type=int), request.args.get("thread", type=int)
    rows = texts.of(here().id, author_id=author, thread_id=thread)
    form, said = BulkForm(), dict[str, str]()
    marked = set(request.form.getlist("entry", type=int))
    if form.validate_on_submit():
        try:
            number = bulk.propose_all(current_actor(), _wanted(form, marked))
        except Invalid as error:
            said = {name: _(each[0]) for name, each in error.fields.items()}
        else:
            flash(_("Another person will read your grounds and sign; the texts stay until then."))
            return redirect(url_for("cases.proposal", number=number))
    return render_template(
        "moderation/several.html", form=form, rows=rows, marked=marked, slug=slug,
        titles=texts.titles(rows), typed=request.form, said=said,
    ), (422 if form.is_submitted() else 200)  # fmt: skip


def _wanted(form: BulkForm, marked: set[int]) -> dict[int, Grounds]:
    return {
        each: Grounds(
            form.article.data,
            request.form.get(f"quote-{each}", "")[:1000],
            form.reason.data,
            "useless",
            request.form.get(f"revision-{each}", type=int),
        )
        for each in marked
    }
