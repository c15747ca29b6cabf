"""One production-grade process: gunicorn with threads, started in-process; Werkzeug on Windows."""

from __future__ import annotations

import gc
import mmap
import os
import signal
import socket
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from community.config import Config, ConfigError

if TYPE_CHECKING:
    from flask import Flask

LONGEST_START = 60
GRACE = 1
"""Seconds that requests under way get to finish when the server is told to stop."""


def serve(config: Config) -> None:
    """Answer requests until told to stop; the address and the owner's link are printed when it can."""
    os.umask(0o077)
    if os.name == "nt":
        _serve_windows(config)
    else:
        _serve_gunicorn(config)


def port_is_free(host: str, port: int) -> bool:
    """Tell whether a server can take this address."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


class Background:
    """The embedded worker of one web process: started after the fork, stopped before the exit."""

    def __init__(self, app: Flask) -> None:
        from community.core import worker

        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=worker.run_forever, args=(app, self._stop), name="outbox", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Let the job under way finish, so that its lease need not run out, but do not wait long."""
        from community.core import outbox

        self._stop.set()
        outbox.wake.set()
        self._thread.join(GRACE)


def _serve_gunicorn(config: Config) -> None:
    from gunicorn.app.base import BaseApplication
    from gunicorn.arbiter import Arbiter

    class Patient(Arbiter):
        """Lets the old workers go when the new ones answer: nobody finds a closed door at a reload."""

        def manage_workers(self) -> None:
            workers = sorted(self.WORKERS.values(), key=lambda each: each.age)
            if len(workers) <= self.num_workers or _have_begun(workers[-self.num_workers :]):
                super().manage_workers()

    class Server(BaseApplication):
        def load_config(self) -> None:
            for name, value in _settings(config).items():
                self.cfg.set(name, value)

        def load(self) -> Flask:
            return _built_or_told(config)

        def run(self) -> None:
            Patient(self).run()

    master = os.getpid()
    try:
        Server().run()
    except SystemExit as ended:
        if os.getpid() != master or ended.code != Arbiter.APP_LOAD_ERROR:
            raise  # a worker leaves through here too, and its master reads the code
        raise SystemExit(2) from None


def _before_fork(_server: Any, worker: Any) -> None:
    """Share one byte with the worker to be: it says there that it answers."""
    worker.begun, worker.forked = mmap.mmap(-1, 1), time.monotonic()


def _have_begun(workers: list[Any]) -> bool:
    """Tell whether the workers answer, or have had so long that waiting helps nobody."""
    return all(
        each.begun[0] == 1 or time.monotonic() - each.forked > LONGEST_START for each in workers
    )


def _built_or_told(config: Config) -> Flask:
    """Build the site; what the operator must mend ends the start with its own words."""
    from gunicorn.arbiter import Arbiter

    try:
        return _built(config)
    except Exception as error:
        from community.rules.model import RuleSetError

        if not isinstance(error, (RuleSetError, ConfigError)):
            raise
        sys.stderr.write(f"{error}\n")
        raise SystemExit(Arbiter.APP_LOAD_ERROR) from None


def _built(config: Config) -> Flask:
    """Build the site; what is made at the start stays, so collecting garbage then only costs time."""
    gc.disable()
    from community.app import create_app

    app = create_app(config)
    gc.enable()
    gc.freeze()
    return app


def _settings(config: Config) -> dict[str, Any]:
    shown = f"[{config.host}]" if ":" in config.host else config.host
    threads = (
        config.web_threads + config.live_sockets
    )  # each socket holds one for as long as it lasts
    memory = Path("/dev/shm")  # noqa: S108 — gunicorn's heartbeat file must not touch a disk
    return {
        "bind": [f"{shown}:{config.port}"],
        "workers": config.web_processes,
        "worker_class": "gthread",
        "threads": threads,
        "worker_connections": threads * 4,
        "keepalive": 15,
        "timeout": 60,
        "graceful_timeout": GRACE,
        "control_socket_disable": True,
        "worker_tmp_dir": str(memory) if os.access(memory, os.W_OK) else None,
        "forwarded_allow_ips": "",  # TRUSTED_HOPS decides whom to believe, in one place
        "proc_name": "uchitelskaya",
        "loglevel": config.log_level,
        "umask": 0o077,
        "pre_fork": _before_fork,
        "post_worker_init": _on_start(config),
        "worker_exit": _on_exit,
    }


def _on_start(config: Config) -> Any:
    def on_start(worker: Any) -> None:
        app = worker.wsgi
        background = Background(app) if config.embedded_worker else None
        worker.background = background
        threading.Thread(target=_drain, args=(worker,), name="drain", daemon=True).start()
        worker.begun[0] = 1
        if worker.age == 1:
            threading.Thread(
                target=_greet, args=(app, config), name="greeting", daemon=True
            ).start()

    return on_start


def _drain(worker: Any) -> None:
    """Wait for the order to stop; what lives in threads of its own is told then, not killed later."""
    from community.live import channel

    while worker.alive:
        time.sleep(0.05)
    channel.drain(worker.wsgi)
    _on_exit(None, worker)


def _on_exit(_server: Any, worker: Any) -> None:
    """Ctrl-C reaches the worker too, and it leaves at once: the job under way is finished first."""
    background: Background | None = getattr(worker, "background", None)
    if background is not None:
        background.stop()


def _greet(app: Flask, config: Config) -> None:
    from community.accounts.owner import owner_link

    lines = [f"{config.site_name} открыта: {config.public_url}"]
    with app.app_context():
        link = owner_link(config)
    if link:
        lines += [
            "Одноразовая ссылка владельца (по ней создают сообщество и первого администратора):",
            f"    {link}",
        ]
    lines.append("Остановить: Ctrl-C.")
    print("\n".join(lines), flush=True)  # noqa: T201 — this is said to the person at the keyboard


def _serve_windows(config: Config) -> None:
    from werkzeug.serving import make_server

    app = _built(config)
    server = make_server(config.host, config.port, app, threaded=True)
    background = Background(app) if config.embedded_worker else None
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    _greet(app, config)
    try:
        server.serve_forever()
    except (KeyboardInterrupt, SystemExit):
        pass
    finally:
        server.server_close()
        if background is not None:
            background.stop()
