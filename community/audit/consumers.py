"""What the journal does by itself: the worker's duties of checkpoints and of counted refusals."""

from community.audit import checkpoints, refusals

DUTIES = (checkpoints.checkpoint_when_due, refusals.tell_past_hours)
