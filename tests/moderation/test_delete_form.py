"""Whatever is typed as a quotation: only words of the text are grounds, and nothing typed is lost."""

import html
import re
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.moderation.services.grounds import exact_quote, own_words
from community.publishing.models import Entry
from tests.moderation.acts import grounds, journal, removals, say, state, topic
from tests.world import Person, Town

BODY = "На третьем уроке дети ещё скучают,\nа мой район — «тихий омут» № 7: ничей, й и ё."
TITLE = "Ёлка и чай"
ENTRY = Entry(title=TITLE, body=BODY)
WORDS = BODY.split()
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
BLANKS = st.text(" \t\n\r\u00a0\u2003\u2028\u3000", max_size=6)
QUICK = settings(max_examples=300, deadline=None)
SLOW = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def folded(words: str) -> str:
    """Return words with one blank between them, in the composed form, without what nobody sees."""
    seen = words.translate(dict.fromkeys(map(ord, INVISIBLE)))
    return " ".join(unicodedata.normalize("NFC", seen).split())


runs = st.tuples(st.integers(0, len(WORDS) - 1), st.integers(1, len(WORDS))).map(
    lambda span: WORDS[span[0] : span[0] + span[1]]
)


@QUICK
@given(runs, st.sampled_from(["NFC", "NFD"]), st.sampled_from([" ", "  ", "\n", "\u00a0", " \t "]))
def test_words_of_the_text_are_found_in_any_form_and_kept_in_the_authors(
    words: list[str], form: str, blank: str
) -> None:
    typed = unicodedata.normalize(form, blank.join(words))
    if not any(each.isalnum() for each in typed):
        assert exact_quote(ENTRY, typed) is None
        return
    kept = own_words(ENTRY, typed)
    assert kept in BODY
    assert folded(kept) == folded(typed)


@QUICK
@given(runs, st.sampled_from(["NFC", "NFD"]))
def test_a_text_written_apart_is_quoted_in_either_form(words: list[str], form: str) -> None:
    apart = Entry(title="", body=unicodedata.normalize("NFD", BODY))
    typed = unicodedata.normalize(form, " ".join(words))
    if any(each.isalnum() for each in typed):
        kept = own_words(apart, typed)
        assert kept in apart.body
        assert folded(kept) == folded(typed)


@QUICK
@given(st.text(st.sampled_from(sorted(set(BODY + TITLE)) + list("\u0306\u0308" + INVISIBLE))))
def test_what_is_accepted_does_stand_in_the_text(typed: str) -> None:
    span = exact_quote(ENTRY, typed)
    if span is not None:
        kept = own_words(ENTRY, typed)
        assert kept in BODY or kept in TITLE
        assert folded(kept) == folded(typed)
        assert any(each.isalnum() for each in kept)


def test_what_an_author_hid_inside_a_word_does_not_save_it() -> None:
    split = Entry(title="", body="Дети ску\u200bча\u00adют \u200b на уроке.")
    assert own_words(split, "скучают на") == "ску\u200bча\u00adют \u200b на"
    assert exact_quote(split, "скука") is None


@QUICK
@given(st.one_of(BLANKS, st.text(INVISIBLE, max_size=6), st.text("«»—.,:№ ", max_size=6)))
def test_nothing_but_blanks_marks_or_the_invisible_is_no_quotation(typed: str) -> None:
    assert exact_quote(ENTRY, typed) is None


@pytest.fixture
def text(town: Town, anna: Person, irina: Person) -> int:
    """Анна's answer in a topic of Ирина."""
    return say(town, anna, topic(town, irina), BODY)


no_quotation = st.one_of(
    BLANKS,
    st.text(INVISIBLE, min_size=1, max_size=5),
    st.text("«»—.,:№ ", min_size=1, max_size=5),
    # A letter of another alphabet, another word order, a word that is not there.
    runs.map(" ".join).map(lambda words: words.replace("а", "a") + " a"),
    runs.map(lambda words: " ".join(reversed([*words, "сказал"]))),
    st.text(min_size=1, max_size=40).map(lambda words: words + " щука"),
    st.text(min_size=1001, max_size=1100),
)


def test_the_form_refuses_what_is_no_quotation_and_loses_nothing(
    town: Town, text: int, boris: Person
) -> None:
    boris.get("/notices")

    @SLOW
    @given(no_quotation)
    def refused(typed: str) -> None:
        answer = boris.post(f"/e/{text}/remove", grounds(typed, reason="Слова унижают весь класс."))
        assert answer.status_code == 422
        page = answer.get_data(as_text=True)
        assert "Слова унижают весь класс." in page, "the reason stays in the form"
        assert re.search(r'name="quote"[^>]*value="', page)
        if typed.endswith(" щука") and typed.isprintable() and len(typed) < 900:
            shown = html.unescape(re.search(r'name="quote"[^>]*value="([^"]*)"', page)[1])
            assert shown.endswith("щука")

    refused()
    assert state(town, text) == "published"
    assert removals(town) == []
    assert "entry.removed" not in journal(town)


@pytest.mark.parametrize(
    "typed",
    [
        unicodedata.normalize("NFD", "мой район"),
        "  скучают,\n\n а   мой\u00a0район ",
        "ск\u200bучают",
        "ску\u00adчают",
    ],
)
def test_another_form_of_the_words_is_the_quotation_in_the_authors_form(
    town: Town, text: int, boris: Person, typed: str
) -> None:
    answer = boris.post(f"/e/{text}/remove", grounds(typed))
    assert answer.status_code == 200
    assert state(town, text) == "removed"
    [removal] = removals(town)
    assert removal.quote in BODY
