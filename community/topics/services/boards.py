"""Boards: made at the founding, arranged by the administrator."""

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from community.accounts.models import User
from community.audit import services as audit
from community.communities import ports
from community.communities.models import Membership, RoleGrant
from community.communities.standing import standing
from community.core import clock
from community.core.actor import Actor
from community.core.db import db
from community.core.transactions import use_case
from community.core.verdict import deny, require
from community.publishing import services as publishing
from community.publishing.facts import Words
from community.publishing.models import Thread
from community.topics import policies
from community.topics.models import Board, Topic
from community.topics.queries import boards


@dataclass(frozen=True, slots=True)
class BoardPlan:
    """What the administrator decides of a board."""

    name: str
    purpose: str
    audience: str = "members"
    kind: str = "formal"


@use_case
def add(actor: Actor, community_id: int, plan: BoardPlan) -> Board:
    """Add a board at the end of the list; its name is unique in the community."""
    require(policies.may_arrange_boards(standing(actor, community_id)))
    ports.check_words(actor, name=plan.name, purpose=plan.purpose)
    return _create(actor, community_id, plan)


@use_case
def change(actor: Actor, board_id: int, plan: BoardPlan) -> None:
    """Rename a board, change its purpose or who reads it; its threads follow at once."""
    board = boards.board_for_change(board_id)
    require(policies.may_arrange_boards(standing(actor, board.community_id)))
    ports.check_words(actor, name=plan.name, purpose=plan.purpose)
    board.name, board.purpose, board.audience = plan.name, plan.purpose, plan.audience
    _flush_named()
    threads = db.session.scalars(
        select(Thread.id).where(Thread.shelf_id == board.id, Thread.audience != plan.audience)
    ).all()
    for thread_id in threads:
        publishing.set_thread(thread_id, audience=plan.audience)
    _journal(actor, board, "board.changed")


@use_case
def archive(actor: Actor, board_id: int) -> None:
    """Close a board for new topics, or open it again; nothing in it is lost."""
    board = boards.board_for_change(board_id)
    require(policies.may_arrange_boards(standing(actor, board.community_id)))
    if board.kind == "moderation":
        require(deny("topic.special"))
    board.archived_at = None if board.archived_at else clock.now()
    _journal(actor, board, "board.closed" if board.archived_at else "board.changed")


@use_case
def move_up(actor: Actor, board_id: int) -> None:
    """Let a board change places with the one above it."""
    board = boards.board_for_change(board_id)
    require(policies.may_arrange_boards(standing(actor, board.community_id)))
    above = db.session.scalars(
        select(Board)
        .where(Board.community_id == board.community_id, Board.place < board.place)
        .order_by(Board.place.desc())
        .limit(1)
    ).one_or_none()
    if above is not None:
        board.place, above.place = above.place, board.place


def found(actor: Actor, community_id: int) -> None:
    """Give a new community its first boards and the topic on moderators' acts (B09, A17).

    Called inside the founding use case, so a community is never without them.
    """
    plans = (
        BoardPlan(_("Teaching methods"), _("How we teach: lessons, tasks, finds and failures.")),
        BoardPlan(
            _("Class and parents"), _("Class hours, difficult situations, talk with parents.")
        ),
        BoardPlan(_("Questions of newcomers"), _("Ask anything: everyone was new here once.")),
        BoardPlan(
            _("Staff room"),
            _("Informal talk over a cup of tea: about life, books and the weekend."),
            kind="informal",
        ),
        BoardPlan(
            _("On moderators' acts"),
            _("The place where decisions of moderators are discussed openly."),
            kind="moderation",
        ),
    )
    for plan in plans:
        board = _create(actor, community_id, plan)
        if plan.kind == "moderation":
            _open_moderation_topic(_administrator(community_id), board)


def _administrator(community_id: int) -> Actor:
    """Words have an author: the first administrator signs, whoever founds."""
    row = db.session.execute(
        select(User.id, User.name)
        .join(Membership, Membership.user_id == User.id)
        .join(RoleGrant, RoleGrant.membership_id == Membership.id)
        .where(Membership.community_id == community_id, RoleGrant.role == "administrator")
        .limit(1)
    ).one()
    return Actor(row.id, row.name)


def _open_moderation_topic(actor: Actor, board: Board) -> None:
    words = Words(
        title=_("Discussion of moderators' acts"),
        body=_(
            "Here we talk about decisions of moderators: calmly, with the number of the decision. "
            "A decision on your own text can also be appealed from its card."
        ),
    )
    made = publishing.open_thread(
        actor,
        words,
        community_id=board.community_id,
        kind="topic",
        audience=board.audience,
        space=policies.MODERATION_SPACE,
        shelf_id=board.id,
    )
    db.session.add(
        Topic(
            thread_id=made.thread_id,
            community_id=board.community_id,
            board_id=board.id,
            pinned_at=clock.now(),
            created_at=clock.now(),
        )
    )


def _create(actor: Actor, community_id: int, plan: BoardPlan) -> Board:
    last = db.session.scalar(
        select(func.max(Board.place)).where(Board.community_id == community_id)
    )
    board = Board(
        community_id=community_id,
        name=plan.name,
        purpose=plan.purpose,
        audience=plan.audience,
        kind=plan.kind,
        place=(last or 0) + 1,
        created_at=clock.now(),
    )
    db.session.add(board)
    _flush_named()
    _journal(actor, board, "board.created")
    return board


def _flush_named() -> None:
    try:
        db.session.flush()
    except IntegrityError:
        require(deny("board.name_taken"))


def _journal(actor: Actor, board: Board, kind: str) -> None:
    audit.record(
        actor,
        kind,
        actor_role="administrator",
        community_id=board.community_id,
        target=("board", board.id),
        body={"board_id": board.id}
        | ({} if kind == "board.closed" else {"readable": board.audience}),
    )


def rehang(thread_id: int, board: Board) -> None:
    """Put a thread on a board's shelf, with the board's readers."""
    publishing.set_thread(thread_id, shelf_id=board.id, audience=board.audience)
    db.session.execute(update(Topic).where(Topic.thread_id == thread_id).values(board_id=board.id))
