"""Pictures are decoded and written anew: no EXIF, no place, no tail of foreign bytes survives."""

import io
import math
import threading
import warnings
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image, ImageCms, ImageOps

from community.files.unfit import Unfit

MOST_PIXELS = 40_000_000
MOST_PIXELS_OF = {"WEBP": 20_000_000}
"""WebP is decoded with three copies of its canvas: 40 million pixels would take 680 MB."""
Image.MAX_IMAGE_PIXELS = MOST_PIXELS
# Between one and two times the limit Pillow only warns.
warnings.simplefilter("error", Image.DecompressionBombWarning)

LARGE = 12_000_000
_at_once = threading.BoundedSemaphore(2)
_large = threading.Lock()
"""Decoding takes up to 400 MB (40 million pixels with transparency): large pictures go one by one."""
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
_QUALITY = 84
_THUMB_QUALITY = 78


@dataclass(frozen=True, slots=True)
class Shape:
    """How large a picture may stay, how large its thumbnail is, and whether both are squares."""

    longest: int
    thumb: int
    square: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture written anew, with its thumbnail (always WebP)."""

    content: bytes
    thumb: bytes
    code: str
    width: int
    height: int


def is_animated(stream: BinaryIO) -> bool:
    """Tell whether a GIF moves; one that cannot be read does not."""
    stream.seek(0)
    try:
        with Image.open(stream, formats=["GIF"]) as image:
            image.seek(1)
            return True
    except Exception:  # noqa: BLE001 — decoders raise anything; the next step refuses it in words
        return False


def remake(stream: BinaryIO, name: str, shape: Shape) -> Picture:
    """Return the first frame upright, within the shape, and free of everything but pixels."""
    with _at_once:
        image, code = _decoded(stream, name, shape)
        big = _fitted(image, shape.longest, square=shape.square)
        small = _fitted(big, shape.thumb, square=shape.square)
        return Picture(
            _encoded(big, code), _encoded(small, "webp", _THUMB_QUALITY), code, *big.size
        )


def _decoded(stream: BinaryIO, name: str, shape: Shape) -> tuple[Image.Image, str]:
    stream.seek(0)
    try:
        with Image.open(stream, formats=_FORMATS) as image:
            _check_pixels(image, name)
            code = {"JPEG": "jpeg", "WEBP": "webp"}.get(image.format or "", "png")
            # a JPEG is decoded no larger than needed
            image.draft("RGB", (shape.longest, shape.longest))
            with _large if image.width * image.height > LARGE else nullcontext():
                image.load()
                _shrink(image, shape)
            return _plain_pixels(ImageOps.exif_transpose(image)), code
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise Unfit("files.image_vast", name=name, limit=MOST_PIXELS // 1_000_000) from error
    except Unfit:
        raise
    except Exception as error:  # decoders of broken pictures raise anything
        raise Unfit("files.image_broken", name=name) from error


def _shrink(image: Image.Image, shape: Shape) -> None:
    """Bring a decoded picture near its last size in place, before anything copies its pixels."""
    if image.mode not in ("RGB", "RGBA", "L", "LA", "CMYK"):
        return
    measured = min(image.size) if shape.square else max(image.size)
    if measured > shape.longest:
        near = [math.ceil(side * shape.longest / measured) for side in image.size]
        image.thumbnail((near[0], near[1]), Image.Resampling.LANCZOS, reducing_gap=3.0)


def _check_pixels(image: Image.Image, name: str) -> None:
    limit = MOST_PIXELS_OF.get(image.format or "", MOST_PIXELS)
    if image.width * image.height > limit:
        raise Unfit("files.image_vast", name=name, limit=limit // 1_000_000)


def _plain_pixels(image: Image.Image) -> Image.Image:
    """Return the picture in RGB or RGBA of the usual colour space, with nothing attached."""
    clear = image.has_transparency_data
    profile = image.info.get("icc_profile")
    if profile and image.mode in ("RGB", "CMYK", "L") and not clear:
        image = _in_srgb(image, profile)
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        image = image.point(lambda value: value / 256).convert("L")
    made = image.convert("RGBA" if clear else "RGB")
    made.info = {}
    return made


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    attempt: Callable[..., Image.Image | None] = ImageCms.profileToProfile
    try:
        return (
            attempt(image, io.BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode="RGB")
            or image
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image  # a profile of nonsense: the plain numbers are the better guess


def _fitted(image: Image.Image, longest: int, *, square: bool) -> Image.Image:
    if square:
        side = min(longest, *image.size)
        return ImageOps.fit(image, (side, side), Image.Resampling.LANCZOS, centering=(0.5, 0.4))
    made = image.copy()
    made.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    return made


def _encoded(image: Image.Image, code: str, quality: int = _QUALITY) -> bytes:
    out = io.BytesIO()
    if code == "png":
        image.save(out, "PNG", optimize=True)
    elif code == "jpeg":
        image.convert("RGB").save(out, "JPEG", quality=quality, optimize=True, progressive=True)
    else:
        image.save(out, "WEBP", quality=quality, method=4)
    return out.getvalue()
