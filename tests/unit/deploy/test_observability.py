"""The dashboard and the alerts ask for figures that there are."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "deploy" / "observability"
DASHBOARD: dict[str, Any] = json.loads((FOLDER / "grafana-dashboard.json").read_text())
RULES: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"]
    for rule in group["rules"]
]
NAMES = re.compile(r"\b(?:ai_prism|process)_\w+")


def expressions() -> Iterator[str]:
    for panel in DASHBOARD["panels"]:
        yield from (target["expr"] for target in panel["targets"])
    yield from (rule["expr"] for rule in RULES)


@pytest.fixture
def names(client: FlaskClient) -> set[str]:
    """The names of everything that /metrics tells, also of what has not happened yet."""
    families = list(text_string_to_metric_families(client.get("/metrics").text))
    counted = {family.name for family in families if family.type == "counter"}
    samples = {sample.name for family in families for sample in family.samples}
    return samples | {f"{name}_total" for name in counted}


@pytest.mark.parametrize("expression", sorted(set(expressions())))
def test_what_is_asked_for_exists(expression: str, names: set[str]) -> None:
    asked = set(NAMES.findall(expression))

    assert asked <= names
    assert asked or expression.startswith("up{")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule["alert"]))
def test_an_alert_says_what_is_wrong_and_what_to_do(rule: dict[str, Any]) -> None:
    assert rule.keys() <= {"alert", "expr", "for", "labels", "annotations"}
    assert rule["labels"]["severity"] in {"critical", "warning"}
    assert rule["annotations"].keys() == {"summary", "description"}


def test_panels_have_numbers_of_their_own_and_do_not_lie_upon_each_other() -> None:
    panels = DASHBOARD["panels"]
    cells = [
        (panel["gridPos"]["x"] + x, panel["gridPos"]["y"] + y)
        for panel in panels
        for x in range(panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["h"])
    ]

    assert len({panel["id"] for panel in panels}) == len(panels)
    assert len(set(cells)) == len(cells)
    assert max(x for x, _ in cells) < 24


def test_every_metric_is_explained_and_no_other(names: set[str]) -> None:
    page = (ROOT / "docs" / "reference" / "metrics.md").read_text()
    explained = set(re.findall(r"^\| `(ai_prism_\w+)`", page, re.MULTILINE))
    ours = {re.sub(r"_(bucket|sum|count)$", "", name) for name in names}

    assert explained == {name for name in ours if name.startswith("ai_prism_")}
