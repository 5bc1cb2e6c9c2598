"""The bare endpoint and the bare worker of `bare.py`, running beside a service of ours."""

import sys
from pathlib import Path

import msgspec

from support.service import Service, free_port
from support.waiting import until

_BARE = str(Path(__file__).with_name("bare.py"))


class Beside:
    """What is started beside a service, on the same Redis and in the same folder."""

    def __init__(self, service: Service) -> None:
        """Begin with nothing; *service* ends all of it."""
        self._service = service
        self.port = free_port()

    def start_web(self) -> None:
        """Start the endpoint, and return when it answers."""
        settings = msgspec.structs.replace(self._service.settings, port=self.port)
        before, self._service.environment = (
            self._service.environment,
            self._service.environment | settings.as_environment(),
        )
        try:
            self._service.run([sys.executable, _BARE, "web"])
        finally:
            self._service.environment = before
        until(self._answers, what="the bare endpoint")

    def start_worker(self) -> None:
        """Start the worker of the task that does nothing."""
        self._service.run([sys.executable, _BARE, "worker"])

    def _answers(self) -> bool:
        import httpx

        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/health").status_code == 200
        except httpx.TransportError:
            return False
