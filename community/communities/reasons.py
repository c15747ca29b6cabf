"""Why this floor refuses, in one English sentence each; what it tells people and the journal."""

from community.audit.kinds import register_kind
from community.core.verdict import N_, register
from community.notices import services as notices
from community.web.errors import conflicts

register(
    {
        "community.administrators_only": N_("Only an administrator of the community may do this."),
        "community.members_only": N_(
            "This is open to members of the community. You can apply on its page."
        ),
        "community.suspended": N_(
            "Your membership is suspended. The administrator can tell you until when."
        ),
        "community.full": N_(
            "All %(cap)s places are taken, and nobody can be admitted until one is free."
        ),
        "community.last_administrator": N_(
            "You are the only administrator here. Hand the role over to another member first."
        ),
        "community.only_administrator_of": N_(
            "You are the only administrator of “%(community)s”. Hand the role over to another"
            " member first."
        ),
        "community.service_off": N_("This part of the community is switched off."),
        "community.agree_first": N_("Please read the charter and the rules and agree with them."),
        "community.slug_taken": N_("This address is taken already. Please choose another one."),
        "community.cap_below": N_(
            "There are %(taken)s places taken or promised, so the limit cannot be lower."
        ),
        "community.too_small": N_("An own association can be split off from %(from_)s members on."),
        "application.already_member": N_("You are a member of this community already."),
        "application.already_open": N_("You have an open application here already."),
        "application.not_yours": N_("This application belongs to another person."),
        "application.own": N_("Another administrator has to decide about your own application."),
        "application.closed": N_("This application has been decided already."),
        "application.stale": N_(
            "The charter or the rules have changed meanwhile. Please read them once more."
        ),
        "offer.none": N_("No place is kept for you now."),
        "offer.lapsed": N_(
            "The time to take this place has run out, and it was offered to the next."
        ),
        "invitation.revoked": N_("This invitation was taken back. Ask for a new one, or apply."),
        "invitation.expired": N_("This invitation has run out. Ask for a new one, or apply."),
        "invitation.used_up": N_("This invitation has been used up. Ask for a new one, or apply."),
        "invitation.after_removal": N_(
            "You were removed from this community, so an invitation is not enough. Please apply."
        ),
        "member.not_found": N_("This person is not a member of the community."),
        "member.not_yourself": N_("You cannot do this to yourself. To go, use “Leave”."),
        "member.has_role": N_("This person holds a role. Take the role off first."),
        "member.bad_term": N_("A membership is suspended for 1 to 365 days."),
        "member.not_suspended": N_("This person is not suspended."),
        "role.held_already": N_("This person holds the role already."),
        "role.not_held": N_("This person does not hold the role."),
    }
)
conflicts(
    "community.full",
    "community.last_administrator",
    "community.only_administrator_of",
    "community.slug_taken",
    "community.cap_below",
    "community.too_small",
    "application.already_member",
    "application.already_open",
    "application.closed",
    "application.stale",
    "offer.none",
    "offer.lapsed",
    "member.has_role",
    "member.not_suspended",
    "role.held_already",
    "role.not_held",
)

register_kind("community.cap_set", N_("The limit of members was changed"), "cap was")

notices.register(
    {
        "application.received": N_(
            "%(person)s has applied to “%(community)s”. Please look at the application."
        ),
        "seat.taken": N_("%(person)s took the place that was kept in “%(community)s”."),
        "community.split_suggested": N_(
            "“%(community)s” has %(members)s members of at most 150. It may be time to split off"
            " an own association."
        ),
    },
    group="duty",
)
notices.register(
    {
        "application.approved": N_("You have been admitted to “%(community)s”. Come in."),
        "application.refused": N_("Your application to “%(community)s” was refused: %(reason)s"),
        "application.waitlisted": N_(
            "All %(cap)s places in “%(community)s” are taken. You are number %(place)s in the"
            " waiting list; as soon as a place is free, we will write."
        ),
        "seat.offered": N_(
            "A place is free for you in “%(community)s”. It is kept for %(hours)s hours:"
            " please take it or decline."
        ),
        "seat.lapsed": N_(
            "The time to take a place in “%(community)s” has run out, and it was offered to the"
            " next. You can apply again."
        ),
        "membership.removed": N_("You were removed from “%(community)s”: %(reason)s"),
        "membership.suspended": N_("Your membership in “%(community)s” is suspended: %(reason)s"),
        "membership.suspended_until": N_(
            "Your membership in “%(community)s” is suspended until %(until)s: %(reason)s You may read"
            " and appeal."
        ),
        "membership.resumed": N_("“%(community)s” is open to you again."),
        "membership.confirm": N_(
            "You have not been to “%(community)s” for a long time. Please confirm that you take"
            " part. Nobody is removed without being asked."
        ),
        "role.granted.administrator": N_("You are now an administrator of “%(community)s”."),
        "role.granted.moderator": N_("You have been appointed a moderator of “%(community)s”."),
        "role.granted.expert": N_("You are now an expert of “%(community)s”."),
        "role.revoked.administrator": N_("You are no longer an administrator of “%(community)s”."),
        "role.revoked.moderator": N_("You are no longer a moderator of “%(community)s”."),
        "role.revoked.expert": N_("You are no longer an expert of “%(community)s”."),
        "invitation.accepted": N_("%(person)s followed your invitation to “%(community)s”."),
        "community.leads": N_(
            "You lead the new association “%(community)s”, split off from “%(parent)s”."
        ),
    }
)
