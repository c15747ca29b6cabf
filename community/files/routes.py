"""Addresses of files: reading them, sending them, one's own list."""

from typing import BinaryIO, cast

from flask import Blueprint, flash, jsonify, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from community.core.actor import Actor
from community.core.errors import Invalid, NotFound, Refused
from community.core.verdict import deny
from community.files import queries, services, storage, sweep
from community.files.forms import DiscardForm, UploadForm
from community.files.models import StoredFile
from community.web.access import current_actor, public
from community.web.errors import problem, sentence, wants_json
from community.web.filters import size

bp = Blueprint("files", __name__)
DUTIES = (sweep.sweep_loose, sweep.collect_hourly)
_YEAR = 365 * 24 * 3600
_NEVER_SHOWN = "sandbox; default-src 'none'"
_SAID_AS_OCTETS = {"image/svg+xml", "text/html", "application/xml"}


@bp.get("/files/<int:file_id>", defaults={"name": None})
@bp.get("/files/<int:file_id>/<name>")
@public
def download(file_id: int, name: str | None) -> ResponseReturnValue:  # noqa: ARG001 — the name is for people
    """Send a file: a picture to be shown, anything else to be saved."""
    file = _found(file_id)
    return (
        _sent(file, file.sha256, file.mime, as_download=file.kind != "image") if file else _log_in()
    )


@bp.get("/files/<int:file_id>/thumb")
@public
def thumb(file_id: int) -> ResponseReturnValue:
    """Send the small version of a picture."""
    file = _found(file_id)
    if file is not None and file.thumb_sha256 is None:
        raise NotFound
    return _sent(file, str(file.thumb_sha256), "image/webp") if file else _log_in()


@bp.get("/files")
def mine() -> str:
    """Show the person's own files and how much of the share they take."""
    actor = current_actor()
    return _mine_page(actor, UploadForm())


@bp.post("/files")
def upload() -> ResponseReturnValue:
    """Take files: one from a script (answers JSON), any number from the plain form."""
    form = UploadForm()
    if wants_json():
        return _upload_one(form)
    if not form.validate_on_submit():
        return _mine_page(current_actor(), form), 422
    for each in form.file.data:
        _received_in_words(each, form)
    return redirect(url_for("files.mine"))


@bp.post("/files/<int:file_id>/discard")
def discard(file_id: int) -> ResponseReturnValue:
    """Delete one of the person's own files that stands in no text."""
    if not DiscardForm().validate_on_submit():
        raise NotFound
    services.discard(current_actor(), file_id)
    flash(_("The file is deleted."))
    return redirect(url_for("files.mine"))


def _upload_one(form: UploadForm) -> ResponseReturnValue:
    if not form.validate_on_submit():
        return problem(422, next(str(said[0]) for said in form.errors.values()), form.errors)
    if len(form.file.data) > 1:
        return problem(422, _("Send the files one by one."))
    return jsonify(_described(_received(form.file.data[0], form))), 201


def _found(file_id: int) -> StoredFile | None:
    """Return the file; None sends a visitor to log in, whether there is such a file or not."""
    actor = current_actor()
    try:
        return queries.readable(actor, file_id)
    except NotFound:
        if actor.is_person:
            raise
        return None


def _log_in() -> Response:
    return redirect(url_for("accounts.login", next=request.path))


def _sent(
    file: StoredFile, key: str, mime: str, *, as_download: bool = False
) -> ResponseReturnValue:
    try:
        content = storage.current().open(key)
    except storage.StorageFailed:
        return problem(404, sentence(deny("files.lost")))
    response = send_file(
        content,
        mimetype="application/octet-stream" if mime in _SAID_AS_OCTETS else mime,
        as_attachment=as_download,
        download_name=file.name,
        etag=key,
        conditional=True,
        max_age=_YEAR,
    )
    response.headers["Cache-Control"] = f"private, max-age={_YEAR}, immutable"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if as_download:
        response.headers["Content-Security-Policy"] = _NEVER_SHOWN
    return response


def _received(each: FileStorage, form: UploadForm) -> queries.FileCard:
    stream = cast("BinaryIO", each.stream)
    community_id = form.community_id.data
    return services.receive(current_actor(), stream, each.filename, community_id=community_id)


def _received_in_words(each: FileStorage, form: UploadForm) -> None:
    try:
        file = _received(each, form)
        flash(_("“%(name)s” is uploaded.", name=file.name))
    except Invalid as error:
        flash(" ".join(str(said) for said in error.fields["file"]), "error")
    except Refused as error:
        flash(sentence(error.verdict), "error")


def _described(card: queries.FileCard) -> dict[str, str | int | None]:
    return {
        "id": card.id,
        "name": card.name,
        "size": size(card.size),
        "octets": card.size,
        "kind": card.kind,
        "url": card.url,
        "thumb": card.thumb_url,
    }


def _mine_page(actor: Actor, form: UploadForm) -> str:
    return render_template(
        "files/mine.html",
        form=form,
        discard_form=DiscardForm(),
        files=queries.own(actor),
        share=services.share(actor),
        limit=services.MOST_ATTACHED,
    )
