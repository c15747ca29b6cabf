"""The one blueprint of the room."""

from flask import Blueprint

bp = Blueprint("chats", __name__)
