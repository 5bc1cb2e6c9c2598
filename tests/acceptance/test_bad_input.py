"""Wrong, hostile and huge uploads: a clear error with its code, nothing kept, the worker lives."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from ai_prism import examples
from support.service import Client, Service

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture
def client(service: Service) -> Client:
    return service.client()


def _zip(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return buffer.getvalue()


def _encrypted_pdf() -> bytes:
    """A PDF that asks for a password, written by reportlab."""
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer, encrypt=StandardEncryption("secret"))
    canvas.drawString(72, 720, "Nobody reads this.")
    canvas.save()
    return buffer.getvalue()


REFUSED_AT_ONCE = {
    "a program": ("setup.exe", b"MZ\x90\x00" + bytes(range(256)), 415, "unsupported"),
    "an image": ("photo.gif", b"GIF89a" + bytes(64), 415, "unsupported"),
    "nothing": ("empty.docx", b"", 400, "empty"),
    "a zip that is no document": ("a.docx", _zip(a=b"b"), 422, "corrupt"),
    "no zip at all": ("report.docx", b"PK\x03\x04 and then nothing of the kind", 422, "corrupt"),
}


@pytest.mark.parametrize("case", REFUSED_AT_ONCE)
def test_what_can_be_seen_at_once_is_refused_at_once(client: Client, case: str) -> None:
    name, content, status, code = REFUSED_AT_ONCE[case]

    answer = client.post("/upload", files={"document": (name, content)})

    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == code
    assert answer.json()["advice"]
    assert client.get("/reviews", headers={"Accept": "application/json"}).json() == []


FAILED_LATER: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "a PDF with a password": ("locked.pdf", _encrypted_pdf, "encrypted"),
    "half a PDF": (
        "half.pdf",
        lambda: examples.path("services-contract.pdf").read_bytes()[:3000],
        "corrupt",
    ),
    "white space only": ("blank.txt", lambda: b" \n\n \n", "no_text"),
}


@pytest.mark.parametrize("case", FAILED_LATER)
def test_what_shows_on_reading_fails_with_its_code_and_the_worker_goes_on(
    client: Client, tmp_path: Path, case: str
) -> None:
    name, content, code = FAILED_LATER[case]
    path = tmp_path / name
    path.write_bytes(content())

    state = client.wait_for_end(client.upload(path))
    next_one = client.wait_for_end(client.upload(examples.path("design-document.md")))

    assert state["state"] == "FAILURE"
    assert state["error"]["code"] == code
    assert state["error"]["message"].endswith(".")
    assert state["error"]["advice"]
    assert next_one["state"] == "SUCCESS"


def test_a_failed_review_says_on_its_page_what_to_do(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "locked.pdf"
    path.write_bytes(_encrypted_pdf())
    review_id = client.upload(path)
    state = client.wait_for_end(review_id)

    page = client.get(f"/reviews/{review_id}", headers={"Accept": "text/html"})

    assert page.status_code == 200
    assert state["error"]["advice"] in page.text


def test_an_upload_over_the_limit_is_refused_and_nothing_is_kept(
    start_service: Callable[..., Service],
) -> None:
    service = start_service(upload_limit_bytes=1024 * 1024).start(slots=0)
    client = service.client()
    just_over = b"words " * (200 * 1024)
    far_over = b"words " * (4 * 1024 * 1024)

    def in_chunks() -> object:
        yield b'--b\r\nContent-Disposition: form-data; name="document"; filename="a.txt"\r\n\r\n'
        for _ in range(24):
            yield b"words " * (1024 * 1024 // 6)
        yield b"\r\n--b--\r\n"

    chunked = {"Content-Type": "multipart/form-data; boundary=b"}
    answers = [
        client.post("/upload", files={"document": ("a.txt", just_over)}),
        client.post("/upload", files={"document": ("a.txt", far_over)}),
        client.post("/upload", content=in_chunks(), headers=chunked),
    ]

    assert [answer.status_code for answer in answers] == [413] * 3
    assert {answer.json()["code"] for answer in answers} == {"too_large"}
    assert not [p for p in (service.settings.data_path / "files").rglob("*") if p.is_file()]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({}, "no_document"),
        ({"example": "../../etc/passwd"}, "unknown_example"),
        ({"example": "design-document.md", "playbook": "../secret"}, "unknown_playbook"),
    ],
)
def test_a_wrong_form_is_told_what_is_wrong(
    client: Client, data: dict[str, str], code: str
) -> None:
    answer = client.post("/upload", data=data)

    assert answer.status_code in (400, 404)
    assert answer.json()["code"] == code


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/passwd.md",
        "C:\\windows\\plan.md",
        "<script>alert(1)</script>.md",
        "a\x00b\u202e.md",
        "n" * 4000 + ".md",
    ],
)
def test_a_hostile_name_is_only_a_name(service: Service, client: Client, name: str) -> None:
    answer = client.post("/upload", files={"document": (name, b"# Plan\n\nWe plan.\n")})
    review_id = answer.json()["task_id"]
    state = client.wait_for_end(review_id)
    page = client.get(f"/reviews/{review_id}", headers={"Accept": "text/html"}).text
    shown = client.review(review_id)["document"]["name"]

    assert state["state"] == "SUCCESS"
    assert "<script>alert" not in page
    assert "/" not in shown
    assert "\\" not in shown
    assert shown.isprintable()
    assert len(shown) <= 255


def test_an_unknown_address_is_a_problem_document_or_a_page(client: Client) -> None:
    for_programs = client.get("/no-such-thing")
    for_people = client.get("/no-such-thing", headers={"Accept": "text/html"})

    assert for_programs.status_code == for_people.status_code == 404
    assert for_programs.json()["code"] == "not_found"
    assert "<html" in for_people.text


def test_a_document_that_keeps_its_reader_busy_for_ever_is_ended_and_the_worker_lives(
    start_service: Callable[..., Service], tmp_path: Path
) -> None:
    service = start_service(review_limit_seconds=10).start(slots=1)
    client = service.client()
    path = tmp_path / "endless.pdf"
    path.write_bytes(_endless_pdf())

    state = client.wait_for_end(client.upload(path))
    next_one = client.wait_for_end(client.upload(examples.path("design-document.md")))

    assert state["state"] == "FAILURE"
    assert state["error"]["code"] in ("reader_lost", "too_large", "corrupt")
    assert next_one["state"] == "SUCCESS"


def _endless_pdf() -> bytes:
    """A small PDF that draws a form that draws the next one a hundred times, eight deep."""
    depth = 8
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R"
        b" /Resources << /XObject << /F 5 0 R >> >> >>",
        _stream(b"", b"/F Do " * 100),
    ]
    for number in range(5, 5 + depth):
        form = b"/Type /XObject /Subtype /Form /BBox [0 0 600 800]"
        inner = b" /Resources << /XObject << /F %d 0 R >> >>" % (number + 1)
        bodies.append(_stream(form + inner, b"/F Do " * 100))
    bodies.append(_stream(b"/Type /XObject /Subtype /Form /BBox [0 0 600 800]", b"0 0 m 1 1 l S"))
    written, places = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(bodies) + 1
    return (
        written
        + b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
        + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(written))
    )


def _stream(entries: bytes, content: bytes) -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (entries, len(content), content)


def test_a_review_that_takes_too_long_fails_with_its_code_and_keeps_what_it_found(
    start_service: Callable[..., Service],
) -> None:
    service = start_service(
        reviewer="support.reviewers:GatedReviewer", review_limit_seconds=20
    ).start()
    client = service.client()

    review_id = client.upload(examples.path("design-document.md"))
    state = client.wait_for_end(review_id)
    kept = client.review(review_id)["findings"]
    service.open_gate()

    assert (state["state"], state["error"]["code"]) == ("FAILURE", "timed_out")
    assert kept
    again = client.wait_for_end(client.upload(examples.path("design-document.md")))
    assert again["state"] == "SUCCESS"
