"""The channel of one site: opened with it, fed by what is committed, drained before it stops."""

from flask import Flask, current_app
from flask_socketio import SocketIO

from community.config import Config
from community.core import ripples
from community.core.ripples import Ripple
from community.live import wire
from community.live.bus import Bus, Nowhere, Redis
from community.live.carrier import Carrier
from community.live.hub import Hub, hub_or_none
from community.live.sockets import answer

PATH = "socket.io"
_CHANNEL = "uchitelskaya-live"


def install(app: Flask) -> None:
    """Open the channel of ``app``; no thread starts before there is somebody to tell."""
    config: Config = app.extensions["community"]
    if not config.live_sockets:
        return
    sio = SocketIO(
        async_mode="threading",
        transports=["websocket"],
        async_handlers=False,
        max_http_buffer_size=16_384,
        ping_interval=25,
        ping_timeout=20,
        manage_session=False,
        cors_allowed_origins=None,
        path=PATH,
    )
    sio.init_app(app)
    wire.install(sio)
    hub = Hub(app, sio, config)
    bus: Bus = Nowhere()
    if config.redis_url:
        bus = Redis(config.redis_url, _CHANNEL, hub.process)
    carrier = Carrier(hub, bus)
    answer(sio, hub, carrier)
    app.extensions["live"], app.extensions["live-carrier"] = hub, carrier
    ripples.listen(_carry)


def _carry(ripple: Ripple) -> None:
    tell(ripple.kind, ripple.id)


def tell(kind: str, number: int) -> None:
    """Say that a thread, a person's news or a person's access may have changed."""
    carrier: Carrier | None = current_app.extensions.get("live-carrier")
    if carrier is not None:
        carrier.hint(kind, number)


def drain(app: Flask) -> None:
    """Let every socket go before the process stops, so that all of them come back to the next one."""
    with app.app_context():
        hub = hub_or_none()
    if hub is not None:
        hub.drain()
