"""What type a PDF sets its words in: size, weight, slant, family and colour."""

import ctypes
import math
import re
from typing import Any, Final, NamedTuple

import pypdfium2.raw as pdfium

_BOLD_NAME: Final = re.compile(
    r"bold|black|heavy|demi|[,-]bd|medi\b|^(?:cm|ec|sf|la|lh|tc)(?:ss|so|v)?bx?(?:ti|sl|so)?\d",
    re.I,
)
_ITALIC_NAME: Final = re.compile(r"ital|obli|slant|^(?:cm|ec|sf)(?:bx)?(?:ti|sl)|[,-]it\b", re.I)
_FIXED_NAME: Final = re.compile(
    r"mono|courier|consol|menlo|typewriter|^(?:cm|ec|sf)(?:it|sl)?tt\d|monl|code", re.I
)
_SUBSET_TAG: Final = re.compile(r"^[A-Z]{6}\+")
_STYLE_NAME: Final = re.compile(r"(?:[,-].{0,80}|PS|MT|PSMT)$")
_BOLD_WEIGHT: Final = 600
_BOLD_FLAG: Final = 1 << 18
_ITALIC_FLAG: Final = 1 << 6
_FIXED_FLAG: Final = 1
#: A font of equal widths has one for these letters, and perhaps another for those that it lacks.
_ASKED_LETTERS: Final = "etaoinsrlmwiATMW"
_MOST_WIDTHS: Final = 2


class Type(NamedTuple):
    """The type that characters are set in."""

    size: float
    bold: bool
    italic: bool
    font: str
    colour: str
    fixed: bool = False  #: all characters are equally wide, as on a typewriter
    turn: int = 0  #: where the words run: 0 to the right, 1 up, 2 to the left, 3 down


class _Font(NamedTuple):
    family: str
    bold: bool
    italic: bool
    fixed: bool


class Fonts:
    """The fonts of one file, each asked about once."""

    def __init__(self) -> None:
        """Know no font yet."""
        self._known: dict[int, _Font] = {}
        self._types: dict[Type, Type] = {}

    def type_of(self, text_object: Any) -> Type:
        """Return the type of *text_object*, a pdfium handle; equal types are one object."""
        handle = pdfium.FPDFTextObj_GetFont(text_object)
        address = ctypes.cast(handle, ctypes.c_void_p).value or 0
        if address not in self._known:
            self._known[address] = _describe(handle)
        font = self._known[address]
        size, turn = _size_of(text_object)
        type_ = Type(
            size,
            font.bold,
            font.italic,
            font.family,
            _colour_of(text_object),
            font.fixed,
            turn,
        )
        return self._types.setdefault(type_, type_)


def told_by_name(name: str) -> tuple[bool, bool, bool]:
    """Return whether the *name* of a font says that it is bold, italic, and of equal widths."""
    patterns = (_BOLD_NAME, _ITALIC_NAME, _FIXED_NAME)
    bold, italic, fixed = (bool(pattern.search(name)) for pattern in patterns)
    return bold, italic, fixed


def _describe(font: Any) -> _Font:
    length = pdfium.FPDFFont_GetBaseFontName(font, None, 0)
    buffer = ctypes.create_string_buffer(max(length, 1))
    pdfium.FPDFFont_GetBaseFontName(font, buffer, length)
    name = _SUBSET_TAG.sub("", buffer.value.decode("latin-1"))
    flags = max(pdfium.FPDFFont_GetFlags(font), 0)
    weight = pdfium.FPDFFont_GetWeight(font)
    bold, italic, fixed = told_by_name(name)
    return _Font(
        family=_STYLE_NAME.sub("", name),
        bold=bold or bool(flags & _BOLD_FLAG) or weight >= _BOLD_WEIGHT,
        italic=italic or bool(flags & _ITALIC_FLAG),
        fixed=fixed or (bool(flags & _FIXED_FLAG) and _has_equal_widths(font)),
    )


def _has_equal_widths(font: Any) -> bool:
    """Whether the letters of *font* are equally wide: some programs say so of every font."""
    widths = set()
    width = ctypes.c_float()
    for letter in _ASKED_LETTERS:
        if pdfium.FPDFFont_GetGlyphWidth(font, ord(letter), 1000.0, width):
            widths.add(round(width.value))
    return len(widths) <= _MOST_WIDTHS


def _size_of(text_object: Any) -> tuple[float, int]:
    """Return the size as seen on the page, and where the words run."""
    size = ctypes.c_float()
    pdfium.FPDFTextObj_GetFontSize(text_object, size)
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(text_object, matrix):
        return round(size.value, 1), 0
    height = math.hypot(matrix.c, matrix.d)
    if abs(matrix.b) > abs(matrix.a):
        turn = 1 if matrix.b > 0 else 3
    else:
        turn = 0 if matrix.a >= 0 else 2
    return round(abs(size.value) * height, 1), turn


def _colour_of(text_object: Any) -> str:
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not pdfium.FPDFPageObj_GetFillColor(text_object, red, green, blue, alpha):
        return ""
    colour = f"{red.value:02x}{green.value:02x}{blue.value:02x}"
    return "" if colour == "000000" else colour
