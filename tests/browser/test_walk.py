"""Every button and key of a review: laptop and phone, light and dark, small and large documents."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from ai_prism import examples
from support.documents import lines, together, write_pdf
from support.service import Client, Service

pytestmark = pytest.mark.browser

SIZES = {"laptop": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 844}}
EXAMPLES = ["incident-report.docx", "services-contract.pdf", "design-document.md"]
PAGES = 300
LARGE = "300 pages.pdf"
#: Filled in, it would have nothing to remark; so each page has a finding or two.
PAGE = (
    "{number}. Section of the plan",
    "The supplier keeps a record of the the deliveries of part {number}.",
    "Whoever is on duty writes down how long each of them took.",
    "The name of the keeper of part {number} is [insert name].",
)

#: Tells `pressed` of each button by its name, and returns the names of all that there are.
BUTTONS = """() => {
  const name = (it) =>
    it.dataset.do ?? it.getAttribute("aria-label") ?? it.textContent.trim().replace(/\\s+/g, " ");
  const within = (root) => [...root.querySelectorAll("button, summary")].map(name);
  addEventListener("click", ({ target }) => {
    const it = target.closest("button, summary");
    if (it) pressed(name(it));
  }, true);
  const templates = [...document.querySelectorAll("template")];
  return [...within(document), ...templates.flatMap((each) => within(each.content))];
}"""


@pytest.fixture(scope="module")
def owner(service: Service) -> Client:
    """Whose reviews they are."""
    return service.client()


@pytest.fixture(scope="module")
def reviews(owner: Client, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Where the reviews are, by the names of their documents."""
    large = tmp_path_factory.mktemp("large") / LARGE
    drawn = [[words.format(number=n) for words in PAGE] for n in range(1, PAGES + 1)]
    write_pdf(
        large,
        [
            together(lines(title, size=16, bold=True), lines(*rest, top=700))
            for title, *rest in drawn
        ],
    )
    documents = [*map(examples.path, EXAMPLES), large]
    ids = {document.name: owner.upload(document) for document in documents}
    assert {owner.wait_for_end(id_, seconds=120)["state"] for id_ in ids.values()} == {"SUCCESS"}
    return {name: f"/reviews/{id_}" for name, id_ in ids.items()}


