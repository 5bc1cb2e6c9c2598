"""The list of one's reviews: what is looked for, and in what order it comes."""

import io

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ai_prism import examples
from ai_prism.core.document_analyzer import DocumentAnalyzer
from ai_prism.storage.work import Work

#: In the order in which they are sent.
NAMES = ("Zoning.md", "ÜBERGABE notes.md", "annex.md")


@pytest.fixture
def listed(app: Flask, client: FlaskClient) -> FlaskClient:
    """A client with three documents, of which only the second has been reviewed."""
    text = examples.path("design-document.md").read_bytes()
    ids = [
        client.post("/upload", data={"document": (io.BytesIO(text), name)}).json["task_id"]
        for name in NAMES
    ]
    made = app.extensions["ai_prism"]
    work = Work(made.database, lease_seconds=60, attempts_limit=3)
    reviewed = DocumentAnalyzer().analyze(examples.path("design-document.md"))
    work.finish(work.claim(ids[1]), reviewed)
    return client


@pytest.mark.parametrize(
    ("question", "places"),
    [
        ("", [2, 1, 0]),
        ("?sort=newest", [2, 1, 0]),
        ("?sort=name", [2, 0, 1]),
        ("?sort=risk", [1, 2, 0]),
        ("?q=ZON", [0]),
        ("?q=notes+%C3%BCber", [1]),
        ("?q=%25", []),
        ("?q=n&sort=name", [2, 0, 1]),
    ],
)
def test_what_is_asked_for_comes_in_its_order(
    listed: FlaskClient, question: str, places: list[int]
) -> None:
    names = [review["name"] for review in listed.get(f"/reviews{question}").json]

    assert names == [NAMES[place] for place in places]


def test_another_order_is_refused_with_its_code(client: FlaskClient) -> None:
    answer = client.get("/reviews?sort=size")

    assert (answer.status_code, answer.json["code"]) == (400, "invalid_sort")
