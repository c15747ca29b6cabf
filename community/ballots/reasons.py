"""Why a ballot is not opened or a vote is not taken."""

from community.core.verdict import N_, register

register(
    {
        "ballot.not_a_member": N_("Votes are held among the members of the community."),
        "ballot.decision_by_moderators": N_(
            "A decision that binds the community is put to the vote by its administrator or a "
            "moderator. You may ask for an opinion."
        ),
        "ballot.cancelled": N_("This ballot was cancelled."),
        "ballot.closed": N_("The voting is over: your vote came after the closing."),
        "ballot.not_on_roll": N_(
            "The list of voters was fixed when the ballot was opened, and you are not on it."
        ),
        "ballot.voted_already": N_(
            "You have voted. A secret vote cannot be changed: nobody can find it among the others."
        ),
        "ballot.not_your_proxy": N_("This person has not trusted you with their vote."),
        "ballot.voted_in_person": N_(
            "The person who trusted you has come and voted in person: your proxy is not needed."
        ),
        "ballot.voted_by_proxy": N_(
            "The person whom you trusted has voted for you already; they may change that vote."
        ),
        "ballot.voice_is_cast": N_(
            "This voice is cast already, in person or by proxy. A secret vote cannot be changed."
        ),
        "ballot.voice_is_lost": N_(
            "The person who trusted you is not among the members now, so their vote is not taken."
        ),
        "ballot.not_yours": N_("Its author or a moderator closes the ballot."),
        "ballot.unknown_option": N_("There is no such option in this ballot."),
        "ballot.nothing_chosen": N_("Please choose an answer."),
        "ballot.too_many": N_("You have chosen more answers than the ballot takes."),
        "ballot.places": N_("Please give each option a place of its own: 1, 2, 3 and so on."),
        "ballot.not_open": N_("The ballot is closed already."),
        "ballot.nothing_to_count": N_("The ballot is not closed yet: there is nothing to recount."),
        "ballot.has_outcome": N_("The outcome is written down already."),
        "ballot.fixed_words": N_(
            "People vote on these very words, so they cannot be changed. Cancel the ballot and "
            "open another one."
        ),
    }
)
