"""Votes of a council: a question is put, voices are cast, the vote is closed and counted."""

from collections.abc import Sequence
from typing import Any

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from community.communities.here import here, here_standing
from community.core.errors import NotFound
from community.core.verdict import deny, require
from community.councils.forms.holding import VoteForm
from community.councils.policies import holding as policies
from community.councils.queries import votes
from community.councils.routes import rooms
from community.councils.routes.blueprints import bp
from community.councils.routes.desk import made
from community.councils.services import voting
from community.publishing import composing
from community.publishing.composing import Desk
from community.publishing.facts import Circumstances, Words
from community.publishing.offers import Ways
from community.web.access import current_actor


@bp.route("/c/<slug>/councils/<int:council_id>/vote", methods=["GET", "POST"])
def put_to_vote(slug: str, council_id: int) -> Any:
    """Put a question under the current item to the vote; ``again`` repeats an earlier one."""
    row, form = rooms.council_row(council_id), VoteForm()
    stand = rooms.stand_now(council_id)
    if not policies.leads(row.Council, current_actor().user_id):
        require(deny("council.for_the_desks"))
    if stand.current is None:
        require(deny("council.vote_on_current"))
    assert stand.current is not None
    item_id, place = stand.current.id, voting.place_of(stand.current.id)
    draft = composing.restore(current_actor(), place, form)
    if request.method == "GET" and draft is None:
        _repeat(form, council_id)

    def page(decision: Any) -> str:
        return render_template(
            "councils/vote.html", form=form, slug=slug, row=row, stand=stand, decision=decision,
            place=place, draft=draft, urls=composing.addresses(slug, place),
            at=rooms.address(slug, council_id), linked=form.linked(),
        )  # fmt: skip

    def act(words: Words, seen: frozenset[str], _files: Sequence[int]) -> Response:
        voting.put_to_vote(current_actor(), council_id, item_id, words, form.plan(), seen=seen)
        flash(_("The vote is open."))
        return redirect(url_for("councils.desk", slug=slug, council_id=council_id))

    if not form.is_submitted():
        return page(None)
    at = Circumstances(event="post", community_id=here().id)
    desk = Desk(place, here().id, lambda: Ways(here_standing(), at))
    return composing.send(form, desk, act, page)


@bp.post("/c/<slug>/councils/<int:council_id>/votes/<int:ballot_id>/cast/<int:choice>")
def cast(slug: str, council_id: int, ballot_id: int, choice: int) -> Any:
    """Take a vote, one's own or («for») that of one who trusts the reader."""
    asked = request.args.get("for", type=int)
    for_id = asked if asked and 0 < asked < 2**31 else None
    return made(
        slug, council_id,
        lambda: voting.cast(current_actor(), council_id, ballot_id, choice, for_id=for_id),
    )  # fmt: skip


@bp.route(
    "/c/<slug>/councils/<int:council_id>/votes/<int:ballot_id>/close", methods=["GET", "POST"]
)
def close_vote(slug: str, council_id: int, ballot_id: int) -> Any:
    """Close a vote with its linked ones; asks first where many have not voted."""
    row = rooms.council_row(council_id)
    if not policies.leads(row.Council, current_actor().user_id):
        require(deny("council.for_the_desks"))
    vote = _vote(council_id, ballot_id)
    if request.method == "GET":
        together = [
            each for each in rooms.stand_now(council_id).open_votes
            if each.ballot_id == ballot_id or (vote.group_id and each.group_id == vote.group_id)
        ]  # fmt: skip
        return render_template(
            "councils/close_vote.html", slug=slug, row=row, vote=vote, together=together,
            at=rooms.address(slug, council_id),
        )  # fmt: skip

    def act() -> None:
        voting.close_vote(current_actor(), council_id, ballot_id)
        flash(_("The vote is closed and counted."))

    return made(slug, council_id, act)


@bp.post("/c/<slug>/councils/<int:council_id>/votes/<int:ballot_id>/cancel")
def cancel_vote(slug: str, council_id: int, ballot_id: int) -> Any:
    """Call a vote off."""
    return made(
        slug, council_id, lambda: voting.cancel_vote(current_actor(), council_id, ballot_id)
    )


@bp.post("/c/<slug>/councils/<int:council_id>/votes/<int:ballot_id>/recount")
def recount_vote(slug: str, council_id: int, ballot_id: int) -> Any:
    """Count the stored votes once more."""

    def act() -> None:
        if voting.recount(current_actor(), council_id, ballot_id):
            flash(_("Counted again: the result is the same."))
        else:
            words = _(
                "Counted again: the result differs from the declared one! The journal says so."
            )
            flash(words, "error")

    return made(slug, council_id, act)


def _repeat(form: VoteForm, council_id: int) -> None:
    """Begin with the question of an earlier vote, for a second one."""
    again = request.args.get("again", type=int)
    if again and 0 < again < 2**31:
        form.title.data = _vote(council_id, again).title


def _vote(council_id: int, ballot_id: int) -> votes.VoteView:
    found = votes.one(council_id, ballot_id)
    if found is None:
        raise NotFound
    return found
