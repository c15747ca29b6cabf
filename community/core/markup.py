"""The one renderer of people's words: Markdown in, safe HTML out.

Three walls (the fourth is the content security policy): markdown-it escapes raw HTML, bleach keeps
the listed tags, nh3 repeats it with another parser, because bleach gets no fixes any more.
"""

import html
import re
import unicodedata
from collections.abc import Mapping

import bleach
import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

RENDER_VERSION = 1
MAX_TEXT = 20_000
"""Characters of Markdown in one text."""

_BLOCKS = ("p", "br", "hr", "pre", "blockquote", "ul", "ol", "li", "h3", "h4", "h5", "h6")
_TABLES = ("table", "thead", "tbody", "tr", "th", "td")
_TAGS = frozenset((*_BLOCKS, *_TABLES, "strong", "em", "s", "code", "a", "img"))
_ATTRIBUTES = {"a": ["href", "title"], "img": ["src", "alt"], "ol": ["start"]}
_PROTOCOLS = frozenset({"http", "https", "mailto"})
_OWN_FILE = re.compile(r"^/files/[0-9]+(/[\w.-]+)?$")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufeff]")
_MENTION = re.compile(r"@([^\W\d_][\w-]*(?: [^\W\d_][\w-]*){1,2})")


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True, "linkify": True})
    parser.enable(["table", "strikethrough", "linkify"])
    parser.core.ruler.push("house", _house_rules)
    parser.validateLink = _valid_link  # type: ignore[method-assign]
    return parser


def _valid_link(url: str) -> bool:
    scheme = re.match(r"\s*([\w+.-]*):", html.unescape(url))
    return scheme is None or scheme.group(1).lower() in _PROTOCOLS


def _house_rules(state: StateCore) -> None:
    """Headings begin at h3 (the page owns h1 and h2); only own files are shown as images; names link."""
    people: Mapping[str, str] = state.env.get("people", {})
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + 2)}"
        if token.type == "inline" and token.children:
            token.children = _inline(token.children, people)


def _inline(children: list[Token], people: Mapping[str, str]) -> list[Token]:
    out: list[Token] = []
    depth = 0
    for child in children:
        depth += (child.type == "link_open") - (child.type == "link_close")
        if child.type == "image" and not _OWN_FILE.match(str(child.attrs.get("src", ""))):
            out.append(_text(child.content or str(child.attrs.get("src", ""))))
        elif child.type == "text" and people and depth == 0 and "@" in child.content:
            out.extend(_mentions(child.content, people))
        else:
            out.append(child)
    return out


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _mentions(content: str, people: Mapping[str, str]) -> list[Token]:
    out: list[Token] = []
    at = 0
    for found in _MENTION.finditer(content):
        name = mentioned(found.group(1), people)
        if name is None:
            continue
        out.append(_text(content[at : found.start()]))
        out.append(Token("link_open", "a", 1, attrs={"href": people[name]}))
        out.append(_text("@" + name))
        out.append(Token("link_close", "a", -1))
        at = found.start() + 1 + len(name)
    out.append(_text(content[at:]))
    return out


def mentioned(words: str, people: Mapping[str, str]) -> str | None:
    """Return the longest beginning of ``words`` that is a name in ``people``, or None."""
    parts = words.split(" ")
    for length in range(len(parts), 0, -1):
        name = " ".join(parts[:length])
        if name in people:
            return name
    return None


def possible_mentions(source: str) -> set[str]:
    """Return the word groups after an @ that may be names, each shorter beginning included."""
    found: set[str] = set()
    for each in _MENTION.finditer(source):
        parts = each.group(1).split(" ")
        found.update(" ".join(parts[:length]) for length in range(2, len(parts) + 1))
    return found


_markdown = _parser()


def clean(source: str) -> str:
    r"""Return ``source`` in NFC with \n line ends and without controls, bidi overrides, lone surrogates."""
    text = source.replace("\r\n", "\n").replace("\r", "\n")
    text = text.encode("utf-8", "replace").decode("utf-8")
    return unicodedata.normalize("NFC", _CONTROLS.sub("", text))


def render(source: str, people: Mapping[str, str] | None = None) -> str:
    """Return the HTML of a Markdown text; ``people`` maps mentioned names to addresses.

    Longer texts than ``MAX_TEXT`` are cut; no raw HTML, no scripts, no foreign images survive.
    """
    made = _markdown.render(clean(source)[:MAX_TEXT], {"people": people or {}})
    kept = bleach.clean(made, tags=_TAGS, attributes=_ATTRIBUTES, protocols=_PROTOCOLS, strip=True)
    return nh3.clean(
        kept,
        tags=set(_TAGS),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        url_schemes=set(_PROTOCOLS),
        link_rel="nofollow ugc noopener",
    )


_BLOCK_END = re.compile(r"</(?:p|li|h[3-6]|tr|pre|blockquote|table)>|<br\s*/?>|<hr\s*/?>")
_QUOTATION = re.compile(r"(</?blockquote>)")
_ANY_TAG = re.compile(r"<[^>]*>")


def without_quotations(rendered: str) -> str:
    """Return rendered HTML less what it quotes: the author's own words, for excerpts."""
    kept, depth = [], 0
    for piece in _QUOTATION.split(rendered):
        if piece == "<blockquote>":
            depth += 1
        elif piece == "</blockquote>":
            depth = max(0, depth - 1)
        elif not depth:
            kept.append(piece)
    return "\n".join(kept)


def plain(rendered: str) -> str:
    """Return the words of rendered HTML, one line per block; for search, mail and fragments."""
    text = _ANY_TAG.sub("", _BLOCK_END.sub("\n", rendered))
    return re.sub(r"\n{2,}", "\n", html.unescape(text)).strip()
