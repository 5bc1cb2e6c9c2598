"""What speaks for and against a block being a heading: named pieces of evidence with weights.

The weights are in log-odds: they add up, and `confidence` turns the sum into a probability. Each
was set by what it tells on documents of many kinds, none by a single document.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from ai_prism.core.model import BlockKind, Document
from ai_prism.core.readers.draft import BOOKMARKED, TAGGED
from ai_prism.core.sections.candidates import Candidate, Evidence, Look, look_of
from ai_prism.core.sections.company import weigh_company
from ai_prism.core.sections.contents import Contents
from ai_prism.core.sections.numbering import number_of
from ai_prism.core.sections.space import of_space, space_around, usual_space
from ai_prism.core.sections.titles import key_of
from ai_prism.core.sections.words import of_words

_MARKS: Final = {BOOKMARKED: "a bookmark leads to it", TAGGED: "tagged as a heading"}
_MAY_BE_HEADING: Final = {BlockKind.PARAGRAPH, BlockKind.LIST_ITEM}
_NO_LOOK: Final = Look(0.0, False, False, False, False, "", "")
_LONGEST_HEADING: Final = 220
#: A title may have a line or two before it: the name of a firm, a date, a file number.
_TITLE_PAGE_CHARACTERS: Final = 200
_SHORT_CHARACTERS: Final = 80
_SHORT_KEY: Final = 8
_ENOUGH_RUNNING: Final = 0.25
_LISTED: Final = "listed in the table of contents"
#: Typefaces of formulas, by the names that they have in TeX and in word processors.
_MATHS: Final = re.compile(
    r"math|symbol|^(?:cm(?:mi|sy|ex)|ms[abx]m|eu[rsf][bm]|rsfs|wasy|lasy|stmary|[nt]x(?:mi|sys))",
    re.I,
)
_TINY: Final = 0.7
#: Authors who mark headings by style do so throughout: one in so many words is enough to tell.
_WORDS_PER_MARKED_HEADING: Final = 1500


def find_candidates(document: Document, contents: Contents) -> list[Candidate]:
    """Return the blocks of *document* that may be headings, each with the evidence on it."""
    body = _body_look(document)
    space = usual_space(document, body)
    marked = sum(block.kind is BlockKind.HEADING for block in document.blocks)
    marks_all = marked > 1 and document.words < marked * _WORDS_PER_MARKED_HEADING
    candidates = []
    for candidate in _possible(document, contents):
        if candidate.block.kind is BlockKind.HEADING:
            candidate.evidence.append(_of_mark(candidate))
        elif (marks_all and not body.size) or _repeats(candidate, document, body):
            # Without a look, nothing could outweigh that the author marks headings.
            continue
        else:
            candidate.evidence += [
                *_of_author(candidate, body, marks_all=marks_all),
                *_of_look(candidate, body),
                *of_words(candidate, is_styled=body.size > 0),
                *_of_neighbours(candidate, document, contents, body),
                *of_space(candidate, space),
            ]
        candidates.append(candidate)
    _match_contents(candidates, contents)
    weigh_company(candidates, body)
    return candidates


def _match_contents(candidates: list[Candidate], contents: Contents) -> None:
    """Keep as listed only as many blocks of one title as there are entries: the likeliest."""
    listed: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        if candidate.contents_level:
            listed.setdefault(candidate.key, []).append(candidate)
    for alike in listed.values():
        levels = contents.levels_of(alike[0].title)
        by_score = sorted(alike, key=lambda candidate: -candidate.score)
        for candidate in by_score[len(levels) :]:
            candidate.contents_level = 0
            candidate.evidence = [item for item in candidate.evidence if item.reason != _LISTED]
        kept = sorted(by_score[: len(levels)], key=lambda candidate: candidate.place)
        for candidate, level in zip(kept, levels, strict=False):
            candidate.contents_level = level


def _possible(document: Document, contents: Contents) -> Iterator[Candidate]:
    """Yield the blocks that are not ruled out from the start."""
    text_before = 0
    for place, block in enumerate(document.blocks):
        length = block.end - block.start
        is_marked = block.kind is BlockKind.HEADING
        if is_marked or (
            block.kind in _MAY_BE_HEADING
            and length <= _LONGEST_HEADING
            and place not in contents.places
        ):
            title = document.text_of(block)
            yield Candidate(
                place,
                block,
                title,
                look_of(block),
                number_of(title),
                evidence=[],
                contents_level=next(iter(contents.levels_of(title)), 0),
                stands_at_start=text_before < _TITLE_PAGE_CHARACTERS,
                space=space_around(document, place),
            )
        if block.kind is BlockKind.PARAGRAPH:
            text_before += length


def _body_look(document: Document) -> Look:
    """Return the look that most characters of running text have.

    Short blocks are asked only where there are hardly any others: they may be tables and titles.
    """
    running: Counter[Look] = Counter()
    short: Counter[Look] = Counter()
    for block in document.blocks:
        if block.kind in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM):
            length = block.end - block.start
            looks = running if length > _SHORT_CHARACTERS else short
            looks[look_of(block)] += length
    if running.total() < _ENOUGH_RUNNING * short.total():
        running += short
    return running.most_common(1)[0][0] if running else _NO_LOOK


def _of_mark(candidate: Candidate) -> Evidence:
    """Return the author's word, which nothing outweighs."""
    reason = _MARKS.get(candidate.block.style.name, "set as a heading")
    return Evidence(reason, 20.0)


