"""What tests need of the machine and may not find there."""

import os
from typing import TypeVar

import pytest

Found = TypeVar("Found")


def need(found: Found | None, what: str) -> Found:
    """Return *found*; None, the test fails where everything must run, and is skipped elsewhere."""
    if found is not None:
        return found
    absent = f"{what} is missing; scripts/test-tools.sh installs it"
    if os.environ.get("CI"):
        pytest.fail(absent)
    pytest.skip(absent)
