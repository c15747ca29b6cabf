"""People: registration, consents, log-in, sessions, second factor, leaving."""
