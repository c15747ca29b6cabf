"""Who is here, joined from sockets, other processes and those who poll."""

from hypothesis import given
from hypothesis import strategies as st

from community.live.presence import HEARD_FOR, POLLED_FOR, Presence

ANNA, IRINA = (4, "Анна"), (5, "Ирина")


def test_two_windows_are_one_person_and_the_last_to_go_takes_them_away():
    here = Presence()
    here.come(1, "a", ANNA)
    here.come(1, "b", ANNA)
    assert here.change(1, 0.0) == ([ANNA], [])
    here.go(1, "a")
    assert here.change(1, 0.0) is None
    here.go(1, "b")
    assert here.change(1, 0.0) == ([], [ANNA[0]])


def test_a_process_that_falls_silent_takes_its_people_along():
    here = Presence()
    here.hear(1, "other", [IRINA], now=0.0)
    assert here.people(1, HEARD_FOR - 1) == {IRINA}
    assert here.people(1, HEARD_FOR + 1) == set()


def test_who_stops_polling_is_gone():
    here = Presence()
    here.poll(1, ANNA, 0.0)
    assert here.people(1, POLLED_FOR - 1) == {ANNA}
    assert here.people(1, POLLED_FOR + 1) == set()


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 3), st.sampled_from("abc"))))
def test_what_is_told_step_by_step_is_what_is_true(steps):
    """Whoever adds up the changes knows exactly who is here."""
    here, known = Presence(), set()
    for comes, person, window in steps:
        sid = f"{person}{window}"
        if comes:
            here.come(1, sid, (person, str(person)))
        else:
            here.go(1, sid)
        change = here.change(1, 0.0)
        if change is not None:
            came, gone = change
            known = {each for each in known if each[0] not in gone} | set(came)
        assert known == here.people(1, 0.0)
