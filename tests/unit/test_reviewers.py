"""The settings make a reviewer, or say what does not fit; without them no model is loaded."""

import subprocess
import sys
from pathlib import Path

import pytest

from ai_prism.core.errors import ReviewerUnavailable
from ai_prism.core.llm import Brief, NoReviewer, Passage
from ai_prism.reviewers import load_reviewer, models_of
from ai_prism.settings import InvalidSettings, Settings
from support.llm_server import ModelServer

A_PASSAGE = Passage(section_id="s", path=("Result",), start=0, end=9, text="All well.")
MODEL_PACKAGES = {
    "anthropic",
    "boto3",
    "genai_prices",
    "google.genai",
    "httpx2",
    "openai",
    "pydantic",
    "pydantic_ai",
}


def test_by_default_nobody_reads_beside_the_rules() -> None:
    assert isinstance(load_reviewer(Settings()), NoReviewer)


def test_the_models_are_asked_in_the_order_in_which_they_are_named() -> None:
    reviewer = load_reviewer(
        Settings(llm_models="small, large", llm_base_url="http://localhost:1/v1", llm_prices="1/2")
    )

    assert reviewer.name == "small, large"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"llm_base_url": "http://a/v1, http://b/v1, http://c/v1"}, "LLM_BASE_URL has 3 values"),
        ({"llm_prices": "cheap"}, "LLM_PRICES=cheap: two figures"),
        ({"llm_key_file": "/nowhere/key"}, "LLM_KEY_FILE=/nowhere/key: No such file"),
    ],
)
def test_what_does_not_fit_names_its_variable(wrong: dict[str, str], said: str) -> None:
    with pytest.raises(InvalidSettings, match=said):
        models_of(Settings(llm_models="small,large", **wrong))


def test_the_keys_can_stand_in_a_file_and_each_server_gets_its_own(
    model_server: ModelServer, tmp_path: Path
) -> None:
    key = tmp_path / "key"
    key.write_text("sk-first,sk-second\n", encoding="utf-8")
    model_server.plan({"status": 401})
    reviewer = load_reviewer(
        Settings(
            llm_models="small,anthropic:large",
            llm_base_url=f"{model_server.base_url},{model_server.url}",
            llm_key="another",
            llm_key_file=str(key),
        )
    )

    reviewer.read(A_PASSAGE, Brief(kind="", expectations=(), language="en"))

    assert model_server.keys == ["Bearer sk-first", "Bearer sk-second"]


def test_another_model_or_setting_is_another_version() -> None:
    versions = {
        load_reviewer(Settings(llm_models=models, llm_redact=redact)).version
        for models in ("small", "large", "small,large")
        for redact in (True, False)
    }

    assert len(versions) == 6


def test_a_missing_reviewer_of_one_s_own_is_named() -> None:
    with pytest.raises(ReviewerUnavailable, match="nowhere:made"):
        load_reviewer(Settings(reviewer="nowhere:made"))


@pytest.mark.parametrize("program", ["ai_prism.cli", "ai_prism.tasks", "ai_prism.app"])
def test_no_program_loads_a_model_package_before_one_is_configured(program: str) -> None:
    code = f"import sys, {program}; print(*sys.modules)"

    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()

    assert MODEL_PACKAGES.isdisjoint(loaded)


def test_bedrock_without_a_region_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")

    with pytest.raises(ReviewerUnavailable, match="must specify a region"):
        load_reviewer(Settings(llm_models="bedrock:small"))


@pytest.mark.parametrize(
    ("package", "model", "extra"),
    [
        ("pydantic_ai", "small", "llm"),
        ("pydantic_ai", "google:small", "google"),
        ("anthropic", "anthropic:small", "anthropic"),
        ("google", "google:small", "google"),
        ("boto3", "bedrock:small", "bedrock"),
    ],
)
def test_without_the_extra_it_is_said_what_to_install(package: str, model: str, extra: str) -> None:
    code = (
        f"import sys; sys.modules['{package}'] = None\n"
        "from ai_prism.reviewers import load_reviewer\n"
        "from ai_prism.settings import Settings\n"
        f"load_reviewer(Settings(llm_models='{model}'))"
    )

    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert f"names {model}, and {package}" in ran.stderr
    assert f"is not installed: `pip install 'ai-prism[{extra}]'` adds it." in ran.stderr
