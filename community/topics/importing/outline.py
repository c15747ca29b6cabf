"""What an import brings, whatever its file looks like: topics with their texts, in order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from community.core.markup import MAX_TEXT


class Unreadable(ValueError):
    """The file cannot be taken; the words tell the operator where and why."""


@dataclass(frozen=True, slots=True)
class Text:
    """One text of an import: its key in the file, whose it is, what it answers, its pictures."""

    key: str
    author: str
    body: str
    parent: str | None = None
    pictures: Mapping[str, Path] = field(default_factory=dict)
    """As the text names them -> where they lie."""


@dataclass(frozen=True, slots=True)
class Brought:
    """A topic of an import: the first text opens it."""

    title: str
    kind: str
    texts: tuple[Text, ...]
    subject: str = ""

    @property
    def authors(self) -> set[str]:
        """Return whose texts are in the topic."""
        return {text.author for text in self.texts}


def parts(text: Text) -> list[Text]:
    """Return the text, or its parts where it is too long for one entry; no word is lost."""
    pieces = pieces_of(text.body, MAX_TEXT - 200)
    if len(pieces) == 1:
        return [text]
    made = []
    for number, piece in enumerate(pieces, start=1):
        named = {name: path for name, path in text.pictures.items() if name in piece}
        key = text.key if number == 1 else f"{text.key}/{number}"
        parent = text.parent if number == 1 else text.key
        made.append(Text(key, text.author, piece, parent, named))
    return made


def pieces_of(body: str, limit: int) -> list[str]:
    """Cut a text between paragraphs, else between lines, else between words, to ``limit`` at most."""
    rest, pieces = body.strip(), []
    while len(rest) > limit:
        cut = max(rest.rfind(end, limit // 2, limit) for end in ("\n\n",))
        cut = (
            cut if cut > 0 else max(rest.rfind("\n", 1, limit), rest.rfind(" ", limit // 2, limit))
        )
        cut = cut if cut > 0 else limit
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*pieces, rest]


def title_of(body: str, longest: int = 80) -> str:
    """Return a title for a thread that has none: the beginning of its text, whole words."""
    line = " ".join(body.split())
    if len(line) <= longest:
        return line
    return line[: line.rfind(" ", longest // 2, longest) + 1 or longest].rstrip(" ,.;:—-") + "…"
