"""What the program has, its documentation has: codes, settings, options, routes, kinds, fields."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec
import pytest

from ai_prism.app import create_app
from ai_prism.cli import main
from ai_prism.core.checks import CHECKS
from ai_prism.core.errors import PrismError
from ai_prism.core.exporters import EXPORTERS
from ai_prism.core.exporters.json import DocumentReport, ReviewReport
from ai_prism.core.model import Anchor, Finding, Section
from ai_prism.core.risk.weights import RiskWeights
from ai_prism.core.rules import BaseRule
from ai_prism.settings import PREFIX, Settings

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"


def text_of(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


def row_of(page: str, first_cell: str) -> str:
    """Return the table row of the page *page* that begins with `first_cell`, or nothing."""
    rows = (line for line in text_of(page).splitlines() if line.startswith(f"| `{first_cell}`"))
    return next(rows, "")


def all_errors(base: type[PrismError] = PrismError) -> Iterator[type[PrismError]]:
    yield base
    for error in base.__subclasses__():
        yield from all_errors(error)


def all_commands(
    command: click.Command = main, name: str = "ai-prism"
) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for child_name in command.list_commands(context):
            child = command.get_command(context, child_name)
            assert child is not None
            yield from all_commands(child, f"{name} {child_name}")


COMMANDS = dict(all_commands())
PROBLEM_CODES = {
    code
    for module in (ROOT / "src").rglob("*.py")
    for code in re.findall(r"\bcode=\"(\w+)\"", module.read_text(encoding="utf-8"))
}
KINDS = sorted(CHECKS)


@pytest.mark.parametrize("code", sorted({error.code for error in all_errors()}))
def test_every_error_code_is_explained(code: str) -> None:
    assert row_of("error-codes.md", code)


@pytest.mark.parametrize("code", sorted(PROBLEM_CODES))
def test_every_code_of_a_problem_is_explained(code: str) -> None:
    assert row_of("error-codes.md", code)


@pytest.mark.parametrize("setting", msgspec.structs.fields(Settings), ids=lambda s: s.name)
def test_every_setting_is_explained_with_its_default(setting: msgspec.structs.FieldInfo) -> None:
    row = row_of("settings.md", PREFIX + setting.name.upper())

    assert row
    if setting.default:
        written = msgspec.json.encode(setting.default).decode().strip('"')
        assert written.removesuffix(".0") in row


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_explained(command: str) -> None:
    assert f"`{command}" in text_of("command-line.md") or command == "ai-prism"


def test_no_command_is_explained_that_does_not_exist() -> None:
    explained = re.findall(r"`(ai-prism(?: [a-z]+)+)", text_of("command-line.md"))

    assert set(explained) <= set(COMMANDS)


def test_no_setting_is_explained_that_does_not_exist() -> None:
    explained = re.findall(rf"^\| `{PREFIX}(\w+)`", text_of("settings.md"), re.MULTILINE)

    assert {name.lower() for name in explained} == set(Settings.__struct_fields__)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_explained(command: str) -> None:
    page = text_of("command-line.md")
    options = [
        name for parameter in COMMANDS[command].params for name in parameter.opts if "--" in name
    ]

    assert [name for name in options if name not in page] == []


@pytest.mark.parametrize("format_name", EXPORTERS)
def test_every_format_is_explained(format_name: str) -> None:
    assert f"`{format_name}`" in text_of("command-line.md")
    assert f"`{format_name}`" in text_of("http-api.md")


def test_every_route_is_explained(tmp_path: Path) -> None:
    page = text_of("http-api.md")
    app = create_app(Settings(data_dir=str(tmp_path)))

    routes = [
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]

    assert [route for route in routes if f"`{route}`" not in page] == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_check_is_explained_with_its_fields_and_values(kind: str) -> None:
    row = row_of("checks.md", kind)
    rule = CHECKS[kind].Rule
    own_fields = set(rule.__struct_fields__) - set(BaseRule.__struct_fields__)

    assert row
    assert [n for n in (*own_fields, *rule.evidence_names) if f"`{n}`" not in row] == []


@pytest.mark.parametrize("field", BaseRule.__struct_fields__)
def test_every_field_of_a_rule_is_explained(field: str) -> None:
    assert row_of("playbook-format.md", field)


@pytest.mark.parametrize("field", RiskWeights.__struct_fields__)
def test_every_weight_of_risk_is_explained(field: str) -> None:
    assert f"`{field}`" in text_of("playbook-format.md")


@pytest.mark.parametrize("struct", [ReviewReport, DocumentReport, Section, Finding, Anchor])
def test_every_field_of_a_review_is_explained(struct: type[msgspec.Struct]) -> None:
    page = text_of("review-json.md")

    assert [name for name in struct.__struct_fields__ if f"`{name}`" not in page] == []
