"""Counts as lists write them."""

import pytest

from ai_prism.core.readers.counting import counted


@pytest.mark.parametrize(
    ("count", "format", "written"),
    [
        (4, "1", "4"),
        (4, "a", "d"),
        (28, "A", "BB"),
        (4, "i", "iv"),
        (1994, "I", "MCMXCIV"),
        (0, "a", "0"),
        (-3, "1", "0"),
        (1_000_000, "i", counted(9999, "i")),
        (5, "unknown", "5"),
    ],
)
def test_a_count_is_written_in_its_format(count, format, written):
    assert counted(count, format) == written
