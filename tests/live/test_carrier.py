"""The carrier looks after everybody without making a line wait for it."""

import types

import pytest

from community.live.bus import Nowhere
from community.live.carrier import RECHECK, TICK, Carrier


@pytest.fixture
def hub():
    """Sockets by number, as the carrier sees them."""
    clients = {f"s{number}": types.SimpleNamespace(sid=f"s{number}") for number in range(150)}
    return types.SimpleNamespace(clients=clients, everyone=lambda: list(clients.values()))


def checked(carrier, hub, monkeypatch, seconds):
    """Let the clock go on tick by tick; return who was looked at in each."""
    looked = []
    monkeypatch.setattr(carrier, "_check", lambda some: looked.append([each.sid for each in some]))
    for tick in range(int(seconds / TICK)):
        carrier._recheck(1000.0 + tick * TICK)
    return looked


def test_everybody_is_asked_once_in_the_term_a_few_at_a_time(hub, monkeypatch):
    carrier = Carrier(hub, Nowhere())
    looked = checked(carrier, hub, monkeypatch, RECHECK)
    assert sorted(sid for some in looked for sid in some) == sorted(hub.clients)
    assert max(map(len, looked)) <= 4


def test_and_again_in_the_next_term(hub, monkeypatch):
    carrier = Carrier(hub, Nowhere())
    looked = checked(carrier, hub, monkeypatch, 2 * RECHECK)
    found = [sid for some in looked for sid in some]
    assert all(found.count(sid) == 2 for sid in hub.clients)


def test_who_has_gone_meanwhile_is_not_asked(hub, monkeypatch):
    carrier = Carrier(hub, Nowhere())
    monkeypatch.setattr(carrier, "_check", lambda some: None)
    carrier._recheck(1000.0)
    del hub.clients["s149"]
    looked = checked(carrier, hub, monkeypatch, RECHECK)
    assert "s149" not in [sid for some in looked for sid in some]
