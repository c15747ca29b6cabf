"""Servers as processes of their own, and their CPU time as the system counts it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from bench.data import Data, Site

ROOT = Path(__file__).parents[1]
TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Server:
    """A running server: where it listens and what it has used."""

    port: int
    process: subprocess.Popen[bytes]
    started_in: float

    def cpu(self) -> float:
        """Return the CPU seconds of the process and its children so far."""
        return sum(_cpu_of(pid) for pid in self._family())

    def memory(self) -> float:
        """Return the resident megabytes of the largest process of the family."""
        return max(_rss_of(pid) for pid in self._family())

    def _family(self) -> list[int]:
        pids = [self.process.pid]
        for each in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = each.read_text().rsplit(") ", 1)[1].split()
            except OSError:
                continue
            if int(fields[1]) in pids:
                pids.append(int(each.parent.name))
        return pids


def _cpu_of(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICK


def _rss_of(pid: int) -> float:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024


@contextmanager
def start_floor(data: Data) -> Iterator[Server]:
    """Serve the bare application."""
    port = _free_port()
    command = [sys.executable, "-m", "bench.floor", str(data.floor), str(port)]
    with _served(command, port, {}) as server:
        yield server


@contextmanager
def start_ours(site: Site, *, worker: bool = True) -> Iterator[Server]:
    """Serve the product on a data folder, as `run.py` does, or without the worker inside."""
    port = _free_port()
    command = [sys.executable, "-m", "community", "run", "--port", str(port)]
    environ = {"COMMUNITY_DATA": str(site.folder), "EMBEDDED_WORKER": str(int(worker))}
    with _served(command, port, environ) as server:
        yield server


@contextmanager
def start_worker(site: Site) -> Iterator[Server]:
    """Do the work behind the pages in a process of its own, so that each is counted by itself."""
    process = subprocess.Popen(
        [sys.executable, "-m", "community", "worker"], cwd=ROOT,
        env=os.environ | {"COMMUNITY_DATA": str(site.folder)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield Server(0, process, 0.0)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


@contextmanager
def _served(command: list[str], port: int, environ: dict[str, str]) -> Iterator[Server]:
    begun = time.monotonic()
    process = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | environ,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait(port, process)
        yield Server(port, process, time.monotonic() - begun)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.01)
            continue
        finally:
            connection.close()
        return
    raise RuntimeError(f"no answer on port {port}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
