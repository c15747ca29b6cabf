"""The doors and the settings of an account."""

from typing import Any

from flask import Blueprint, make_response
from flask_babel import format_time
from flask_babel import gettext as _

from community.accounts.routes.answers import wait_for
from community.accounts.services.delays import TooSoon
from community.web.errors import problem

bp = Blueprint("accounts", __name__)


@bp.app_errorhandler(TooSoon)
def too_soon(error: TooSoon) -> Any:
    """Say when the next attempt is possible: 429 with Retry-After."""
    wait, seconds = wait_for(error)
    said = _(
        "There were several unsuccessful attempts. The next one is possible %(wait)s, at %(time)s. "
        "The account is not locked.",
        wait=wait,
        time=format_time(error.until, "medium"),
    )
    response = make_response(problem(429, said))
    response.headers["Retry-After"] = str(seconds)
    return response


from community.accounts.routes import data, door, registering, safety, settings  # noqa: E402, F401
