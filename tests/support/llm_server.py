"""The fake model server as tests hold it: started, given plans, asked what it saw."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx

from ai_prism.core.processes import die_with_parent

TESTS = Path(__file__).parent.parent


class ModelServer:
    """A running `fake_llm`."""

    def __init__(self) -> None:
        """Start it on a free port."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "support.fake_llm"],
            env={**os.environ, "PYTHONPATH": str(TESTS)},
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=die_with_parent,
        )
        assert self._process.stdout is not None
        self.url = f"http://127.0.0.1:{int(self._process.stdout.readline())}"
        self.base_url = f"{self.url}/v1"

    def plan(self, *steps: dict[str, Any], seconds: float = 0.0) -> None:
        """Do *steps* with the next requests, and take *seconds* for each of the others."""
        httpx.post(f"{self.url}/plan", json={"plan": steps, "seconds": seconds}).raise_for_status()

    @property
    def seen(self) -> list[dict[str, Any]]:
        """The bodies of the requests since the last plan."""
        told: list[dict[str, Any]] = httpx.get(self.url).json()["seen"]
        return [one["body"] for one in told]

    @property
    def keys(self) -> list[str]:
        """What the requests were let in with."""
        return [one["key"] for one in httpx.get(self.url).json()["seen"]]

    @property
    def most_at_once(self) -> int:
        """How many requests were there together."""
        most: int = httpx.get(self.url).json()["most_at_once"]
        return most

    @property
    def at_once(self) -> int:
        """How many requests are there now."""
        now: int = httpx.get(self.url).json()["at_once"]
        return now

    def stop(self) -> None:
        """End it; connections to it are refused from now on."""
        self._process.kill()
        self._process.communicate()
