"""Who may do what in a community; pure, one condition a line."""

from datetime import datetime

from community.communities.standing import Standing
from community.core.verdict import ALLOW, Verdict, deny


def may_administer(who: Standing) -> Verdict:
    """Only an administrator answers for admission, roles and services (S3 §6)."""
    if who.is_system or who.is_administrator:
        return ALLOW
    return deny("community.administrators_only")


def may_read_inside(who: Standing) -> Verdict:
    """Shared resources are for members; a stranger is refused (S3 §1, A18)."""
    if who.is_system or who.reads:
        return ALLOW
    return deny("community.members_only")


def may_apply(who: Standing) -> Verdict:
    """Any registered person who is not inside may apply."""
    if who.is_member:
        return deny("application.already_member")
    if who.is_suspended:
        return deny("community.suspended")
    return ALLOW


def may_answer(who_id: int, applicant_id: int) -> Verdict:
    """Only the applicant withdraws an application, takes an offered seat or declines it."""
    return ALLOW if who_id == applicant_id else deny("application.not_yours")


def may_decide(who: Standing, applicant_id: int, state: str) -> Verdict:
    """An administrator decides what is not decided yet, and never about themselves."""
    if not (may_administer(who)):
        return deny("community.administrators_only")
    if who.user_id is not None and who.user_id == applicant_id:
        return deny("application.own")
    if state not in ("new", "waitlisted", "offered"):
        return deny("application.closed")
    return ALLOW


def may_take_offer(state: str, until: datetime | None, now: datetime) -> Verdict:
    """A seat is kept for its term and no longer."""
    if state != "offered" or until is None:
        return deny("offer.none")
    if now >= until:
        return deny("offer.lapsed")
    return ALLOW


def may_invite(who: Standing) -> Verdict:
    """Every member may invite (S0 5.1); only an administrator's invitation admits."""
    if who.is_system or who.is_member:
        return ALLOW
    return deny("community.members_only")


def may_use_invitation(
    *, revoked: bool, expires_at: datetime, uses: int, uses_limit: int, now: datetime
) -> Verdict:
    """A link works until it is taken back, runs out or is used up."""
    if revoked:
        return deny("invitation.revoked")
    if now >= expires_at:
        return deny("invitation.expired")
    if uses >= uses_limit:
        return deny("invitation.used_up")
    return ALLOW


def may_change_member(who: Standing, target_roles: frozenset[str], target_id: int) -> Verdict:
    """Suspending and removing are an administrator's; a role is taken off first, openly."""
    if not may_administer(who):
        return deny("community.administrators_only")
    if who.user_id == target_id:
        return deny("member.not_yourself")
    if target_roles & {"administrator", "moderator"}:
        return deny("member.has_role")
    return ALLOW
