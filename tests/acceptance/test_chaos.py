"""A short form of `make chaos`: what was accepted is reviewed, whatever is killed meanwhile."""

import subprocess
import sys
from pathlib import Path

import pytest

CHAOS = Path(__file__).parents[2] / "bench" / "chaos.py"


@pytest.mark.timeout(400)
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_no_kill_loses_or_doubles_anything(database: str, request: pytest.FixtureRequest) -> None:
    if database == "postgresql":
        request.getfixturevalue("postgres_programs")
    options = ["--uploads=30", "--kills=8", "--seed=20261123", f"--database={database}"]

    run = subprocess.run(
        [sys.executable, str(CHAOS), *options], capture_output=True, text=True, timeout=390
    )

    assert run.returncode == 0, run.stdout + run.stderr
    assert "lost              0" in run.stdout
