"""Why a letter is not sent."""

from community.core.verdict import N_, register
from community.web.errors import floods

register(
    {
        "letter.to_yourself": N_("This is you. Keep a note to yourself as a draft."),
        "letter.nothing_shared": N_(
            "Letters go between people of one community, and you share none with this person now. "
            "What was written before stays readable."
        ),
        "letter.too_many": N_(
            "You have sent %(limit)s letters within an hour. The next one can go at %(time)s; the text is "
            "kept as a draft."
        ),
        "letter.already_read": N_(
            "The addressee has read this letter already, so it can no longer be changed. Write another "
            "one, or take this one back."
        ),
        "letter.person_gone": N_("This person has left the site and reads no letters any more."),
    }
)
floods("letter.too_many")
