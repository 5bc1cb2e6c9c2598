"""Pictures that are uploaded alone: recognised by the real Tesseract, refused where it is not."""

import io
from pathlib import Path

import pytest
from PIL import Image

from ai_prism.core.errors import Corrupt, NoText, TooLarge
from ai_prism.core.readers import images, read
from support.documents import DOTS_PER_INCH, LINE, drawn, lines, write_pdf
from support.hostile.pictures import png_claiming
from support.scans import need_tesseract

DPI = (DOTS_PER_INCH, DOTS_PER_INCH)


@pytest.fixture(autouse=True)
def _tesseract() -> None:
    need_tesseract()


@pytest.fixture
def page(tmp_path: Path) -> Image.Image:
    return drawn(write_pdf(tmp_path / "printed.pdf", [lines(LINE, LINE, size=11)]))


def test_each_page_of_a_tiff_is_a_page(page: Image.Image, tmp_path: Path) -> None:
    path = tmp_path / "fax.tif"
    fax = page.convert("1")
    fax.save(path, save_all=True, append_images=[fax, fax], compression="group4", dpi=DPI)

    document = read(path)

    assert document.pages == 3
    assert [block.page for block in document.blocks] == [1, 2, 3]
    assert [recognised.page for recognised in document.coverage.recognised] == [1, 2, 3]


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "LA", "P", "1", "CMYK", "I;16"])
def test_pictures_of_any_colours_are_read(page: Image.Image, tmp_path: Path, mode: str) -> None:
    path = tmp_path / "scan.tif"
    if mode == "I;16":
        page.convert("I").point(lambda shade: shade * 256).convert("I;16").save(path, dpi=DPI)
    elif mode == "P":
        page.convert("RGB").quantize(16).save(path, dpi=DPI)
    else:
        page.convert(mode).save(path, dpi=DPI)

    assert LINE in read(path).text.replace("\n", " ")


def test_what_shines_through_is_paper(page: Image.Image, tmp_path: Path) -> None:
    ink = Image.new("RGBA", page.size, (0, 0, 0, 0))
    ink.paste((0, 0, 0, 255), mask=page.point(lambda shade: 255 - shade))
    ink.save(tmp_path / "ink.png", dpi=DPI)

    assert LINE in read(tmp_path / "ink.png").text.replace("\n", " ")


def test_a_photograph_of_a_page_is_turned_upright(page: Image.Image, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright: turn it by a quarter to see it so
    page.rotate(90, expand=True).save(tmp_path / "photo.jpg", exif=exif, dpi=(72, 72))

    assert LINE in read(tmp_path / "photo.jpg").text.replace("\n", " ")


def test_without_tesseract_a_picture_is_refused_and_told_why(
    page: Image.Image, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.save(tmp_path / "scan.png")
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(NoText, match="only where Tesseract is installed"):
        read(tmp_path / "scan.png")


def test_a_picture_without_words_has_no_text(tmp_path: Path) -> None:
    Image.radial_gradient("L").resize((600, 800)).save(tmp_path / "moon.png")

    with pytest.raises(NoText):
        read(tmp_path / "moon.png")


def test_a_damaged_page_is_a_problem_and_the_others_are_read(
    page: Image.Image, tmp_path: Path
) -> None:
    buffer = io.BytesIO()
    page.save(buffer, "TIFF", save_all=True, append_images=[page], compression="tiff_deflate")
    data = bytearray(buffer.getvalue())
    first = data.index(b"\x78\x9c")
    data[first : first + 400] = bytes(400)
    (tmp_path / "half.tif").write_bytes(data)

    document = read(tmp_path / "half.tif")

    assert [(p.code, p.where) for p in document.problems if p.code != "recognised"] == [
        ("not_recognised", "page 1")
    ]
    assert LINE in document.text.replace("\n", " ")


def test_what_would_unpack_to_too_much_is_refused_before_it_does(tmp_path: Path) -> None:
    (tmp_path / "bomb.png").write_bytes(png_claiming(60_000, 60_000))
    (tmp_path / "large.png").write_bytes(png_claiming(10_000, 9_000))

    for name in ("bomb.png", "large.png"):
        with pytest.raises(TooLarge):
            read(tmp_path / name)


def test_a_tiff_of_too_many_pages_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(images, "_PAGES_LIMIT", 3)
    dot = Image.new("L", (8, 8))
    dot.save(tmp_path / "many.tif", save_all=True, append_images=[dot] * 3)

    with pytest.raises(TooLarge):
        read(tmp_path / "many.tif")


def test_what_is_no_picture_after_its_first_bytes_is_corrupt(tmp_path: Path) -> None:
    for name, mark in (
        ("a.png", b"\x89PNG\r\n\x1a\n"),
        ("b.jpg", b"\xff\xd8\xff"),
        ("c.tif", b"II*\0"),
    ):
        (tmp_path / name).write_bytes(mark + b"nothing that a picture needs")

        with pytest.raises(Corrupt):
            read(tmp_path / name)
