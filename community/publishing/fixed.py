"""Texts that must stay as they are while something hangs on their words: people vote on them, sign them."""

from collections.abc import Callable

from community.core.verdict import ALLOW, Verdict, deny

Provider = Callable[[int], str]
_providers: list[Provider] = []


def provide(provider: Provider) -> Provider:
    """Let a room fix a text: entry id -> reason code of the refusal, or nothing."""
    if provider not in _providers:
        _providers.append(provider)
    return provider


def may_change(entry_id: int) -> Verdict:
    """Tell whether the words of an entry may be changed or taken back by their author."""
    for provider in _providers:
        if code := provider(entry_id):
            return deny(code)
    return ALLOW
