"""A topic to talk in, and people who act at once."""

from tests.topics.conftest import Forum, forum

__all__ = ["Forum", "forum"]
