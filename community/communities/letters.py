"""Letters to people who have no account yet; everyone else is told by a notice."""

from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext

from community.communities.services.seats import Room
from community.config import Config
from community.core import mail
from community.core.actor import Actor


def send_invitation(actor: Actor, room: Room, to: str, code: str, *, note: str, days: int) -> None:
    """Queue the letter of an invitation in the open transaction."""
    config: Config = current_app.extensions["community"]
    parts = [
        _("Good day!"),
        _(
            "%(person)s invites you to “%(community)s”, a network community of teachers.",
            person=actor.name,
            community=room.name,
        ),
        note.strip(),
        _("To read about the community and come in, open this address:"),
        f"{config.public_url}/invitation/{code}",
        ngettext(
            "The invitation is valid for %(num)s day.",
            "The invitation is valid for %(num)s days.",
            days,
        ),
        _("If this letter is not meant for you, simply delete it: nobody will write again."),
    ]
    mail.queue(
        to,
        _("An invitation to “%(community)s”", community=room.name),
        "\n\n".join(part for part in parts if part),
        None,
        f"invitation-{code[:8]}",
    )
