"""The figures of moderation for every member: months, quarters, and what followed from them (B07)."""

from flask import render_template

from community.communities.here import here, here_standing, require_member
from community.core import clock
from community.moderation import code
from community.moderation.queries import figures as figures_of
from community.moderation.queries import quarters
from community.moderation.routes.blueprints import journal_bp
from community.moderation.routes.shared import month_name
from community.moderation.services import counting
from community.web import words
from community.web.access import current_actor


@journal_bp.get("/c/<slug>/journal/figures")
def figures(slug: str) -> str:
    """Show what was hidden, on what grounds and what came back; whose decisions, only to themselves."""
    require_member()
    who, me = here_standing(), current_actor().user_id
    signers = [
        row
        for row in quarters.second_signers(here().id)
        if who.is_administrator or row.SecondSignature.user_id == me
    ]
    return render_template(
        "moderation/figures.html", slug=slug, article_name=code.article_name, signers=signers, me=me,
        months=figures_of.figures(here().id, words.zone()), quarters=quarters.tables(here().id),
        next_table=quarters.current().until, month_name=month_name,
        least=counting.LEAST, share=round(100 * counting.MOST_SHARE), now=clock.now(),
    )  # fmt: skip
