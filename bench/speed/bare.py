"""The limit beside which uploads and the queue are measured: Flask and Celery, and nothing else.

The endpoint saves the file and calls `.delay()`; the task says when it began. Both run as ours do:
the same server with the same settings, the same kind of pool, the same Redis.

    python bench/speed/bare.py web | worker      (settings from AI_PRISM_*)
"""

import os
import sys
import time
import uuid
from pathlib import Path

from celery import Celery
from flask import Flask, jsonify, request

from ai_prism.celery_app import celery_url
from ai_prism.settings import Settings

SETTINGS = Settings.from_environment()
BEGUN = "bare:begun"  #: the list of Redis that the task tells when it began

app = Celery("bare", broker=celery_url(SETTINGS.redis))
app.conf.update(task_ignore_result=True, task_default_queue="bare", worker_send_task_events=False)


@app.task(name="bare.nothing")
def nothing(identity: str) -> None:
    """Say when this began, and do nothing."""
    import redis

    redis.Redis.from_url(SETTINGS.redis).lpush(BEGUN, f"{identity} {time.time()}")


def create_app() -> Flask:
    """Return the application of the one endpoint."""
    web = Flask(__name__)
    folder = SETTINGS.data_path / "bare"
    folder.mkdir(parents=True, exist_ok=True)

    @web.post("/upload")
    def upload() -> tuple[object, int]:
        identity = str(uuid.uuid4())
        request.files["document"].save(Path(folder, identity))
        nothing.delay(identity)
        return jsonify(task_id=identity), 202

    @web.get("/health")
    def health() -> object:
        return jsonify(status="ok")

    return web


if __name__ == "__main__":
    if sys.argv[1] == "web":
        from ai_prism.web.server import Server

        Server(create_app, SETTINGS).run()
    app.worker_main(
        [
            "--quiet",
            "worker",
            "--pool=prefork",
            "--concurrency=1",
            f"--hostname=bare{os.getpid()}",
            "--loglevel=WARNING",
            "--without-gossip",
            "--without-mingle",
        ]
    )
