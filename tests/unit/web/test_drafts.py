"""A new draft over HTTP: what it may follow, what it takes over, and what its page shows."""

import io
import re

import msgspec
import pytest
from flask import Flask
from flask.testing import FlaskClient

from ai_prism.core.document_analyzer import DocumentAnalyzer
from ai_prism.core.model import Decision, Party, Review
from ai_prism.storage.work import Work
from support.reviews import beside

TEXT = b"# Plan\n\nThe the plan is TBD.\n\n## Empty\n\n## Next\n\nWe wait thirty (60) days.\n"
NEXT = TEXT.replace(b"The the plan is TBD.", b"The plan is made.") + b"\n## Cost\n\nIt is TBD.\n"
JSON = {"Accept": "application/json"}
PAGE = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def drafts(tmp_path_factory: pytest.TempPathFactory) -> tuple[Review, Review]:
    """The review of a document, one finding rejected, and that of its next draft beside it."""
    folder = tmp_path_factory.mktemp("drafts")
    for name, text in (("first.md", TEXT), ("second.md", NEXT)):
        (folder / name).write_bytes(text)
    earlier, alone = (DocumentAnalyzer().analyze(folder / f"{n}.md") for n in ("first", "second"))
    said = {"decision": Decision.REJECTED, "decided_at": "2026-05-05T00:00:00+00:00"}
    decided = tuple(msgspec.structs.replace(f, **said) for f in earlier.findings[:1])
    earlier = msgspec.structs.replace(earlier, findings=decided + earlier.findings[1:])
    return earlier, beside(earlier, alone)


def send(client: FlaskClient, text: bytes = TEXT, **fields: str):
    return client.post("/upload", data={"document": (io.BytesIO(text), "plan.md"), **fields})


def end(app: Flask, review_id: str, review: Review) -> None:
    made = app.extensions["ai_prism"]
    work = Work(made.database, lease_seconds=60, attempts_limit=3)
    work.finish(work.claim(review_id), review)


@pytest.fixture
def first(app: Flask, client: FlaskClient, drafts: tuple[Review, Review]) -> str:
    review_id = send(client, playbook="contract", party="customer").json["task_id"]
    end(app, review_id, drafts[0])
    return review_id


@pytest.fixture
def second(app: Flask, client: FlaskClient, drafts: tuple[Review, Review], first: str) -> str:
    review_id = send(client, NEXT, previous=first).json["task_id"]
    end(app, review_id, drafts[1])
    return review_id


def test_a_draft_is_read_like_the_one_before_where_nothing_else_is_said(
    app: Flask, client: FlaskClient, first: str
) -> None:
    same = send(client, NEXT, previous=first).json["task_id"]
    other = send(client, NEXT, previous=first, playbook="policy", party="neutral").json["task_id"]

    listed = {review["id"]: review for review in client.get("/reviews", headers=JSON).json}
    assert (listed[same]["playbook"], listed[same]["party"]) == ("contract", Party.CUSTOMER)
    assert (listed[other]["playbook"], listed[other]["party"]) == ("policy", Party.NEUTRAL)
    assert {listed[id_]["previous"] for id_ in (same, other)} == {first}
    assert {listed[id_]["first_draft"] for id_ in (first, same, other)} == {first}


def test_a_draft_of_nothing_or_of_somebody_elses_review_is_refused(
    app: Flask, client: FlaskClient, first: str
) -> None:
    stranger = app.test_client()

    for who, previous in ((client, "nonesuch"), (stranger, first)):
        answer = send(who, NEXT, previous=previous)
        assert answer.status_code == 404
        assert answer.json["code"] == "unknown_previous"
        assert who.get("/", query_string={"previous": previous}).status_code == 404
    assert stranger.get("/reviews", headers=JSON).json == []


def test_a_draft_of_a_review_that_is_not_done_is_refused(client: FlaskClient) -> None:
    waiting = send(client).json["task_id"]

    answer = send(client, NEXT, previous=waiting)

    assert answer.status_code == 409
    assert answer.json["code"] == "previous_not_ready"


def test_the_review_says_how_it_stands_to_the_draft_before(
    client: FlaskClient, second: str, drafts: tuple[Review, Review]
) -> None:
    review = client.get(f"/reviews/{second}", headers=JSON).json

    expected = drafts[1].comparison
    assert review["comparison"]["fixed"] == expected.fixed > 0
    assert review["comparison"]["new"] == expected.new > 0
    assert review["comparison"]["unchanged"] == expected.unchanged > 0
    assert any(f["carried"] for f in review["findings"])
    for finding in review["findings"]:
        for place in finding["anchors"]:
            assert review["document"]["text"][place["start"] : place["end"]] == place["quote"]


def test_the_page_shows_what_is_new_what_was_fixed_and_what_was_decided_before(
    client: FlaskClient, first: str, second: str, drafts: tuple[Review, Review]
) -> None:
    page = client.get(f"/reviews/{second}", headers=PAGE).get_data(as_text=True)
    plain = client.get(f"/reviews/{first}", headers=PAGE).get_data(as_text=True)

    comparison = drafts[1].comparison
    assert f"{comparison.fixed} fixed, {comparison.new} new" in page
    blank = 1  # the card that one's own findings are written on
    assert page.count('class="new-mark"') == comparison.new + blank
    assert len(re.findall(r'data-finding="\w+"[^>]* data-baseline="unchanged"', page)) == (
        comparison.unchanged
    )
    assert 'name="baseline"' in page
    assert "Rejected in an earlier draft" in page
    assert "Fixed since the last draft" in page
    assert 'name="baseline"' not in plain
    assert "last draft" not in plain


def test_the_page_of_a_finished_review_leads_to_where_its_next_draft_is_uploaded(
    client: FlaskClient, first: str
) -> None:
    page = client.get(f"/reviews/{first}", headers=PAGE).get_data(as_text=True)

    (way,) = re.findall(r'href="([^"]*previous=[^"]*)"', page)
    form = client.get(way, headers=PAGE).get_data(as_text=True)
    assert f'<input type="hidden" name="previous" value="{first}">' in form
    assert "plan.md" in form
    assert '<select id="playbook"' not in form
