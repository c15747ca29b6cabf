"""The renderer: nothing that acts survives, whatever is typed; long and deep texts stay quick."""

from __future__ import annotations

import time
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.core.markup import MAX_TEXT, clean, plain, render

TAGS = {
    "p", "br", "hr", "pre", "blockquote", "ul", "ol", "li", "h3", "h4", "h5", "h6", "table",
    "thead", "tbody", "tr", "th", "td", "strong", "em", "s", "code", "a", "img",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title", "rel"}, "img": {"src", "alt"}, "ol": {"start"}}


class Wary(HTMLParser):
    """Collects whatever should not be there."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.bad: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.bad.append(tag)
        for name, value in attrs:
            if name not in ATTRIBUTES.get(tag, set()):
                self.bad.append(f"{tag}.{name}")
            if name in ("href", "src"):
                squeezed = "".join((value or "").split()).lower()
                squeezed = "".join(each for each in squeezed if each.isprintable())
                if urlsplit(squeezed).scheme not in ("", "http", "https", "mailto"):
                    self.bad.append(squeezed)
            if name == "src" and not (value or "").startswith("/files/"):
                self.bad.append(f"img {value}")

    def handle_decl(self, decl: str) -> None:
        self.bad.append(decl)

    def handle_comment(self, data: str) -> None:
        self.bad.append(data)

    def handle_pi(self, data: str) -> None:
        self.bad.append(data)


def found_in(html: str) -> list[str]:
    reader = Wary()
    reader.feed(html)
    reader.close()
    return reader.bad


VECTORS = [
    "<script>alert(1)</script>", "<SCRIPT SRC=//x.example/x.js></SCRIPT>", "<scr<script>ipt>alert(1)",
    "<img src=x onerror=alert(1)>", "<img/src=x/onerror=alert(1)>", "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>", "<svg><a xlink:href=javascript:alert(1)>x</a></svg>",
    "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>", "<body onload=alert(1)>",
    "<iframe src=javascript:alert(1)>", "<iframe srcdoc='<script>alert(1)</script>'>",
    "<object data=javascript:alert(1)>", "<embed src=javascript:alert(1)>", "<base href=//x.example/>",
    "<link rel=stylesheet href=//x.example/x.css>", "<meta http-equiv=refresh content='0;url=//x'>",
    "<style>*{background:url(javascript:alert(1))}</style>", "<p style='background:url(x)'>x</p>",
    "<form action=//x.example><input name=a><button>x</button></form>", "<textarea autofocus onfocus=a>",
    "<details open ontoggle=alert(1)>", "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>", "<marquee onstart=alert(1)>x</marquee>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='jav&#x09;ascript:alert(1)'>x</a>", "<a href='&#106;avascript:alert(1)'>x</a>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<template><script>alert(1)</script></template>", "<!--<img src=x onerror=alert(1)>-->",
    "<![CDATA[<script>alert(1)</script>]]>", "<?xml version='1.0'?><x/>", "<!DOCTYPE x [<!ENTITY a 'b'>]>",
    "<xss onclick=alert(1)>x</xss>", "<p/onclick=alert(1)>x", "<<script>alert(1)//<</script>",
    "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))", "[x](&#x6A;avascript:alert(1))", "[x](javascript&colon;alert(1))",
    "[x](javascript&#58;alert(1))", "[x](<javascript:alert(1)>)", "[x](<java\nscript:alert(1)>)",
    "[x]( javascript:alert(1))", "[x](\x01javascript:alert(1))", "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)", "[x](data:text/html,<script>alert(1)</script>)",
    "[x](file:///etc/passwd)", "[x](about:blank)", "[x](blob:https://x/1)", "[x](feed:javascript:alert(1))",
    "[x](view-source:javascript:alert(1))", "[x](//x.example 'a\" onmouseover=\"alert(1)')",
    '[x](/a"onmouseover=alert(1))', "[x](/a '\"><img src=x onerror=alert(1)>')",
    "[x]: javascript:alert(1)\n\n[x]", "[x]: <javascript:alert(1)> 'a'\n\n[x][x]", "<javascript:alert(1)>",
    "<JAVASCRIPT:alert(1)>", "<data:text/html,x>", "![x](javascript:alert(1))",
    "![x](data:image/svg+xml,<svg/>)",
    "![x](https://x.example/x.png)", "![x](//x.example/x.png)", "![x](/files/1/../../logout)",
    '![x" onerror="alert(1)](/files/1)', "![](/files/1 'a\" onerror=\"alert(1)')", "![x](/logout)",
    "`<script>alert(1)</script>`", "```html\n<script>alert(1)</script>\n```",
    '```"onclick=alert(1)\nx\n```',
    "~~~<script>\nx\n~~~", "    <script>alert(1)</script>",
    "| <script>a</script> |\n|---|\n| <b onclick=a> |",
    "# <img src=x onerror=alert(1)>", "> <script>alert(1)</script>", "- <script>alert(1)</script>",
    "**<b onclick=alert(1)>**", "~~<i onclick=a>~~", "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;", "\\<script\\>alert(1)\\</script\\>",
    "<\x00script>alert(1)</script>",
    "<scr\x00ipt>alert(1)</script>", "\u202e<script>alert(1)</script>", "\ufeff<script>alert(1)</script>",
    "＜script＞alert(1)＜/script＞", "<ſcript>alert(1)</ſcript>", "\ud800<script>",
    'https://x.example/"onclick=alert(1)',
    "https://x.example/<script>alert(1)</script>", "http://x.example/'onmouseover='alert(1)",
    "mailto:a@b.example?x=<script>",
    "@Анна <script>alert(1)</script>", '<a href="https://x" target=_blank onclick=a>x</a>',
    "[x](https://a\u202eb)",
    "[<img src=x onerror=alert(1)>](https://x.example)", "[![x](javascript:alert(1))](javascript:alert(2))",
]  # fmt: skip


def test_there_are_enough_of_them() -> None:
    assert len(set(VECTORS)) >= 60


@pytest.mark.parametrize("vector", VECTORS)
def test_nothing_that_acts_survives(vector: str) -> None:
    for text in (vector, f"Слова до {vector} и после.", f"> {vector}\n\n- {vector}"):
        assert found_in(render(text)) == []


@given(st.lists(st.sampled_from([*VECTORS, "\n", "\n\n", "> ", "- ", "`", "](", "<", '"', "'"])))
@settings(max_examples=150, deadline=None)
def test_nothing_that_acts_survives_in_any_mixture(pieces: list[str]) -> None:
    assert found_in(render("".join(pieces))) == []


@given(st.text(max_size=400))
@settings(max_examples=200, deadline=None)
def test_any_text_at_all_is_drawn_and_is_harmless(text: str) -> None:
    html = render(text)
    assert found_in(html) == []
    assert clean(clean(text)) == clean(text)


@given(st.text(alphabet=" \nабвгд.,—«»", min_size=1, max_size=200))
@settings(max_examples=100, deadline=None)
def test_plain_words_stay_themselves(text: str) -> None:
    once = plain(render(text))
    assert "".join(once.split()) == "".join(text.split())
    assert plain(render(once)) == once


def test_a_name_that_looks_like_markup_stays_words() -> None:
    html = render('@Анна "><script>alert(1)</script>', {"Анна": '/people/1"><script>'})
    assert found_in(html) == []


def test_only_known_names_become_links() -> None:
    html = render("@Анна Ли и @Пётр Ким, `@Анна Ли`, [@Анна Ли](/x)", {"Анна Ли": "/people/5"})
    assert html.count('href="/people/5"') == 1
    assert "@Пётр Ким" in html


@pytest.mark.parametrize(
    "text",
    [
        ">" * MAX_TEXT, "[" * MAX_TEXT, "![" * (MAX_TEXT // 2), "*a " * (MAX_TEXT // 3),
        "`" * MAX_TEXT, "- " * (MAX_TEXT // 2), "[a](" * (MAX_TEXT // 4), "<" * MAX_TEXT,
        "&" * MAX_TEXT, "|" * MAX_TEXT, "_a" * (MAX_TEXT // 2), "~~a" * (MAX_TEXT // 3),
        "@Анна " * (MAX_TEXT // 6), "a@b.example " * (MAX_TEXT // 12), "\n> - " * (MAX_TEXT // 5),
        "http://" * (MAX_TEXT // 7), "слово " * (MAX_TEXT // 6), "|a|\n|-|\n" + "|a|\n" * 4000,
        "[a]: x\n" * (MAX_TEXT // 7), "1. " * (MAX_TEXT // 3), "***" * (MAX_TEXT // 3),
    ],
    ids=lambda text: repr(text[:8]),
)  # fmt: skip
def test_the_longest_text_of_the_worst_shape_is_quick(text: str) -> None:
    began = time.process_time()
    html = render(text[:MAX_TEXT])
    assert time.process_time() - began < 3
    assert found_in(html) == []


def test_a_longer_text_is_cut() -> None:
    assert len(plain(render("а" * (MAX_TEXT + 500)))) == MAX_TEXT
