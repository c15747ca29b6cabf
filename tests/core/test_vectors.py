"""Nothing that people write runs: 2,000 vectors through the command that renders, read as a DOM."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest
from click.testing import CliRunner

from community.cli import main_group
from tests.core.vectors import vectors

_WORDS = (
    "p br hr pre blockquote ul ol li h3 h4 h5 h6 table thead tbody tr th td strong em s code a img"
)
TAGS = frozenset(_WORDS.split(" "))
ATTRIBUTES = {"a": {"href", "title", "rel"}, "img": {"src", "alt"}, "ol": {"start"}}


SCHEMES = ("http", "https", "mailto")


class _Look(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.active: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.active.append(f"<{tag}>")
        for name, value in attrs:
            if name not in ATTRIBUTES.get(tag, set()):
                self.active.append(f"<{tag} {name}>")
            told = "".join(
                char for char in (value or "").lower() if char.isprintable() and char != " "
            )
            scheme = told.partition(":")[0]
            is_address = name in ("href", "src") and ":" in told
            if (
                is_address
                and re.fullmatch("[a-z][a-z0-9+.-]*", scheme)
                and scheme not in ("http", "https", "mailto")
            ):
                self.active.append(f"{name}={value}")
            if name == "src" and not told.startswith("/files/"):
                self.active.append(f"src={value}")

    def handle_comment(self, data: str) -> None:
        self.active.append(f"<!--{data}")

    def handle_decl(self, decl: str) -> None:
        self.active.append(f"<!{decl}")

    def handle_pi(self, data: str) -> None:
        self.active.append(f"<?{data}")


def active(html: str) -> list[str]:
    """What in a piece of HTML could run, load or be seen as anything but words."""
    look = _Look()
    look.feed(html)
    look.close()
    return look.active


def rendered(texts: list[str]) -> list[str]:
    """The texts as `community render` gives them back."""
    lines = "".join(json.dumps({"id": at, "text": text}) + "\n" for at, text in enumerate(texts))
    answer = CliRunner().invoke(main_group, ["render"], input=lines)
    assert answer.exit_code == 0, answer.output
    told = [json.loads(line) for line in answer.output.split("\n") if line.startswith("{")]
    assert [one["id"] for one in told] == list(range(len(texts)))
    return [one["html"] for one in told]


def test_none_of_two_thousand_vectors_stays_active() -> None:
    texts = vectors()
    assert len(set(texts)) == 2_000
    found = [(text, active(html)) for text, html in zip(texts, rendered(texts), strict=True)]
    assert [(text, what) for text, what in found if what] == []
    print(f"vectors: {len(texts)}, active: 0")


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>", "<p onclick=alert(1)>", "<a href='javascript:alert(1)'>x</a>",
        "<a href='java\tscript:alert(1)'>x</a>", "<img src='//evil.invalid/x'>", "<p style='x'>", "<!--x-->",
        "<svg><p>x</p></svg>", "<a href='&#106;avascript:alert(1)'>x</a>",
    ],
)  # fmt: skip
def test_the_look_sees_what_is_active(html: str) -> None:
    assert active(html)


def test_half_of_the_vectors_would_run_as_they_are() -> None:
    """The rest is dangerous only after Markdown made a link or a picture of it."""
    assert sum(bool(active(text)) for text in vectors()) > 900
