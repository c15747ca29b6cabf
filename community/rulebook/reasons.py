"""Why the room of rules refuses."""

from community.core.verdict import N_, register
from community.web.errors import conflicts

register(
    {
        "rulebook.for_moderators": N_("Only moderators and administrators look after the rules."),
        "rulebook.second_person": N_(
            "A second person decides on a proposal: another moderator or administrator."
        ),
        "rulebook.no_backtest": N_(
            "First try this version of the rule on real texts: without such a report it is not promoted."
        ),
        "rulebook.tests_fail": N_(
            "The rule does not keep its own examples; it is not promoted until it does."
        ),
        "rulebook.stale": N_(
            "The rule file was changed after this was proposed. "
            "Move the proposal to the new file and look again."
        ),
        "rulebook.decided": N_("Somebody has decided on this proposal already."),
        "rulebook.being_tried": N_(
            "The proposal is still being tried on real texts. Decide when the report is ready."
        ),
        "rulebook.unwritable": N_(
            "The rule file could not be written: %(reason)s. Nothing was changed; "
            "tell whoever looks after the server."
        ),
        "rulebook.not_yours": N_("Only the one who proposed it can take a proposal back."),
    }
)
conflicts("rulebook.stale", "rulebook.decided")
