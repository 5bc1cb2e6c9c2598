"""Take the pictures of docs/images anew, of a service that is started for it.

    make screenshots

Look at them before they are committed: they are what people see first.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from ai_prism import examples
from support.service import Client, Service

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images"
LAPTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 760}
#: As many as the eye tells apart in a page of text: a third of the bytes.
COLOURS = 192


def main() -> None:
    """Write the pictures, and say how large they are."""
    with _service() as service, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        owner = service.client()
        paths = {
            Path(example.name).suffix: _reviewed(owner, examples.path(example.name))
            for example in examples.EXAMPLES
        }
        for name, page in _pages(chromium, service, owner, paths):
            _take(page, IMAGES / f"{name}.png")
        chromium.close()


@contextmanager
def _service() -> Iterator[Service]:
    with tempfile.TemporaryDirectory() as folder:
        service = Service(Path(folder))
        try:
            service.start()
            service.wait_until_ready()
            yield service
        finally:
            service.stop()


def _reviewed(owner: Client, document: Path) -> str:
    review_id = owner.upload(document)
    owner.wait_for_end(review_id)
    return f"/reviews/{review_id}"


def _pages(
    chromium: Browser, service: Service, owner: Client, paths: dict[str, str]
) -> Iterator[tuple[str, Page]]:
    """Yield each page as it is to be seen, with the name of its picture."""

    def at(path: str, *keys: str, **look: object) -> Page:
        look = {"viewport": LAPTOP, "storage_state": owner.as_browser_state()} | look
        page = chromium.new_context(base_url=service.url, **look).new_page()
        page.goto(path)
        page.wait_for_load_state("networkidle")
        for key in keys:
            page.keyboard.press(key)
            page.wait_for_load_state("networkidle")
        return page

    yield "review", at(paths[".docx"], *"jjjjj")
    overview = at(paths[".docx"])
    overview.locator(".glance summary").click()
    yield "overview", overview
    yield "pages", at(f"{paths['.pdf']}?view=pages", *"jjjjjjjjjjj")
    yield "dark", at(paths[".md"], *"jjjj", color_scheme="dark")
    yield "phone", at(paths[".pdf"], *"jjjjj", viewport=PHONE, device_scale_factor=1.5)


def _take(page: Page, path: Path) -> None:
    # Where there are pages, what is seen of them has come.
    page.wait_for_function(
        "() => [...document.querySelectorAll('.paper img[src]')].every(image => image.complete)"
    )
    page.screenshot(path=path, animations="disabled")
    with Image.open(path) as picture:
        # Not by how often a colour is there: the marks are small, and must not take another's.
        method = Image.Quantize.MAXCOVERAGE
        picture.convert("RGB").quantize(COLOURS, method).save(path, optimize=True)
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1024:.0f} KB")
    page.context.close()


if __name__ == "__main__":
    main()
