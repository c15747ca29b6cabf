"""Pages of the forum: boards, topics, entries by their permanent addresses, «Что нового», drafts."""

from community.topics.routes import arranging, boards, drafts, entries, news, topics
from community.topics.routes.blueprints import entry_bp, forum, news_bp

blueprints = (forum, entry_bp, news_bp)
__all__ = ["arranging", "blueprints", "boards", "drafts", "entries", "news", "topics"]
