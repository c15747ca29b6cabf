"""Files of every kind, made on the spot."""

import io
import struct
import zipfile
import zlib

from PIL import Image

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
SVG = (
    b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
)
PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00" + b"\x00" * 200
WORDS = "Дроби в пятом классе: с чего начать\n".encode()


def picture(
    form: str = "JPEG", size: tuple[int, int] = (640, 400), mode: str = "RGB", **save: object
) -> bytes:
    """Return a picture with something to see on it."""
    out = io.BytesIO()
    image = Image.linear_gradient("L").resize(size).convert(mode)
    image.save(out, form, **save)
    return out.getvalue()


def telltale_photo() -> bytes:
    """Return a JPEG that stands on its side by EXIF and tells a place, a camera and a thumbnail."""
    image = Image.new("RGB", (800, 300), "navy")
    exif = Image.Exif()
    exif[0x0112] = 6  # turned
    exif[0x010F] = "TELLTALE CAMERA"
    exif.get_ifd(0x8825).update({1: "N", 2: (55.0, 44.0, 33.0), 3: "E", 4: (37.0, 36.0, 35.0)})
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, comment=b"TELLTALE COMMENT")
    return out.getvalue() + b"TELLTALE TAIL"


def vast_png(side: int = 12_000) -> bytes:
    """Return a PNG of some kilobytes that unpacks to 144 million pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    packer = zlib.compressobj(9)
    row = b"\0" * (side // 8 + 1)
    body = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


def archive(**entries: bytes | str) -> bytes:
    """Return a ZIP of the given entries; «__» in a name stands for a slash and «_dot_» for a dot."""
    return archive_of(
        {name.replace("__", "/").replace("_dot_", "."): body for name, body in entries.items()}
    )


def archive_of(entries: dict[str, bytes | str]) -> bytes:
    """Return a ZIP of the given entries."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, body in entries.items():
            made.writestr(name, body)
    return out.getvalue()


def office(folder: str) -> bytes:
    """Return the skeleton of an Office document."""
    return archive_of({"[Content_Types].xml": "<Types/>", f"{folder}/document.xml": "<w/>"})


def opendocument(mime: str) -> bytes:
    """Return the skeleton of an OpenDocument file."""
    return archive_of({"mimetype": mime, "content.xml": "<office/>"})


def bomb() -> bytes:
    """Return a ZIP of half a megabyte that unpacks to half a gigabyte."""
    return archive_of({f"{number}.txt": b"\0" * 64 * 1024**2 for number in range(4)})


def moving_gif() -> bytes:
    """Return a GIF of three frames."""
    frames = [Image.new("RGB", (20, 20), color) for color in ("red", "navy", "white")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()
