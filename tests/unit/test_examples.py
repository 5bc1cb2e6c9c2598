"""The examples: what was planted in them is found, and nothing else."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from ai_prism.core import readers
from ai_prism.core.document_analyzer import DocumentAnalyzer
from ai_prism.core.model import Finding
from ai_prism.examples import EXAMPLES, Example, path

ROOT = Path(__file__).parents[2]
PLANTED = yaml.safe_load(path("design-document.md").with_name("planted.yml").read_text())
NAMES = [example.name for example in EXAMPLES]


@pytest.fixture(scope="module", params=NAMES)
def found(request: pytest.FixtureRequest) -> tuple[str, tuple[Finding, ...]]:
    return request.param, DocumentAnalyzer().analyze(path(request.param)).findings


def touches(finding: Finding, planted: dict[str, str]) -> bool:
    quote = one_line(planted["quote"])
    return finding.rule_id == planted["rule"] and any(
        quote in one_line(anchor.quote) or one_line(anchor.quote) in quote
        for anchor in finding.anchors
    )


def one_line(words: str) -> str:
    return re.sub(r"\s+", " ", words).replace("’", "'")


def test_every_planted_fault_is_found_with_its_quote(
    found: tuple[str, tuple[Finding, ...]],
) -> None:
    name, findings = found

    missed = [fault for fault in PLANTED[name] if not any(touches(f, fault) for f in findings)]

    assert missed == []


def test_nothing_is_found_that_was_not_planted(found: tuple[str, tuple[Finding, ...]]) -> None:
    name, findings = found

    others = [
        (finding.rule_id, [anchor.quote for anchor in finding.anchors])
        for finding in findings
        if not any(touches(finding, fault) for fault in PLANTED[name])
    ]

    assert others == []


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_an_example_is_what_it_says_it_is(example: Example) -> None:
    assert readers.identify(path(example.name), example.name) == example.media_type


@pytest.mark.parametrize("name", ["nonesuch.md", "../__init__.py", "planted.yml", ""])
def test_nothing_but_an_example_is_given_out(name: str) -> None:
    with pytest.raises(KeyError):
        path(name)


def test_the_built_examples_are_those_of_their_sources(tmp_path: Path) -> None:
    subprocess.run([sys.executable, ROOT / "scripts" / "make_examples.py", tmp_path], check=True)

    assert {built.name for built in tmp_path.iterdir()} == set(NAMES[:2])
    for built in tmp_path.iterdir():
        assert built.read_bytes() == path(built.name).read_bytes()
