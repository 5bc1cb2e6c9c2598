"""What an upload may name, and what it must not reach."""

import io
from pathlib import Path

import pytest

from ai_prism.app import create_app
from ai_prism.core import playbook
from ai_prism.settings import Settings


@pytest.mark.parametrize("by", ["absolute path", "relative path", "missing name"])
def test_an_upload_names_built_in_playbooks_only_and_never_a_file(
    by: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    valid = Path(playbook.__file__).with_name("playbooks") / "general.yml"
    (tmp_path / "here.yml").write_bytes(valid.read_bytes())
    monkeypatch.chdir(tmp_path)
    name = {"absolute path": str(valid), "relative path": "here.yml"}.get(by, "nonesuch")
    client = create_app(Settings(data_dir=str(tmp_path / "data"))).test_client()

    answer = client.post(
        "/upload", data={"document": (io.BytesIO(b"Text."), "a.txt"), "playbook": name}
    )

    assert answer.status_code == 400
    assert answer.get_json()["code"] == "unknown_playbook"
