"""The services that a community may have; rooms register theirs, administrators switch them (T02)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from community.core.actor import Actor

Counter = Callable[[Actor, int], int]


@dataclass(frozen=True, slots=True)
class Service:
    """A part of a community that can be switched off."""

    code: str
    name: str
    """English msgid of its name."""
    endpoint: str
    """Endpoint of its front page, built with ``slug``."""
    blueprints: frozenset[str]
    order: int
    in_rail: bool
    group: str
    audience: str
    """«members», or «moderators» for a desk of theirs, which is never switched off."""
    """«rooms» above the line of the rail, «people» under it."""
    count: Counter | None


_services: dict[str, Service] = {}
_front: list[tuple[str, str]] = []


def register(
    code: str,
    name: str,
    endpoint: str,
    *,
    blueprints: tuple[str, ...] = (),
    order: int = 100,
    in_rail: bool = True,
    group: str = "rooms",
    audience: str = "members",
    count: Counter | None = None,
) -> None:
    """Let communities have the service ``code``; pages of ``blueprints`` answer only where it is on."""
    owned = frozenset(blueprints) or frozenset({endpoint.partition(".")[0]})
    _services[code] = Service(code, name, endpoint, owned, order, in_rail, group, audience, count)


def front(code: str, endpoint: str) -> None:
    """Lead members from the community's address to ``endpoint`` where the service ``code`` is on."""
    _front[:] = [(code, endpoint)]


def front_of(services: Mapping[str, bool]) -> str | None:
    """Return the endpoint of a member's first page, or None for the public face."""
    return next((endpoint for code, endpoint in _front if is_on(services, code)), None)


def all_services() -> list[Service]:
    """Return the services in the order of the rail."""
    return sorted(_services.values(), key=lambda each: (each.order, each.code))


def known_codes() -> list[str]:
    """Return the codes of the services."""
    return [each.code for each in all_services() if each.audience == "members"]


def is_on(services: Mapping[str, bool], code: str) -> bool:
    """Tell whether a community has the service: what was never switched off is on."""
    return bool(services.get(code, True))


def of_blueprint(blueprint: str | None) -> Service | None:
    """Return the service whose pages the blueprint draws, or None for pages of no service."""
    return next((each for each in _services.values() if blueprint in each.blueprints), None)