def _of_author(candidate: Candidate, body: Look, *, marks_all: bool) -> list[Evidence]:
    found = []
    if marks_all:
        found.append(Evidence("not set as a heading, as others are", -7.0))
    if candidate.contents_level:
        # Text may mention a title: it should look like one too, where looks can tell.
        like_text = body.size and candidate.look == body and not candidate.number
        found.append(Evidence(_LISTED, 2.0 if like_text else 4.0))
    return found


def _of_look(candidate: Candidate, body: Look) -> list[Evidence]:
    if not body.size:
        return []
    look = candidate.look
    found = []
    ratio = look.size / body.size if look.size else 1.0
    if ratio > 1.03:
        found.append(Evidence("larger than the text", min(5.0, 1.0 + 12 * (ratio - 1))))
    elif ratio < 0.93:
        found.append(Evidence("smaller than the text", -1.5 if ratio > _TINY else -5.0))
    if look.bold and not body.bold:
        found.append(Evidence("bold", 2.6))
    if look.italic and not body.italic:
        found.append(Evidence("italic", 2.3))
    if look.underlined and not body.underlined:
        found.append(Evidence("underlined", 1.8))
    if look.centred and not body.centred:
        found.append(Evidence("centred", 0.5))
    if look.colour != body.colour:
        found.append(Evidence("in another colour", 0.7))
    if _MATHS.search(look.font):
        found.append(Evidence("in signs of mathematics", -6.0))
    if look.font != body.font:
        found.append(Evidence("in another typeface", 0.5))
    return found


def _of_neighbours(
    candidate: Candidate, document: Document, contents: Contents, body: Look
) -> list[Evidence]:
    found = []
    blocks = document.blocks
    if candidate.block.kind is BlockKind.LIST_ITEM:
        mark = candidate.block.number
        bullet = bool(mark) and not any(map(str.isalnum, mark))
        found.append(Evidence("an item of a list", -4.0 if bullet else -2.2))
    follows_contents = candidate.place + 1 in contents.places
    if follows_contents and blocks[candidate.place + 1].kind is not BlockKind.LIST_ITEM:
        found.append(Evidence("the title of the table of contents", -6.0))
    if candidate.place + 1 == len(blocks):
        found.append(Evidence("nothing follows", -2.0))
    else:
        follower = blocks[candidate.place + 1]
        if look_of(follower) != candidate.look and follower.end - follower.start > 80:
            found.append(Evidence("text follows", 0.5))
        if follower.kind is BlockKind.CELL and 0 < candidate.look.size <= body.size:
            found.append(Evidence("a table follows", -0.5 if candidate.look.bold else -1.5))
    return found


def _repeats(candidate: Candidate, document: Document, body: Look) -> bool:
    """Whether it says again what stands above and looks no more like a heading than text does."""
    may_repeat = body.size > 0 or candidate.number is not None
    if candidate.place == 0 or not may_repeat or candidate.look.size > body.size:
        return False
    before = document.blocks[candidate.place - 1]
    if before.kind not in _MAY_BE_HEADING or before.end - before.start > _LONGEST_HEADING:
        return False
    number = candidate.number
    own = candidate.title[number.end :] if number else candidate.title
    above = document.text_of(before)
    if own[:1].casefold() != above[:1].casefold():
        return False
    return len(above) > _SHORT_KEY and key_of(own).startswith(key_of(above))
