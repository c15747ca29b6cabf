"""How refusals reach the form that earned them, and where a request comes from."""

from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil

from flask import request
from flask_babel import ngettext

from community.accounts.services.delays import TooSoon
from community.accounts.services.sessions import Place
from community.core import clock
from community.core.errors import Invalid, Refused
from community.web.errors import sentence
from community.web.forms import HouseForm


@contextmanager
def told(form: HouseForm) -> Iterator[None]:
    """Put what a service refuses beside the fields it speaks of, or on top of the form."""
    try:
        yield
    except Invalid as invalid:
        form.refuse(invalid.fields)
    except Refused as refusal:
        form.refuse({"": [sentence(refusal.verdict)]})


def status(form: HouseForm) -> int:
    """Return 422 for a form that has to be mended, else 200."""
    return 422 if form.errors else 200


def wait_for(error: TooSoon) -> tuple[str, int]:
    """Return when the next attempt is possible, as «через 3 минуты» and in seconds."""
    seconds = max(1, ceil((error.until - clock.now()).total_seconds()))
    if seconds < 60:
        return ngettext("in %(num)s second", "in %(num)s seconds", seconds), seconds
    return ngettext("in %(num)s minute", "in %(num)s minutes", ceil(seconds / 60)), seconds


def place() -> Place:
    """Return where this request comes from."""
    return Place(request.remote_addr or "", request.user_agent.string)
