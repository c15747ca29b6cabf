import re
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from tests.look import stage

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = sorted((ROOT / "static/js").glob("*.js"))
SHEETS = sorted((ROOT / "static/css").glob("*.css"))


def names(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", TEMPLATES, ids=names)
def test_a_template_holds_no_inline_code(path):
    text = re.sub(r"{#.*?#}", "", path.read_text(), flags=re.DOTALL)

    assert not re.search(r"\sstyle\s*=", text), "an inline style"
    assert not re.search(r"<style\b", text), "an inline sheet"
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text), "an inline handler"
    assert not re.search(r"<script(?![^>]*\ssrc=)", text), "an inline script"
    assert "javascript:" not in text


def test_only_the_text_of_an_entry_is_taken_as_it_is():
    found = [
        (names(path), line.strip())
        for path in TEMPLATES
        for line in path.read_text().splitlines()
        if re.search(r"\|\s*safe\b|autoescape|Markup\(", line)
    ]

    text = "{%- set text = entry.html|safe -%}"
    assert found == [
        ("templates/chats/_lines.html", text),
        ("templates/entries/_entry.html", text),
    ]


@pytest.mark.parametrize("path", TEMPLATES, ids=names)
def test_a_template_compiles(path):
    env = stage.environment()
    env.filters.update(dict.fromkeys(filters_of(path) - set(env.filters), str))

    env.get_template(path.relative_to(ROOT / "templates").as_posix())


def filters_of(path: Path) -> set[str]:
    return set(re.findall(r"\|\s*([a-z_]+)", path.read_text()))


def draw(*entries, **context):
    made = stage.environment().get_template("entries/_entry.html")
    return made.render(entries=list(entries), page=stage.page(), **context)


def test_a_text_is_signed_and_has_an_address():
    html = draw(stage.entry(3, "<p>Привет</p>", url="/c/ped/topics/1#entry-3"))

    assert "Ирина Кольцова" in html
    assert "школа № 4, математика" in html
    assert 'href="/c/ped/topics/1#entry-3"' in html
    assert "<p>Привет</p>" in html


def test_a_name_is_escaped():
    html = draw(stage.entry(1, "", author=stage.person(1, "<b>Я</b> Х")))

    assert "<b>Я" not in html


def test_a_removed_text_leaves_a_stub_with_its_reason_and_no_words():
    removal = stage.RemovalView(
        article="ст. 4.1", decision_number=212, journal_url="/j", appeal_note="обжаловано"
    )
    html = draw(stage.entry(3, "", state="removed", removal=removal))

    for said in ("Скрыто модератором", "ст. 4.1", "решение № 212", "обжаловано", 'href="/j"'):
        assert said in html
    assert "Ирина Кольцова" not in re.sub(r"<article[^>]*>", "", html)
    assert "Ответить" not in html


def test_the_yellow_line_stands_once_before_the_first_new_text():
    html = draw(
        stage.entry(1, "<p>старое</p>"),
        stage.entry(2, "<p>новое</p>", is_new=True),
        stage.entry(3, "<p>новее</p>", is_new=True),
    )

    assert html.count("Новое для вас") == 1
    assert html.index("старое") < html.index("Новое для вас") < html.index("новое")


def test_deep_replies_go_no_deeper_than_three():
    assert "entry--depth-3" in draw(stage.entry(1, "", depth=9))


def test_a_visitor_gets_no_form_and_no_token():
    made = stage.environment().get_template("entry")
    html = made.render(page=stage.page(actor=None), entries=[])

    assert "csrf" not in html
    assert "<form id=" not in html


def test_a_page_without_its_context_is_an_error_and_not_a_blank():
    with pytest.raises(UndefinedError):
        stage.environment().get_template("view.html").render(next_url="/")


@pytest.mark.parametrize("status", [400, 403, 404, 409, 413, 422, 429, 500, 503])
def test_a_refusal_says_what_happened_what_was_kept_and_what_next(status):
    html = (
        stage.environment()
        .get_template(f"errors/{status}.html")
        .render(page=stage.page(actor=None, community=None), said="", fields={})
    )

    assert f"Ошибка {status}" in html
    assert re.search(r"<h1>[А-Я][^<]+</h1>\s*<p>[А-Я]", html)
    assert re.search(r'class="hush">[А-Я]', html)
    assert 'class="button button--primary"' in html


