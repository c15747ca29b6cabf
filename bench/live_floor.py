"""The floor of live speed: Flask-SocketIO that broadcasts what is posted, and nothing else.

python -m bench.live_floor PORT
"""

import sys

from flask import Flask, request
from flask_socketio import SocketIO, join_room
from gunicorn.app.base import BaseApplication

app = Flask(__name__)
sio = SocketIO(
    app,
    async_mode="threading",
    transports=["websocket"],
    async_handlers=False,
    cors_allowed_origins="*",
)


@sio.on("watch")
def watch(_said):
    join_room("room")
    return {"seq": 0, "here": []}


@app.post("/say")
def say():
    sio.emit("news", {"body": request.form["body"]}, to="room")
    return "", 204


@app.get("/page")
def page():
    return "<p>страница</p>"


class Server(BaseApplication):
    def load_config(self):
        settings = {
            "bind": f"127.0.0.1:{sys.argv[1]}", "workers": 1, "worker_class": "gthread", "threads": 400,
            "worker_connections": 800, "graceful_timeout": 1, "control_socket_disable": True,
        }  # fmt: skip
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self):
        return app


if __name__ == "__main__":
    Server().run()
