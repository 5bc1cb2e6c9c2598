"""What docker-compose.yml and the image promise each other, the settings and the command line."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from ai_prism.cli import COMMANDS
from ai_prism.settings import PREFIX, Settings
from ai_prism.storage.tables import Queue

ROOT = Path(__file__).resolve().parents[3]
COMPOSE = (ROOT / "docker-compose.yml").read_text()
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(COMPOSE)["services"]
OURS = [name for name, service in SERVICES.items() if "build" in service]


def test_the_file_is_what_the_compose_specification_says() -> None:
    schema = json.loads((ROOT / "tests" / "schemas" / "compose-spec.json").read_text())
    validator = jsonschema_rs.validator_for(schema)
    # As it is read: with the defaults of what is not set, and something where there is none.
    file = yaml.safe_load(re.sub(r"\$\{\w+:(?:-([^}]*)|\?[^}]*)\}", _given, COMPOSE))
    del file["name"]  # added to the specification after this copy of its schema
    wrong = {**file, "services": {**SERVICES, "web": {**SERVICES["web"], "replica": 2}}}

    assert [error.message for error in validator.iter_errors(file)] == []
    assert not validator.is_valid(wrong)


def _given(variable: re.Match[str]) -> str:
    return "a-secret" if variable[1] is None else variable[1]


@pytest.mark.parametrize("name", OURS)
def test_every_variable_given_to_our_services_is_a_setting(name: str) -> None:
    settings = {PREFIX + field.upper() for field in Settings.__struct_fields__}

    assert SERVICES[name]["environment"].keys() <= settings


@pytest.mark.parametrize("name", OURS)
def test_every_service_of_ours_runs_a_command_that_exists(name: str) -> None:
    assert SERVICES[name]["command"][0] in COMMANDS


@pytest.mark.parametrize("name", OURS)
def test_web_and_workers_share_the_documents(name: str) -> None:
    assert SERVICES[name]["volumes"] == ["documents:/data"]


@pytest.mark.parametrize("name", OURS)
def test_our_services_can_do_no_more_than_they_must(name: str) -> None:
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_there_is_no_default_for_a_secret() -> None:
    secrets = set(re.findall(r"\$\{(\w*(?:PASSWORD|SECRET)\w*)([^}]*)\}", COMPOSE))

    assert {name for name, _ in secrets} == {
        "AI_PRISM_SECRET_KEY",
        "POSTGRES_PASSWORD",
        "REDIS_PASSWORD",
    }
    assert all(rest.startswith(":?") for _, rest in secrets)


def test_the_example_of_the_environment_names_all_that_can_be_set() -> None:
    example = (ROOT / "deploy" / "compose.env.example").read_text()
    named = set(re.findall(r"^#?(\w+)=", example, re.MULTILINE))
    used = set(re.findall(r"\$\{(\w+)", COMPOSE))

    assert named == used - {"AI_PRISM_VERSION"}


def test_only_the_web_server_can_be_reached_from_outside() -> None:
    usual = {name: service for name, service in SERVICES.items() if "profiles" not in service}
    assert [name for name, service in usual.items() if "ports" in service] == ["web"]
    assert [name for name in usual if "outside" in usual[name]["networks"]] == ["web"]


def test_what_only_operators_start_is_reached_on_this_machine_alone() -> None:
    ports = [port for s in SERVICES.values() if "profiles" in s for port in s.get("ports", [])]

    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_the_image_does_not_run_as_root() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    last_stage = dockerfile.rpartition("\nFROM ")[2]

    assert re.search(r"^USER \$\{USER_ID\}$", last_stage, re.MULTILINE)
    assert re.search(r"^ARG USER_ID=[1-9]\d*$", last_stage, re.MULTILINE)


def test_every_queue_has_a_worker_of_its_own() -> None:
    commands = [SERVICES[name]["command"] for name in OURS]
    queues = [word for command in commands for word in command if word.startswith("--queue=")]

    assert sorted(queues) == sorted(f"--queue={queue}" for queue in Queue)


def test_the_health_check_of_a_worker_asks_that_worker() -> None:
    for name in OURS:
        words = SERVICES[name]["command"]
        for word in (word for word in words if word.startswith("--name=")):
            asked = f"--destination={word.removeprefix('--name=')}@"
            assert asked in SERVICES[name]["healthcheck"]["test"][1]
