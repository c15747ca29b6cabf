"""Lists of words: every entry expanded to its forms when the set is loaded.

An entry is a lemma («дурак»), one exact form («=сук»), or a form to leave out («-сук»).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

ENTRY = r"[=-]?[а-яёa-z][а-яёa-z'-]*"
_FORMAT = "3"


@lru_cache(maxsize=1)
def _analyzer() -> Any:
    import pymorphy3

    return pymorphy3.MorphAnalyzer(lang="ru")


def plain(word: str) -> str:
    """A word as texts in normal form spell it."""
    return word.lower().replace("ё", "е")


class Forms:
    """Forms of lemmas, remembered beside the data folder so that a start need not find them."""

    def __init__(self, cache_dir: Path | None = None) -> None:
        self._known: dict[str, list[str]] = {}
        self._file = cache_dir / f"forms-{_stamp()}.json" if cache_dir else None
        self._grown = False
        if self._file and self._file.is_file():
            self._known = _read(self._file)

    def of_list(self, entries: Iterable[str]) -> frozenset[str]:
        """Every form that a list means."""
        exact: set[str] = set()
        wanted: set[str] = set()
        unwanted: set[str] = set()
        for entry in entries:
            if entry.startswith("="):
                exact.add(plain(entry[1:]))
            elif entry.startswith("-"):
                unwanted.add(plain(entry[1:]))
            else:
                wanted.update(self.of_lemma(plain(entry)))
        return frozenset(exact | (wanted - unwanted))

    def of_lemma(self, lemma: str) -> list[str]:
        """The forms of one lemma; an unknown word is taken as it stands."""
        if lemma not in self._known:
            self._known[lemma] = _inflect(lemma)
            self._grown = True
        return self._known[lemma]

    def save(self) -> None:
        """Remember what was found; a folder that cannot be written only costs time."""
        if not (self._file and self._grown):
            return
        draft = self._file.with_suffix(f".{os.getpid()}.new")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            draft.write_text(json.dumps(self._known, ensure_ascii=False), encoding="utf-8")
            draft.replace(self._file)
        except OSError:
            return


def _stamp() -> str:
    dictionaries = f"{_FORMAT}:{version('pymorphy3')}:{version('pymorphy3-dicts-ru')}"
    return hashlib.sha256(dictionaries.encode()).hexdigest()[:12]


def _read(file: Path) -> dict[str, list[str]]:
    try:
        known = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _inflect(lemma: str) -> list[str]:
    parses = _analyzer().parse(lemma)
    exact = [p for p in parses if plain(p.normal_form) == lemma]
    known = [p for p in exact if p.is_known]
    # a word the dictionary lacks is inflected by the likeliest pattern of a first form
    guessed = [p for p in parses if {"nomn", "sing"} in p.tag or "INFN" in p.tag]
    forms = {lemma}
    for parse in known or exact[:1] or guessed[:1]:
        forms.update(plain(form.word) for form in parse.lexeme)
    return sorted(forms)
