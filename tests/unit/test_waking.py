"""A worker whose tasks run in threads looks for messages as soon as one of them is done."""

import threading

from celery.signals import task_postrun
from kombu.asynchronous import Hub

from ai_prism.waking import wake_when_free


def test_the_loop_wakes_when_a_task_ends_in_a_thread() -> None:
    hub = Hub()
    hub.call_later(60, lambda: None)  # else it would not sleep
    wake_when_free(hub)
    loop = hub.create_loop()
    ends = threading.Timer(0.1, task_postrun.send, kwargs={"sender": None})
    ends.start()

    while len(hub.timer) == 1:
        next(loop)

    assert len(hub.timer) == 3  # it looks again, twice
    ends.join()
    task_postrun.receivers.pop()  # nobody else has joined since
    hub.close()
