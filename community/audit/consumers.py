"""What the journal does by itself: the worker's duty of checkpoints."""

from community.audit import checkpoints

DUTIES = (checkpoints.checkpoint_when_due,)
