"""`ai-prism review --llm`: the models that are set are asked, and never without being told to."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ai_prism.cli import main
from support.llm_server import ModelServer

QUOTE = "All servers are safe again, and nobody needs to look."
TEXT = f"# Report\n\n## Result\n\nThe certificate expired in the night. {QUOTE}\n"


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.md"
    path.write_text(TEXT)
    return path


def run(model_server: ModelServer, *arguments: object, models: str = "some-model") -> Result:
    model_server.plan()
    environment = {"AI_PRISM_LLM_MODELS": models, "AI_PRISM_LLM_BASE_URL": model_server.base_url}
    words = ["review", *map(str, arguments)]
    return CliRunner(env=environment).invoke(main, words)


def test_without_the_option_nothing_is_sent_whatever_is_set(
    model_server: ModelServer, report: Path
) -> None:
    done = run(model_server, report, "--format", "json")

    assert done.exit_code == 0
    assert json.loads(done.stdout)["receipt"]["outbound"] == "nothing left this machine"
    assert model_server.seen == []


def test_with_it_the_models_are_asked_about_each_document_and_the_receipt_says_so(
    model_server: ModelServer, report: Path
) -> None:
    for number in range(4):
        (report.parent / f"{number}.md").write_text(TEXT)

    done = run(model_server, report.parent, "--llm", "--format", "json")

    assert done.exit_code == 0, done.stderr
    reviews = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(reviews) == 5
    assert all("some-model" in review["receipt"]["outbound"] for review in reviews)
    assert len(model_server.seen) >= len(reviews)


def test_without_a_model_it_says_what_is_missing(model_server: ModelServer, report: Path) -> None:
    done = run(model_server, report, "--llm", models="")

    assert done.exit_code == 2
    assert "AI_PRISM_LLM_MODELS" in done.stderr
    assert model_server.seen == []
