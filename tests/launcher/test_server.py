"""The real process: it starts, says where it is, stops when told, and survives being killed."""

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import closing

import pytest

from community.config import ROOT, Config


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Running:
    """`community run` as a child process on a free port."""

    def __init__(self, folder, *more, port=None):
        self.port = port or free_port()
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "community", "run", "--data", folder, "--port", str(self.port), *more],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8",
            start_new_session=True,
        )  # fmt: skip

    def status(self, path="/login"):
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{self.port}{path}", timeout=10
            ) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return None

    def wait(self, seconds=30):
        until = time.monotonic() + seconds
        while time.monotonic() < until and self.process.poll() is None:
            if self.status() is not None:
                return time.monotonic() - self.began
            time.sleep(0.02)
        raise AssertionError(self.process.communicate(timeout=5)[0])

    def stop(self, how=signal.SIGTERM):
        """Signal the whole group for SIGINT: so Ctrl-C reaches every process of a terminal."""
        began = time.monotonic()
        if how == signal.SIGINT:
            os.killpg(self.process.pid, how)
        else:
            self.process.send_signal(how)
        said = self.process.communicate(timeout=15)[0]
        return time.monotonic() - began, self.process.returncode, said


@pytest.fixture
def start(tmp_path):
    """Start the site on this test's own folder; whatever still runs at the end is ended."""
    running = []

    def begin(*more, port=None, folder="data"):
        running.append(Running(tmp_path / folder, *more, port=port))
        return running[-1]

    yield begin
    for each in running:
        if each.process.poll() is None:
            each.process.kill()
            each.process.communicate(timeout=5)


def test_the_first_start_makes_everything_and_tells_the_owner(start, tmp_path):
    site = start()
    site.wait()
    time.sleep(0.5)
    _seconds, code, said = site.stop()

    assert code == 0, said
    assert f"открыта: http://127.0.0.1:{site.port}" in said
    assert re.search(rf"http://127\.0\.0\.1:{site.port}/first-run/[0-9a-f]{{32,}}", said)
    config = Config.from_env({"COMMUNITY_DATA": str(tmp_path / "data")})
    assert config.secret_key_file.stat().st_mode & 0o777 == 0o600
    assert config.sqlite_path.stat().st_mode & 0o077 == 0
    assert "Traceback" not in said


def test_the_owners_link_opens_the_first_page(start):
    site = start()
    site.wait()
    time.sleep(0.5)
    link = None
    for line in site.process.stdout:
        link = re.search(r"(/first-run/[0-9a-f]+)", line)
        if link:
            break

    assert site.status(link.group(1)) == 200
    assert site.status("/first-run/" + "0" * 64) == 404


@pytest.mark.fault
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_within_two_seconds_with_a_request_under_way(start, how):
    site = start()
    site.wait()
    idle = [socket.create_connection(("127.0.0.1", site.port)) for _ in range(5)]
    idle[0].sendall(b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nhalf")
    time.sleep(0.2)

    seconds, code, said = site.stop(how)

    for each in idle:
        each.close()
    assert code == 0, said
    assert "Traceback" not in said
    assert seconds < 2, f"{seconds:.1f} s"


@pytest.mark.fault
def test_a_request_that_came_in_time_is_answered(start):
    """What was accepted before the order to stop is finished, not dropped."""
    site = start()
    site.wait()
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(site.status())) for _ in range(8)]
    for each in threads:
        each.start()
    time.sleep(0.05)
    site.stop()
    for each in threads:
        each.join()

    assert [each for each in answers if each is not None and each >= 500] == []
    assert 200 in answers


@pytest.mark.fault
def test_a_reload_drops_no_request(start):
    """systemd's `reload` sends SIGHUP: a new worker takes over while the old one finishes."""
    site = start()
    site.wait()
    answers = []

    def ask():
        while len(answers) < 60:
            answers.append(site.status())
            time.sleep(0.05)

    asking = threading.Thread(target=ask)
    asking.start()
    time.sleep(0.3)
    site.process.send_signal(signal.SIGHUP)
    asking.join()
    _seconds, code, said = site.stop()

    assert set(answers) == {200}
    assert code == 0, said
    assert said.count("открыта:") == 1


@pytest.mark.fault
def test_a_second_start_is_quick_and_keeps_the_data(start, tmp_path):
    first = start()
    first.wait()
    first.stop()
    key = (tmp_path / "data" / "secret.key").read_bytes()
    backups = tmp_path / "data" / "backups"

    again = start()
    seconds = again.wait()
    again.stop()

    assert (tmp_path / "data" / "secret.key").read_bytes() == key
    assert not backups.exists()
    assert seconds < 3 * slowness(), f"{seconds:.1f} s"


def slowness():
    """Allow for other work on the machine: a bare Python start takes 0.05 s on an idle one."""
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", "import json, sqlite3"], check=True)
    return max(1.0, (time.monotonic() - began) / 0.05)


def test_a_taken_port_is_told_in_words(start):
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        site = start(port=other.getsockname()[1])
        said = site.process.communicate(timeout=20)[0]

    assert site.process.returncode == 1
    assert "занят" in said
    assert "--port" in said
    assert "Traceback" not in said


def test_a_bad_rule_file_stops_the_start_with_its_message(start, tmp_path, monkeypatch):
    rules = tmp_path / "rules.yaml"
    rules.write_text("format: 1\nруле: []\n", "utf-8")
    monkeypatch.setenv("RULES_FILE", str(rules))

    site = start()
    said = site.process.communicate(timeout=20)[0]

    assert site.process.returncode == 2
    assert "rules.yaml" in said
    assert "Traceback" not in said


def test_a_folder_that_cannot_be_is_refused_in_words(start, tmp_path):
    (tmp_path / "data").write_text("это файл, а не папка")
    site = start()
    said = site.process.communicate(timeout=20)[0]

    assert site.process.returncode == 2
    assert "нельзя писать" in said
    assert "Traceback" not in said


@pytest.mark.fault
def test_killed_in_the_middle_it_starts_again_and_the_database_is_whole(start, tmp_path):
    for _ in range(3):
        site = start()
        site.wait()
        site.status("/register")
        os.kill(site.process.pid, signal.SIGKILL)
        site.process.communicate(timeout=20)
        wait_until_free(site.port)

    site = start()
    site.wait()
    site.stop()
    with closing(sqlite3.connect(tmp_path / "data" / "community.sqlite3")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def wait_until_free(port):
    """The worker sees within a second that its parent is gone."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                time.sleep(0.1)
                continue
            return
    raise AssertionError("an orphaned worker keeps the port")
