"""A Redis that Sentinels watch: it dies, another takes over, and nothing is lost."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis

from ai_prism import examples, redis_server
from ai_prism.redis_client import quick_client, watched
from ai_prism.settings import InvalidSettings, Settings
from support.service import Process, Service, end, free_port, kill, start_alone
from support.waiting import until

PASSWORD, SENTINEL_PASSWORD = "a-password-of-the-test", "another-password"
NAME = "prism"

#: Short times, so that the test need not wait; `quorum` is that of three Sentinels.
SENTINEL = """
port {port}
bind 127.0.0.1
dir {folder}
requirepass {own_password}
sentinel sentinel-pass {own_password}
sentinel monitor {name} 127.0.0.1 {master} 2
sentinel auth-pass {name} {password}
sentinel down-after-milliseconds {name} 500
sentinel failover-timeout {name} 2000
"""


class Guarded:
    """Two Redis, one the other's replica, and three Sentinels."""

    def __init__(self, folder: Path) -> None:
        found = redis_server.find_binary()
        assert found is not None, redis_server.ADVICE
        self._binary, self._folder = str(found), folder
        self._processes: list[Process] = []
        self.first, self.second = free_port(), free_port()
        self.master = self._node(self.first)
        self._node(self.second, "--replicaof", "127.0.0.1", str(self.first))
        places = [self._sentinel(free_port()) for _ in range(3)]
        self.settings: dict[str, object] = {
            "redis_url": f"sentinel://:{PASSWORD}@{','.join(places)}/{NAME}",
            "redis_sentinel_password": SENTINEL_PASSWORD,
        }
        until(self._knows_the_replica, what="Sentinels that know of the replica")

    def stop(self) -> None:
        for process in reversed(self._processes):
            end(process)

    def _node(self, port: int, *more: str) -> Process:
        folder = self._folder / str(port)
        folder.mkdir()
        place = ["--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", ""]
        guard = ["--requirepass", PASSWORD, "--masterauth", PASSWORD]
        # At once; by default it waits five seconds for more replicas to copy to.
        quick = ["--repl-diskless-sync-delay", "0"]
        return self._run(*place, *guard, *quick, *more)

    def _sentinel(self, port: int) -> str:
        file = self._folder / f"sentinel-{port}.conf"
        facts = {"folder": self._folder, "name": NAME, "password": PASSWORD}
        file.write_text(
            SENTINEL.format(port=port, master=self.first, own_password=SENTINEL_PASSWORD, **facts)
        )
        self._run(str(file), "--sentinel")
        return f"127.0.0.1:{port}"

    def _run(self, *arguments: str) -> Process:
        self._processes.append(start_alone([self._binary, *arguments]))
        return self._processes[-1]

    def _knows_the_replica(self) -> bool:
        place = watched(Settings(**self.settings))
        assert place is not None
        if not redis_server.is_answering(Settings(**self.settings)):
            return False
        for host, port in place.sentinels:
            with Redis(host=host, port=port, password=SENTINEL_PASSWORD) as sentinel:
                told = sentinel.sentinel_master(NAME)
                if (told["num-slaves"], told["num-other-sentinels"]) != (1, 2):
                    return False
        return True


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Guarded]:
    made = Guarded(tmp_path)
    yield made
    made.stop()


def test_reviews_go_on_at_the_redis_that_takes_over(
    guarded: Guarded, start_service: Callable[..., Service]
) -> None:
    document = examples.path("design-document.md")
    service = start_service(**guarded.settings)
    service.start_web()
    service.start_worker()
    service.wait_until_ready()
    client = service.client()
    before = client.wait_for_end(client.upload(document))

    kill(guarded.master)
    meanwhile = client.upload(document)
    after = client.wait_for_end(meanwhile)

    assert before["state"] == after["state"] == "SUCCESS"
    with quick_client(service.settings) as redis:
        key = f"celery-task-meta-{meanwhile}"
        until(lambda: b"SUCCESS" in (redis.get(key) or b""), what="the mirrored state")
        assert redis.connection_pool.get_master_address() == ("127.0.0.1", guarded.second)


@pytest.mark.parametrize(
    "url", ["sentinel://:secret@a:1", "sentinel://:secret@/x", "sentinel://a:b/x"]
)
def test_what_names_no_sentinel_or_no_redis_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(InvalidSettings, match="AI_PRISM_REDIS_URL:") as refused:
        watched(Settings(redis_url=url))

    assert "secret" not in str(refused.value)


def test_who_is_told_who_they_are() -> None:
    url = "sentinel://me:a%40b@one:1,two/ai-prism?db=3"

    place = watched(Settings(redis_url=url))

    assert place is not None
    assert place.sentinels == (("one", 1), ("two", 26379))
    assert (place.name, place.username, place.password, place.database) == (
        "ai-prism",
        "me",
        "a@b",
        3,
    )
