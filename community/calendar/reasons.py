"""Why the calendar refuses, and the acts that the journal keeps."""

from community.audit.kinds import register_kind
from community.core.verdict import N_, register
from community.web.errors import conflicts

register(
    {
        "calendar.not_expected": N_(
            "You are not on the list of those expected. Please ask the one who called the meeting."
        ),
        "calendar.is_over": N_("It is over, or was called off: nobody is expected any more."),
        "calendar.not_a_member": N_("Only members of the community answer here."),
        "calendar.called_off": N_("The meeting was called off."),
        "calendar.answers_over": N_("The meeting is over, so answers are changed no more."),
        "calendar.not_yours": N_("This is done by whoever appointed the meeting, or a moderator."),
        "calendar.stands_already": N_("This stands in the calendar already."),
        "calendar.no_proxies": N_("At this meeting everybody votes in person."),
        "calendar.proxy_of_oneself": N_("Your voice is given to another person, not to yourself."),
        "calendar.holder_not_expected": N_("This person is not expected at the meeting."),
        "calendar.holder_gave_away": N_(
            "This person has given away their own voice, so they cannot hold yours."
        ),
        "calendar.holder_stays_away": N_(
            "This person does not come, so they cannot vote in your name."
        ),
        "calendar.holder_is_full": N_(
            "This person holds %(most)s voices already, and one may not hold more."
        ),
    }
)

conflicts("calendar.stands_already", "calendar.called_off", "calendar.is_over", "calendar.answers_over",
          "calendar.holder_is_full", "calendar.holder_gave_away", "calendar.holder_stays_away")  # fmt: skip

register_kind(
    "happening.proxy_given", N_("A voice was given by proxy"), "happening_id giver holder"
)
register_kind(
    "happening.proxy_taken_back", N_("A voice given by proxy was taken back"),
    "happening_id giver holder",
)  # fmt: skip
register_kind(
    "happening.proxy_handed_back", N_("A voice given by proxy was handed back"),
    "happening_id giver holder",
)  # fmt: skip
register_kind(
    "happening.appointed", N_("A meeting was put into the calendar"), "happening_id expected"
)
register_kind("happening.moved", N_("A meeting was moved"), "happening_id was now")
register_kind("happening.cancelled", N_("A meeting was called off"), "happening_id")
register_kind("happening.restored", N_("A meeting takes place after all"), "happening_id")
