"""Why moderation refuses."""

from community.core.verdict import N_, register
from community.web.errors import conflicts

register(
    {
        "moderation.not_a_moderator": N_("This is done by a moderator or the administrator."),
        "moderation.own_text": N_("Nobody decides on their own text: ask another moderator."),
        "moderation.changed_meanwhile": N_(
            "The author changed the text while you were reading. Here it is as it stands now: look"
            " again, your words are kept."
        ),
        "moderation.nobody_else": N_(
            "Nobody else may decide here: every moderator and administrator is a side of this"
            " dispute. Ask the administrator to appoint another moderator."
        ),
        "undo.too_late": N_(
            "A decision is taken back without traces within five minutes; put the text back instead."
        ),
        "undo.not_yours": N_("A decision is taken back by the one who made it."),
        "undo.already": N_("The text is back in its place already."),
        "undo.appealed": N_("The author has appealed already: another person will answer."),
        "proposal.waits": N_("A decision on this text waits for a second signature already."),
        "proposal.closed": N_("This proposal has been decided already."),
        "proposal.changed": N_(
            "The author has changed the text since it was proposed: read it and decide anew."
        ),
        "asked.already": N_("The author has been asked already; the term of the request runs."),
        "folded.already": N_("The text is folded already."),
        "fold.none": N_("The text is not folded."),
        "suspension.own": N_("Nobody decides on their own membership."),
        "suspension.few_strikes": N_(
            "A suspension is proposed after %(least)s warnings in force; the member has %(strikes)s."
        ),
        "suspension.waits": N_("A suspension of this member waits for an administrator already."),
        "purge.no_ground": N_("Words are erased for good for personal data or by law alone."),
        "purge.already": N_("The words are erased already."),
        "proposal.own": N_("The second signature is another person’s."),
        "proposal.not_yours": N_("A proposal is taken back by the one who made it."),
        "moderation.party": N_(
            "You are a side of this dispute, so another moderator or the administrator decides."
        ),
        "moderation.grounds": N_("%(message)s"),
        "moderation.no_such_article": N_("Choose the article that the text breaks."),
        "pause.own": N_("Nobody lifts their own pause: ask another moderator or appeal."),
        "pause.over": N_("The pause is over already."),
        "report.own_text": N_("This is your own text: you can change it or take it back."),
        "report.already": N_(
            "You have complained of this text already; the answer will come in your notices."
        ),
        "report.closed": N_("This complaint has been decided already."),
        "report.same_person": N_(
            "You have refused this complaint already, and an appeal opened it again: another"
            " moderator or the administrator answers it."
        ),
        "report.not_a_member": N_("Members of the community complain of texts."),
        "appeal.not_yours": N_("A decision is appealed by the person whom it concerns."),
        "appeal.already": N_("You have appealed against this decision already."),
        "appeal.too_late": N_("A decision can be appealed within 180 days; that term is over."),
        "appeal.same_person": N_(
            "An appeal is answered by somebody other than the one who decided."
        ),
        "appeal.closed": N_("This appeal has been decided already."),
        "appeal.restored": N_("The decision stands no longer: there is nothing to appeal against."),
        "appeal.changed": N_(
            "The appeal has changed since you opened the page. Read it again, then answer."
        ),
        "appeal.not_taken": N_("You have not taken this appeal up."),
        "appeal.for_administrator": N_(
            "Only a person who administers the community answers an appeal against a suspension."
        ),
        "letter.not_opened": N_("Open the letter before you decide on it."),
        "case.taken": N_("%(name)s has taken this case up. Choose another or wait a little."),
        "case.gone": N_("This case has been decided already."),
        "case.changed": N_("The case has changed since you opened the page. Read it again."),
        "case.not_yours": N_("Another person has taken this case up."),
        "warning.already": N_("The author has been warned for this text already."),
        "warning.restored": N_("The text is back in its place, there is nothing to warn of."),
    }
)
conflicts("report.already", "report.closed", "appeal.already", "appeal.closed", "appeal.restored")
conflicts("appeal.changed", "appeal.not_taken")
conflicts("letter.not_opened", "case.taken", "case.gone", "case.changed", "case.not_yours")
conflicts("warning.already", "warning.restored", "moderation.changed_meanwhile", "undo.already")
conflicts("proposal.waits", "proposal.closed", "proposal.changed", "purge.already")
conflicts("suspension.waits", "pause.over")
conflicts("asked.already", "folded.already", "fold.none")
