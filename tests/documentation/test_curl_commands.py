"""The curl commands that the documentation shows do what it says, against a real service."""

import json
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from ai_prism.examples import path
from support.service import Service
from support.tools import need

ROOT = Path(__file__).parents[2]
PAGES = ["README.md", "docs/how-to/use-the-http-api.md"]


@pytest.fixture(autouse=True)
def _needs_curl() -> None:
    need(shutil.which("curl"), "curl")


@pytest.mark.parametrize("page", PAGES)
def test_the_curl_commands_of_a_page_lead_from_a_document_to_its_review(
    page: str, service: Service, tmp_path: Path
) -> None:
    shutil.copy(path("incident-report.docx"), tmp_path / "report.docx")
    lines = (ROOT / page).read_text(encoding="utf-8").splitlines()
    answers: list[str] = []
    task_id = ""

    for line in (line for line in lines if line.startswith("curl ")):
        line = line.replace("http://127.0.0.1:8000", service.url).replace("TASK_ID", task_id)
        answers.append(curl(shlex.split(line)[1:], tmp_path))
        if "/upload" in line:
            task_id = json.loads(answers[-1])["task_id"]

    assert len(answers) >= 3
    assert any('"state":"SUCCESS"' in answer for answer in answers)
    assert "3 hours and 40 minutes" in answers[-1]


def curl(arguments: list[str], folder: Path) -> str:
    command = ["curl", "--silent", "--show-error", "--fail-with-body", *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout
