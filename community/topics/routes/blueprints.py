"""The forum's blueprints: one service in the rail, permanent addresses beside it, «Что нового»."""

from flask import Blueprint

forum = Blueprint("topics", __name__)
entry_bp = Blueprint("entries", __name__)
news_bp = Blueprint("news", __name__)
