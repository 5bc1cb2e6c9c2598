"""What /openapi.json says is what the application does."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

#: Pages for people, and the description itself.
NOT_DESCRIBED = {
    "/",
    "/static/{filename}",
    "/openapi.json",
    "/docs",
    "/sign-in",
    "/sign-in/provider",
    "/sign-in/callback",
    "/sign-out",
}


@pytest.fixture
def api(client: FlaskClient) -> dict[str, Any]:
    description: dict[str, Any] = client.get("/openapi.json").json
    return description


def test_every_call_is_described_and_no_other(app: Flask, api: dict[str, Any]) -> None:
    calls = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    described = {
        (path, method)
        for path, item in api["paths"].items()
        for method in item
        if method != "parameters"
    }

    assert {call for call in calls if call[0] not in NOT_DESCRIBED} == described


def test_every_reference_leads_somewhere(api: dict[str, Any]) -> None:
    references = set(_references(api))

    assert references
    for reference in references:
        place = api
        for step in reference.removeprefix("#/").split("/"):
            assert step in place, reference
            place = place[step]


def test_every_part_of_a_path_is_a_parameter(api: dict[str, Any]) -> None:
    for path, item in api["paths"].items():
        named = [p.get("name") or p["$ref"].rsplit("/", 1)[1] for p in item.get("parameters", [])]

        assert named == re.findall(r"{(\w+)}", path)


@pytest.mark.parametrize("path", ["/status/nobody", "/reviews/nobody", "/nowhere"])
def test_an_error_has_the_fields_that_are_described(
    client: FlaskClient, api: dict[str, Any], path: str
) -> None:
    answer = client.get(path)

    schema = api["components"]["schemas"]["ProblemDocument"]
    assert answer.content_type == "application/problem+json"
    assert set(answer.json) == set(schema["required"])


def test_people_can_read_it(client: FlaskClient) -> None:
    page = client.get("/docs", headers={"Accept": "text/html"})

    assert page.status_code == 200
    assert "POST /upload" in page.text


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)
