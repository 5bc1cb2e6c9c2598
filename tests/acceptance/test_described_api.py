"""A really running service, asked by Schemathesis whatever its description allows, and more."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ai_prism.storage.database import Database
from ai_prism.storage.identities import Tokens
from support.service import Service

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
)


METHODS = {"get", "post", "patch", "put", "delete"}
#: The streams of events: that of all one's reviews never ends.
ENDLESS = ("/events", "/events/{review_id}")


@pytest.mark.timeout(300)
def test_no_request_makes_a_fault_and_every_answer_is_as_described(
    start_service: Callable[..., Service], tmp_path: Path
) -> None:
    service = start_service(auth="token").start()
    service.wait_until_ready()
    token = Tokens(Database(service.settings.database)).new("schemathesis")

    asked = subprocess.run(
        [
            Path(sys.executable).with_name("schemathesis"),
            "run",
            f"{service.url}/openapi.json",
            f"--header=Authorization: Bearer {token}",
            f"--checks={','.join(CHECKS)}",
            "--phases=coverage,fuzzing,stateful",
            "--max-examples=25",
            "--seed=1",
            "--generation-deterministic",
            *(f"--exclude-path={path}" for path in ENDLESS),
            "--request-timeout=35",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert asked.returncode == 0, asked.stdout[-8000:]
    description = service.client().get("/openapi.json").json()
    all_calls = sum(len(METHODS & path.keys()) for path in description["paths"].values())
    tried = all_calls - len(ENDLESS)
    assert f"Selected: {tried}/{all_calls}" in asked.stdout
    assert f"Tested: {tried}" in asked.stdout
    assert "Traceback" not in service.log
