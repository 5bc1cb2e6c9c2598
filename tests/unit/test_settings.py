"""Settings come from the environment, and a wrong value is said with its variable's name."""

import pytest

from ai_prism.celery_app import celery_url
from ai_prism.settings import InvalidSettings, Settings


def test_values_take_the_types_of_their_settings() -> None:
    environment = {
        "AI_PRISM_PORT": "8123",
        "AI_PRISM_LEASE_SECONDS": "2.5",
        "AI_PRISM_SECURE_COOKIES": "true",
        "AI_PRISM_REDIS_URL": "",
    }

    settings = Settings.from_environment(environment)

    assert settings.port == 8123
    assert settings.lease_seconds == 2.5
    assert settings.secure_cookies is True
    assert settings.redis_url == Settings().redis_url


def test_a_wrong_value_names_its_variable() -> None:
    with pytest.raises(InvalidSettings, match="AI_PRISM_PORT=eight: "):
        Settings.from_environment({"AI_PRISM_PORT": "eight"})


def test_a_child_process_gets_the_same_settings() -> None:
    settings = Settings(data_dir="/tmp/x", port=8123, secure_cookies=True, lease_seconds=2.5)

    assert Settings.from_environment(settings.as_environment()) == settings


@pytest.mark.parametrize(
    ("redis", "celery"),
    [
        ("redis://:pw@host:6379/3", "redis://:pw@host:6379/3"),
        ("rediss://host:6379/0", "rediss://host:6379/0"),
        ("unix:///run/redis.sock", "redis+socket:///run/redis.sock"),
        ("unix:///run/redis.sock?db=2", "redis+socket:///run/redis.sock?virtual_host=2"),
    ],
)
def test_celery_is_told_the_same_redis_in_its_own_words(redis: str, celery: str) -> None:
    assert celery_url(redis) == celery
