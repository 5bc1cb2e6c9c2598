"""The whole service over a Redis with a password, TLS and client certificates of our own making."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis

from ai_prism import examples, redis_server
from ai_prism.settings import Settings
from ai_prism.supervisor import die_with_parent
from support.certificates import certify, make_authority
from support.service import Service, end, free_port
from support.tools import need
from support.waiting import until

PASSWORD = "a-password-of-the-test"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certificates")
    for authority in ("authority", "stranger"):
        make_authority(folder, authority)
    certify(folder, "server", "authority")
    certify(folder, "client", "authority")
    return folder


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A redis-server built with TLS. Debian's redis-tools has one by another name."""
    found = need(shutil.which("redis-check-rdb"), "redis-tools")
    program = tmp_path_factory.mktemp("program") / "redis-server"
    program.symlink_to(found)
    return program


@pytest.fixture(scope="module")
def tls(program: Path, certificates: Path) -> Iterator[dict[str, str]]:
    """A running Redis over TLS; gives the settings that reach it."""
    port = free_port()
    command = [
        *(program, "--port", "0", "--tls-port", str(port), "--bind", "127.0.0.1"),
        *("--tls-cert-file", "server.crt", "--tls-key-file", "server.key"),
        *("--tls-ca-cert-file", "authority.crt", "--tls-auth-clients", "yes"),
        *("--requirepass", PASSWORD, "--save", "", "--dir", str(certificates)),
    ]
    process = subprocess.Popen(
        command,
        cwd=certificates,
        stdout=subprocess.DEVNULL,
        preexec_fn=die_with_parent,
        start_new_session=True,
    )
    settings = {
        "redis_url": f"rediss://:{PASSWORD}@localhost:{port}/0",
        "redis_ca_file": str(certificates / "authority.crt"),
        "redis_certificate_file": str(certificates / "client.crt"),
        "redis_key_file": str(certificates / "client.key"),
    }
    until(lambda: redis_server.is_answering(Settings(**settings)), what="Redis over TLS")
    yield settings
    end(process)


def test_a_document_is_reviewed_over_it_and_celery_has_its_state(
    start_service: Callable[..., Service], tls: dict[str, str]
) -> None:
    service = start_service(**tls)
    service.start_web()
    service.start_worker()
    service.wait_until_ready()
    client = service.client()

    review_id = client.upload(examples.path("design-document.md"))

    assert client.wait_for_end(review_id)["state"] == "SUCCESS"
    with Redis.from_url(service.settings.redis, **service.settings.redis_tls) as redis:
        key = f"celery-task-meta-{review_id}"
        until(lambda: b"SUCCESS" in (redis.get(key) or b""), what="the mirrored state")
        assert redis.xlen("ai-prism:events")


@pytest.mark.parametrize(
    "change",
    [
        {"redis_ca_file": "stranger.crt"},
        {"redis_certificate_file": "", "redis_key_file": ""},
        {"redis_url": "rediss://:wrong@localhost"},
        {"redis_url": "redis://localhost"},
    ],
    ids=["another authority", "no certificate of ours", "wrong password", "no TLS"],
)
def test_nothing_is_said_to_a_redis_that_is_not_trusted_or_does_not_trust_us(
    change: dict[str, str], tls: dict[str, str], certificates: Path
) -> None:
    port = tls["redis_url"].rpartition(":")[2]
    change = {
        name: f"{value}:{port}" if name == "redis_url" else value and str(certificates / value)
        for name, value in change.items()
    }

    assert redis_server.is_answering(Settings(**tls))
    assert not redis_server.is_answering(Settings(**{**tls, **change}))
