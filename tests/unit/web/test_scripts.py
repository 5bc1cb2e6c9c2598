"""What a page brings along: how much script, and style sheets that browsers keep."""

import re
import zlib
from pathlib import Path

from flask.testing import FlaskClient

import ai_prism.web
from ai_prism.app import create_app
from ai_prism.settings import Settings

SCRIPTS = Path(ai_prism.web.__file__).parent / "static" / "js"


def test_all_scripts_together_stay_under_60_kilobytes_compressed() -> None:
    sizes = [len(zlib.compress(path.read_bytes())) for path in SCRIPTS.glob("*.js")]

    assert len(sizes) > 10
    assert sum(sizes) < 60_000


def test_style_sheets_are_kept_for_good_under_an_address_that_changes_with_them(
    tmp_path: Path,
) -> None:
    app = create_app(Settings(data_dir=str(tmp_path)))
    client = app.test_client()
    page = client.get("/docs", headers={"Accept": "text/html"}).text

    sheets = re.findall(r'href="(/static/css/[^"]+)"', page)

    assert len(sheets) > 5
    for sheet in sheets:
        assert "immutable" in kept_as(client, sheet)
        assert "immutable" not in kept_as(client, sheet.split("?")[0])


def kept_as(client: FlaskClient, address: str) -> str:
    with client.get(address) as answer:
        return answer.headers.get("Cache-Control", "")
