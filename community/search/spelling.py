"""«Искали ли вы…»: the wrong keyboard layout, one slip of the finger, or both."""

import re
from collections.abc import Callable, Collection, Iterator

from community.search.words import STOP, fold, stem

Frequencies = Callable[[Collection[str]], dict[str, int]]
"""Stems -> in how many documents each is; those in none are left out."""

_LATIN_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_CYRILLIC_KEYS = "йцукенгшщзхъфывапролджэячсмитьбюё"
_UPPER_LATIN = 'QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>~'
_TO_CYRILLIC = str.maketrans(_LATIN_KEYS + _UPPER_LATIN, _CYRILLIC_KEYS + _CYRILLIC_KEYS.upper())
_TO_LATIN = str.maketrans(_CYRILLIC_KEYS + _CYRILLIC_KEYS.upper(), _LATIN_KEYS + _UPPER_LATIN)
_RUSSIAN, _ENGLISH = "абвгдежзийклмнопрстуфхцчшщъыьэюя", "abcdefghijklmnopqrstuvwxyz"
_HAS_CYRILLIC, _HAS_LATIN = re.compile("[а-яё]", re.IGNORECASE), re.compile("[a-z]", re.IGNORECASE)
_SHORTEST, _LONGEST = 4, 24
"""Letters of a word in which a slip is looked for: shorter ones fit too much."""
MUCH_MORE = 10
"""How many times oftener another spelling must be, for a rare word to be doubted."""


def suggestion(typed: str, frequencies: Frequencies) -> str | None:
    """Return the line with the unknown words put right, or None when nothing is to be changed."""
    pieces = typed.split(" ")
    made = [_mended(piece, frequencies) for piece in pieces]
    if None in made or made == pieces:
        return None
    return " ".join(each for each in made if each)


def _mended(piece: str, frequencies: Frequencies) -> str | None:
    """Return the piece of a line as it was probably meant; None when nobody can tell."""
    lead = piece[: len(piece) - len(piece.lstrip('-−"«“„('))]
    bare = piece[len(lead) :]
    tail = bare[len(bare.rstrip('"»”')) :]
    word = bare.strip(".,;:!?…()\"»”'")
    if not word or fold(word) in STOP or lead.startswith(("-", "−")):
        return piece
    known = _most(re.findall(r"\w+", word), frequencies)
    best, times = word, known
    for other in _layouts(bare, word):
        often = _most(re.findall(r"\w+", other), frequencies)
        if often > max(times, known * MUCH_MORE):
            best, times = other, often
    if not times:
        best, times = _slip(word, _layouts(bare, word), known, frequencies)
    elif best == word and known:
        best, times = _slip(word, [], known, frequencies)
    if not times:
        return None
    return piece if best == word else lead + best + tail


def _most(words: list[str], frequencies: Frequencies) -> int:
    """In how many documents the rarest of the words is: 0 when one is unknown."""
    wanted = [stem(word) for word in words if fold(word) not in STOP]
    known = frequencies(wanted)
    return min((known.get(each, 0) for each in wanted), default=0)


def _layouts(bare: str, word: str) -> list[str]:
    """Return what the same keys give in the other layout: «ghbdtn» is «привет»."""
    if _HAS_LATIN.search(bare) and not _HAS_CYRILLIC.search(bare):
        turned = [bare.translate(_TO_CYRILLIC), word.translate(_TO_CYRILLIC)]
        return list(dict.fromkeys(each for each in turned if each.replace("-", "").isalpha()))
    if _HAS_CYRILLIC.search(word) and not _HAS_LATIN.search(word):
        turned_back = word.translate(_TO_LATIN)
        return [turned_back] if turned_back.isalpha() else []
    return []


def _slip(word: str, turned: list[str], known: int, frequencies: Frequencies) -> tuple[str, int]:
    for base in (word, *turned):
        folded = fold(base)
        if not folded.isalpha() or not _SHORTEST <= len(folded) <= _LONGEST:
            continue
        candidates = {each: stem(each) for each in one_slip(folded)}
        often = frequencies(set(candidates.values()))
        fitting = [
            each for each in candidates if often.get(candidates[each], 0) > known * MUCH_MORE
        ]
        if fitting:  # of equally frequent ones the likeliest slip: they come in that order
            best = max(fitting, key=lambda each: often[candidates[each]])
            return best, often[candidates[best]]
    return word, known


def one_slip(word: str) -> Iterator[str]:
    """Yield the words that one slip away made ``word`` of, the likeliest slips first."""
    alphabet = _RUSSIAN if _HAS_CYRILLIC.search(word) else _ENGLISH
    halves = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    for left, right in halves:
        if left and right and left[-1] == right[0]:
            yield left + right[1:]
    for left, right in halves:
        if len(right) > 1 and right[0] != right[1]:
            yield left + right[1] + right[0] + right[2:]
    for left, right in halves:
        if right:
            yield left + right[1:]
    for left, right in halves:
        if right:
            yield from (left + letter + right[1:] for letter in alphabet if letter != right[0])
    for left, right in halves:
        yield from (left + letter + right for letter in alphabet)
