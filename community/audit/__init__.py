"""The journal: append-only, chained by hash, written in the same transaction as the act."""
