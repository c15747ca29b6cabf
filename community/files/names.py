"""File names as people send them, made harmless: no paths, no controls, no reversed extensions."""

import re
import unicodedata

LONGEST = 120
_FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f\x7f]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_OUTSIDE_URL = re.compile(r"[^\w.-]+")
NAMELESS = "файл"


def clean_name(raw: str | None, extension: str | None = None) -> str:
    """Return a name of at most 120 characters that is safe in any folder and header.

    ``extension`` (without the dot) replaces the one it came with; cleaning twice changes nothing.
    """
    stem, own = split_name(_one_line(raw or ""))
    suffix = f".{extension or own}" if extension or own else ""
    stem = stem[: LONGEST - len(suffix)].strip(" .") or NAMELESS
    name = stem + suffix
    return f"_{name}"[:LONGEST] if _RESERVED.fullmatch(name) else name


def split_name(name: str) -> tuple[str, str]:
    """Return the stem and the extension in lower case; an extension is one to ten letters or digits."""
    stem, dot, extension = name.rpartition(".")
    if dot and stem.strip(" .") and re.fullmatch(r"[A-Za-z0-9]{1,10}", extension):
        return stem, extension.lower()
    return name, ""


def extension_of(raw: str | None) -> str:
    """Return the extension that a name as sent claims, or an empty string."""
    return split_name(_one_line(raw or ""))[1]


def url_name(name: str) -> str:
    """Return the name as the last part of an address."""
    return _OUTSIDE_URL.sub("_", name)


def _one_line(raw: str) -> str:
    last = re.split(r"[/\\]", raw)[-1]
    seen = "".join(" " if each.isspace() else each for each in last)
    seen = "".join(each for each in seen if unicodedata.category(each) not in _UNSEEN)
    seen = unicodedata.normalize("NFC", _FORBIDDEN.sub("_", seen))
    return re.sub(r" +", " ", seen).strip(" .")
