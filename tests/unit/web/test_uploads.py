"""What an upload may name, and what it must not reach."""

import io
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from ai_prism.app import create_app
from ai_prism.core import playbook
from ai_prism.core.model import Party
from ai_prism.settings import Settings


def a_client(folder: Path) -> FlaskClient:
    app = create_app(Settings(data_dir=str(folder)))
    app.extensions["ai_prism"].database.migrate()
    return app.test_client()


@pytest.mark.parametrize("by", ["absolute path", "relative path", "missing name"])
def test_an_upload_names_built_in_playbooks_only_and_never_a_file(
    by: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    valid = Path(playbook.__file__).with_name("playbooks") / "general.yml"
    (tmp_path / "here.yml").write_bytes(valid.read_bytes())
    monkeypatch.chdir(tmp_path)
    name = {"absolute path": str(valid), "relative path": "here.yml"}.get(by, "nonesuch")
    client = a_client(tmp_path / "data")

    answer = client.post(
        "/upload", data={"document": (io.BytesIO(b"Text."), "a.txt"), "playbook": name}
    )

    assert answer.status_code == 400
    assert answer.get_json()["code"] == "unknown_playbook"


def test_a_party_that_nobody_can_be_is_refused_with_those_that_there_are(tmp_path: Path) -> None:
    client = a_client(tmp_path)

    answer = client.post(
        "/upload", data={"document": (io.BytesIO(b"Text."), "a.txt"), "party": "landlord"}
    )

    assert answer.status_code == 400
    assert answer.get_json()["code"] == "unknown_party"
    assert all(party in answer.get_json()["title"] for party in ("landlord", *Party))


def test_the_start_page_offers_every_party_nobodys_side_first(tmp_path: Path) -> None:
    page = a_client(tmp_path).get("/", headers={"Accept": "text/html"}).get_data(as_text=True)

    select = page.partition('<select id="party"')[2].partition("</select>")[0]
    assert re.findall(r'value="(\w+)"', select) == list(Party)


def test_a_playbook_sent_along_that_breaks_the_format_is_refused_with_its_place(
    tmp_path: Path,
) -> None:
    client = a_client(tmp_path)
    sent = (io.BytesIO(b"name: house\nrulez: []\n"), "house.yml")

    answer = client.post(
        "/upload", data={"document": (io.BytesIO(b"Text."), "a.txt"), "guidelines": sent}
    )

    assert answer.status_code == 400
    assert answer.get_json()["code"] == "playbook"
    assert "house.yml:2:1" in answer.get_json()["title"]


def test_a_playbook_sent_along_is_kept_and_is_the_one_that_is_used() -> None:
    text = "name: house\nversion: '1'\ntitle: House\nextends: policy\nwithout: [placeholder]\n"

    kept = playbook.as_sent(text)

    standard = playbook.own_or_built_in(kept)
    assert (standard.name, standard.extends) == ("house", "policy")
    assert playbook.name_of(kept) == "your own"
    assert playbook.own_or_built_in("contract").name == "contract"


@pytest.mark.parametrize("line", [b"\n", b"\r\n", b"some words\n", b"words without an end "])
def test_the_lines_of_a_file_do_not_count_as_its_form(line: bytes, tmp_path: Path) -> None:
    app = create_app(Settings(data_dir=str(tmp_path)))
    content = b"Plan." + line * (1_000_000 // len(line))
    head = b'--b\r\nContent-Disposition: form-data; name="document"; filename="a.txt"\r\n\r\n'
    sent = {
        "method": "POST",
        "data": head + content + b"\r\n--b--\r\n",
        "content_type": "multipart/form-data; boundary=b",
    }

    with (
        app.test_request_context("/upload", **sent) as context,
        context.request.files["document"].stream as arrived,
    ):
        assert arrived.read() == content
