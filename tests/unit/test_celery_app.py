"""How Celery is set up: what its settings alone do not say."""

from pathlib import Path

import pytest

from ai_prism.celery_app import app, configuration
from ai_prism.settings import Settings


class _Enough(Exception):
    pass


def test_a_worker_asks_for_a_silent_redis_at_least_every_second(tmp_path: Path) -> None:
    url = configuration(Settings(redis_url=f"unix://{tmp_path}/nobody.sock"))["broker_url"]
    pauses: list[float] = []

    def note(error: Exception, pause: float) -> None:
        pauses.append(pause)
        if len(pauses) == 4:
            raise _Enough

    with app.connection(url) as connection, pytest.raises(_Enough):
        connection.ensure_connection(note, None)

    assert pauses == pytest.approx([0.2, 0.4, 0.6, 0.8])
    assert max(pauses) <= 1.0
