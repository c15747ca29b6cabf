"""Who lost or gained a right is looked at anew, in every process, at once."""

from functools import partial

from community.accounts.events import PersonLeft
from community.communities.events import MemberJoined, MemberLeft, StandingChanged
from community.core.outbox import consumes
from community.core.transactions import after_commit
from community.live.channel import tell
from community.publishing.events import ThreadChanged


@consumes(PersonLeft, MemberJoined, MemberLeft, StandingChanged)
def look_at_person(event: PersonLeft | MemberJoined | MemberLeft | StandingChanged) -> None:
    """Shut the sockets of a person whose session is over, and the threads they may not read now."""
    after_commit(partial(tell, "access", event.user_id))


@consumes(ThreadChanged)
def look_at_thread(event: ThreadChanged) -> None:
    """Send away those who may not read a thread whose access has changed."""
    after_commit(partial(tell, "place", event.thread_id))
