"""«Что ждёт решения»: cases of all rooms by term, taken up by one at a time; and one's own warnings."""

from collections import Counter

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from community.communities.here import here, here_standing
from community.core import clock
from community.core.errors import Conflict, NotFound
from community.moderation import code, desk, policies
from community.moderation.forms import TakingForm
from community.moderation.queries import rulings
from community.moderation.queries import warnings as warned
from community.moderation.routes.blueprints import cases_bp, desk_bp
from community.moderation.services import taking
from community.publishing import ruleset, waiting
from community.web.access import current_actor
from community.web.errors import Answer, problem, said


@desk_bp.get("/c/<slug>/moderation")
def queue(slug: str) -> str:
    """What waits for who moderates: every kind, the nearest term first, or one kind."""
    who = here_standing()
    if not policies.may_see_queue(who):
        raise NotFound
    everything = desk.rows(who, clock.now())
    kinds = {each.kind: each.name for each in waiting.sources(who)}
    chosen = request.args.get("kind", "")
    chosen = chosen if chosen in kinds else ""
    return render_template(
        "moderation/queue.html",
        rows=[each for each in everything if chosen in ("", each.case.kind)],
        total=len(everything),
        counts=Counter(each.case.kind for each in everything),
        overdue=sum(each.is_overdue for each in everything),
        kinds=kinds,
        chosen=chosen,
        form=TakingForm(),
        rules_problem=ruleset.problem(),
        slug=slug,
    )


@desk_bp.post("/c/<slug>/moderation/<any(take, back):way>")
def take(slug: str, way: str) -> Response:
    """Take a case up, or give it back; then lead to it, or to the list."""
    form = TakingForm()
    if not policies.may_see_queue(here_standing()):
        raise NotFound
    if not form.validate_on_submit():
        abort(400)
    kind, case_id, version = form.case()
    if way == "back":
        desk.give_back(current_actor(), here().id, kind, case_id)
        flash(_("The case is free again."))
        return redirect(url_for("desk.queue", slug=slug))
    desk.take(current_actor(), here().id, kind, case_id, version=version)
    return redirect(desk.url_of(here_standing(), kind, case_id))


_DECIDES = frozenset({"release", "remove", "uphold", "restore"})
"""Acts on a text that another moderator may have taken up."""


def _case_of_request() -> int | None:
    acts = (request.endpoint or "").rpartition(".")[2] in _DECIDES
    found = (request.view_args or {}).get("entry_id")
    return found if acts and request.method == "POST" else None


@cases_bp.before_request
def keep_to_who_took_it() -> None:
    """Refuse a decision on a case that another moderator reads now; nothing typed is lost."""
    entry_id = _case_of_request()
    if entry_id is not None and current_actor().is_person:
        for kind in ("hold", "report"):
            taking.require_mine(current_actor(), kind, entry_id)


@cases_bp.after_request
def free_what_is_decided(answer: Response) -> Response:
    """Forget who had a case once it is decided."""
    entry_id = _case_of_request()
    if entry_id is not None and answer.status_code in (302, 303):
        taking.forget(entry_id)
    return answer


@cases_bp.errorhandler(Conflict)
def told_who_was_first(error: Conflict) -> Answer:
    """Say who decided meanwhile and what they did, where that is why a decision is refused."""
    entry_id = _case_of_request()
    act = rulings.last_act(entry_id) if entry_id is not None else None
    if error.code == "case.taken" or act is None or act.actor_id in (None, current_actor().user_id):
        return problem(409, said(error))
    return problem(409, f"{said(error)} {desk.who_was_first(act)}")


@cases_bp.get("/me/warnings")
def warnings() -> str:
    """The actor's own warnings with their terms (B10)."""
    mine = warned.warnings_of(current_actor().id)
    return render_template(
        "moderation/warnings.html", warnings=mine, article_name=code.article_name
    )