def test_a_refusal_shows_the_house_s_own_words():
    html = (
        stage.environment()
        .get_template("errors/403.html")
        .render(page=stage.page(), said="Свободных <мест> нет.", fields={})
    )

    assert "Свободных &lt;мест&gt; нет." in html


def test_the_faults_of_the_site_need_nothing_of_the_site():
    for status in (500, 503):
        stage.environment().get_template(f"errors/{status}.html").render(said="", fields={})


def test_scripts_speak_both_languages_alike():
    text = (ROOT / "static/js/phrases.js").read_text()
    russian, english = (
        dict(re.findall(r'^  "?([\w.]+)"?: "(.*)",$', part, flags=re.MULTILINE))
        for part in re.search(
            r"const RU = {(.*?)};\nconst EN = {(.*?)};", text, flags=re.DOTALL
        ).groups()
    )

    assert russian.keys() == english.keys()
    for name, said in russian.items():
        assert set(re.findall(r"{\w+}", said)) == set(re.findall(r"{\w+}", english[name])), name
        assert re.search(r"[а-яё]", said) or not re.search(r"[a-z]", re.sub(r"{\w+}", "", said)), (
            name
        )


def test_every_phrase_is_said_and_known():
    known = set(
        re.findall(
            r'^  "?([\w.]+)"?: "', (ROOT / "static/js/phrases.js").read_text(), flags=re.MULTILINE
        )
    )
    used = set()
    for path in SCRIPTS:
        for call in re.findall(r"say\((.*?)[,)]", path.read_text()):
            used.update(re.findall(r'"([\w.]+)"', call))
        used.update(re.findall(r'button\("([\w.]+)"', path.read_text()))
    used.update(
        f"keys.{m}" for m in re.findall(r'\], "(\w+)"\]', (ROOT / "static/js/keys.js").read_text())
    )

    assert known - used == set()
    assert {name for name in used if "." in name} - known == set()


@pytest.mark.parametrize("path", SCRIPTS, ids=names)
def test_a_script_evaluates_no_words_and_asks_no_stranger(path):
    text = path.read_text()

    assert not re.search(
        r"\beval\(|new Function|document\.write|setAttribute\(\"style|https?://[a-z]", text
    )
    drawn_by_the_server = path.name in ("chat.js", "composer.js", "morph.js")
    assert text.count("innerHTML") == (1 if drawn_by_the_server else 0)


def test_styles_ask_no_stranger_and_keep_the_pencil_to_the_rules():
    for path in SHEETS:
        text = path.read_text()
        assert "http" not in re.sub(r'\[href\^="http"\]', "", text), names(path)
        if path.name not in {"tokens.css", "vision.css", "print.css"}:
            assert not re.search(r"#(?:[0-9a-f]{6})\b", text), (
                f"{names(path)}: a colour outside the tokens"
            )


def test_every_class_of_a_template_is_drawn_by_a_sheet():
    drawn = set()
    for path in SHEETS:
        drawn.update(re.findall(r"\.([a-z][\w-]*)", path.read_text()))
    drawn |= {
        "entry--new",
        "top__switch",
        "menu__list",
        "section",
    }  # hooks of scripts and of readers
    unknown = set()
    for path in TEMPLATES:
        text = re.sub(r"{%.*?%}|{#.*?#}", " ", path.read_text(), flags=re.DOTALL)
        for worn in re.findall(r'class="([^"]*)"', text):
            bare = re.sub(r"\S*{{.*?}}\S*", " ", worn)
            unknown.update((names(path), each) for each in bare.split() if each not in drawn)

    assert unknown == set()


def test_the_guide_names_every_macro():
    guide = (ROOT / "docs/look.md").read_text()
    for path in sorted((ROOT / "templates/macros").glob("*.html")):
        row = re.search(rf"\| `{re.escape(path.name)}` \| (.*) \|", guide)
        assert row, path.name
        made = set(re.findall(r"{%-? macro (\w+)\(", path.read_text()))
        assert set(re.findall(r"`(\w+)`", row[1])) == made, path.name
