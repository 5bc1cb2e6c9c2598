"""Pictures of pages that are uploaded alone: PNG, JPEG and TIFF, also with more than one page."""

import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, cast

from PIL import ExifTags, Image, ImageOps, JpegImagePlugin, PngImagePlugin, TiffImagePlugin

from ai_prism.core.errors import Corrupt, NoText, TooLarge
from ai_prism.core.model import BlockKind
from ai_prism.core.progress import Pages
from ai_prism.core.readers.draft import Draft
from ai_prism.core.readers.pdf import blocks
from ai_prism.core.readers.pdf.furniture import take_out_furniture
from ai_prism.core.readers.pdf.scans import DOTS_PER_INCH, PIXELS_LIMIT, recognised
from ai_prism.core.readers.recognition import Picture, RecognitionFailed

#: The formats that are decoded. Pillow knows some forty, each more code for a hostile file to
#: reach; with these imported it need not load the others to look for them.
_FORMATS: Final = tuple(
    kind.format
    for kind in (
        PngImagePlugin.PngImageFile,
        JpegImagePlugin.JpegImageFile,
        TiffImagePlugin.TiffImageFile,
    )
)
#: A sheet of A4 at 900 dots an inch. Some kilobytes can claim, and unpack to, far more.
_SOURCE_PIXELS_LIMIT: Final = 80_000_000
_PAGES_LIMIT: Final = 2_000
#: What Pillow raises when a file is damaged: whatever its decoders come upon.
_DAMAGE: Final = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    ArithmeticError,
    RuntimeError,
    AttributeError,
    struct.error,
    zlib.error,
)
#: What a scanner can be set to. Cameras and screens say 72 or 96 of whatever they take.
_LEAST_TOLD, _MOST_TOLD = 100, 1200
#: Where nothing is told, a picture is taken for a sheet of paper: A4, on its longer side.
_SHEET_INCHES: Final = 11.7
#: Orientations of EXIF that turn a picture by a quarter.
_LYING: Final = (5, 6, 7, 8)
_COLOURED: Final = ("RGB", "RGBA", "RGBX", "P", "PA", "CMYK", "YCbCr", "LAB", "HSV")
#: More than this makes small letters no clearer.
_LARGEST_SCALE: Final = 3.0


def read(path: Path, draft: Draft, pages: Pages) -> None:
    """Put the words in the picture at *path* into *draft*, telling *pages* of each of its pages."""
    with opened(path, draft.name) as image:
        draft.pages = total = count_pages(image, draft.name)
        recogniser = draft.find_recogniser()
        if recogniser is None:
            raise NoText(
                f"“{draft.name}” is a picture; its words can be read only where Tesseract is"
                " installed."
            )
        found = recognised(
            recogniser, lambda index: _drawn(image, index), range(total), total, draft, pages
        )
    draft.pages_read = len(found)
    for text in take_out_furniture(found):
        draft.add(BlockKind.FURNITURE, text)
    blocks.fill(draft, found, ())


@contextmanager
def opened(path: Path, name: str) -> Iterator[Image.Image]:
    """Open the file, which decodes nothing yet."""
    with warnings.catch_warnings():
        # Pillow warns of what may be a bomb, and of odd data: ours to judge, nobody else's to see.
        warnings.simplefilter("ignore")
        try:
            image = Image.open(path, formats=_FORMATS)
        except Image.DecompressionBombError:
            raise _too_large(name) from None
        except _DAMAGE:
            raise Corrupt(f"“{name}” is damaged: it cannot be opened as a picture.") from None
        with image:
            yield image


def count_pages(image: Image.Image, name: str) -> int:
    """Return how many pages there are, having looked at the size that each claims.

    Raises:
        TooLarge: there are too many, or one is too large to be unpacked.
    """
    if image.format != "TIFF":
        _refuse_bomb(image, name)
        return 1  # what may follow in a JPEG is the same picture once more, smaller or in depth
    for index in range(_PAGES_LIMIT):
        try:
            image.seek(index)
        except EOFError:
            return index
        except _DAMAGE:
            if index:
                return index + 1  # that page is a problem when it is drawn
            raise Corrupt(f"“{name}” is damaged: it cannot be opened as a picture.") from None
        _refuse_bomb(image, name)
    raise TooLarge(f"“{name}” has more than {_PAGES_LIMIT} pages.")


def _refuse_bomb(image: Image.Image, name: str) -> None:
    if image.width * image.height > _SOURCE_PIXELS_LIMIT:
        raise _too_large(name)


def _too_large(name: str) -> TooLarge:
    millions = _SOURCE_PIXELS_LIMIT // 10**6
    return TooLarge(f"“{name}” has more than {millions} million pixels: more than can be read.")


def upright_size(image: Image.Image, index: int) -> tuple[int, int]:
    """Return how wide and high the page at *index* is once it is turned the right way up.

    Raises:
        Corrupt: it is damaged.
    """
    with _unharmed():
        image.seek(index)
        is_lying = image.getexif().get(ExifTags.Base.Orientation) in _LYING
        return (image.height, image.width) if is_lying else (image.width, image.height)


def upright(image: Image.Image, index: int) -> Image.Image:
    """Return the page at *index* in its colours, the right way up, on white paper.

    Raises:
        Corrupt: it is damaged.
    """
    with _unharmed():
        image.seek(index)
        page = ImageOps.exif_transpose(image)
        is_coloured = page.mode in _COLOURED or page.has_transparency_data
        return _on_paper(page).convert("RGB") if is_coloured else _grey(page)


@contextmanager
def _unharmed() -> Iterator[None]:
    try:
        yield
    except _DAMAGE:
        raise Corrupt("This page is damaged and cannot be shown.") from None


def _drawn(image: Image.Image, index: int) -> Picture:
    """Return the page at *index* in shades of grey, upright, as fine as recognition wants it."""
    try:
        image.seek(index)
        told = image.info.get("dpi")
        grey = _grey(ImageOps.exif_transpose(image))
        dots_per_inch = _dots_per_inch(told, grey)
    except _DAMAGE:
        raise RecognitionFailed("This picture is damaged and could not be read.") from None
    scale = min(
        DOTS_PER_INCH / dots_per_inch,
        (PIXELS_LIMIT / (grey.width * grey.height)) ** 0.5,
        _LARGEST_SCALE,
    )
    size = max(1, round(grey.width * scale)), max(1, round(grey.height * scale))
    grey = grey.resize(size, Image.Resampling.BICUBIC)
    return Picture(*grey.size, grey.tobytes(), dots_per_inch * scale)


def _grey(image: Image.Image) -> Image.Image:
    """Return *image* in shades of grey; what shines through is paper."""
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        # Pillow cuts such shades off at 255 instead of scaling them.
        low, high = cast(tuple[float, float], image.getextrema())
        span = (high - low) or 1.0
        return image.convert("F").point(lambda shade: (shade - low) * (255 / span)).convert("L")
    return _on_paper(image).convert("L")


def _on_paper(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image
    sheet = Image.new("RGBA", image.size, "white")
    sheet.alpha_composite(image.convert("RGBA"))
    return sheet


def _dots_per_inch(told: object, image: Image.Image) -> float:
    if isinstance(told, tuple) and told:
        across = float(told[0])
        if _LEAST_TOLD <= across <= _MOST_TOLD:
            return across
    return max(image.size) / _SHEET_INCHES
