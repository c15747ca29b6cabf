"""Shapes of what is sent to councils."""
