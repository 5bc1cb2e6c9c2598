"""The text under construction has an end: what is longer cannot be reviewed."""

from pathlib import Path

import pytest

from ai_prism.core.errors import TooLarge
from ai_prism.core.readers import draft, read


@pytest.mark.parametrize("limit", ["_CHARACTERS_LIMIT", "_BLOCKS_LIMIT"])
def test_more_text_than_can_be_reviewed_is_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    path = tmp_path / "a.md"
    path.write_text("One.\n\nTwo.\n\nThree.\n")
    whole = read(path)
    just_enough = {"_CHARACTERS_LIMIT": len(whole.text), "_BLOCKS_LIMIT": len(whole.blocks)}[limit]

    monkeypatch.setattr(draft, limit, just_enough)
    assert read(path) == whole

    monkeypatch.setattr(draft, limit, just_enough - 1)
    with pytest.raises(TooLarge):
        read(path)
