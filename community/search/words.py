"""Words as the index knows them: one way for texts, for questions and for the yellow marker.

Cyrillic words lose their endings by the Russian stemmer, Latin ones by the English; case, ё and
stress marks do not count. Both engines are given stems, so both find the same.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from threading import Lock

import snowballstemmer

_WORD = re.compile("[^\\W_](?:[^\\W_]|[\u0300\u0301\u00ad])*")
_UNSEEN = str.maketrans({"\u0300": None, "\u0301": None, "\u00ad": None, "ё": "е"})
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_LATIN = re.compile("[a-z]")
_LOOKALIKES = str.maketrans("abcehkmoptxy", "авсенкмортху")
_FLEETING = re.compile("([^аеиоуыэюя])[ое]([кц])$")
_IRREGULAR = {"ребенк": "дет", "люд": "человк", "людск": "человк"}
"""Stems whose words change the root; «человек» is itself «человк» without its fleeting vowel."""
LONGEST = 60
"""Letters of a word that count; what is longer is no word."""

_STOP = (
    "и в во на с со к ко о об от до из за по под над при у не ни но а же ли бы то что как так это "
    "для или the a an of in on at to and or is are"
)
STOP = frozenset(_STOP.split())
"""Words that are in every text: they are not asked for unless nothing else is."""

_stemmers = {name: snowballstemmer.stemmer(name) for name in ("russian", "english")}
_one_at_a_time = Lock()


def fold(word: str) -> str:
    """Return ``word`` without what does not count: case, ё, stress marks, soft hyphens."""
    return word.casefold().translate(_UNSEEN)[:LONGEST]


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """Return the stem of one word as typed."""
    folded = fold(word)
    if _CYRILLIC.search(folded):
        if _LATIN.search(folded):
            folded = folded.translate(_LOOKALIKES)
        made = _FLEETING.sub(r"\1\2", _stemmed("russian", folded))
        return _IRREGULAR.get(made, made)
    return _stemmed("english", folded) if _LATIN.search(folded) else folded


def _stemmed(language: str, word: str) -> str:
    with _one_at_a_time:  # a stemmer keeps the word it works on inside itself
        made: str = _stemmers[language].stemWord(word)
    return made or word


def places(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield each word of ``text`` as it stands with its beginning and end."""
    for found in _WORD.finditer(text):
        yield found.group(), found.start(), found.end()


def stems(text: str) -> list[str]:
    """Return the stems of ``text`` in their order."""
    return [stem(found) for found in _WORD.findall(text)]
