"""The blueprints of the room: councils, and the tasks that came of them."""

from flask import Blueprint

bp = Blueprint("councils", __name__)
tasks_bp = Blueprint("tasks", __name__)
