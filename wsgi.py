"""For other servers: `gunicorn wsgi:application`."""

from community.app import create_app

application = create_app()
