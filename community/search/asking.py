"""What the form of the search page asks, read from the address; odd values ask for nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from community.search.parsing import tidy
from community.search.port import Narrowing, What

WHATS: dict[str, What] = {"": "text", "topics": "topic", "texts": "text", "people": "person"}
_LAST_PAGE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The line and the choices beside it."""

    q: str = ""
    what: str = ""
    author: int | None = None
    board: int | None = None
    kind: str = ""
    since: date | None = None
    until: date | None = None
    page: int = 1

    @property
    def is_narrowed(self) -> bool:
        """Tell whether anything but the line narrows the search."""
        return bool(self.what or self.author or self.board or self.kind or self.since or self.until)

    @property
    def narrowing(self) -> Narrowing:
        """Return the choices as the index takes them."""
        if self.what == "people":
            return Narrowing(what="person")
        return Narrowing(
            what=WHATS[self.what],
            author_id=self.author,
            shelf_id=self.board,
            kind=self.kind,
            since=self.since,
            until=self.until,
        )

    def address(self, **changes: Any) -> dict[str, Any]:
        """Return the parameters of the same search with ``changes``; empty ones are left out."""
        made = replace(self, **{"page": 1, **changes})
        fields = ("q", "what", "author", "board", "kind", "since", "until", "page")
        values = {name: getattr(made, name) for name in fields}
        values["page"] = values["page"] if values["page"] > 1 else None
        return {name: str(value) for name, value in values.items() if value}


def asked(args: Mapping[str, str]) -> Asked:
    """Read the parameters of an address."""
    what = args.get("what", "")
    kind = args.get("kind", "")
    return Asked(
        q=tidy(args.get("q", "")),
        what=what if what in WHATS else "",
        author=_number(args.get("author", "")),
        board=_number(args.get("board", "")),
        kind=kind if kind.isascii() and kind.isalnum() and len(kind) <= 20 else "",
        since=_day(args.get("since", "")),
        until=_day(args.get("until", "")),
        page=min(_number(args.get("page", "")) or 1, _LAST_PAGE),
    )


def _number(typed: str) -> int | None:
    return int(typed) or None if typed.isascii() and typed.isdigit() and len(typed) < 10 else None


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed) if len(typed) == 10 else None
    except ValueError:
        return None
