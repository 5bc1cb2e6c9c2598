"""Pages over HTTP: what is drawn, what is kept of it, and where findings stand on it."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from ai_prism import examples
from ai_prism.core.document_analyzer import DocumentAnalyzer
from ai_prism.core.model import Review
from support.finished import finish

HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def analysed() -> dict[str, Review]:
    names = ("services-contract.pdf", "design-document.md")
    return {Path(n).suffix: DocumentAnalyzer().analyze(examples.path(n)) for n in names}


@pytest.fixture
def path(app: Flask, client: FlaskClient, analysed: dict[str, Review]) -> str:
    """Return the path of the finished review of a PDF."""
    return finish_example(app, client, analysed[".pdf"])


def finish_example(app: Flask, client: FlaskClient, review: Review) -> str:
    return finish(app, client, review, examples.path(review.document.name).read_bytes())


def test_a_page_is_a_picture_that_a_browser_keeps_and_asks_about(
    client: FlaskClient, path: str
) -> None:
    answer = client.get(f"{path}/pages/2.webp")

    assert answer.status_code == 200
    assert answer.mimetype == "image/webp"
    assert Image.open(io.BytesIO(answer.data)).width == 1200
    assert answer.headers["Cache-Control"] == "private, no-cache"
    again = client.get(f"{path}/pages/2.webp", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    other = client.get(f"{path}/pages/3.webp", headers={"If-None-Match": answer.headers["ETag"]})
    assert other.status_code == 200


def test_the_words_of_every_finding_stand_on_their_pages(
    client: FlaskClient, path: str, analysed: dict[str, Review]
) -> None:
    review = analysed[".pdf"]
    pages = [client.get(f"{path}/pages/{number}").json for number in (1, 2, 3, 4)]

    shown = {(place["id"], page["page"]) for page in pages for place in page["findings"]}
    expected = {(f.id, anchor.page) for f in review.findings for anchor in (*f.anchors, *f.related)}
    assert shown == expected
    assert [page["not_found"] for page in pages] == [[], [], [], []]
    for page in pages:
        for place in (*page["findings"], *page["sections"]):
            assert place["boxes"]
            for box in place["boxes"]:
                assert 0 <= box["x"] <= box["x"] + box["width"] <= page["size"]["width"]
                assert 0 <= box["y"] <= box["y"] + box["height"] <= page["size"]["height"]
    sections = {place["id"] for page in pages for place in page["sections"]}
    assert sections == {section.id for section in review.sections}


def test_conflicting_places_are_told_apart_from_those_of_the_finding(
    client: FlaskClient, path: str, analysed: dict[str, Review]
) -> None:
    total = next(f for f in analysed[".pdf"].findings if f.rule_id == "table-total")

    places = client.get(f"{path}/pages/{total.anchors[0].page}").json["findings"]

    own = [place["related"] for place in places if place["id"] == total.id]
    assert own.count(False) == len(total.anchors)
    assert own.count(True) == len(total.related) > 0


@pytest.mark.parametrize("number", ["0", "5", "99999999999999999999"])
@pytest.mark.parametrize("ending", ["", ".webp"])
def test_a_page_that_is_not_there_has_its_code(
    client: FlaskClient, path: str, number: str, ending: str
) -> None:
    answer = client.get(f"{path}/pages/{number}{ending}")

    assert (answer.status_code, answer.json["code"]) == (404, "unknown_page")


def test_a_document_without_pages_says_so_and_stays_readable(
    app: Flask, client: FlaskClient, analysed: dict[str, Review]
) -> None:
    path = finish_example(app, client, analysed[".md"])

    answer = client.get(f"{path}/pages/1.webp")

    assert (answer.status_code, answer.json["code"]) == (404, "no_pages")
    page = client.get(f"{path}?view=pages", headers=HTML).text
    assert "<document-text" in page
    assert "<view-switch" not in page


def test_what_nobody_has_read_yet_is_not_drawn(client: FlaskClient) -> None:
    sent = {"document": (io.BytesIO(b"%PDF-1.7\nperhaps a bomb"), "new.pdf")}
    review_id = client.post("/upload", data=sent).json["task_id"]

    answer = client.get(f"/reviews/{review_id}/pages/1.webp")

    assert (answer.status_code, answer.json["code"]) == (404, "no_pages")


def test_pages_go_with_their_review(client: FlaskClient, path: str) -> None:
    tag = client.get(f"{path}/pages/1.webp").headers["ETag"]
    client.delete(path)

    answer = client.get(f"{path}/pages/1.webp", headers={"If-None-Match": tag})

    assert answer.json["code"] == "unknown_review"


def test_each_page_has_its_room_before_it_is_drawn(client: FlaskClient, path: str) -> None:
    page = client.get(f"{path}?view=pages", headers=HTML).text

    assert page.count('<figure class="sheet"') == 4
    assert page.count('viewBox="0 0 ') >= 4
    assert "<document-text" not in page
    assert f'<noscript><img src="{path}/pages/1.webp"' in page


@pytest.fixture
def damaged(app: Flask) -> Callable[[], None]:
    """Return what damages the documents that are kept."""

    def damage() -> None:
        made = app.extensions["ai_prism"]
        for name in made.files.older_than(float("inf")):
            file = made.settings.data_path / "files" / name
            file.write_bytes(b"%PDF-1.7\nno more")

    return damage


def test_where_pages_cannot_be_shown_the_text_is_and_says_why(
    client: FlaskClient, path: str, damaged: Callable[[], None]
) -> None:
    damaged()

    page = client.get(f"{path}?view=pages", headers=HTML)

    assert page.status_code == 200
    assert "<document-text" in page.text
    assert "Its pages cannot be shown. The document is damaged" in page.text
    assert client.get(f"{path}/pages/1.webp").json["code"] == "corrupt"
