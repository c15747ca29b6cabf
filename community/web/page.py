"""What every page knows: ``page`` in templates. Rooms do not fill it; the composition root does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from flask import Flask, current_app, g
from flask_wtf.csrf import generate_csrf


@dataclass(frozen=True, slots=True)
class PageActor:
    """The signed-in person as the header shows them."""

    id: int
    name: str
    greeting: str
    """«Анна Сергеевна»: first name and patronymic."""
    initials: str
    hue: int
    photo_url: str | None = None


@dataclass(frozen=True, slots=True)
class PageService:
    """A service of the community in the rail, with what is new in it."""

    code: str
    name: str
    url: str
    count: int = 0
    current: bool = False
    note: str = ""
    """A quiet word beside the name: «147 из 150»."""
    group: str = "rooms"
    """«rooms» above the line of the rail, «people» under it."""


@dataclass(frozen=True, slots=True)
class PageLink:
    """A line of the person's menu or of the foot; ``post`` makes it a button of the shared form."""

    name: str
    url: str
    post: bool = False


@dataclass(frozen=True, slots=True)
class PageCommunity:
    """The community whose page this is."""

    id: int
    slug: str
    name: str
    kind_name: str
    members: int
    cap: int
    is_member: bool
    is_moderator: bool
    is_administrator: bool
    services: Sequence[PageService] = ()


@dataclass(slots=True)
class Page:
    """The one context object of base.html."""

    actor: PageActor | None = None
    community: PageCommunity | None = None
    communities: Sequence[tuple[str, str]] = ()
    """(name, address) of the person's communities; shown when there are several."""
    notice_count: int = 0
    theme: str = ""
    vision: dict[str, str] = field(default_factory=dict)
    locale: str = "ru"
    search_url: str = ""
    operator_note: str = ""
    home_url: str = "/"
    login_url: str = ""
    join_url: str = ""
    notices_url: str = ""
    view_url: str = ""
    """Where the switches of theme and vision are posted."""
    menu: Sequence[PageLink] = ()
    foot: Sequence[PageLink] = ()

    @property
    def csrf_token(self) -> Callable[[], str]:
        """Return the maker of the token of this session."""
        return generate_csrf


def install(app: Flask, build: Callable[[], Page]) -> None:
    """Give templates ``page``, built once per request and only when a template asks for it."""
    app.extensions["page"] = build
    app.context_processor(lambda: {"page": current()})


def current() -> Page:
    """Return what the frame of this request's page knows."""
    if "page" not in g:
        g.page = current_app.extensions["page"]()
    found: Page = g.page
    return found


def hue(user_id: int) -> int:
    """Return the muted colour (1–6) of a person's initials."""
    return user_id % 6 + 1


def initials(name: str) -> str:
    """Return «АС» for «Анна Соколова»."""
    return "".join(part[0] for part in name.split()[:2]).upper()
