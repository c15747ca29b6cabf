import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from community.files.names import LONGEST, clean_name, extension_of, url_name

ANYTHING = st.text(st.characters(codec=None), max_size=400)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Documents\\План урока.docx", "План урока.docx"),
        ("отчёт\x00.pdf", "отчёт.pdf"),
        ("фото\u202egpj.exe", "фотоgpj.exe"),
        ("  .. ", "файл"),
        ("", "файл"),
        (None, "файл"),
        (".htaccess", "htaccess"),
        ("nul.txt", "_nul.txt"),
        ("Дроби  5 класс.PDF", "Дроби 5 класс.pdf"),
        ("а" * 300 + ".docx", "а" * 115 + ".docx"),
        ('план: "март"?.xlsx', "план_ _март__.xlsx"),
        ("урок\n\t№ 1.txt", "урок № 1.txt"),
    ],
)
def test_a_name_is_made_harmless(sent, kept):
    assert clean_name(sent) == kept


@given(ANYTHING)
@example("\ud800.txt")
@example("a." * 200)
@example("con")
@example("/" * 300)
def test_any_name_at_all_becomes_a_short_safe_one(sent):
    name = clean_name(sent)

    assert 0 < len(name) <= LONGEST
    assert not set(name) & set('/\\<>:"|?*\x00')
    assert not any(unicodedata.category(each) in {"Cc", "Cf", "Cs"} for each in name)
    assert not name.startswith((".", " "))
    assert not name.endswith((".", " "))
    assert clean_name(name) == name
    name.encode()


@given(ANYTHING)
def test_a_given_extension_always_wins(sent):
    assert clean_name(sent, "png").endswith(".png")
    assert extension_of(clean_name(sent, "png")) == "png"


def test_an_address_holds_letters_only():
    assert url_name("Дроби № 1 (5 класс)#.pdf") == "Дроби_1_5_класс_.pdf"
