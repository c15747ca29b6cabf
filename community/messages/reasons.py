"""Why a letter is not sent."""

from community.core.verdict import N_, register

register(
    {
        "letter.to_yourself": N_("This is you. Keep a note to yourself as a draft."),
        "letter.nothing_shared": N_(
            "Letters go between people of one community, and you share none with this person now. "
            "What was written before stays readable."
        ),
        "letter.person_gone": N_("This person has left the site and reads no letters any more."),
    }
)
