"""Lessons from a folder: one folder a lesson, `meta.yml` and the steps in Markdown beside pictures."""

import re
from pathlib import Path
from typing import Any

import yaml

from community.topics.importing.outline import Brought, Text, Unreadable

_FENCE = re.compile(r"(^```.*?^```[ \t]*$)", re.MULTILINE | re.DOTALL)
_PICTURE = re.compile(r"!\[[^\]\n]*\]\(([^)\s]+)\)")
_IMAGES = (".png", ".jpg", ".jpeg", ".gif", ".webp")
_MARKS = "task|hints?|collapse|challenge|no-print|print-only|feedback|quiz|save"
_PLAIN: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\{:[^}\n]*\}"), ""),
    (re.compile(r"^---[ \t]*\n[ \t]*title:[ \t]*(.+?)[ \t]*\n---[ \t]*$", re.MULTILINE), r"**\1**"),
    (re.compile(rf"---[ \t]*/?(?:{_MARKS})[ \t]*---"), ""),
    (re.compile(r"<iframe[^>]*\bsrc=\"(https?://[^\"]+)\"[^>]*>(?:\s*</iframe>)?"), r"[Посмотреть](\1)"),
    (re.compile(r"<img[^>]*\bsrc=\"([^\"]+)\"[^>]*>"), r"![](\1)"),
    (re.compile(r"<a[^>]*\bhref=\"(https?://[^\"]+)\"[^>]*>(.*?)</a>", re.DOTALL), r"[\2](\1)"),
    (re.compile(r"<kbd>(.*?)</kbd>"), r"**\1**"),
    (re.compile(r"</?(?:div|iframe|span|br|p|center)\b[^>]*>"), ""),
    (re.compile(r"\n{3,}"), "\n\n"),
)  # fmt: skip


def read(folder: Path, author: str, credit: str) -> list[Brought]:
    """Return the lessons of a folder as topics of one author; raises ``Unreadable``.

    ``credit`` stands under each lesson; «{id}» and «{title}» in it are filled in.
    """
    places = sorted(path.parent for path in folder.glob("*/meta.yml"))
    if not places:
        raise Unreadable(f"В папке {folder} нет уроков: у каждого своя папка с файлом meta.yml.")
    return [_lesson(place, author, credit) for place in places]


def _lesson(place: Path, author: str, credit: str) -> Brought:
    meta = _meta(place)
    title = str(meta.get("title") or place.name)
    steps = sorted(place.glob("step_*.md"), key=_number)
    if not steps:
        raise Unreadable(f"{place.name}: в уроке нет ни одного шага (step_1.md и дальше).")
    credited = credit.replace("{id}", place.name).replace("{title}", title)
    about = str(meta.get("description") or "").strip()
    texts = []
    for step in steps:
        body = plain(step.read_text("utf-8"))
        if step == steps[0]:
            body = f"{about}\n\n{body}\n\n*{credited}*".strip()
        parent = f"{place.name}/{_number(steps[0])}" if step != steps[0] else None
        key = f"{place.name}/{_number(step)}"
        texts.append(Text(key, author, body, parent, _pictures(place, body)))
    return Brought(f"Урок: {title}", "experience", tuple(texts), subject=_subject(meta))


def plain(source: str) -> str:
    """Return the Markdown without what only the lessons' own site understands; code stays as it is."""
    parts = _FENCE.split(source.replace("\r\n", "\n"))
    for index in range(0, len(parts), 2):
        for pattern, instead in _PLAIN:
            parts[index] = pattern.sub(instead, parts[index])
    return "".join(parts).strip()


def _meta(place: Path) -> dict[str, Any]:
    try:
        meta = yaml.safe_load((place / "meta.yml").read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Unreadable(f"{place.name}/meta.yml не читается: {error}") from None
    return meta if isinstance(meta, dict) else {}


def _subject(meta: dict[str, Any]) -> str:
    return "информатика" if meta.get("technologies") or meta.get("software") else ""


def _number(step: Path) -> int:
    digits = re.sub(r"\D", "", step.stem)
    return int(digits or 0)


def _pictures(place: Path, body: str) -> dict[str, Path]:
    """Return the pictures that a step names and that lie in the lesson's folder, and nowhere else."""
    found: dict[str, Path] = {}
    for name in _PICTURE.findall(body):
        base = Path(name).name
        for path in (place / base, place / "images" / base):
            if path.suffix.lower() in _IMAGES and path.is_file() and not path.is_symlink():
                found.setdefault(name, path)
    return found
