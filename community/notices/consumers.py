"""A notice becomes a letter: read again, judged again, written in the reader's language."""

import re

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select, update

from community.accounts.events import PersonLeft
from community.accounts.models import User
from community.config import Config
from community.core import mail
from community.core.db import db
from community.core.outbox import consumes
from community.notices import services
from community.notices.events import NoticeTold
from community.notices.models import MailChoice, Notice
from community.notices.queries import told
from community.notices.sentences import GROUPS, SENTENCES, as_of_now, card, say

_SUBJECT = 90


@consumes(NoticeTold)
def send_letter(event: NoticeTold) -> None:
    """Queue the letter of a notice, unless it was read, came untrue or is not wanted by mail."""
    notice = db.session.get(Notice, event.notice_id)
    if notice is None or notice.mail_state != "due":
        return
    person = db.session.get(User, notice.user_id)
    wanted = person is not None and _is_reachable(person) and _is_wanted(notice)
    if person is not None and person.email and wanted:
        _queue(notice, person, person.email)
    db.session.execute(
        update(Notice)
        .where(Notice.id == notice.id)
        .values(mail_state="sent" if wanted else "skipped")
    )


def _is_reachable(person: User) -> bool:
    """A mailbox that nobody confirmed may be a stranger's."""
    has_mailbox = bool(person.email) and person.email_confirmed_at is not None
    return has_mailbox and person.state in ("new", "active", "suspended")


def _is_wanted(notice: Notice) -> bool:
    known = SENTENCES.get(notice.code)
    if known is None or notice.read_at is not None:
        return False
    off = select(MailChoice.group).where(
        MailChoice.user_id == notice.user_id, MailChoice.group == known.group
    )
    if db.session.scalar(off) is not None:
        return False
    return known.still is None or known.still(told(notice))


def _queue(notice: Notice, person: User, to: str) -> None:
    config: Config = current_app.extensions["community"]
    with force_locale(person.preferences.get("language") or config.language):
        said = say(notice.code, as_of_now([told(notice)])[notice.id])
        words = {
            "greeting": _greeting(person),
            "said": said,
            "url": f"{config.public_url}/notices/{notice.id}/open" if notice.url else None,
            "site": config.site_name,
            "home": config.public_url,
            "card": card(told(notice)),
            "why": _(GROUPS[SENTENCES[notice.code].group]),
            "settings_url": f"{config.public_url}/notices/settings",
            "language": person.preferences.get("language") or config.language,
        }
        # Without the page's context processors: there is no request here.
        text = current_app.jinja_env.get_template("mail/notice.txt").render(words)
        html = current_app.jinja_env.get_template("mail/notice.html").render(words)
    mail.queue(
        to,
        _short(said),
        f"{text}\n",
        html,
        key=f"notice:{notice.id}",
        more_url=words["settings_url"],
    )


def _greeting(person: User) -> str:
    """«Анна Сергеевна», as people address each other in a staff room."""
    return f"{person.first_name} {person.patronymic}".strip()


def _short(said: str) -> str:
    """Return the first sentence, cut between words where it is long for a subject."""
    line = " ".join(said.split())
    line = re.split(r"(?<=[.!?…]) ", line, maxsplit=1)[0]
    if len(line) <= _SUBJECT:
        return line.rstrip(".")
    return line[:_SUBJECT].rsplit(" ", 1)[0].rstrip(" ,;:—") + "…"


@consumes(PersonLeft)
def forget_person(event: PersonLeft) -> None:
    """A person who leaves takes their notices along; who leaves nameless, their name in those of others."""
    services.forget(event.user_id, nameless=event.anonymised)
