"""Whoever can write to the broker cannot make a worker run a program: it takes JSON alone."""

import os
from pathlib import Path

from celery import Celery

from ai_prism import examples
from ai_prism.celery_app import celery_url
from ai_prism.storage.tables import Queue
from ai_prism.tasks import analyze_document_task
from support.service import Service
from support.waiting import until


class Program:
    """Unpickling it makes a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.folder),)


def test_a_pickle_is_refused_and_the_worker_goes_on(service: Service, tmp_path: Path) -> None:
    made = tmp_path / "made-by-the-worker"
    stranger = Celery(broker=celery_url(service.settings.redis))
    stranger.send_task(
        analyze_document_task.name,
        [Program(made)],
        serializer="pickle",
        queue=Queue.DOCUMENTS.value,
        ignore_result=True,
    )

    until(lambda: "ContentDisallowed" in service.log, what="the refusal in the log")
    assert not made.exists()
    client = service.client()
    review_id = client.upload(examples.path("design-document.md"))
    assert client.wait_for_end(review_id)["state"] == "SUCCESS"
