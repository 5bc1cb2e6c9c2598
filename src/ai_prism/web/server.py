"""The web server: gunicorn with threads, because an open event stream holds one."""

from collections.abc import Callable
from typing import Any, Final

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.config import Config
from gunicorn.glogging import Logger

from ai_prism.core.processes import share_memory
from ai_prism.settings import Settings

#: A heartbeat file on a slow disk can stop the whole process; gunicorn makes a private one in here.
_MEMORY_FOLDER: Final = "/dev/shm"  # noqa: S108 # nosec B108


class OurLogger(Logger):
    """Gunicorn's own messages, written as all others of this process are."""

    def setup(self, cfg: Config) -> None:
        """Pass what gunicorn says on instead of writing it in a form of its own."""
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True


class Server(BaseApplication):
    """Gunicorn, configured here instead of by a file or the command line."""

    def __init__(self, create_app: Callable[[], Flask], settings: Settings) -> None:
        """Serve what *create_app* returns, made anew in each process, as *settings* say."""
        self._create_app = create_app
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Set what differs from gunicorn's defaults."""
        settings = self._settings
        options: dict[str, Any] = {
            "bind": f"{settings.host}:{settings.port}",
            "workers": settings.web_processes,
            # Measured against gevent: two to three times the uploads, a tenth of their p99, and
            # event streams that are not held up by uploads; some 40 KB for each open stream.
            "worker_class": "gthread",
            "threads": settings.web_threads,
            "worker_connections": max(1000, settings.web_threads * 2),
            # Open event streams never end by themselves: a stop would wait the default 30 s.
            "graceful_timeout": 3,
            "timeout": 60,
            "keepalive": 5,
            "loglevel": "warning",
            "logger_class": OurLogger,
            # Named so that `ps` tells our processes from others.
            "proc_name": "ai-prism web",
            "worker_tmp_dir": _MEMORY_FOLDER,
            # Gunicorn counts the arguments of its hooks.
            "pre_fork": lambda _arbiter, _worker: share_memory(),
            # Nothing of ours steers gunicorn while it runs.
            "control_socket_disable": True,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Return the application of one process."""
        return self._create_app()
