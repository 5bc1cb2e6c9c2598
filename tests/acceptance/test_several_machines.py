"""Two web servers and three workers that share no disk; one worker is killed at its work.

Each machine has a data folder of its own. What they share is what machines share: PostgreSQL, a
Redis with a password, and an S3-compatible store.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ai_prism import examples, redis_server
from support.object_store import ObjectStore, object_store
from support.postgres import postgres
from support.service import Client, Process, Service, end, free_port, kill, start_alone
from support.waiting import until

PASSWORD = "a-password-of-the-test"
DOCUMENTS = [examples.path(example.name) for example in examples.EXAMPLES]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStore]:
    with object_store(tmp_path_factory.mktemp("store")) as store:
        yield store


@pytest.fixture(scope="module")
def shared(
    store: ObjectStore, postgres_programs: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, object]]:
    """The settings that are the same on all machines."""
    binary = redis_server.find_binary()
    assert binary is not None, redis_server.ADVICE
    port = free_port()
    folder = tmp_path_factory.mktemp("redis")
    guarded = ["--requirepass", PASSWORD, "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    redis = start_alone([str(binary), "--port", str(port), *guarded])
    try:
        with postgres(postgres_programs) as database_url:
            yield {
                **store.settings,
                "database_url": database_url,
                "redis_url": f"redis://:{PASSWORD}@127.0.0.1:{port}/0",
                "secret_key": "the-same-on-all-machines",
                "reviewer": "support.reviewers:GatedReviewer",
            }
    finally:
        end(redis)


@pytest.fixture(scope="module")
def machines(
    shared: dict[str, object], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Service]]:
    """Five machines; nothing runs on them yet."""
    folder = tmp_path_factory.mktemp("machines")
    made = [Service(folder / f"machine-{number}", **shared) for number in range(5)]
    for machine in made[1:]:
        machine.environment["GATE"] = str(made[0].gate)
    yield made
    for machine in made:
        machine.stop()


def the_same_person(client: Client, machine: Service) -> Client:
    """Return *client* at another machine: a proxy may send each request elsewhere."""
    other = machine.client()
    other.cookies.update(client.cookies)
    return other


def at_work(workers: list[tuple[Service, Process]]) -> tuple[Service, Process]:
    """Return a worker that reads a document at this moment: it has a copy of it."""
    return until(
        lambda: next(((machine, process) for machine, process in workers if copies(machine)), None),
        what="a worker at work",
    )


def copies(machine: Service) -> list[Path]:
    return list((machine.settings.data_path / "passing").glob("*"))


def test_what_one_machine_takes_in_others_review_and_show_though_a_worker_is_killed(
    machines: list[Service], store: ObjectStore
) -> None:
    first, second, *hosts = machines
    for web in (first, second):
        web.start_web()
    workers = [(host, host.start_worker()) for host in hosts]
    client = first.client()

    ids = [client.upload(path) for path in DOCUMENTS * 2]
    elsewhere = the_same_person(client, second)
    with elsewhere.stream("GET", f"/events/{ids[0]}") as watched:
        until(lambda: first.entered() >= len(workers), what="three reviews under way")
        doomed, process = at_work(workers)
        kill(process)
        first.open_gate()
        events = [line for line in watched.iter_lines() if line.startswith("data:")]

    ends = {review_id: elsewhere.wait_for_end(review_id) for review_id in ids}
    assert {state["state"] for state in ends.values()} == {"SUCCESS"}
    assert '"SUCCESS"' in events[-1]
    for review_id, path in zip(ids, DOCUMENTS * 2, strict=True):
        assert elsewhere.review(review_id)["document"]["name"] == path.name
    assert elsewhere.get(f"/reviews/{ids[0]}/report.docx").status_code == 200  # a copy of the file
    assert len(store.names()) == len(ids)
    assert all(not (machine.settings.data_path / "files").exists() for machine in machines)
    assert [copies(machine) for machine in machines if machine is not doomed] == [[]] * 4


def test_while_the_store_is_away_reviews_wait_and_uploads_are_refused(
    start_service: Callable[..., Service], store: ObjectStore
) -> None:
    service = start_service(**store.settings, attempts_limit=1).start(slots=0)
    client = service.client()
    review_id = client.upload(DOCUMENTS[0])
    store.stop()

    refused = client.send_document(DOCUMENTS[0])
    service.start_worker()
    until(lambda: service.log.count("is put back") >= 2, what="a review put back twice")
    waiting = client.status(review_id)
    store.start()

    assert (refused.status_code, refused.json()["code"]) == (503, "store_away")
    assert waiting["state"] in ("PENDING", "STARTED")
    assert client.wait_for_end(review_id)["state"] == "SUCCESS"
