"""Interests as they are typed: separated by commas, each a few words."""

import re
from collections.abc import Iterable

from community.accounts.names import fold
from community.core.errors import Invalid
from community.core.markup import clean
from community.core.verdict import deny
from community.web.errors import sentence

MOST = 12
LONGEST = 40


def parse(typed: str) -> list[str]:
    """Return the interests in the order typed, each once; raises ``Invalid`` for too many or too long."""
    words = [" ".join(each.split()).strip(" .") for each in re.split(r"[,;\n]", clean(typed))]
    kept = list({fold(each): each for each in reversed(words) if fold(each)}.values())[::-1]
    if len(kept) > MOST:
        raise _invalid("profile.interests_many", limit=MOST)
    for each in kept:
        if max(len(each), len(fold(each))) > LONGEST:
            raise _invalid("profile.interest_long", words=each[:30], limit=LONGEST)
    return kept


def joined(interests: Iterable[str]) -> str:
    """Return the interests as they are typed."""
    return ", ".join(interests)


def _invalid(code: str, **params: object) -> Invalid:
    return Invalid({"interests": [sentence(deny(code, **params))]})
