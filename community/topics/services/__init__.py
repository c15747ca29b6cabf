"""Use cases of the forum."""
