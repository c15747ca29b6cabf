"""Why a survey is not opened or an answer is not taken."""

from community.core.verdict import N_, register

register(
    {
        "survey.not_a_member": N_("Surveys are opened by members of the community."),
        "survey.closed": N_("The survey is over. Thank you for coming."),
        "survey.full": N_("The survey has as many answers as it can take. Thank you for coming."),
        "survey.answered": N_("An answer was sent from this device already. Thank you."),
        "survey.not_yours": N_("The survey belongs to its author; moderators may close it."),
        "survey.is_closed": N_("The survey is closed already."),
        "survey.fixed_words": N_(
            "People answer these very words, so they cannot be changed. Close the survey and make "
            "another one."
        ),
        "survey.nothing_to_erase": N_("There are no answers to erase any more."),
        "survey.still_open": N_("Close the survey first: answers still come."),
    }
)