class Walk:
    """Somebody who tries everything on the page of one review."""

    def __init__(self, page: Page, size: str) -> None:
        self.page = page
        self.is_phone = size == "phone"
        self.cards = page.locator(".finding")
        self.current = page.locator(".finding[aria-current]")
        self.total = self.cards.count()
        self.keys: set[str] = set()
        self.pressed: set[str] = set()
        page.expose_function("pressed", lambda name: self.pressed.add(name))  # not a bare builtin
        self.buttons = set(page.evaluate(BUTTONS))

    def press(self, *keys: str) -> None:
        self.keys.update(keys)
        for key in keys:
            self.page.keyboard.press(key)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def decided(self, count: int) -> None:
        expect(self.page.locator("[data-slot=decided]")).to_contain_text(f"{count} of ")

    def looks(self, state: str) -> None:
        """Nothing is wrong with how it looks."""
        found = Axe().run(self.page).response["violations"]
        assert [(fault["id"], fault["nodes"][0]["html"]) for fault in found] == [], state
        width = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert width <= 0, f"{state} is {width} px too wide"

    def goes_through_the_findings(self) -> None:
        first, second = self.cards.nth(0), self.cards.nth(1)
        self.press("Escape", "Escape", "j", "j")
        expect(second).to_be_focused()
        self.press("k")
        expect(first).to_be_focused()
        self.button("Next finding").click()
        expect(second).to_have_attribute("aria-current", "true")
        self.button("Previous finding").click()
        expect(first).to_have_attribute("aria-current", "true")
        expect(first).to_be_in_viewport()
        if self.is_phone:
            self.button("Close the finding").click()
        else:
            self.press("Escape")
        expect(self.current).to_have_count(0)
        self.press("j")

    def goes_to_the_words_and_back(self) -> None:
        card = self.page.locator(".finding:not([data-start=''])").first
        self.page.evaluate("id => { location.hash = id; }", card.get_attribute("id"))
        expect(card).to_have_attribute("aria-current", "true")
        self.current.focus()
        self.press("Enter")
        expect(self.page.locator(".reading .mark:focus")).to_be_in_viewport()
        self.press("n")
        expect(self.page.locator(".reading .mark:focus")).to_be_in_viewport()
        self.press("Escape")
        expect(self.current).to_be_focused()

    def decides(self) -> None:
        self.press("a")
        self.decided(1)
        # Another tab's news may be quicker than the answer that moves on to the next.
        expect(self.current).to_have_attribute("data-decision", "open")
        self.press("r")
        self.decided(2)
        self.press("u", "u")
        self.decided(0)
        self.current.get_by_role("button", name="Accept", exact=True).click()
        self.decided(1)
        self.current.get_by_role("button", name="Undo").click()
        self.decided(0)

    def says_why(self) -> None:
        self.current.get_by_role("button", name="Reject", exact=True).click()
        self.page.get_by_label("Why? It may stay empty.").fill("It is meant so.")
        self.button("Keep").click()
        expect(self.current.locator("[data-slot=said]")).to_have_text("Rejected: It is meant so.")
        self.press("u", "u")
        self.decided(0)
        self.press("R")
        expect(self.page.get_by_label("Why? It may stay empty.")).to_be_focused()
        self.press("Escape")

    def edits_the_suggestion(self) -> None:
        mine = self.page.get_by_label("Your suggestion")
        self.current.get_by_role("button", name="Edit", exact=True).click()
        self.button("Close").click()
        expect(mine).to_be_hidden()
        self.press("e")
        mine.fill("Ask somebody.")
        self.button("Accept it so").click()
        expect(self.current.locator("[data-slot=suggestion]")).to_have_text("Ask somebody.")
        self.press("e")
        mine.fill("Ask the keeper.")
        self.press("Enter")
        expect(self.current.locator("[data-slot=suggestion]")).to_have_text("Ask the keeper.")
        self.press("u", "u")
        self.decided(0)

    def decides_on_a_rule(self) -> None:
        alike = self.page.locator(
            f".finding[data-rule='{self.current.get_attribute('data-rule')}']"
        ).count()
        for name in ("Accept all of this rule", "Reject all of this rule"):
            # Undoing leads to the first of them, which may be another card.
            if not self.button(name).is_visible():
                self.current.locator("summary").click()
            self.button(name).click()
            self.decided(alike)
            self.press("u")
            self.decided(0)

    def adds_a_finding(self) -> None:
        words = self.page.locator("document-text article p[data-at]:not(.furniture):visible").first
        select = "words => getSelection().selectAllChildren(words)"
        words.evaluate(select)
        self.press("c")
        self.button("Cancel").click()
        words.evaluate(select)
        self.button("Remark on this").click()
        self.page.get_by_label("What is it?").fill("Who says so?")
        self.button("Add it").click()
        expect(self.page.get_by_text("Who says so?", exact=True).last).to_be_attached()
        expect(self.cards).to_have_count(self.total + 1)
        self.total += 1

    def searches(self) -> None:
        self.press("Escape", "/")
        self.page.keyboard.type("who says so")
        expect(self.page.locator("#findings [data-slot=count]")).to_contain_text(" of ")
        self.page.get_by_role("searchbox").fill("xylographic")
        self.button("Show all").click()
        expect(self.page.locator("#findings [data-slot=count]")).to_have_text(str(self.total))

    def filters(self) -> None:
        self.page.locator("finding-filter summary").click()
        for name in ("decision", "severity", "kind", "rule", "section"):
            field = self.page.locator(f"finding-filter [name={name}]")
            card = self.page.locator(f".finding:not([data-{name}=''])").first
            value = card.get_attribute(f"data-{name}") or ""
            field.select_option(value)
            alike = self.page.locator(f".finding[data-{name}='{value}']").count()
            expect(self.page.locator(".finding:not([hidden])")).to_have_count(alike)
            field.select_option("")
        expect(self.page.locator(".finding:not([hidden])")).to_have_count(self.total)
        self.page.locator("finding-filter summary").click()

    def asks_for_help(self) -> None:
        self.press("?")
        expect(self.page.get_by_role("heading", name="Muting a rule")).to_be_visible()
        self.press("Escape")
        self.page.get_by_role("button", name="Help").first.click()
        self.button("Close the help").click()
        expect(self.page.get_by_role("heading", name="Muting a rule")).to_be_hidden()

    def opens_the_details(self) -> None:
        for details in (self.page.locator(".glance"), self.page.locator(".receipt")):
            details.locator("summary").click()
            expect(details).to_have_attribute("open", "")

    def jumps(self) -> None:
        if not self.is_phone:
            self.page.locator("document-map rect.bar").last.click()
            expect(self.current).to_be_in_viewport()
        link = self.page.locator("section-outline a").last
        link.click()
        target = (link.get_attribute("href") or "")[1:]
        expect(self.page.locator(f"[id='{target}']")).to_be_in_viewport()
        self.page.locator(".first a").first.click()
        expect(self.current).to_be_in_viewport()

    def downloads(self) -> None:
        self.page.locator(".downloads summary").click()
        with self.page.expect_download() as download:
            self.page.get_by_role("link", name="Table (CSV)").click()
        assert download.value.suggested_filename.endswith("-review.csv")

    def turns_to_the_pages(self) -> None:
        self.press("v")
        expect(self.page.locator(".paper .mark.is-selected").first).to_be_in_viewport()
        self.goes_through_the_findings()
        self.goes_to_the_words_and_back()
        self.decides()
        self.looks("pages")
        self.page.get_by_role("link", name="Text", exact=True).click()
        expect(self.page.locator("document-text .mark.is-selected").first).to_be_in_viewport()

    def deletes_and_brings_back(self) -> None:
        here = self.page.url
        self.button("Delete").click()
        self.page.wait_for_url("**/reviews")
        self.page.get_by_role("button", name="Bring back").click()
        expect(self.page.get_by_role("button", name="Bring back")).to_be_hidden()
        self.page.goto(here)
        expect(self.cards).to_have_count(self.total)

    def has_pressed_all(self) -> None:
        """Nothing that the page has, or its help tells of, was left out but its deletion."""
        told = {key.strip() for key in self.page.locator(".keys kbd").all_text_contents()}
        names = {"Esc": "Escape"}
        assert {names.get(key, key) for key in told - {"Shift"}} <= self.keys
        only_on_phones = set() if self.is_phone else {"leave"}
        assert self.buttons - self.pressed == {"Delete"} | only_on_phones


