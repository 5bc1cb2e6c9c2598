"""Recognition by Tesseract, where that program is installed: one process for each page.

Tesseract 5 answers in hOCR (http://kba.github.io/hocr-spec/1.2/): HTML that has for each row and
word a `title` with its place, and for rows the size of the letters.
"""

import os
import re
import subprocess
import time
from collections.abc import Iterator, Sequence
from typing import Final

from lxml import etree

from ai_prism.core.processes import die_with_parent
from ai_prism.core.readers.language import guess_language
from ai_prism.core.readers.recognition.pictures import Picture, RecognitionFailed, Row, Word
from ai_prism.core.readers.xml import tree_of

#: A full page takes one to three seconds, at most ten; longer is a picture of something else.
_PAGE_SECONDS_LIMIT: Final = 120.0
_LIST_SECONDS_LIMIT: Final = 10.0
#: What Tesseract calls the languages that documents are told to be in.
_LANGUAGES: Final = {"en": "eng", "de": "deu", "es": "spa", "fr": "fra"}
#: Rows come under these names, by what Tesseract takes them for.
_ROWS: Final = frozenset({"ocr_line", "ocr_header", "ocr_caption", "ocr_textfloat"})
_BOX: Final = re.compile(r"bbox (\d+) (\d+) (\d+) (\d+)")
_BASELINE: Final = re.compile(r"baseline (-?[\d.]+) (-?[\d.]+)")
_SIZE: Final = re.compile(r"x_size ([\d.]+)")
_SURENESS: Final = re.compile(r"x_wconf ([\d.]+)")


def languages(program: str) -> tuple[str, ...]:
    """Return the languages that *program* can read, as it calls them.

    Raises:
        RecognitionFailed: it cannot be started.
    """
    listed = _run([program, "--list-langs"], b"", _LIST_SECONDS_LIMIT).decode(errors="replace")
    # The first line is a title; "osd" only tells which way up a page is.
    return tuple(name for name in listed.split("\n")[1:] if name and name != "osd")


class Tesseract:
    """Recognises the pages of one document, in the language that its first pages turn out to be."""

    def __init__(self, program: str, seconds: float) -> None:
        """Run *program*, for *seconds* altogether at most."""
        self._program = program
        self._deadline = time.monotonic() + seconds
        self._installed: tuple[str, ...] | None = None
        self._language = ""  #: empty: not told yet

    def recognise(self, picture: Picture) -> Sequence[Row]:
        """Return the rows of words in *picture*, in reading order.

        Raises:
            RecognitionFailed: Tesseract cannot read it, or the time is used up.
        """
        if self._language:
            return self._rows(picture, self._language)
        tried = self._tried_first()
        rows = self._rows(picture, tried)
        told = guess_language(" ".join(word.text for row in rows for word in row.words))
        if told not in _LANGUAGES:
            return rows
        known = _LANGUAGES[told] in (self._installed or ())
        self._language = _LANGUAGES[told] if known else tried
        return rows if self._language == tried else self._rows(picture, self._language)

    def _tried_first(self) -> str:
        if self._installed is None:
            self._installed = languages(self._program)
        if not self._installed:
            raise RecognitionFailed("Tesseract is installed without any language.")
        return "eng" if "eng" in self._installed else self._installed[0]

    def _rows(self, picture: Picture, language: str) -> Sequence[Row]:
        seconds = min(_PAGE_SECONDS_LIMIT, self._deadline - time.monotonic())
        if seconds <= 0:
            raise RecognitionFailed("There was no time left to recognise this page.")
        dots_per_inch = str(round(picture.dots_per_inch))
        command = [self._program, "-", "-", "-l", language, "--dpi", dots_per_inch, "hocr"]
        # The simplest format there is: a header and the pixels.
        header = f"P5 {picture.width} {picture.height} 255\n".encode()
        hocr = _run(command, header + picture.pixels, seconds)
        try:
            return list(_rows_of(tree_of(hocr)))
        except etree.XMLSyntaxError:
            raise RecognitionFailed("Tesseract gave an answer that cannot be read.") from None


def _run(command: Sequence[str], question: bytes, seconds: float) -> bytes:
    """Return what *command* answers; it dies with this process, and after *seconds*."""
    try:
        done = subprocess.run(
            command,
            input=question,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # Its threads wait for each other more than they help, and others want the processor.
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
            timeout=seconds,
            preexec_fn=die_with_parent,
            check=True,
        )
    except subprocess.TimeoutExpired:
        raise RecognitionFailed(
            f"Recognising this page takes longer than {seconds:.0f} s."
        ) from None
    except (OSError, subprocess.CalledProcessError):
        raise RecognitionFailed("Tesseract ended on this page without an answer.") from None
    return done.stdout


def _rows_of(root: etree._Element) -> Iterator[Row]:
    for element in root.iter("{*}span"):
        if element.get("class") not in _ROWS:
            continue
        title = element.get("title", "")
        left, top, _, bottom = _numbers(_BOX, title) or (0.0, 0.0, 0.0, 0.0)
        slope, rise = _numbers(_BASELINE, title) or (0.0, 0.0)
        size = _numbers(_SIZE, title) or (bottom - top,)
        words = [word for child in element for word in _words_of(child)]
        if words:
            yield Row(
                words=words,
                top=int(top),
                bottom=int(bottom),
                # The slope and the rise are those of a line through the lower left corner.
                baseline=bottom + rise + slope * (words[0].left - left),
                slope=slope,
                size=size[0],
            )


def _words_of(element: etree._Element) -> Iterator[Word]:
    title = element.get("title", "")
    text = "".join(str(part) for part in element.itertext()).strip()
    box = _numbers(_BOX, title)
    if text and box:
        [sureness] = _numbers(_SURENESS, title) or (0.0,)
        yield Word(text, left=int(box[0]), right=int(box[2]), confidence=sureness / 100)


def _numbers(pattern: re.Pattern[str], title: str) -> tuple[float, ...]:
    found = pattern.search(title)
    return tuple(float(number) for number in found.groups()) if found else ()
