"""The place of a text where the words were found, under the yellow marker; the same each time."""

from bisect import bisect_left
from collections.abc import Collection

from markupsafe import Markup, escape

from community.search.words import places, stem

LENGTH = 240
LOOKED_THROUGH = 20_000
"""Characters of a text in which the place is looked for."""

_Hit = tuple[int, int, str]


def fragment(text: str, stems: Collection[str], length: int = LENGTH) -> Markup:
    """Return about ``length`` characters around the most of ``stems``, escaped, with ``<mark>``."""
    text = " ".join(text[:LOOKED_THROUGH].split())
    hits = _hits(text, stems)
    start, end = _window(text, hits, length)
    made = _marked(text, hits, start, end)
    return (
        Markup("… " if start > 0 else "") + made + Markup(" …" if end < len(text) else "")  # noqa: S704
    )


def marked(text: str, stems: Collection[str]) -> Markup:
    """Return a whole line, escaped, with its found words under the marker."""
    return _marked(text, _hits(text, stems), 0, len(text))


def _hits(text: str, stems: Collection[str]) -> list[_Hit]:
    wanted = frozenset(stems)
    rows = ((start, end, stem(word)) for word, start, end in places(text))
    return [row for row in rows if row[2] in wanted]


def _window(text: str, hits: list[_Hit], length: int) -> tuple[int, int]:
    """Choose the earliest window with the most different words, then with the most words."""
    if len(text) <= length:
        return 0, len(text)
    if not hits:
        return 0, _word_end(text, length)
    starts = [hit[0] for hit in hits]
    best, chosen = (0, 0), 0
    for at, (start, _end, _stem) in enumerate(hits):
        within = hits[at : bisect_left(starts, start + length * 2 // 3)]
        worth = (len({each[2] for each in within}), len(within))
        if worth > best:
            best, chosen = worth, at
    start = _word_start(text, max(0, hits[chosen][0] - length // 4))
    end = min(len(text), start + length)
    return start, max(_word_end(text, end), hits[chosen][1])


def _word_start(text: str, at: int) -> int:
    if at == 0:
        return 0
    blank = text.find(" ", at, at + 40)
    return at if blank < 0 else blank + 1


def _word_end(text: str, at: int) -> int:
    if at >= len(text):
        return len(text)
    blank = text.rfind(" ", max(0, at - 40), at)
    return at if blank < 0 else blank


def _marked(text: str, hits: list[_Hit], start: int, end: int) -> Markup:
    out, at = [], start
    for hit_start, hit_end, _stem in hits:
        if hit_start < start or hit_end > end:
            continue
        out += [escape(text[at:hit_start]), Markup("<mark>"), escape(text[hit_start:hit_end])]
        out.append(Markup("</mark>"))
        at = hit_end
    out.append(escape(text[at:end]))
    return Markup("").join(out)
