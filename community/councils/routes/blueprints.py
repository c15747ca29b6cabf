"""The one blueprint of the room."""

from flask import Blueprint

bp = Blueprint("councils", __name__)
