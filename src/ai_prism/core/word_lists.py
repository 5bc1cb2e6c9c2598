"""Closed lists of words, written so that a person can read and mend them."""


def words(*lines: str) -> frozenset[str]:
    """Return the words that stand in *lines*, separated by blanks."""
    return frozenset(ordered(*lines))


def ordered(*lines: str) -> tuple[str, ...]:
    """Return the words that stand in *lines*, in their order."""
    return tuple(word for line in lines for word in line.split())
