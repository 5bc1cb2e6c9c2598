"""Pages drawn as they look, with places under which the words really are, and nobody hurt by it."""

import io
import time
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw

from ai_prism.core.errors import Corrupt, ReaderLost
from ai_prism.core.model import Anchor
from ai_prism.core.page_images import Box, NoPages, PageSize, UnknownPage
from ai_prism.core.page_images.isolation import IsolatedPages
from ai_prism.core.readers.identification import JPEG, MARKDOWN, PDF, TIFF
from support.documents import lines, write_pdf
from support.hostile.pdfs import page, pdf, stream

ONE_LINE = "Nothing but this line is printed here"
MEMORY = 1 << 30


@pytest.fixture(scope="module")
def pages() -> IsolatedPages:
    return IsolatedPages(memory_bytes=MEMORY, seconds=20)


def anchor(quote: str) -> Anchor:
    return Anchor(start=0, end=len(quote), quote=quote)


def opened(drawn: bytes) -> Image.Image:
    return Image.open(io.BytesIO(drawn)).convert("L")


def without(picture: Image.Image, boxes: tuple[Box, ...], size: PageSize) -> Image.Image:
    """Return *picture* with what lies under *boxes* painted over, and a little around them."""
    scale = picture.width / size.width
    painted = picture.copy()
    for box in boxes:
        edges = (box.x - 2, box.y - 2, box.x + box.width + 2, box.y + box.height + 2)
        ImageDraw.Draw(painted).rectangle([edge * scale for edge in edges], fill=255)
    return painted


def ink(picture: Image.Image) -> tuple[int, int, int, int] | None:
    return ImageChops.invert(picture).point(lambda shade: 255 * (shade > 60)).getbbox()


def printed(path: Path, **changes: object) -> Path:
    def draw(canvas: object) -> None:
        for name, value in changes.items():
            getattr(canvas, name)(value)
        lines(ONE_LINE, size=9, top=400)(canvas)

    return write_pdf(path, [draw])


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"setPageRotation": 90},
        {"setPageRotation": 180},
        {"setPageRotation": 270},
        {"setCropBox": (40, 40, 560, 800)},
    ],
    ids=["plain", "turned", "upside down", "turned left", "cropped"],
)
def test_all_ink_of_a_line_lies_under_the_place_of_its_words(
    pages: IsolatedPages, tmp_path: Path, changes: dict[str, object]
) -> None:
    path = printed(tmp_path / "line.pdf", **changes)

    picture = opened(pages.drawn(path, PDF, 1))
    found = pages.places(path, PDF, 1, {"line": anchor(ONE_LINE), "other": anchor("not there")})

    assert picture.width == 1200
    assert found.boxes.keys() == {"line"}
    assert pages.sizes(path, PDF) == [found.size]
    assert picture.height == pytest.approx(1200 * found.size.height / found.size.width, abs=2)
    assert ink(picture) is not None
    assert ink(without(picture, found.boxes["line"], found.size)) is None


def test_a_picture_is_shown_the_way_it_was_taken(pages: IsolatedPages, tmp_path: Path) -> None:
    path = tmp_path / "lying.jpg"
    taken = Image.new("RGB", (600, 400), "white")
    ImageDraw.Draw(taken).rectangle((0, 0, 599, 20), fill="red")  # the top, as the sensor lay
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter to the right when it is shown
    taken.save(path, exif=exif)

    shown = opened(pages.drawn(path, JPEG, 1))

    assert pages.sizes(path, JPEG) == [PageSize(width=400, height=600)]
    assert shown.size == (400, 600)
    assert shown.getpixel((395, 300)) < 100
    assert shown.getpixel((200, 300)) == 255
    assert pages.places(path, JPEG, 1, {"a": anchor("any")}).boxes == {}


def test_every_page_of_a_fax_is_drawn(pages: IsolatedPages, tmp_path: Path) -> None:
    path = tmp_path / "fax.tif"
    sheets = [Image.new("1", (300 + 10 * n, 400), n % 2) for n in range(3)]
    sheets[0].save(path, save_all=True, append_images=sheets[1:], compression="group4")

    assert [size.width for size in pages.sizes(path, TIFF)] == [300, 310, 320]
    assert opened(pages.drawn(path, TIFF, 2)).size == (310, 400)
    with pytest.raises(UnknownPage):
        pages.drawn(path, TIFF, 4)


def test_a_photograph_is_not_sent_in_megabytes(pages: IsolatedPages, tmp_path: Path) -> None:
    Image.effect_noise((2400, 3200), 90).save(tmp_path / "noise.jpg")

    drawn = pages.drawn(tmp_path / "noise.jpg", JPEG, 1)

    assert opened(drawn).size == (1200, 1600)
    assert len(drawn) < 1_500_000


def test_a_long_strip_is_drawn_more_coarsely(pages: IsolatedPages, tmp_path: Path) -> None:
    path = tmp_path / "strip.pdf"
    path.write_bytes(pdf(page(page=b"/MediaBox[0 0 100 14000]")))

    picture = opened(pages.drawn(path, PDF, 1))

    assert picture.width * picture.height <= 4_600_000


@pytest.mark.parametrize("number", [0, -1, 2, 10**12])
def test_a_page_that_is_not_there_has_its_code(
    pages: IsolatedPages, tmp_path: Path, number: int
) -> None:
    path = printed(tmp_path / "line.pdf")

    for ask in (pages.drawn, lambda *which: pages.places(*which, {})):
        with pytest.raises(UnknownPage) as refused:
            ask(path, PDF, number)
        assert refused.value.code == "unknown_page"


def test_a_damaged_file_has_its_code(pages: IsolatedPages, tmp_path: Path) -> None:
    path = tmp_path / "torn.pdf"
    path.write_bytes(b"%PDF-1.7\nnothing else")

    for ask in (pages.sizes, lambda *which: pages.drawn(*which, 1)):
        with pytest.raises(Corrupt):
            ask(path, PDF)


def test_a_page_without_end_is_given_up_and_the_next_one_is_drawn(tmp_path: Path) -> None:
    pages = IsolatedPages(memory_bytes=MEMORY, seconds=1)
    entry = b"/XObject<</X %d 0 R>>"
    forms = [
        stream(
            b"/X Do\n" * 12,
            b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<<%s>>" % (entry % (7 + level)),
        )
        for level in range(9)
    ]
    end = stream(b"0 0 9 9 re f", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]")
    path = tmp_path / "endless.pdf"
    path.write_bytes(pdf(page(b"/X Do", *forms, end, resources=entry % 6)))
    begun = time.monotonic()

    with pytest.raises(ReaderLost):
        pages.drawn(path, PDF, 1)

    assert time.monotonic() - begun < 20
    assert opened(pages.drawn(printed(tmp_path / "line.pdf"), PDF, 1)).width == 1200


def test_a_page_that_wants_more_memory_than_it_may_have_is_given_up(tmp_path: Path) -> None:
    small = IsolatedPages(memory_bytes=1 << 20, seconds=20)

    with pytest.raises(ReaderLost):
        small.drawn(printed(tmp_path / "line.pdf"), PDF, 1)


def test_a_document_without_pages_says_so(pages: IsolatedPages, tmp_path: Path) -> None:
    (tmp_path / "plan.md").write_text("# Plan\n")

    with pytest.raises(NoPages):
        pages.sizes(tmp_path / "plan.md", MARKDOWN)
