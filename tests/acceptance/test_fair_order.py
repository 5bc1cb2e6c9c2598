"""One owner's many documents do not hold up another's single one."""

from collections.abc import Callable

from ai_prism import examples
from support.service import Service

StartService = Callable[..., Service]


def test_owners_take_turns_though_one_has_sent_everything_before(
    start_service: StartService,
) -> None:
    service = start_service().start(slots=0)
    document = examples.path("design-document.md")
    busy, quick = service.client(), service.client()
    many = [busy.upload(document) for _ in range(6)]
    single = quick.upload(document)
    place = quick.status(single)["progress"]["queue_position"]

    service.start_worker(slots=1)
    states = {busy.wait_for_end(review_id)["state"] for review_id in many}

    assert states == {quick.wait_for_end(single)["state"]} == {"SUCCESS"}
    assert place == 2
    ended = {
        row["id"]: row["finished_at"]
        for client in (busy, quick)
        for row in client.get("/reviews", headers={"Accept": "application/json"}).json()
    }
    assert sorted(ended, key=lambda review_id: ended[review_id])[:2] == [many[0], single]
