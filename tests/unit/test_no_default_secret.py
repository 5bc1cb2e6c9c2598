"""No secret has a default: it is set by who runs the service, or made by chance on the spot."""

import stat
from pathlib import Path

import msgspec
import pytest

from ai_prism.settings import Settings
from ai_prism.web.security import secret_key

SECRETS = [
    field.name
    for field in msgspec.structs.fields(Settings)
    if {"key", "secret", "password", "token"} & set(field.name.split("_"))
]


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_is_empty_until_it_is_set(name: str) -> None:
    assert getattr(Settings(), name) == ""


def test_no_url_carries_a_password() -> None:
    values = map(str, msgspec.structs.astuple(Settings()))

    assert not [value for value in values if "://" in value and "@" in value]


def test_the_key_of_cookies_is_made_once_for_each_data_folder(tmp_path: Path) -> None:
    one, other = (Settings(data_dir=str(tmp_path / name)) for name in ("one", "other"))

    assert len(secret_key(one)) >= 64
    assert secret_key(one) == secret_key(one) != secret_key(other)
    assert stat.S_IMODE((one.data_path / "secret_key").stat().st_mode) == 0o600
