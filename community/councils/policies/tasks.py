"""Tasks: nothing is anyone's until they take it (A12, S3 §6 rights 3); pure."""

from typing import Protocol

from community.communities.standing import Standing
from community.core.verdict import ALLOW, Verdict, deny
from community.councils.policies.holding import CouncilLike, leads


class TaskLike(Protocol):
    """What policies need of a task."""

    state: str
    owner_id: int | None


def may_give(who: Standing, council: CouncilLike, minutes_state: str) -> Verdict:
    """The two desks make tasks of decisions, till the minutes are being signed."""
    if not who.is_member or not leads(council, who.user_id):
        return deny("council.for_the_two_desks_tasks")
    if minutes_state == "sealed":
        return deny("council.minutes_sealed")
    return ALLOW if minutes_state in ("draft", "objections") else deny("council.minutes_signed")


def may_take(who: Standing, task: TaskLike) -> Verdict:
    """A member takes what is offered to them or to anyone, and what another has declined."""
    if not who.is_member:
        return deny("council.not_a_member")
    if task.state not in ("offered", "declined"):
        return deny("council.task_moved_on")
    if task.state == "offered" and task.owner_id not in (None, who.user_id):
        return deny("council.task_of_another")
    return ALLOW


def may_decline(who: Standing, task: TaskLike) -> Verdict:
    """Whoever it is offered to says no, and whoever took it gives it back."""
    if not who.is_member or task.owner_id != who.user_id:
        return deny("council.task_of_another")
    return ALLOW if task.state in ("offered", "taken") else deny("council.task_moved_on")


def may_report(who: Standing, task: TaskLike) -> Verdict:
    """Whoever took it tells how it was done."""
    if not who.is_member or task.owner_id != who.user_id:
        return deny("council.task_of_another")
    return ALLOW if task.state == "taken" else deny("council.task_moved_on")


def may_lead(who: Standing, council: CouncilLike, task: TaskLike) -> Verdict:
    """The desks, the administrator and the moderators offer it anew or drop it, while it is not ended."""
    if not who.is_member or not (leads(council, who.user_id) or who.is_moderator):
        return deny("council.for_the_desk")
    return ALLOW if task.state not in ("done", "dropped") else deny("council.task_moved_on")
