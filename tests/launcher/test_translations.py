"""Every word of the screen has its Russian, in all its plural forms, and the rooms do not disagree."""

import re
import shutil
from functools import cache

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from community.config import ROOT
from community.translations import contradictions, merge, merged, sources

RUSSIAN = ROOT / "community/translations/ru"
KEYWORDS = {
    "_": None, "_l": None, "N_": None, "gettext": None, "lazy_gettext": None,
    "ngettext": (1, 2), "lazy_ngettext": (1, 2), "N_n": (1, 2),
    "pgettext": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3), "lazy_pgettext": ((1, "c"), 2),
}  # fmt: skip
JINJA = {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
PLACES = re.compile(r"%\((\w+)\)[sd]")


@cache
def said():
    """Every sentence of the source: (id, plural or None, context) -> where it stands."""
    found = {}
    for folder, method, pattern in (
        ("community", "python", "**.py"),
        ("templates", "jinja2", "**.html"),
        ("templates", "jinja2", "**.txt"),
    ):
        rows = extract_from_dir(
            ROOT / folder,
            [(pattern, method)],
            {pattern: JINJA if method == "jinja2" else {}},
            KEYWORDS,
        )
        for file, line, message, _comments, context in rows:
            one, many = message if isinstance(message, tuple) else (message, None)
            if one:
                found.setdefault((one, many, context), f"{folder}/{file}:{line}")
    return found


@cache
def russian():
    return merged(RUSSIAN)


def forms(value):
    return value if isinstance(value, tuple | list) else (value,)


def test_no_sentence_puts_its_full_stop_after_a_date():
    """A date of another year ends in «г.», and a second full stop would follow it."""
    ends = re.compile(r"%\((at|date|day|term|time|until|when)\)s\.")
    assert [words for said in russian() for words in forms(said.string) if ends.search(words)] == []


def test_rooms_do_not_disagree():
    assert contradictions(RUSSIAN) == []


def test_every_sentence_is_translated():
    missing = []
    for (one, many, context), place in said().items():
        message = russian().get((one, many) if many else one, context)
        strings = forms(message.string) if message else ()
        wanted = 3 if many else 1
        if message is None or message.fuzzy or len(strings) != wanted or not all(strings):
            missing.append(f"{place}: {one!r}")
    assert missing == []


def test_the_search_for_sentences_finds_them():
    """An extraction that quietly found nothing would let everything pass."""
    places = list(said().values())
    assert sum(place.startswith("templates/") for place in places) > 20
    assert sum(place.startswith("community/") for place in places) > 20
    assert any(many for _one, many, _context in said())


def test_places_for_values_are_the_same_in_both_languages():
    wrong = []
    for message in russian():
        if not message.id:
            continue
        ids, strings = forms(message.id), forms(message.string)
        known = set(PLACES.findall(" ".join(ids)))
        wrong += [
            f"{ids[0]!r}: {each!r}" for each in strings
            if not set(PLACES.findall(each)) <= known
            or (set(PLACES.findall(each)) != known and not isinstance(message.id, tuple))
        ]  # fmt: skip
    assert wrong == []


def test_no_file_has_fuzzy_or_dead_words():
    for file in sources(RUSSIAN):
        with file.open("rb") as lines:
            catalogue = read_po(lines, locale="ru", abort_invalid=True)
        assert not [each.id for each in catalogue if each.fuzzy and each.id], file.name
        assert not catalogue.obsolete, file.name


def test_every_translation_is_of_something_said():
    ids = {one for one, _many, _context in said()}
    left = [each.id for each in russian() if each.id and forms(each.id)[0] not in ids]
    assert left == []


def test_a_file_is_compiled_once_and_again_when_it_changes(tmp_path):
    folder = tmp_path / "translations"
    shutil.copytree(RUSSIAN, folder / "ru", ignore=shutil.ignore_patterns("LC_MESSAGES"))

    assert len(merge(folder)) == 1
    assert merge(folder) == []
    (folder / "ru/look.po").unlink()
    assert len(merge(folder)) == 1


def test_a_contradiction_of_two_rooms_is_found(tmp_path):
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    folder = tmp_path / "ru"
    folder.mkdir()
    (folder / "one.po").write_text(head + 'msgid "Save"\nmsgstr "Сохранить"\n', "utf-8")
    (folder / "two.po").write_text(head + 'msgid "Save"\nmsgstr "Спасти"\n', "utf-8")

    assert contradictions(folder) == ["two.po: 'Save'"]
    assert merged(folder).get("Save").string == "Сохранить"
