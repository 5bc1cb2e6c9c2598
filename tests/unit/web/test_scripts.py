"""How much script a page brings along."""

import zlib
from pathlib import Path

import ai_prism.web

SCRIPTS = Path(ai_prism.web.__file__).parent / "static" / "js"


def test_all_scripts_together_stay_under_60_kilobytes_compressed() -> None:
    sizes = [len(zlib.compress(path.read_bytes())) for path in SCRIPTS.glob("*.js")]

    assert len(sizes) > 10
    assert sum(sizes) < 60_000
