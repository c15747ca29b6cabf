"""Two processes of one site: a line said in one is heard in the other, with Redis and without."""

import re
import subprocess
import time

import pytest

from tests.live.conftest import until

pytestmark = pytest.mark.fault


def spread(site, thread, most=24):
    """Connect people until both processes hold one; sockets fall to the processes by chance."""
    guests = []
    for _ in range(most):
        guest = site.guest(("anna", "irina", "vera", "boris")[len(guests) % 4])
        guest.connect().watch(thread)
        guests.append(guest)
        if len(guests) > 3 and len(processes_with_sockets(site)) > 1:
            return guests
    pytest.skip("the kernel gave every socket to one process")
    return guests


def processes_with_sockets(site):
    """Ask the system which processes hold connections to the site's port."""
    said = subprocess.run(
        ["ss", "-Htnp", f"sport = :{site.site.port}"], check=False, capture_output=True, text=True
    )
    found = re.findall(r"pid=(\d+)", said.stdout)
    return {pid for pid in found if found.count(pid) >= 2}


@pytest.fixture
def two(house, redis):
    site = house(WEB_PROCESSES="2", REDIS_URL=redis.url)
    thread = site.chat(site.guest("anna"))
    return site, spread(site, thread), redis


def test_a_line_reaches_the_other_process_at_once(two):
    _site, guests, _redis = two
    for number, guest in enumerate(guests[:4]):
        began = time.monotonic()
        assert guest.say(f"Слышно всем {number}.") == 302
        until(lambda n=number: all(each.reads(f"Слышно всем {n}.") for each in guests))
        assert time.monotonic() - began < 1.9, "quicker than the sweep: Redis carried it"


def test_everybody_sees_everybody(two):
    _site, guests, _redis = two
    until(lambda: all(len(each.here) == 4 for each in guests))
    guests[0].line.emit("typing", {"t": guests[0].thread})
    until(lambda: all(each.hears("typing") for each in guests[1:]))


def test_signing_out_shuts_the_socket_in_the_other_process(two):
    _site, guests, _redis = two
    for leaving in guests[:4]:
        leaving.send("POST", "/logout", {})
        until(lambda who=leaving: not who.line.connected, seconds=5)
    assert all(each.line.connected for each in guests[4:])


def test_redis_stops_and_starts_and_nothing_is_lost(two):
    _site, guests, redis = two
    redis.stop()
    began = time.monotonic()
    for number in range(5):
        assert guests[number % len(guests)].say(f"Без Redis {number}.") == 302
    assert time.monotonic() - began < 10, "posts go on"
    until(lambda: all(each.reads("Без Redis 4.") for each in guests), seconds=8)

    redis.start()
    time.sleep(2.5)
    began = time.monotonic()
    guests[0].say("Снова с Redis.")
    until(lambda: all(each.reads("Снова с Redis.") for each in guests))
    said = [each["html"] for each in guests[-1].lines.values()]
    for number in range(5):
        assert sum(f"Без Redis {number}." in html for html in said) == 1, "once, not twice"


def test_without_redis_the_other_process_notices_by_itself(house):
    site = house(WEB_PROCESSES="2")
    thread = site.chat(site.guest("anna"))
    guests = spread(site, thread)
    guests[0].say("Обойдёмся и так.")
    until(lambda: all(each.reads("Обойдёмся и так.") for each in guests), seconds=6)
