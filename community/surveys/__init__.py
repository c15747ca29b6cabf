"""Surveys by a link: parents and pupils answer without an account and without a name (L02)."""
