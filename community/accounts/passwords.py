"""Passwords: Argon2id with OWASP's parameters, and a list of what everybody tries first."""

import re
import threading
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError
from flask_babel import gettext as _

from community.accounts.names import fold

SHORTEST, LONGEST = 10, 128

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_two_at_a_time = threading.BoundedSemaphore(2)
"""Twenty people signing in at once must not take 400 MB and both cores."""

_ENGLISH = "qwertyuiop[]asdfghjkl;'zxcvbnm,."
_RUSSIAN = "йцукенгшщзхъфывапролджэячсмитьбю"
_TO_ENGLISH = str.maketrans(_RUSSIAN, _ENGLISH)
_TO_RUSSIAN = str.maketrans(_ENGLISH, _RUSSIAN)
_LIST = Path(__file__).with_name("common_passwords.txt")


def hashed(password: str) -> str:
    """Return the Argon2id hash; slow by design, so call it outside a write transaction."""
    with _two_at_a_time:
        return _hasher.hash(password.encode("utf-8", "replace"))


def matches(stored: str | None, password: str) -> bool:
    """Tell whether ``password`` is the one; an unknown person costs as much time as a known one."""
    with _two_at_a_time:
        try:
            _hasher.verify(stored or _nobody(), password[:LONGEST].encode("utf-8", "replace"))
        except (VerifyMismatchError, VerificationError, InvalidHashError):
            return False
    return stored is not None


def outdated(stored: str) -> bool:
    """Tell whether the hash was made with older parameters and should be made anew."""
    return _hasher.check_needs_rehash(stored)


@cache
def _nobody() -> str:
    return _hasher.hash("nobody has this password")


@cache
def _common() -> frozenset[str]:
    return frozenset(_LIST.read_text("utf-8").split())


def fault(password: str, *known: str) -> str:
    """Return what is wrong with a new password in one sentence, or «»; ``known`` are name and e-mail."""
    if len(password) < SHORTEST:
        return _(
            "At least %(count)s characters: three or four words are easy to remember.",
            count=SHORTEST,
        )
    if len(password) > LONGEST:
        return _("At most %(count)s characters.", count=LONGEST)
    if is_common(password):
        return _("This password is among the first that others try. Please think of another one.")
    folded = fold(password)
    if any(part in folded for words in known for part in _telling(words)) and len(folded) < 20:
        return _("The password contains your name or e-mail. Please think of another one.")
    return ""


def _telling(words: str) -> list[str]:
    return [
        part
        for part in re.split(r"[\W_]+", fold(words.split("@", maxsplit=1)[0]))
        if len(part) >= 4
    ]


def is_common(password: str) -> bool:
    """Tell whether the password is a common one, in either keyboard layout, doubled or with a tail."""
    typed = fold(password).replace(" ", "")
    if len(set(typed)) <= 3:
        return True
    layouts = (typed, typed.translate(_TO_ENGLISH), typed.translate(_TO_RUSSIAN))
    return any(core in _common() for layout in layouts for core in _cores(layout))


def _cores(typed: str) -> set[str]:
    """Return what «password2024!» and «qwertyqwerty» are made of: they are no better than that."""
    bare = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", typed)
    cores = {typed, bare} if len(bare) * 2 >= len(typed) else {typed}
    doubled = {found.group(1) for core in cores if (found := re.fullmatch(r"(.+?)\1+", core))}
    return cores | doubled
