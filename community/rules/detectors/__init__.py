"""Detectors of personal data: each finds one kind and names what it must not catch."""
