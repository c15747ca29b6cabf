"""The pages of communities: face, joining, administration, first run."""

from flask import Blueprint

bp = Blueprint("communities", __name__)

from community.communities.routes import (  # noqa: E402, F401 — they hang their pages on ``bp``
    administration,
    face,
    first_run,
    inviting,
    joining,
    people,
)
