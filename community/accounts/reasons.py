"""Why an act on an account is refused, one sentence per code."""

from community.audit.kinds import register_kind
from community.core.verdict import N_, register
from community.web.errors import conflicts

register(
    {
        "login.wrong": N_("The e-mail or the password does not fit."),
        "login.wrong_or_unconfirmed": N_(
            "The e-mail or the password does not fit, or the e-mail has not been confirmed yet. "
            "In the last case we have sent the letter with the link once more."
        ),
        "login.suspended": N_(
            "The account is suspended. Please write to the people who keep this site running."
        ),
        "login.wrong_code": N_(
            "The code does not fit. A code from the app works once, for half a minute."
        ),
        "login.step_lapsed": N_(
            "More than five minutes have passed. Please sign in from the beginning."
        ),
        "link.stale": N_(
            "This link does not work any more: it was used, its term is over, or a newer one was sent."
        ),
        "account.wrong_password": N_("The password does not fit, so nothing was changed."),
        "factor.on": N_("The second step is already switched on."),
        "factor.off": N_("The second step is not switched on."),
        "archive.under_way": N_("The archive is being made already. It will appear on this page."),
        "owner.closed": N_(
            "The site has its first community already; the one-time link does not work any more."
        ),
        "account.not_active": N_("This account is not in use, so there is nothing to suspend."),
        "account.not_suspended": N_("This account is not suspended."),
        "consent.needed": N_(
            "Without your consent to the processing of personal data nothing can be written here. "
            "Please open any page: it will offer you the text of the consent."
        ),
    }
)
conflicts(
    "link.stale",
    "login.step_lapsed",
    "factor.on",
    "factor.off",
    "archive.under_way",
    "owner.closed",
)
register_kind("account.renamed", N_("A person changed their name"))
register_kind("account.left", N_("A person left the site"), "anonymised")
register_kind("account.suspended", N_("An account was suspended"))
register_kind("account.resumed", N_("A suspended account works again"))
register_kind("account.operator", N_("A person became an operator of the site"))
