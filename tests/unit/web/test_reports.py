"""Reports over HTTP: the document itself with the findings, what is chosen, what is refused."""

import io
import re
import zipfile
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ai_prism import examples
from ai_prism.core.document_analyzer import DocumentAnalyzer
from ai_prism.core.exporters import EXPORTERS
from ai_prism.core.model import Review
from support.annotations import annotations
from support.finished import finish

HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def analysed() -> dict[str, Review]:
    names = ("incident-report.docx", "services-contract.pdf", "design-document.md")
    return {Path(n).suffix: DocumentAnalyzer().analyze(examples.path(n)) for n in names}


def finished(app: Flask, client: FlaskClient, review: Review) -> str:
    """Return the path of the finished *review* of an example."""
    return finish(app, client, review, examples.path(review.document.name).read_bytes())


def comments_in(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read("word/comments.xml").decode()


@pytest.mark.parametrize(
    ("ending", "name"),
    [(".docx", "incident-report-review.docx"), (".md", "-review.docx")],
    ids=["of a Word file", "made of another"],
)
def test_a_word_file_comes_back_with_the_findings_in_it(
    app: Flask, client: FlaskClient, analysed: dict[str, Review], ending: str, name: str
) -> None:
    path = finished(app, client, analysed[ending])

    answer = client.get(f"{path}/report.docx")

    assert answer.status_code == 200
    assert answer.mimetype == EXPORTERS["docx"].media_type
    assert name in answer.headers["Content-Disposition"]
    said = comments_in(answer.data)
    assert [f.id for f in analysed[ending].findings if f.id not in said] == []


def test_after_a_decision_only_the_accepted_ones_are_in_it(
    app: Flask, client: FlaskClient, analysed: dict[str, Review]
) -> None:
    path = finished(app, client, analysed[".docx"])
    accepted, other = (finding.id for finding in analysed[".docx"].findings[:2])
    client.patch(f"{path}/findings/{accepted}", json={"decision": "accepted"})

    usual = comments_in(client.get(f"{path}/report.docx").data)
    more = comments_in(client.get(f"{path}/report.docx?include=open,accepted").data)

    assert accepted in usual
    assert other not in usual
    assert other in more


def test_the_pdf_comes_back_with_the_findings_in_it(
    app: Flask, client: FlaskClient, analysed: dict[str, Review]
) -> None:
    path = finished(app, client, analysed[".pdf"])

    made = client.get(f"{path}/report.pdf").data

    said = "\n".join(contents for _, _, contents, _ in annotations(made))
    assert [f.id for f in analysed[".pdf"].findings if f.id not in said] == []


@pytest.mark.parametrize(
    ("report", "status", "code"),
    [
        ("report.pdf", 409, "no_copy"),
        ("report.json?include=all", 400, "invalid_order"),
        ("report.json?changes=all", 400, "invalid_order"),
        ("report.xyz", 400, "unknown_format"),
    ],
)
def test_what_there_is_not_is_refused_with_its_code(
    app: Flask,
    client: FlaskClient,
    analysed: dict[str, Review],
    report: str,
    status: int,
    code: str,
) -> None:
    path = finished(app, client, analysed[".md"])

    answer = client.get(f"{path}/{report}")

    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_the_page_offers_what_suits_the_document(
    app: Flask, client: FlaskClient, analysed: dict[str, Review]
) -> None:
    for ending, review in analysed.items():
        page = client.get(finished(app, client, review), headers=HTML).text

        offered = set(re.findall(r"/report\.(\w+)", page))
        suiting = {n for n, kind in EXPORTERS.items() if kind.suits(review.document.media_type)}
        assert offered == suiting, ending


def test_a_report_that_is_a_page_runs_outside_of_ours(
    app: Flask, client: FlaskClient, analysed: dict[str, Review]
) -> None:
    path = finished(app, client, analysed[".md"])

    answer = client.get(f"{path}/report.html")

    assert answer.headers["Content-Security-Policy"] == "sandbox allow-scripts"
    assert answer.headers["Content-Disposition"].startswith("attachment")
