"""Letters about one's account. They carry a link and a term; never a name or an e-mail in an address."""

from flask_babel import gettext as _
from flask_babel import ngettext

from community.accounts.keys import config, keyed_digest
from community.core import clock, mail

CONFIRM_HOURS, RESET_HOURS, CHANGE_HOURS = 72, 2, 24


def _link(path: str) -> str:
    return config().public_url + path


def _send(to: str, subject: str, *paragraphs: str, key: str = "") -> None:
    site = config().site_name
    end = _(
        "You receive this letter because this address was given on the site “%(site)s”.", site=site
    )
    mail.queue(to, f"{subject} — {site}", "\n\n".join((*paragraphs, "—\n" + end)), key=key)


def _once_an_hour(kind: str, to: str) -> str:
    """Anyone can cause such a letter, so it is the same letter within an hour."""
    return f"{kind}:{keyed_digest('letters', to)[:32]}:{clock.now():%Y%m%d%H}"


def _hours(count: int) -> str:
    return ngettext("The link works for %(num)s hour.", "The link works for %(num)s hours.", count)


def confirm(to: str, token: str) -> None:
    """Ask whether the mailbox is really the person's."""
    _send(
        to,
        _("Confirm your e-mail"),
        _("Someone, hopefully you, registered with this e-mail. To confirm it, open the link:"),
        _link(f"/confirm/{token}"),
        _hours(CONFIRM_HOURS),
        _("If it was not you, do nothing: without the link the address is not used."),
    )


def already_registered(to: str) -> None:
    """Tell the owner of an account that somebody tried to register with their e-mail."""
    _send(
        to,
        _("You have an account already"),
        _(
            "Someone, perhaps you, tried to register with this e-mail, but there is an account with it."
        ),
        _("To sign in: %(link)s", link=_link("/login")),
        _("If you have forgotten the password: %(link)s", link=_link("/password/forgotten")),
        _("If it was not you, nothing has to be done: nobody was told that the account exists."),
        key=_once_an_hour("registered", to),
    )


def reset(to: str, token: str) -> None:
    """Send the link to a new password."""
    _send(
        to,
        _("A new password"),
        _("Someone, hopefully you, asked for a new password. To choose it, open the link:"),
        _link(f"/password/new/{token}"),
        _hours(RESET_HOURS),
        _("If it was not you, do nothing: the old password goes on working."),
    )


def no_account(to: str) -> None:
    """Tell the owner of a mailbox that there is nothing to reset."""
    _send(
        to,
        _("There is no account with this e-mail"),
        _(
            "Someone, perhaps you, asked for a new password, but there is no account with this e-mail."
        ),
        _(
            "Perhaps you registered with another one. To register: %(link)s",
            link=_link("/register"),
        ),
        key=_once_an_hour("no-account", to),
    )


def change(to: str, token: str) -> None:
    """Ask the new mailbox whether it is really the person's."""
    _send(
        to,
        _("Confirm your new e-mail"),
        _("To sign in with this e-mail from now on, open the link and press the button:"),
        _link(f"/confirm/{token}"),
        _hours(CHANGE_HOURS),
    )


def changed(to: str) -> None:
    """Tell the old mailbox that it is the sign-in no more."""
    _send(
        to,
        _("Your e-mail was changed"),
        _("Your account now has another e-mail. Letters will not come here any more."),
        _("If it was not you, write to the people who keep the site running at once."),
    )


def password_changed(to: str) -> None:
    """Tell a person that the password is new and other devices were signed out."""
    _send(
        to,
        _("Your password was changed"),
        _("The password of your account was changed, and the other devices were signed out."),
        _(
            "If it was not you, ask for a new one at once: %(link)s",
            link=_link("/password/forgotten"),
        ),
    )


def archive_ready(to: str) -> None:
    """Tell a person that the archive can be taken; the link asks to sign in."""
    _send(
        to,
        _("Your archive is ready"),
        _(
            "The archive of your data can be taken for seven days on this page: %(link)s",
            link=_link("/me/data"),
        ),
    )
