"""Every format that can be read is in the documentation and offered on the page."""

from pathlib import Path

import pytest

from ai_prism.core.readers import READERS
from ai_prism.core.readers.libreoffice import CONVERTED
from support.documents import SAMPLES

ROOT = Path(__file__).parents[2]
ENDINGS = sorted(
    {Path(SAMPLES[media_type][0]).suffix for media_type in READERS}
    | {f".{ending}" for ending, _, _ in CONVERTED.values()}
)
#: Too rare to be offered; whoever has such a file can still choose it.
RARE = {".pages", ".xlsb"}


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_format_is_documented(ending):
    page = (ROOT / "docs" / "reference" / "formats.md").read_text(encoding="utf-8")

    assert f"`{ending}`" in page


@pytest.mark.parametrize("ending", sorted(set(ENDINGS) - RARE))
def test_a_format_is_offered_on_the_page(ending):
    page = (ROOT / "src/ai_prism/web/templates/index.html").read_text(encoding="utf-8")
    offered = page.partition(' accept="')[2].partition('"')[0]

    assert ending in offered.split(",")
