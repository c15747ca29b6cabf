"""Other ways to write a Russian word: look-alike letters, Latin by ear, the wrong layout."""

from __future__ import annotations

import re

_PAIRS = (
    "aа bв cс eе hн iи kк mм nп oо pр tт uи vв xх yу rг gг dд zз sс wш lл 0о 3з 4ч 6б @а $с "
    "πп λл δд γг φф σс ζз θф "
    "αа βв εе ηн ιи κк νв οо ρр τт υу χх ωо ⲁа ⲃв ⲉе ⲏн ⲓи ⲕк ⲙм ⲟо ⲣр ⲥс ⲧт ⲩу ⲭх օо սи ոп"
)
ALIKE = str.maketrans({pair[0]: pair[1] for pair in _PAIRS.split(" ")})
_SOFT = str.maketrans({"b": "ь"})
LEET = str.maketrans("0134567@$!", "oieasbtasi")
_LAYOUT = str.maketrans("qwertyuiop[]asdfghjkl;'zxcvbnm,.`", "йцукенгшщзхъфывапролджэячсмитьбюе")
_SYLLABLES = (
    ("shch", "щ"), ("sch", "щ"), ("zh", "ж"), ("kh", "х"), ("ts", "ц"), ("ch", "ч"), ("sh", "ш"),
    ("yu", "ю"), ("ju", "ю"), ("iu", "ю"), ("ya", "я"), ("ja", "я"), ("yo", "е"), ("jo", "е"),
    ("ye", "е"), ("je", "е"), ("ck", "к"),
)  # fmt: skip
_SOUNDS = str.maketrans("abvgdezijklmnoprstufhcywxq'", "абвгдезийклмнопрстуфхцывхк-")
_SKELETON = str.maketrans(
    {"ь": None, "ъ": None, "-": None, "й": "и", "ы": "и", "э": "е", "щ": "ш", "ю": "у", "я": "а"}
)
ENGLISH = frozenset(
    [
        "her",
        "ham",
        "gad",
        "idiot",
        "lox",
        "suk",
        "god",
        "mat",
        "bit",
        "pop",
        "gay",
        "gey",
        "hair",
        "hay",
        "scot",
        "skot",
        "bred",
        "kal",
        "pedal",
        "debil",
        "balls",
        "bolt",
        "home",
        "here",
        "hum",
        "hue",
        "hui",
        "hat",
        "cat",
        "lot",
        "tut",
        "pot",
        "gnida",
        "kit",
        "rot",
        "tot",
        "nag",
        "pups",
        "prude",
        "gadget",
        "pedagog",
        "nazi",
        "urok",
        "pirog",
        "sort",
        "trot",
        "raver",
        "drama",
        "zad",
        "sperm",
    ]
) - {"idiot", "debil", "gnida", "nazi"}


def spellings(core: str) -> list[str]:
    """The Russian words that a piece may stand for by the look of its letters or by its keys."""
    found = [core]
    if re.search(r"[a-zα-ωⲁ-ⳁա-ֆ0-9@$]", core):
        if core not in ENGLISH:
            found.append(core.translate(ALIKE))
            if "b" in core:
                found.append(core.translate(_SOFT).translate(ALIKE))
            if re.search(r"[а-я]", core):
                found.append(by_ear(core.translate(LEET)))
        if re.fullmatch(r"[a-z\[\];',.`]+", core) and len(core) > 3:
            found.append(core.translate(_LAYOUT))
    return found


def by_ear(word: str) -> str:
    """A word in Latin letters as a Russian would read it aloud."""
    for latin, letter in _SYLLABLES:
        if latin in word:
            word = word.replace(latin, letter)
    if word.endswith("y") and len(word) > 2:
        word = word[:-1] + "й"
    return word.translate(_SOUNDS).replace("-", "ь")


def skeleton(word: str) -> str:
    """What stays of a word when it is written down carelessly by ear."""
    return word.translate(_SKELETON)
