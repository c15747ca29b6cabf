"""What happens on the forum, as facts of ids."""

from dataclasses import dataclass

from community.core.outbox import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpWanted(Event):
    """The author of a topic waits for help (C07)."""

    topic_id: int
