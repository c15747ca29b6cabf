"""Hidden words: look-alike letters, transliteration, wrong layout, spaces, stretches, masks.

A guess replaces a word only when it turns an odd-looking piece into a word that some rule
knows, so ordinary text is never rewritten.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from community.rules.normal import View
from community.rules.spelling import ALIKE, ENGLISH, LEET, by_ear, spellings
from community.rules.suspects import Suspects

_LONGEST = 40
_MEMORY = 10_000
_GAP = r"[ .,\-_*|/~+=•·'\"]{1,3}"
_SPACED = re.compile(rf"(?<![^\W_])[^\W_](?:{_GAP}[^\W_]){{2,}}(?![^\W_])")
_ODD = re.compile(
    r"[a-zα-ωⲁ-ⳁա-ֆ]|[^\W\d_](?:[^\w\s]|[_0-9])+[^\W\d_]|([^\W\d_])\1\1|[^\W\d_]{2}[*#@$0-9]"
    r"|[*#@$0-9][^\W\d_]{2}"
)
_SINGLE = re.compile(rf"(?<![^\W_])[^\W_](?![^\W_])(?:{_GAP}[^\W_](?![^\W_]))*")
_BEFORE = re.compile(rf"([^\W_]{{2,20}}){_GAP}$")
_AFTER = re.compile(rf"{_GAP}([^\W_]{{2,20}})")
_SPACE = re.compile(r"\s")
_JOINTS = re.compile(r"(?:[^\w\s]|_)+")
_MASKS = re.compile(r"[*#@$%&?!_•0-9x×]+|\.+")
_MASK_CHAR = frozenset("*#@$%&?!_•×")
_EDGE = " .,:;!?()[]{}<>«»„“”\"'…—–-"
_RUN = re.compile(r"(.)\1+")
_LONG_RUN = re.compile(r"([^\W\d_])\1{2,}")
_TRULY_DOUBLE = frozenset({"хаммам", "харри", "дурра", "дурру", "дурры", "поддонок", "поддонки"})
_DOUBLE = re.compile(r"([^\W\d_])\1(?!\1)")
_LATIN_WORD = re.compile(r"[a-z']{2,}")
_CYRILLIC_WORD = re.compile(r"[а-я]{2,}")


@dataclass(frozen=True, slots=True)
class _Guess:
    start: int
    end: int
    word: str


def reveal(view: View, suspects: Suspects) -> View | None:
    """A second reading with hidden words opened; None when nothing looks hidden."""
    text = view.text
    guesses = [*_spaced(text, suspects), *_torn(text, suspects), *_doubled(text, suspects)]
    if _ODD.search(text):
        taken = [(guess.start, guess.end) for guess in guesses]
        guesses += [g for g in _odd(text, suspects) if not _touches(g, taken)]
    if not guesses:
        return None
    return _rewritten(view, sorted(guesses, key=lambda guess: guess.start))


def _spaced(text: str, suspects: Suspects) -> Iterator[_Guess]:
    for match in _SPACED.finditer(text):
        letters = "".join(char for char in match.group() if char.isalnum())
        if len(letters) > 60 or _is_initials(match.group()):
            continue
        for spelling in spellings(letters):
            found = suspects.known(spelling) or suspects.inside(spelling)
            if found:
                yield _Guess(match.start(), match.end(), found)
                break


def _torn(text: str, suspects: Suspects) -> Iterator[_Guess]:
    """A word of which only the end or the beginning is spaced: «ду р а»."""
    for singles in _SINGLE.finditer(text):
        start, end = singles.span()
        if end - start > _LONGEST:
            continue
        before = _BEFORE.search(text[max(0, start - _LONGEST) : start])
        after = _AFTER.match(text, end) if end - start > 1 else None
        for piece in (before, after):
            guess = _sewn(piece, singles, suspects) if piece else None
            if guess:
                yield guess
                break


def _sewn(piece: re.Match[str], singles: re.Match[str], suspects: Suspects) -> _Guess | None:
    if suspects.exact(piece.group(1)):
        return None
    start, end = singles.span()
    is_before = piece.string is not singles.string
    letters = "".join(char for char in singles.group() if char.isalnum())
    whole = piece.group(1) + letters if is_before else letters + piece.group(1)
    found = next(filter(None, map(suspects.exact, spellings(whole))), None)
    if not found:
        return None
    if is_before:
        return _Guess(start - (piece.end() - piece.start(1)), end, found)
    return _Guess(start, piece.end(1), found)


def _is_initials(piece: str) -> bool:
    return len(piece) <= 4 and "." in piece


def _doubled(text: str, suspects: Suspects) -> Iterator[_Guess]:
    done = 0
    for match in _DOUBLE.finditer(text):
        if match.start() < done:
            continue
        start, done = match.span()
        while start > 0 and text[start - 1].isalpha() and done - start < _LONGEST:
            start -= 1
        while done < len(text) and text[done].isalpha() and done - start < _LONGEST:
            done += 1
        word = text[start:done]
        single = _RUN.sub(r"\1", word)
        if word in _TRULY_DOUBLE or word in suspects.forms:
            continue
        if suspects.exact(single):
            yield _Guess(start, done, single)


def _odd(text: str, suspects: Suspects) -> Iterator[_Guess]:
    is_translit = _is_translit(text)
    done = 0
    for match in _ODD.finditer(text):
        if match.start() < done:
            continue
        start = max(text.rfind(" ", done, match.start()), text.rfind("\n", done, match.start())) + 1
        start = max(start, done)
        end = _SPACE.search(text, match.end())
        done = end.start() if end else len(text)
        yield from _chunk(text[start:done], start, suspects, is_translit=is_translit)


def _chunk(chunk: str, at: int, suspects: Suspects, *, is_translit: bool) -> Iterator[_Guess]:
    core = chunk.strip(_EDGE)
    start = at + chunk.find(core)
    word = _guess(core, suspects) if core else None
    if word is not None:
        yield _Guess(start, start + len(core), word)
        return
    if core != chunk and (word := _mistyped(chunk, suspects)) is not None:
        yield _Guess(at, at + len(chunk), word)
        return
    for part in re.finditer(r"[^\W_]+|[^\s,.:;«»()]+", core):
        piece = part.group()
        if part.start() == 0 and part.end() == len(core):
            word = None
        else:
            word = _guess(piece, suspects) if _ODD.search(piece) else None
        word = word or _default(piece, is_translit=is_translit)
        if word is not None and word != piece:
            yield _Guess(start + part.start(), start + part.end(), word)


def _mistyped(chunk: str, suspects: Suspects) -> str | None:
    """A word typed with the wrong layout whose first or last letter is a punctuation mark."""
    if len(chunk) > _LONGEST or not re.fullmatch(r"[a-z\];',.`][a-z\[\];',.`]{3,}", chunk):
        return None
    return suspects.exact(spellings(chunk)[-1])


def _guess(core: str, suspects: Suspects) -> str | None:
    remembered = suspects.remembered
    if core not in remembered:
        if len(remembered) > _MEMORY:
            remembered.clear()
        remembered[core] = _think(core, suspects)
    return remembered.get(core)


def _think(core: str, suspects: Suspects) -> str | None:
    if not any(char.isalpha() for char in core) or core in suspects.forms:
        return None
    short = _LONG_RUN.sub(r"\1", core)
    if len(short) > _LONGEST:
        return None
    for spelling in spellings(short):
        joined = _JOINTS.sub("", spelling)
        look = suspects.known if joined == spelling or _is_broken(spelling) else suspects.exact
        for word in _collapses(joined, look, suspects):
            return word
    if short in ENGLISH:
        return None
    if re.fullmatch(r"[a-z0-9'@$!.\-_*]+", short) and re.search(r"[a-z]", short):
        heard = suspects.sounding(by_ear(_JOINTS.sub("", short.translate(LEET))))
        if heard is not None:
            return heard
    return _unmask(core, suspects) or _unmask(core.translate(ALIKE), suspects)


def _collapses(word: str, look: Callable[[str], str | None], suspects: Suspects) -> Iterator[str]:
    found = look(word)
    if found:
        yield found
        return
    single = _RUN.sub(r"\1", word)
    if single != word:
        found = suspects.exact(single)
        if found:
            yield found


def _is_broken(spelling: str) -> bool:
    parts = [part for part in _JOINTS.split(spelling) if part]
    return any(len(part) <= 2 for part in parts) and not re.search(
        r"[а-яa-z]\.[а-яa-z]\.", spelling
    )


def _unmask(core: str, suspects: Suspects) -> str | None:
    # two marks before a word are how bold type is written
    if core[:2] in ("**", "__") or (core[0] in _MASK_CHAR and core[-1] in _MASK_CHAR):
        return None
    letters = sum(1 for char in core if "а" <= char <= "я")
    masks = list(_MASKS.finditer(core))
    if (
        not masks
        or letters < 2
        or len(core) > 20
        or not re.fullmatch(r"[а-я*#@$%&?!_•0-9x×.]+", core)
    ):
        return None
    if masks[0].group()[0] in "?!" and masks[0].end() == len(core):
        return None
    if "." in core and letters < 4 and ".." not in core:
        return None
    pattern, last = [], 0
    for mask in masks:
        pattern.append(core[last : mask.start()])
        pattern.append(_width(mask.group()))
        last = mask.end()
    pattern.append(core[last:])
    first = core[0] if masks[0].start() else ""
    final = core[-1] if masks[-1].end() < len(core) else ""
    found = suspects.masked("".join(pattern), first, final)
    if found and letters == 2 and not (first and final) and not suspects.has_root(found):
        return None
    return found


def _width(mask: str) -> str:
    if mask.isdigit() or len(mask) == 1:
        return "." * len(mask)
    return f".{{1,{len(mask) + 2}}}"


def _default(piece: str, *, is_translit: bool) -> str | None:
    has_latin, has_cyrillic = re.search("[a-zα-ω]", piece), re.search("[а-я]", piece)
    if has_latin and has_cyrillic:
        return piece.translate(ALIKE)
    if has_latin and is_translit and piece not in ENGLISH:
        return by_ear(piece)
    if _LONG_RUN.search(piece) and has_cyrillic:
        return _LONG_RUN.sub(r"\1", piece)
    return None


def _is_translit(text: str) -> bool:
    latin = sum(1 for _ in _LATIN_WORD.finditer(text))
    return latin > 2 and latin > 2 * sum(1 for _ in _CYRILLIC_WORD.finditer(text))


def _touches(guess: _Guess, taken: list[tuple[int, int]]) -> bool:
    return any(guess.start < end and start < guess.end for start, end in taken)


def _rewritten(view: View, guesses: list[_Guess]) -> View:
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for guess in guesses:
        if guess.start < at:
            continue
        out.append(view.text[at : guess.start])
        starts.extend(view.starts[at : guess.start])
        ends.extend(view.ends[at : guess.start])
        first, last = view.original(guess.start, guess.end)
        out.append(guess.word)
        starts.extend([first] * len(guess.word))
        ends.extend([last] * len(guess.word))
        at = guess.end
    out.append(view.text[at:])
    starts.extend(view.starts[at:])
    ends.extend(view.ends[at:])
    return View("".join(out), starts, ends)
