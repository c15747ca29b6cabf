"""Every refusal in words: what happened, what was kept, what to do next. Never a bare code."""

import errno
import logging
from collections.abc import Callable
from typing import Any

from flask import Flask, current_app, g, jsonify, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from jinja2 import TemplateNotFound
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from community.core.db import db
from community.core.errors import Conflict, Invalid, NotFound, Refused
from community.core.verdict import REASONS, Verdict

log = logging.getLogger(__name__)
Answer = tuple[Any, int]

PAGES = (400, 403, 404, 409, 413, 422, 429, 500, 503)
"""Statuses with a page of their own under templates/errors/."""

CONFLICTS: set[str] = set()
"""Reason codes that answer 409: the state of things refuses, not the person's rights."""


FLOODS: set[str] = set()
"""Reason codes that answer 429: too much at once."""


def floods(*codes: str) -> None:
    """Let these reason codes answer 429: the same may be done a little later."""
    FLOODS.update(codes)


def status_of(code: str) -> int:
    """Return the status that a refusal answers with."""
    return 429 if code in FLOODS else 409 if code in CONFLICTS else 403


def conflicts(*codes: str) -> None:
    """Let these reason codes answer 409 instead of 403."""
    CONFLICTS.update(codes)


REFUSING = (403, 409, 422, 429)
"""Answers that refuse what a person tried; they are counted by code."""


def noted(code: str) -> str:
    """Keep the code of a refusal with its request, so that the answer is counted under it."""
    g.refusal = code
    return code


def on_refusal(counted: Callable[[str], None]) -> Callable[[Response], Response]:
    """Return what tells ``counted`` the code of each answer that refuses; for ``after_request``."""

    def look(response: Response) -> Response:
        if response.status_code in REFUSING:
            unnamed = (
                "form.invalid" if response.status_code == 422 else f"http.{response.status_code}"
            )
            counted(g.get("refusal") or unnamed)
        return response

    return look


def sentence(verdict: Verdict) -> str:
    """Return the verdict's reason in the reader's language."""
    noted(verdict.code)
    return _(REASONS[verdict.code], **verdict.params)


def said(error: Conflict) -> str:
    """Return the sentence of a conflict in the reader's language."""
    return str(_(REASONS[error.code], **error.params))


def wants_json() -> bool:
    """Tell whether the client asked for JSON: our scripts say so, plain forms do not."""
    return request.accept_mimetypes.best == "application/json"


def problem(status: int, said: str = "", fields: dict[str, list[str]] | None = None) -> Answer:
    """Return the page (or the JSON) of a refusal with its status."""
    if wants_json():
        return jsonify(error=said or _("This did not work."), fields=fields or {}), status
    page = status if status in PAGES else (500 if status >= 500 else 400)
    if status >= 500:  # nothing of the site may be asked now, not even who is here
        bare = current_app.jinja_env.get_template(f"errors/{page}.html")
        return bare.render(said=said), status
    return render_template(f"errors/{page}.html", said=said, fields=fields or {}), status


def install(app: Flask) -> None:
    """Register a handler for each thing that may go wrong."""
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(NotFound, lambda _error: problem(404))
    app.register_error_handler(Invalid, _invalid)
    app.register_error_handler(Conflict, _conflict)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OSError, _disk)
    app.register_error_handler(TemplateNotFound, _unexpected)  # it is an OSError, yet no disk's
    app.register_error_handler(Exception, _unexpected)


def _refused(error: Refused) -> Answer:
    return problem(status_of(error.code), sentence(error.verdict))


def _conflict(error: Conflict) -> Answer:
    noted(error.code)
    return problem(409, said(error))


def _invalid(error: Invalid) -> Answer:
    fields = {name: [str(each) for each in said] for name, said in error.fields.items()}
    return problem(422, " ".join(each for said in fields.values() for each in said), fields)


def _stale_form(_error: CSRFError) -> Answer:
    return problem(
        400, _("This page has been open too long. Go back, reload it and send once more.")
    )


def _http(error: HTTPException) -> Answer | Response | HTTPException:
    if error.code is None or error.code < 400:
        return error
    return problem(error.code)


def _database(error: DBAPIError) -> Answer:
    log.error("the database refused: %s", error.orig)
    db.session.rollback()
    return problem(503, _("The site cannot store anything right now. Nothing was half-written."))


_DISK = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EACCES, errno.EPERM,
     errno.EMFILE, errno.ENFILE, errno.EFBIG, errno.EAGAIN}
)  # fmt: skip


def _disk(error: OSError) -> Answer:
    if error.errno not in _DISK:
        return _unexpected(error)  # a file that is missing is a defect of ours, not of the disk
    log.error("the disk refused", exc_info=error)
    db.session.rollback()
    return problem(503, _("The site cannot store anything right now. Nothing was half-written."))


def _unexpected(error: Exception) -> Answer:
    log.error("an error nobody expected", exc_info=error)
    db.session.rollback()
    return problem(500)
