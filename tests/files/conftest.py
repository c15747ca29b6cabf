import pytest
from flask import Flask
from flask_babel import Babel

import community.files.reasons  # noqa: F401 — the sentences of the refusals


@pytest.fixture
def site():
    """The least in which a refusal can find its words."""
    app = Flask("site")
    Babel(app)
    with app.test_request_context():
        yield app
