"""Where the embedded Redis comes from, and what is said when there is none."""

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from ai_prism import redis_server
from ai_prism.cli import main
from ai_prism.settings import Settings


def _a_program(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "redis-server"
    program.touch(mode=0o755)
    return program


@pytest.fixture
def _no_redis(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "venv" / "python"))


@pytest.mark.usefixtures("_no_redis")
def test_a_redis_on_the_path_goes_before_the_one_beside_python(tmp_path: Path) -> None:
    beside = _a_program(tmp_path / "venv")
    only_beside = redis_server.find_binary()
    on_path = _a_program(tmp_path / "path")

    assert only_beside == beside
    assert redis_server.find_binary() == on_path


@pytest.mark.usefixtures("_no_redis")
def test_without_any_redis_one_sentence_says_how_to_get_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AI_PRISM_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("AI_PRISM_PORT", "1")

    result = CliRunner().invoke(main, ["up"])

    assert result.exit_code == 2
    assert redis_server.ADVICE in result.output
    assert result.output.count("\n") == 1


def test_a_long_data_folder_gets_a_short_socket(tmp_path: Path) -> None:
    short = Settings(data_dir=str(tmp_path / "a"))
    long = Settings(data_dir=str(tmp_path / ("a" * 120)))
    other = Settings(data_dir=str(tmp_path / ("b" * 120)))

    assert short.redis_socket.is_relative_to(short.data_path)
    assert len(str(long.redis_socket)) <= 100
    assert long.redis_socket != other.redis_socket


def test_the_embedded_redis_is_closed_to_the_network(tmp_path: Path) -> None:
    command = redis_server.command(Path("redis-server"), Settings(data_dir=str(tmp_path)))

    assert command[command.index("--port") + 1] == "0"
    assert command[command.index("--unixsocketperm") + 1] == "600"
    assert command[command.index("--appendonly") + 1] == "yes"