@pytest.mark.timeout(120)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", [*EXAMPLES, LARGE])
def test_every_button_and_key_does_what_it_says(
    visit: Callable[..., Page],
    service: Service,
    owner: Client,
    reviews: dict[str, str],
    name: str,
    size: str,
    scheme: str,
) -> None:
    state = {"viewport": SIZES[size], "storage_state": owner.as_browser_state()}
    page = visit(
        service,
        reviews[name],
        color_scheme=scheme,
        bypass_csp=True,  # so that axe itself may run
        **state,
    )
    walk = Walk(page, size)

    walk.looks("opened")
    walk.goes_through_the_findings()
    walk.goes_to_the_words_and_back()
    walk.decides()
    walk.says_why()
    walk.edits_the_suggestion()
    walk.decides_on_a_rule()
    walk.adds_a_finding()
    walk.searches()
    walk.filters()
    walk.asks_for_help()
    walk.opens_the_details()
    walk.jumps()
    walk.looks("selected")
    walk.downloads()
    if name.endswith(".pdf"):
        walk.turns_to_the_pages()
    else:
        walk.press("v")  # nothing happens
    walk.has_pressed_all()
    walk.deletes_and_brings_back()


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_download_that_is_offered_comes(
    owner: Client, reviews: dict[str, str], name: str
) -> None:
    import re

    page = owner.get(reviews[name], headers={"Accept": "text/html"}).text
    addresses = re.findall(r'<a[^>]* href="([^"]+/report\.[^"]+)" download', page)

    answers = {address: owner.get(address.replace("&amp;", "&")) for address in addresses}

    assert len(answers) >= 6
    assert {answer.status_code for answer in answers.values()} == {200}
    assert all(answer.content for answer in answers.values())


def test_the_pages_of_a_long_document_are_not_all_fetched(
    visit: Callable[..., Page], service: Service, owner: Client, reviews: dict[str, str]
) -> None:
    page = visit(service, storage_state=owner.as_browser_state())
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{reviews[LARGE]}?view=pages")
    expect(page.locator("#page-1 img[src]")).to_be_visible()

    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    expect(page.locator(f"#page-{PAGES} img[src]")).to_be_visible()

    images = [url for url in asked if url.endswith(".webp")]
    assert len(images) < 12
