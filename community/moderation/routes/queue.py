"""«Что ждёт решения», and a person's own warnings."""

from flask import render_template

from community.communities.here import here_standing
from community.core.errors import NotFound
from community.moderation import code, policies
from community.moderation.queries import warnings as warned
from community.moderation.routes.blueprints import cases_bp, desk_bp
from community.publishing import ruleset, waiting
from community.web.access import current_actor


@desk_bp.get("/c/<slug>/moderation")
def queue(slug: str) -> str:
    """What waits for a moderator: holds, complaints, appeals, the nearest term first."""
    if not policies.may_see_queue(here_standing()):
        raise NotFound
    who = here_standing()
    return render_template(
        "moderation/queue.html",
        cases=waiting.waiting(who),
        kinds={each.kind: each.name for each in waiting.sources(who)},
        rules_problem=ruleset.problem(),
        slug=slug,
    )


@cases_bp.get("/me/warnings")
def warnings() -> str:
    """The actor's own warnings with their terms (B10)."""
    mine = warned.warnings_of(current_actor().id)
    return render_template(
        "moderation/warnings.html", warnings=mine, article_name=code.article_name
    )
