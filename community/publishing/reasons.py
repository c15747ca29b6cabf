"""Why the room of words refuses."""

from community.core.verdict import N_, register
from community.web.errors import conflicts

register(
    {
        "thread.suspended": N_(
            "Your membership is suspended until %(until)s: you read everything and write again after"
            " it. The reason and the appeal are in decision № %(number)s."
        ),
        "thread.suspended_open": N_(
            "Your membership is suspended: you read everything and cannot write. The reason and the"
            " appeal are in decision № %(number)s."
        ),
        "thread.not_a_member": N_("Only members of the community write here."),
        "thread.closed": N_("The discussion is closed: it can be read, but nothing can be added."),
        "thread.for_moderators": N_("Only moderators write here."),
        "thread.for_author": N_("Only its author writes here."),
        "entry.not_yours": N_("Only its author can change a text."),
        "entry.not_editable": N_("A text that is hidden or taken back cannot be changed."),
        "entry.changed_meanwhile": N_(
            "The text was changed while you were writing. "
            "Your version is kept as a draft: compare and send again."
        ),
        "entry.empty": N_("There is no text yet. Write something and send again."),
        "entry.too_long": N_(
            "The text is longer than %(limit)s characters. Split it into several replies."
        ),
        "entry.not_held": N_(
            "This text is no longer waiting for a decision: somebody has decided already."
        ),
        "entry.not_published": N_("This text is not on the page any more."),
        "entry.not_removed": N_("This text is not hidden, there is nothing to bring back."),
        "rules.is_live": N_("The rule is in force already."),
        "rules.not_live_in_file": N_(
            "The rule file itself does not let this rule act: it says “shadow” or “off” there."
        ),
        "words.blocked": N_("The text was not published. It is kept as your draft."),
        "words.paused": N_(
            "You can write here again a little later. The text is kept as your draft."
        ),
        "words.ask_first": N_("Please look at the marked place once more before sending."),
        "thread.other_community": N_("Both discussions must be in the same community."),
        "thread.nothing_chosen": N_("Choose at least one reply."),
        "thread.no_place": N_(
            "Texts move only between topics that can be read: this one is hidden or joined to another."
        ),
        "thread.waits": N_("The topic waits for a check: answers are possible after it."),
        "thread.opener_stays": N_(
            "The first text stays with its topic; move the whole topic instead."
        ),
    }
)
conflicts(
    "thread.closed",
    "entry.changed_meanwhile",
    "entry.not_held",
    "entry.not_published",
    "entry.not_removed",
    "entry.not_editable",
)
