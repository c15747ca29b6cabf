"""Search in words and people, fed by the outbox, behind a port with two engines."""
