"""Some of `make hostile`, sent to a real service: each ends in a code, and nothing else happens."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ai_prism import examples
from support.hostile import CORPUS, READS
from support.hostile.bait import trap
from support.service import Client, Service

#: One of each way to do harm.
SENT = [
    "bomb-paragraphs.docx",
    "bomb-twice-packed.pdf",
    "bomb-of-forms.pdf",
    "deep-boxes.html",
    "deep-quotes.md",
    "encrypted.pdf",
    "entity-bomb.docx",
    "entity-file.odt",
    "entity-network.fodt",
    "forms-in-a-ring.pdf",
    "hundred-thousand-pages.pdf",
    "links.docx",
    "locked-word.docx",
    "macros.docm",
    "mail-in-mail.eml",
    "many-slides.pptx",
    "name-of-4000-characters.md",
    "name-up.docx",
    "nested-text-boxes.docx",
    "no-utf-8.txt",
    "pages-in-a-ring.pdf",
    "program.docx",
    "reaches-out.html",
    "reaches-out.pdf",
    "cut-at-5-tenths.pdf",
]


@pytest.mark.timeout(300)
def test_hostile_files_end_in_a_code_and_the_worker_lives(
    start_service: Callable[..., Service], tmp_path: Path
) -> None:
    service = start_service()
    service.start_redis()
    service.start_web()
    worker = service.start_worker()
    client = service.client()

    with trap(tmp_path) as bait:
        codes = {key: _code_of(client, CORPUS[key].name, CORPUS[key].make(bait)) for key in SENT}
        last = client.wait_for_end(client.upload(examples.path("design-document.md")))
        held = _text_kept(client)

    assert {key: code for key, code in codes.items() if code not in CORPUS[key].expects} == {}
    assert last["state"] == "SUCCESS"
    assert worker.poll() is None
    assert service.log.count("ended prematurely") == 0
    assert bait.visits == bait.strays() == []
    assert bait.secret.read_text() not in held


def _code_of(client: Client, name: str, content: bytes) -> str:
    answer = client.post("/upload", files={"document": (name, content)})
    if answer.status_code != 202:
        return str(answer.json()["code"])
    state = client.wait_for_end(answer.json()["task_id"])
    return READS if state["state"] == "SUCCESS" else str(state["error"]["code"])


def _text_kept(client: Client) -> str:
    kept = client.get("/reviews", headers={"Accept": "application/json"}).json()
    read = [review["id"] for review in kept if review["state"] == "SUCCESS"]
    return "".join(str(client.review(review_id)) for review_id in read)
