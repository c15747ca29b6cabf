"""The forum: boards, topics of several kinds, threaded replies, «Что нового»."""
