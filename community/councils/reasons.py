"""Why a council refuses, and the acts that the journal keeps."""

from community.audit.kinds import register_kind
from community.core.verdict import N_, register
from community.web.errors import conflicts

register(
    {
        "council.not_a_member": N_("Councils are for the members of the community."),
        "council.for_moderators": N_(
            "A council is called by the administrator or a moderator. You may propose a theme to them."
        ),
        "council.for_the_desk": N_(
            "This is done by the chairman or the secretary of the council, or a moderator."
        ),
        "council.for_the_chair": N_("This is done by the chairman of the council."),
        "council.for_the_heir": N_(
            "The chair is taken by the deputy of the chairman or by the secretary."
        ),
        "council.chair_is_here": N_(
            "The chairman is at the desk. The chair can be taken when they have not been heard of "
            "for two minutes."
        ),
        "council.has_begun": N_("The council has begun: its agenda is changed no more."),
        "council.not_now": N_("The council has gone on meanwhile, so this cannot be done now."),
        "council.item_not_now": N_("This item has gone on meanwhile, so this cannot be done now."),
        "council.moved_on": N_(
            "Somebody has already moved the council on. Here is how it stands now."
        ),
        "council.too_early": N_(
            "The council can be opened half an hour before its appointed time at the earliest."
        ),
        "council.vote_goes_on": N_("A vote goes on. Close it first: then the council moves on."),
        "council.talk_under_items": N_("Please speak under an item of the agenda."),
        "council.talk_is_over": N_(
            "The council is over: its talk can be read, but nothing is added."
        ),
        "council.no_lines": N_("Please tick at least one line."),
        "council.too_many_lines": N_("Please take at most %(most)s lines at a time."),
        "council.two_people": N_("The chairman and the secretary are two people."),
    }
)

# While a council goes on: coming in, the floor, the votes.
register(
    {
        "council.is_over": N_("The council is over."),
        "council.doors_closed": N_("The doors open half an hour before the appointed time."),
        "council.for_the_desks": N_(
            "This is done by the chairman or the secretary of the council."
        ),
        "council.come_first": N_("Press “I am here” first: then you can ask for the floor."),
        "council.no_floor": N_("The floor is asked for on the item that is talked of now."),
        "council.not_your_hand": N_("This hand is not yours."),
        "council.turn_is_over": N_("The floor has gone on meanwhile. Here is how it stands now."),
        "council.floor_is_given": N_(
            "The floor has just been given to another. Here is how it stands now."
        ),
        "council.nobody_asks": N_("Nobody asks for the floor now."),
        "council.own_question": N_("It is your own question: it is counted with you already."),
        "council.too_late_to_edit": N_(
            "A line is changed within %(minutes)s minutes. Add to it by a new one."
        ),
        "council.vote_on_current": N_(
            "Votes are opened on the item that is talked of now, while the council is open."
        ),
        "council.no_quorum": N_(
            "There is no quorum: %(counted)s are here, %(needed)s are needed. The vote is not opened."
        ),
        "council.vote_words_wait": N_(
            "A moderator would have to check these words first, and the council cannot wait for it. "
            "Please put the question in other words."
        ),
        "council.came_later": N_(
            "This vote was opened before you came: those who were here at that moment vote on it. "
            "You vote on the next one."
        ),
    }
)

conflicts(
    "council.is_over", "council.doors_closed", "council.no_floor", "council.turn_is_over",
    "council.floor_is_given", "council.nobody_asks", "council.vote_on_current",
    "council.no_quorum",
)  # fmt: skip
conflicts(
    "council.has_begun", "council.not_now", "council.item_not_now", "council.moved_on",
    "council.vote_goes_on", "council.chair_is_here", "council.too_early",
)  # fmt: skip

register_kind("council.called", N_("A council was called"), "council_id expected")
register_kind("council.opened", N_("A council was opened"), "council_id expected present")
register_kind("council.closed", N_("A council was closed"), "council_id")
register_kind("council.cancelled", N_("A council was called off"), "council_id")
register_kind(
    "council.chair_passed", N_("The chair of a council was handed over"), "council_id was now"
)
register_kind(
    "council.secretary_changed", N_("The secretary of a council was changed"), "council_id was now"
)

