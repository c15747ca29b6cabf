"""What this room may refuse, in English; the Russian stands in translations/ru/profiles.po."""

from community.core.verdict import N_, register

register(
    {
        "profile.members_only": N_(
            "A page about yourself opens once a community has admitted you: its members will read it."
        ),
        "profile.interests_many": N_(
            "Please name at most %(limit)s interests, the main ones first."
        ),
        "profile.interest_long": N_(
            "“%(words)s…” is too long for an interest: %(limit)s characters at most."
        ),
    }
)
