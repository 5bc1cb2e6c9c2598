"""`ai-prism submit` and a real service."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from ai_prism.cli import main
from support.service import Service


def test_documents_are_reviewed_by_the_service_and_a_broken_one_is_reported(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    files = {
        "a.md": "# Plan\n\nThe budget is TODO.\n",
        "b.docx": "PK\x03\x04 nothing of use",
        "c.txt": "The team meets.\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    paths = [str(tmp_path / name) for name in files]

    result = CliRunner().invoke(
        main, ["submit", *paths, "--server", service.url, "--format", "json", "--fail-on", "low"]
    )

    reports = [json.loads(line) for line in result.stdout.splitlines()]
    assert [report["document"]["name"] for report in reports] == ["a.md", "c.txt"]
    assert [finding["rule_id"] for finding in reports[0]["findings"]] == ["placeholder"]
    assert "b.docx: " in result.stderr
    assert result.exit_code == 2
