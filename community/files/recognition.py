"""What a file is, by what is inside; its name only chooses among types that look alike."""

import re
import zipfile
from dataclasses import dataclass
from typing import BinaryIO, Literal

from community.files import archives
from community.files.unfit import Unfit

Kind = Literal["image", "document", "other"]
_HEAD = 4096


@dataclass(frozen=True, slots=True)
class FileType:
    """A type that is taken: its MIME name and the extensions it goes by, the usual one first."""

    code: str
    kind: Kind
    mime: str
    extensions: tuple[str, ...]


def _type(code: str, kind: Kind, mime: str, extensions: str = "") -> FileType:
    return FileType(code, kind, mime, tuple((extensions or code).split()))


_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
TYPES: dict[str, FileType] = {
    each.code: each
    for each in (
        _type("jpeg", "image", "image/jpeg", "jpg jpeg jpe jfif"),
        _type("png", "image", "image/png"),
        _type("webp", "image", "image/webp"),
        _type("gif", "image", "image/gif"),
        _type("pdf", "document", "application/pdf"),
        _type("docx", "document", _OOXML + "wordprocessingml.document"),
        _type("xlsx", "document", _OOXML + "spreadsheetml.sheet"),
        _type("pptx", "document", _OOXML + "presentationml.presentation", "pptx ppsx"),
        _type("odt", "document", _ODF + "text"),
        _type("ods", "document", _ODF + "spreadsheet"),
        _type("odp", "document", _ODF + "presentation"),
        _type("odg", "document", _ODF + "graphics"),
        _type("epub", "document", "application/epub+zip"),
        _type("ole", "document", "application/x-ole-storage", "doc xls ppt pps"),
        _type("rtf", "document", "application/rtf"),
        _type("djvu", "document", "image/vnd.djvu", "djvu djv"),
        _type(
            "text",
            "document",
            "text/plain",
            "txt md csv tsv tex srt py pas c cpp h java json ics log",
        ),
        _type("svg", "other", "image/svg+xml"),
        _type("html", "other", "text/html", "html htm"),
        _type("xml", "other", "application/xml"),
        _type("geogebra", "other", "application/vnd.geogebra.file", "ggb ggt"),
        _type("zip", "other", "application/zip"),
        _type("mp3", "other", "audio/mpeg"),
        _type("mp4", "other", "video/mp4", "mp4 m4v m4a mov 3gp"),
        _type("ogg", "other", "audio/ogg", "ogg oga ogv opus"),
        _type("wav", "other", "audio/wav"),
        _type("webm", "other", "video/webm", "webm mkv"),
        _type("avi", "other", "video/x-msvideo"),
    )
}
_MAGIC: tuple[tuple[re.Pattern[bytes], str], ...] = tuple(
    (re.compile(pattern, re.DOTALL), code)
    for pattern, code in (
        (rb"\xff\xd8\xff", "jpeg"),
        (rb"\x89PNG\r\n\x1a\n", "png"),
        (rb"RIFF....WEBP", "webp"),
        (rb"GIF8[79]a", "gif"),
        (rb".{0,1019}%PDF-", "pdf"),
        (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
        (rb"\{\\rtf", "rtf"),
        (rb"AT&TFORM....DJV[UM]", "djvu"),
        (rb"RIFF....WAVE", "wav"),
        (rb"RIFF....AVI ", "avi"),
        (rb"OggS", "ogg"),
        (rb"\x1aE\xdf\xa3", "webm"),
        (rb"ID3|\xff[\xfb\xf3\xf2\xfa]", "mp3"),
        (rb"....ftyp(?:hei[cx]|hev[cx]|mif1|msf1)", "heic"),
        (rb"....(?:ftyp|moov|mdat|wide)", "mp4"),
        (rb"PK(?:\x03\x04|\x05\x06)", "zip"),
    )
)
_MARKUP = {"svg": re.compile(rb"<svg\b"), "html": re.compile(rb"<"), "xml": re.compile(rb"<")}
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def recognise(stream: BinaryIO, name: str, extension: str) -> FileType:
    """Return the type of what is inside, or raise ``Unfit`` with words about ``name``.

    An extension that promises another type is refused; only pictures may go by another picture's.
    """
    code = _by_content(stream, name, extension)
    if code is None:
        raise Unfit("files.type_wrong" if _known(extension) else "files.type_unknown", name=name)
    found = TYPES[code]
    if extension and extension not in found.extensions and not _picture_named_so(found, extension):
        raise Unfit("files.type_wrong" if _known(extension) else "files.type_unknown", name=name)
    return found


def _by_content(stream: BinaryIO, name: str, extension: str) -> str | None:
    stream.seek(0)
    head = stream.read(_HEAD)
    if not head:
        raise Unfit("files.empty", name=name)
    code = next((code for pattern, code in _MAGIC if pattern.match(head)), None)
    if code == "heic":
        raise Unfit("files.heic", name=name)
    if code == "zip":
        return _in_archive(stream, name)
    return code or _as_text(stream, head, extension)


def _in_archive(stream: BinaryIO, name: str) -> str:
    """An Office document, a book, or just an archive: they all are ZIP files."""
    with archives.opened(stream, name) as archive:
        inside = set(archive.namelist())
        if any(each.lower().endswith("vbaproject.bin") for each in inside):
            raise Unfit("files.macros", name=name)
        if "[Content_Types].xml" in inside:
            folders = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/"}
            for code, folder in folders.items():
                if any(each.startswith(folder) for each in inside):
                    return code
        if "mimetype" in inside:
            return _by_mimetype(archive, name)
        return "geogebra" if inside & {"geogebra.xml", "geogebra_macro.xml"} else "zip"


def _by_mimetype(archive: zipfile.ZipFile, name: str) -> str:
    said = archives.beginning(archive, "mimetype", name).strip().decode("ascii", "replace")
    known = {
        each.mime: each.code
        for each in TYPES.values()
        if each.mime.startswith((_ODF, "application/epub"))
    }
    return known.get(said.removesuffix("-template"), "zip")


def _as_text(stream: BinaryIO, head: bytes, extension: str) -> str | None:
    """Text in UTF-8, UTF-16 with its mark, or Windows-1251; markup by its extension alone."""
    stream.seek(0)
    if not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        while piece := stream.read(256 * 1024):
            if _BINARY.search(piece):
                return None
    for code, sign in _MARKUP.items():
        if extension in TYPES[code].extensions:
            return code if sign.search(head) else None
    return "text"


def _picture_named_so(found: FileType, extension: str) -> bool:
    return found.kind == "image" and any(
        extension in each.extensions for each in TYPES.values() if each.kind == "image"
    )


def _known(extension: str) -> bool:
    return any(extension in each.extensions for each in TYPES.values())


ACCEPT = ",".join(f".{extension}" for each in TYPES.values() for extension in each.extensions)
"""For the ``accept`` attribute of file fields."""
