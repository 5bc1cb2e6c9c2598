"""How quick the page of a large review is, in a real Chromium: opening, selecting, scrolling.

A PDF of 300 pages is reviewed with a playbook that finds about 500 things. First content is the
browser's own `first-contentful-paint`; selecting, searching and deciding are timed from the key to
the next painted frame (Event Timing), scrolling by the longest gap between two frames. The same is
done with the pages as they look.

    make bench-page
"""

import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import generated

from support.service import Service

PAGES = 300
OPENINGS = 5
KEYS = 40
_WORDS = ("maintenance", "termination", "availability", "obligation", "confidential", "measure")
_EACH = 80

_RULE = """
  - id: bench-{word}
    kind: phrase
    severity: {severity}
    category: bench-{word}
    title: The word {word}
    message: "“{{phrase}}” stands here."
    why: So that there is much to show.
    suggestion: Leave it.
    source: this measurement
    most_findings: {each}
    phrases: [{phrases}]
    examples: {{flags: ["Some {word} service."], passes: ["Nothing."]}}"""

_OBSERVE = """() => {
  window.keys = [];
  new PerformanceObserver((list) => {
    for (const e of list.getEntries()) if (e.name === "keydown") window.keys.push(e.duration);
  }).observe({ type: "event", durationThreshold: 16 });
}"""

_SCROLL = """() => new Promise((done) => {
  const gaps = [];
  const bottom = document.documentElement.scrollHeight;
  let step = 0, last = performance.now();
  const frame = (now) => {
    gaps.push(now - last);
    last = now;
    if (step++ === 120) return done(gaps.slice(1));
    scrollTo(0, (bottom * ((step * 37) % 120)) / 120);
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})"""


def main() -> None:
    """Print the medians."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        service = Service(folder / "service")
        try:
            service.start().wait_until_ready()
            with sync_playwright() as playwright:
                chromium = playwright.chromium.launch(
                    executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
                )
                measure(chromium.new_page(viewport={"width": 1280, "height": 800}), service, folder)
                chromium.close()
        finally:
            service.stop()


def measure(page: Page, service: Service, folder: Path) -> None:
    """Review a large document as the owner of *page*, and print how its page behaves."""
    page.set_default_timeout(300_000)
    address = reviewed(page, service, folder)
    shown = [opened(page, address) for _ in range(OPENINGS)]
    told("answer of the server", [begun for begun, _, _ in shown])
    told("whole page received", [ended for _, ended, _ in shown])
    told("first content", [painted for _, _, painted in shown])
    page.wait_for_load_state("load")
    page.evaluate(_OBSERVE)
    told("select a finding (j)", pressed(page, ["j"] * KEYS))
    told("decide on a finding (a)", pressed(page, ["a"] * (KEYS // 2)))
    page.keyboard.press("/")
    told("type into the search", pressed(page, list("termination")))
    page.keyboard.press("Escape")
    gaps = page.evaluate(_SCROLL)
    told("between two frames, jumping about", gaps)
    measure_pages(page, address)


def measure_pages(page: Page, address: str) -> None:
    """Print the same of the pages as they look, and how soon one is drawn."""
    told("a page drawn and received", [drawn(page, address, n) for n in range(1, PAGES, 15)])
    shown = [opened(page, f"{address}?view=pages") for _ in range(OPENINGS)]
    told("first content, as pages", [painted for _, _, painted in shown])
    page.wait_for_load_state("load")
    page.evaluate(_OBSERVE)
    told("select a finding (j), as pages", pressed(page, ["j"] * KEYS))
    told("between two frames, as pages", page.evaluate(_SCROLL))


def drawn(page: Page, address: str, number: int) -> float:
    """Return in how many ms the picture of a page came."""
    begun = time.perf_counter()
    answer = page.request.get(f"{address}/pages/{number}.webp")
    if answer.status != 200:
        raise SystemExit(answer.text())
    return (time.perf_counter() - begun) * 1000


def reviewed(page: Page, service: Service, folder: Path) -> str:
    """Return the address of the finished review."""
    generated.write_pdf(folder / "large.pdf", PAGES)
    levels = ("high", "medium", "low") * 2
    rules = "".join(
        _RULE.format(word=word, severity=severity, each=_EACH, phrases=phrases_with(word))
        for word, severity in zip(_WORDS, levels, strict=True)
    )
    playbook = f'name: bench\nversion: "1"\ntitle: Much\nextends: general\nrules:{rules}\n'
    page.goto(service.url)
    files = {
        "document": {
            "name": "large.pdf",
            "mimeType": "application/pdf",
            "buffer": (folder / "large.pdf").read_bytes(),
        },
        "guidelines": {
            "name": "bench.yml",
            "mimeType": "application/yaml",
            "buffer": playbook.encode(),
        },
    }
    answer = page.request.post(f"{service.url}/upload", multipart=files)
    if answer.status != 202:
        raise SystemExit(answer.text())
    address = f"{service.url}/reviews/{answer.json()['task_id']}"
    page.goto(address)
    page.wait_for_selector("main[data-state=SUCCESS], main[data-state=FAILURE]")
    page.goto(address, wait_until="load")
    sections = page.locator("section-outline li").count()
    print(f"{PAGES} pages, {page.locator('.finding').count()} findings, {sections} sections")
    return address


def phrases_with(word: str) -> str:
    """Return *word* with each word that may follow: the same phrase again would be no finding."""
    return ", ".join(f'"{word} {next_word}"' for next_word in generated.WORDS)


def opened(page: Page, address: str) -> tuple[float, float, float]:
    """Return when the answer began, when it had come, and when something was seen, in ms."""
    page.goto("about:blank")
    page.goto(address, wait_until="load")
    page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length > 0")
    times = page.evaluate(
        """() => {
          const [page] = performance.getEntriesByType("navigation");
          const [paint] = performance.getEntriesByName("first-contentful-paint");
          return [page.responseStart, page.responseEnd, paint.startTime];
        }"""
    )
    return times[0], times[1], times[2]


def pressed(page: Page, keys: list[str]) -> list[float]:
    """Return how long each key took to the next frame; what is under 16 ms is not listed."""
    page.evaluate("window.keys = []")
    for key in keys:
        page.keyboard.press(key)
        page.wait_for_timeout(60)
    page.wait_for_timeout(300)
    listed = page.evaluate("window.keys")
    return [*listed, *([16.0] * max(0, len(keys) - len(listed)))]


def told(what: str, values: list[float]) -> None:
    """Print the median and the longest of *values*."""
    print(f"{what:36} median {statistics.median(values):7.0f} ms, longest {max(values):7.0f} ms")


if __name__ == "__main__":
    main()
