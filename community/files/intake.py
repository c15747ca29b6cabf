"""From an upload to what is kept: recognised, and a picture written anew."""

import io
from dataclasses import dataclass
from typing import BinaryIO

from community.files import images
from community.files.names import clean_name, extension_of
from community.files.recognition import TYPES, FileType, Kind, recognise

SHAPES = {
    "attachment": images.Shape(longest=1600, thumb=480),
    "portrait": images.Shape(longest=480, thumb=128, square=True),
}


@dataclass(frozen=True, slots=True)
class Prepared:
    """What will be kept: either the upload as it came, or a picture's new content and thumbnail."""

    name: str
    kind: Kind
    mime: str
    octets: int
    original: BinaryIO | None = None
    picture: bytes | None = None
    thumb: bytes | None = None
    width: int | None = None
    height: int | None = None

    def content(self) -> BinaryIO:
        """Return what to store, from its beginning."""
        if self.original is not None:
            self.original.seek(0)
            return self.original
        return io.BytesIO(self.picture or b"")

    def thumb_content(self) -> BinaryIO:
        """Return the thumbnail to store."""
        return io.BytesIO(self.thumb or b"")


def prepare(stream: BinaryIO, filename: str | None, shape: images.Shape) -> Prepared:
    """Recognise the upload and return what to keep of it, or raise ``Unfit``."""
    extension = extension_of(filename)
    name = clean_name(filename)
    found = recognise(stream, name, extension)
    if found.kind != "image":
        return _as_it_came(stream, filename, extension, found, found.kind)
    if found.code == "gif" and not shape.square and images.is_animated(stream):
        return _as_it_came(stream, filename, extension, found, "other")
    picture = images.remake(stream, name, shape)
    made = TYPES[picture.code]
    return Prepared(
        name=clean_name(
            filename, extension if extension in made.extensions else made.extensions[0]
        ),
        kind="image",
        mime=made.mime,
        octets=len(picture.content),
        picture=picture.content,
        thumb=picture.thumb,
        width=picture.width,
        height=picture.height,
    )


def _as_it_came(
    stream: BinaryIO, filename: str | None, extension: str, found: FileType, kind: Kind
) -> Prepared:
    return Prepared(
        name=clean_name(filename, extension or found.extensions[0]),
        kind=kind,
        mime=found.mime,
        octets=stream.seek(0, 2),
        original=stream,
    )
