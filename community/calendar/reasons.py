"""Why the calendar refuses."""

from community.core.verdict import N_, register

register(
    {
        "calendar.not_expected": N_(
            "You are not on the list of those expected. Please ask the one who called the meeting."
        ),
        "calendar.is_over": N_("It is over, or was called off: nobody is expected any more."),
    }
)
