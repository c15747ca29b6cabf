"""The pages of rules are always on: everybody reads by what texts are judged."""

from flask import Blueprint

bp = Blueprint("rulebook", __name__)