register(
    {
        "council.for_the_secretary": N_("The minutes are written by the secretary of the council."),
        "council.minutes_sealed": N_(
            "The minutes are signed and sealed: nothing is changed in them."
        ),
        "council.minutes_signed": N_(
            "The minutes are being signed. To change them, the secretary takes them back first."
        ),
        "council.no_objections_now": N_(
            "Objections are taken while the minutes are shown for them, and that term is over."
        ),
    }
)
register(
    {
        "council.goes_on": N_(
            "The council still goes on: its minutes are shown when it is closed."
        ),
        "council.minutes_moved_on": N_(
            "The minutes have gone on meanwhile. Here is how they stand now."
        ),
        "council.minutes_changed": N_(
            "The minutes have changed since this page was opened. Read them once more before signing."
        ),
        "council.answered_already": N_("This objection is answered already."),
        "council.for_the_two_desks": N_(
            "The minutes are signed by the chairman and the secretary of the council."
        ),
        "council.not_to_be_signed": N_(
            "The minutes cannot be signed yet: first the term for objections runs out and each is answered."
        ),
        "council.signed_already": N_("Your signature is here already."),
        "council.note_waits": N_(
            "A note of these minutes waits for a moderator. Wait, or take it out of the minutes."
        ),
    }
)
conflicts(
    "council.minutes_sealed", "council.minutes_signed", "council.no_objections_now",
    "council.goes_on", "council.minutes_moved_on", "council.minutes_changed",
    "council.answered_already", "council.not_to_be_signed", "council.signed_already",
    "council.note_waits",
)  # fmt: skip

register_kind("council.minutes_shown", N_("Minutes were shown for objections"), "council_id days")
register_kind("council.minutes_signed", N_("Minutes were signed"), "council_id signed_as")
register_kind(
    "council.minutes_taken_back",
    N_("Minutes were taken back to the draft"),
    "council_id signatures",
)
register_kind(
    "council.signatures_fell", N_("A signature fell: another sits at the desk"), "council_id"
)
register_kind(
    "council.minutes_sealed", N_("Minutes were sealed"), "council_id minutes_number sha256"
)

register(
    {
        "council.no_proposals": N_("Proposals to the agenda of this council are not taken."),
        "council.proposals_over": N_(
            "The time for proposals is over. Please ask the chairman or the secretary."
        ),
        "council.not_the_rapporteur": N_("This item is reported by another person."),
        "council.not_yours": N_("A proposal is taken back by the one who made it."),
        "council.words_are_fixed": N_(
            "These words were before the council and stay as they are. Say what is to be added in "
            "the talk under the item or in the remarks on the minutes."
        ),
        "council.reminded_lately": N_(
            "Everybody who has not read the documents was reminded within the last day. "
            "Please give them time."
        ),
        "council.all_have_read": N_("Everybody expected has read the documents."),
    }
)

conflicts(
    "council.no_proposals", "council.proposals_over", "council.words_are_fixed",
    "council.reminded_lately", "council.all_have_read",
)  # fmt: skip

register_kind("council.moved", N_("A council was moved"), "council_id from until")
register_kind(
    "council.item_withdrawn", N_("An item was taken off the agenda"), "council_id item_id"
)
register_kind(
    "council.proposal_accepted", N_("An item was put on the agenda"), "council_id item_id"
)
register_kind("council.proposal_declined", N_("A proposal was declined"), "council_id item_id")

register(
    {
        "council.for_the_two_desks_tasks": N_(
            "Tasks are made of decisions by the chairman and the secretary of the council."
        ),
        "council.task_moved_on": N_("The task has gone on meanwhile. Here is how it stands now."),
        "council.task_of_another": N_("This task is offered to another person, or taken by them."),
        "council.task_words_stay": N_(
            "The words of a task stay as they were given. The desk can drop it and give another."
        ),
    }
)
conflicts("council.task_moved_on", "council.task_words_stay")
register_kind("council.task_given", N_("A task was made of a decision"), "council_id entry_id")
register_kind("council.task_dropped", N_("A task was dropped"), "council_id entry_id")
