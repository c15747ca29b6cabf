"""Pictures are decoded and written anew: no EXIF, no place, no tail of foreign bytes survives."""

import io
import threading
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image, ImageCms, ImageOps

from community.files.unfit import Unfit

MOST_PIXELS = 40_000_000
Image.MAX_IMAGE_PIXELS = MOST_PIXELS
# Between one and two times the limit Pillow only warns.
warnings.simplefilter("error", Image.DecompressionBombWarning)

_at_once = threading.BoundedSemaphore(2)
"""A decoded picture takes up to 160 MB; two at a time are enough for a staff room."""
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
            image.load()
            return _plain_pixels(ImageOps.exif_transpose(image)), code
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise Unfit("files.image_vast", name=name, limit=MOST_PIXELS // 1_000_000) from error
    except Unfit:
        raise
    except Exception as error:  # decoders of broken pictures raise anything
        raise Unfit("files.image_broken", name=name) from error


def _check_pixels(image: Image.Image, name: str) -> None:
    if image.width * image.height > MOST_PIXELS:
        raise Unfit("files.image_vast", name=name, limit=MOST_PIXELS // 1_000_000)


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
