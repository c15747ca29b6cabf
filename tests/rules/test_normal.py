from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.rules.normal import is_ordered, merge, normalise

ANY = st.text(max_size=120)


@given(ANY)
@settings(max_examples=400)
def test_normal_form_of_a_normal_form_is_itself(text: str) -> None:
    once = normalise(text).text
    assert normalise(once).text == once


@given(ANY)
@settings(max_examples=400)
def test_every_normal_character_points_into_the_authors_text(text: str) -> None:
    view = normalise(text)
    assert len(view.text) == len(view.starts) == len(view.ends)
    assert is_ordered(view.starts)
    assert all(0 <= a < b <= len(text) for a, b in zip(view.starts, view.ends, strict=True))


@given(ANY)
def test_growth_is_bounded(text: str) -> None:
    assert len(normalise(text).text) <= 4 * len(text)


@given(st.text(alphabet="абвгдеёжзиклмнопрстуфхцчшщъыьэюя АБВЁ", max_size=60))
def test_russian_letters_keep_their_places(text: str) -> None:
    view = normalise(text)
    assert view.text == text.lower().replace("ё", "е")
    assert list(view.starts) == list(range(len(text)))


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("Ёлка", "елка"),
        ("ду\u200bрак", "дурак"),
        ("и\u0306од", "йод"),
        ("е\u0308лка", "елка"),
        ("дура\u0301к", "дурак"),
        ("ｄｕｒａｋ", "durak"),
        ("𝐝𝐮𝐫𝐚𝐤", "durak"),
        ("приказ № 5", "приказ № 5"),
        ("а\u00a0б\tв", "а б в"),
        ("хәл", "хал"),
        ("\ud800дурак", "дурак"),
        ("\x00дурак", "дурак"),
    ],
)
def test_known_forms(text: str, normal: str) -> None:
    assert normalise(text).text == normal


def test_a_span_shows_the_authors_own_characters() -> None:
    text = "Ну ты и ду\u200bра\u0301к"
    view = normalise(text)
    start = view.text.index("дурак")
    first, last = view.original(start, start + 5)
    assert text[first:last] == "ду\u200bра\u0301к"


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40))))
def test_merged_spans_are_apart_and_in_order(spans: list[tuple[int, int]]) -> None:
    merged = merge([span for span in spans if span[0] < span[1]])
    assert all(a[1] < b[0] for a, b in pairwise(merged))
    covered = {at for start, end in spans if start < end for at in range(start, end)}
    assert covered == {at for start, end in merged for at in range(start, end)}
