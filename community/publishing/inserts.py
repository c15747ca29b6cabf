"""What other floors and rooms show under a text of a thread: a ballot, a task."""

from collections.abc import Callable, Mapping, Sequence

from markupsafe import Markup

from community.publishing.access import Viewer
from community.publishing.models import Thread
from community.publishing.views import EntryView

Provider = Callable[[Viewer, Thread, Sequence[EntryView]], Mapping[int, Markup]]
_providers: list[Provider] = []


def provide(provider: Provider) -> Provider:
    """Let a room draw under entries: entry id -> HTML that is drawn for this reader alone."""
    if provider not in _providers:
        _providers.append(provider)
    return provider


def attach(reader: Viewer, thread: Thread, entries: Sequence[EntryView]) -> None:
    """Put on the entries of a page what the providers draw under them."""
    for provider in _providers:
        drawn = provider(reader, thread, entries)
        for entry in entries if drawn else ():
            if entry.id in drawn:
                entry.insert = drawn[entry.id]
