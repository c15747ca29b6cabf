"""What the pages of moderation share: a service's refusal put beside the form."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel.dates import format_skeleton
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select

from community.communities.models import Community
from community.core.db import db
from community.core.errors import Conflict, Invalid, NotFound, Refused
from community.publishing.decisions import WordsStopped, rule_ids
from community.web.errors import CONFLICTS, said, sentence


@dataclass
class Attempt:
    """Whether the use case inside ``errors_into`` went through, and what the page answers if not."""

    done: bool = False
    status: int = 422
    """What the page with the refusal answers: 409 where somebody else was first."""


@contextmanager
def errors_into(form: Any, field: str) -> Iterator[Attempt]:
    """Run a use case; what it refuses goes to the form, the words typed stay on the page."""
    attempt = Attempt()
    try:
        yield attempt
        attempt.done = True
    except Invalid as error:
        form.refuse({name: [_(each) for each in words] for name, words in error.fields.items()})
    except WordsStopped as stopped:
        form.refuse({field: [stopped.decision.message]})
        if "seen" in form:
            form.seen.data = ",".join(sorted(rule_ids(stopped.decision.marks)))
    except Refused as error:
        attempt.status = 409 if error.code in CONFLICTS else 422
        form.refuse({field: [sentence(error.verdict)]})
    except Conflict as error:
        attempt.status = 409
        form.refuse({field: [said(error)]})


def slug_of(community_id: int | None) -> str:
    """Return the address of a community; raises ``NotFound``."""
    slug = db.session.scalar(select(Community.slug).where(Community.id == community_id))
    if slug is None:
        raise NotFound
    return slug


def month_name(at: datetime) -> str:
    """Return «ноябрь 2026 г.»; the moment is in the reader's zone."""
    return format_skeleton("yMMMM", at.date(), locale=get_locale())
