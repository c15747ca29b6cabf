"""Texts that people agree to, each known by the hash of exactly what was shown."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markupsafe import Markup

from community.accounts.keys import config
from community.core import markup


@dataclass(frozen=True, slots=True)
class Document:
    """A version of a text, ready to be shown; ``sha256`` is of its source as filled in."""

    kind: str
    source: str
    sha256: str
    html: Markup

    @property
    def version(self) -> str:
        """Return the short name of the version: the beginning of its hash."""
        return self.sha256[:12]


def document(kind: str, source: str) -> Document:
    """Return ``source`` (Markdown) as a version of the document ``kind``."""
    source = markup.clean(source)
    html = Markup(markup.render(source))  # noqa: S704 — the one renderer has cleaned it
    return Document(kind, source, hashlib.sha256(source.encode()).hexdigest(), html)


def consent() -> Document:
    """Return the consent to personal-data processing, filled in for this installation (152-ФЗ, art. 9)."""
    settings = config()
    operator = settings.operator_name or settings.site_name
    return _consent(settings.root, operator, settings.site_name)


@cache
def _consent(root: Path, operator: str, site: str) -> Document:
    path = root / "community" / "texts" / "ru" / "consent.md"
    return _filled("consent", path, operator, site)


@cache
def _filled(kind: str, path: Path, operator: str, site: str) -> Document:
    source = path.read_text("utf-8")
    return document(kind, source.replace("{operator}", operator).replace("{site}", site))
