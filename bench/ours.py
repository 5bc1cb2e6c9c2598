"""Our own reader, asked as the other tools are; how sure it was, and how often it was right."""

import time
from collections import defaultdict
from pathlib import Path
from statistics import mean

from peers import Found, PeerFailed, Reading
from scoring import aligned_titles

from ai_prism.core.errors import Unreadable
from ai_prism.core.readers import read
from ai_prism.core.sections import detect_sections

#: So sure it is only where the author marks headings.
_MARKED = 0.9999


class Ours:
    """Our reader; it remembers how sure it was, and of what."""

    name = "ours"

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._confidences: list[float] = []
        self._told: defaultdict[str, list[bool]] = defaultdict(list)

    def read(self, path: Path) -> Reading:
        """Return what we make of the file at *path*.

        Raises:
            PeerFailed: it cannot be read.
        """
        started, worked = time.perf_counter(), time.process_time()
        try:
            document = read(path)
        except Unreadable as error:
            raise PeerFailed(error.message) from error
        sections = detect_sections(document)
        self._confidences = [section.confidence for section in sections]
        return Reading(
            document.text,
            tuple(Found(section.start, section.level, section.title) for section in sections),
            time.perf_counter() - started,
            time.process_time() - worked,
        )

    def compare(self, truth: dict, reading: Reading) -> None:
        """Note which sections of the last *reading* were right."""
        right = {found for _, found in aligned_titles(truth["sections"], reading.sections)}
        for place, confidence in enumerate(self._confidences):
            self._told[_band(confidence)].append(place in right)

    def print_calibration(self) -> None:
        """Print how often sections were right, by how sure we were of them."""
        for band, told in sorted(self._told.items(), reverse=True):
            print(f"confidence {band:8s} {len(told):6d} sections, {mean(told):.3f} of them right")


def _band(confidence: float) -> str:
    if confidence > _MARKED:
        return "a mark"
    return "0.9-1.0" if confidence >= 0.9 else "0.7-0.9" if confidence >= 0.7 else "0.0-0.7"
