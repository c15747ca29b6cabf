"""The open journal is a service of the community; cases and the moderators' desk are always on."""

from flask import Blueprint

journal_bp = Blueprint("journal", __name__)
desk_bp = Blueprint("desk", __name__)
cases_bp = Blueprint("cases", __name__)
