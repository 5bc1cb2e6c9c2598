"""Deleting on the page and over HTTP, and drafts that stand together in the list."""

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ai_prism.storage.tables import State, reviews

JSON = {"Accept": "application/json"}
PAGE = {"Accept": "text/html"}


def upload(client: FlaskClient, name: str = "plan.md", **fields: str) -> str:
    sent = {"document": (io.BytesIO(b"Some text."), name), **fields}
    return client.post("/upload", data=sent).json["task_id"]


def listed(client: FlaskClient) -> list[str]:
    return [review["id"] for review in client.get("/reviews", headers=JSON).json]


def page_of(client: FlaskClient, path: str = "/reviews") -> str:
    return client.get(path, headers=PAGE).get_data(as_text=True)


def test_without_scripts_a_page_asks_first_and_deletes_nothing_by_itself(
    client: FlaskClient,
) -> None:
    review_id = upload(client)
    (way,) = re.findall(r'<form action="([^"]*/deletion)">', page_of(client))

    question = page_of(client, way)

    assert "Delete “<span" in question
    assert f'method="post" action="{way}"' in question
    assert listed(client) == [review_id]


def test_what_was_deleted_is_offered_back_on_the_list_and_comes_back(client: FlaskClient) -> None:
    review_id = upload(client)

    gone = client.post(f"/reviews/{review_id}/deletion", headers=PAGE)
    offer = page_of(client)
    assert (gone.status_code, gone.location) == (303, "/reviews")
    assert listed(client) == []
    assert client.get(f"/reviews/{review_id}").status_code == 404
    (way,) = re.findall(r'action="([^"]*/restoration)"', offer)
    assert "was deleted" in offer
    assert "was deleted" in page_of(client, "/")

    back = client.post(way, headers=PAGE)

    assert back.status_code == 303
    assert listed(client) == [review_id]
    assert "was deleted" not in page_of(client)


def test_programs_are_told_how_to_take_a_deletion_back(client: FlaskClient) -> None:
    review_id = upload(client)

    told = client.post(f"/reviews/{review_id}/deletion", headers=JSON).json

    assert told["seconds"] > 0
    assert client.post(told["restoration"], headers=JSON).json["state"] == State.PENDING
    assert client.post(told["restoration"], headers=JSON).status_code == 404


def test_delete_deletes_for_good(app: Flask, client: FlaskClient) -> None:
    review_id = upload(client)

    assert client.delete(f"/reviews/{review_id}").status_code == 204

    assert client.post(f"/reviews/{review_id}/restoration").status_code == 404
    assert "was deleted" not in page_of(client)
    with app.extensions["ai_prism"].database.reading() as connection:
        assert connection.execute(reviews.select()).all() == []


@pytest.fixture
def drafts(app: Flask, client: FlaskClient) -> tuple[str, str, str]:
    """The reviews of a document and of its next draft, and one of another document between."""
    first = upload(client, "first.md")
    database = app.extensions["ai_prism"].database
    with database.writing() as connection:
        connection.execute(reviews.update().values(state=State.SUCCESS))
    other = upload(client, "other.md")
    return first, other, upload(client, "second.md", previous=first)


def test_drafts_of_one_document_stand_together_the_newest_on_top(
    client: FlaskClient, drafts: tuple[str, str, str]
) -> None:
    first, other, second = drafts
    page = page_of(client)

    assert re.findall(r'<li class="row" id="review-([^"]+)"', page) == [second, first, other]
    folded = page.partition('<details class="drafts">')[2].partition("</details>")[0]
    assert "1 earlier draft" in folded
    assert f"review-{first}" in folded
    assert f"review-{other}" not in folded


def test_an_earlier_draft_stands_for_itself_once_the_newer_is_deleted(
    client: FlaskClient, drafts: tuple[str, str, str]
) -> None:
    first, other, second = drafts

    client.delete(f"/reviews/{second}")

    assert listed(client) == [other, first]
    assert '<details class="drafts">' not in page_of(client)
