"""The pages of a document as they look, and where on them the findings stand."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

import msgspec
from flask import Blueprint, Response, request

from ai_prism.core.model import Anchor, Finding, Section
from ai_prism.core.page_images import (
    MEDIA_TYPE,
    VERSION,
    Box,
    NoPages,
    PagePlaces,
    PageSize,
    UnknownPage,
)
from ai_prism.storage.reviews import KeptFile
from ai_prism.web.reading import places_of
from ai_prism.web.security import owner
from ai_prism.web.services import services

blueprint = Blueprint("page_images", __name__)

#: A browser may keep a page, on its own, and asks each time whether it may still be shown: a
#: deleted review, or one signed out of, must not be.
_KEPT: Final = "private, no-cache"


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """A page whose room is kept until it is drawn."""

    number: int
    size: PageSize
    sections: tuple[str, ...]  #: ids of those that begin on it


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """Where on a page the words of a finding or the title of a section stand."""

    id: str
    place: str  #: its key: the id, with a number from the second place on
    boxes: tuple[Box, ...]
    related: bool = False  #: only a place that the finding conflicts with


class PageShown(msgspec.Struct, frozen=True, kw_only=True):
    """What stands where on a page."""

    page: int
    size: PageSize
    findings: tuple[Shown, ...]
    sections: tuple[Shown, ...]
    not_found: tuple[str, ...]  #: ids of findings on this page whose words were not found on it


class _Wanted(msgspec.Struct, frozen=True):
    """Something whose place on the page is asked for."""

    id: str
    key: str
    anchor: Anchor
    is_section: bool = False
    related: bool = False


@blueprint.get("/reviews/<review_id>/pages/<int:number>.webp")
def image(review_id: str, number: int) -> Response:
    """Return a page as a picture."""
    kept = _kept(review_id, number)
    tag = f"{kept.sha256}-{number}-{VERSION}"
    is_known = request.if_none_match.contains_weak(tag)
    drawn = b"" if is_known else _drawn(kept, number)
    response = Response(drawn, 304 if is_known else 200, mimetype=MEDIA_TYPE)
    response.set_etag(tag)
    response.headers["Cache-Control"] = _KEPT
    return response


@blueprint.get("/reviews/<review_id>/pages/<int:number>")
def places(review_id: str, number: int) -> Response:
    """Return where on a page the words of findings and the titles of sections stand."""
    kept = _kept(review_id, number)
    change = services().reviews.changes_since(review_id, owner(), 0)
    wanted = [
        *(each for finding in change.findings for each in _of_finding(finding, number)),
        *(_of_section(section) for section in change.sections if section.page == number),
    ]
    anchors = {each.key: each.anchor for each in wanted}
    with _at_hand(kept) as path:
        found = services().pages.places(path, kept.media_type, number, anchors)
    page = _shown(number, wanted, found)
    return Response(msgspec.json.encode(page), mimetype="application/json")


def sheets(kept: KeptFile, sections: Sequence[Section]) -> tuple[Sheet, ...]:
    """Return all pages, with the *sections* that begin on each.

    Raises:
        NoPages: the document has none, or has not been read.
        Unreadable: they cannot be told.
    """
    _refuse_unread(kept)
    begin = defaultdict(list)
    for section in sections:
        begin[section.page].append(section.id)
    with _at_hand(kept) as path:
        sizes = services().pages.sizes(path, kept.media_type)
    return tuple(
        Sheet(number=number, size=size, sections=tuple(begin[number]))
        for number, size in enumerate(sizes, start=1)
    )


def _shown(number: int, wanted: Sequence[_Wanted], found: PagePlaces) -> PageShown:
    placed = [
        (each, Shown(id=each.id, place=each.key, boxes=found.boxes[each.key], related=each.related))
        for each in wanted
        if each.key in found.boxes
    ]
    seen = {each.id for each, _ in placed}
    missed = (each.id for each in wanted if not each.is_section and each.id not in seen)
    return PageShown(
        page=number,
        size=found.size,
        findings=tuple(shown for each, shown in placed if not each.is_section),
        sections=tuple(shown for each, shown in placed if each.is_section),
        not_found=tuple(dict.fromkeys(missed)),
    )


def _drawn(kept: KeptFile, number: int) -> bytes:
    with _at_hand(kept) as path:
        return services().pages.drawn(path, kept.media_type, number)


def _at_hand(kept: KeptFile) -> AbstractContextManager[Path]:
    return services().files.at_hand(kept.sha256, kept.review_id)


def _kept(review_id: str, number: int) -> KeptFile:
    kept = services().reviews.kept_file(review_id, owner())
    if not 1 <= number <= _refuse_unread(kept):
        raise UnknownPage(f"The document has pages 1 to {kept.pages}.")
    return kept


def _refuse_unread(kept: KeptFile) -> int:
    """Return how many pages there are; what could not be read is not drawn either."""
    if kept.pages is None:
        raise NoPages("The document has no pages, or has not been read.")
    return kept.pages


def _of_finding(finding: Finding, number: int) -> Iterator[_Wanted]:
    for place in places_of(finding):
        if place.anchor.page == number:
            yield _Wanted(finding.id, place.key, place.anchor, related=place.related)


def _of_section(section: Section) -> _Wanted:
    title = Anchor(start=section.start, end=section.start + len(section.title), quote=section.title)
    return _Wanted(section.id, f"section {section.id}", title, is_section=True)
