"""Printed pages have more large type than headings: title pages, running heads, figures."""

import pytest

from ai_prism.core.model import BlockKind, Style
from ai_prism.core.readers import read
from ai_prism.core.readers.draft import Draft
from ai_prism.core.sections import detect_sections
from ai_prism.core.sections.contents import find_contents
from support.documents import LINE, lines, together, write_pdf

CHAPTERS = ["Ships and boats", "Harbours", "Cargo", "Weather", "Crew", "Pay"]


@pytest.fixture
def titles(tmp_path):
    """Return the titles of the sections of a PDF made of pages."""

    def titles_of(*pages):
        document = read(write_pdf(tmp_path / "a.pdf", pages))
        return [section.title for section in detect_sections(document)]

    return titles_of


def text(top):
    return lines(LINE, LINE, LINE, top=top)


def heading(title, top, *, size=16):
    return lines(title, top=top, size=size, bold=True)


def in_another_typeface(title, top):
    def draw(canvas):
        canvas.setFont("Times-Roman", 15)
        canvas.drawString(200, top, title)

    return draw


def test_running_heads_that_change_are_no_headings(titles):
    pages = []
    for number, chapter in enumerate(CHAPTERS, start=1):
        running = lines(f"{2 * number} {number}. {chapter}", top=770, size=10, bold=True)
        pages.append(together(heading(f"{number} {chapter}", 720), text(690)))
        pages.append(together(running, text(720)))

    assert titles(*pages) == [f"{n} {title}" for n, title in enumerate(CHAPTERS, start=1)]


def test_the_first_line_of_a_page_may_be_a_heading(titles):
    pages = []
    for chapter in CHAPTERS:
        pages.append(together(heading(chapter, 770, size=11), text(740)))
        pages.append(together(lines(LINE, LINE, LINE, top=770), text(700)))

    assert titles(*pages) == CHAPTERS


def test_authors_and_dates_on_the_title_page_are_no_headings(titles):
    front = together(
        heading("The Harbour Book", 700, size=24),
        *(lines("Ada Example", top=640, size=14), lines("4 May 2027", top=610, size=14)),
    )
    pages = [together(heading(chapter, 720), text(690)) for chapter in CHAPTERS]

    assert titles(front, *pages) == ["The Harbour Book", *CHAPTERS]


def test_chapters_in_the_contents_need_no_dots(titles):
    contents = [heading("Contents", 740)]
    for place, chapter in enumerate(CHAPTERS):
        top = 700 - 60 * place
        contents += [
            lines(f"{chapter} {place + 2}", top=top, bold=True),
            lines(f"Rules of {chapter} ................ {place + 2}", top=top - 20, left=90),
        ]
    pages = [
        together(
            *(heading(chapter, 720), text(690), heading(f"Rules of {chapter}", 600, size=13)),
            text(570),
        )
        for chapter in CHAPTERS
    ]

    found = titles(together(*contents), *pages)

    listed = [title for name in CHAPTERS for title in (name, f"Rules of {name}")]
    assert [title for title in found if title != "Contents"] == listed


def test_the_first_chapter_in_the_contents_needs_no_dots_either(tmp_path):
    contents = [
        heading("Contents", 740),
        lines("Ships and boats", top=700, bold=True),
        *(lines(f"Rules at sea {'.' * 40}{n}", top=700 - 20 * n, left=90) for n in (1, 2, 3)),
    ]
    body = together(heading("Ships and boats", 720), text(690), heading("Rules at sea", 600))

    document = read(write_pdf(tmp_path / "a.pdf", [together(*contents), body]))

    assert find_contents(document).levels_of("Ships and boats") == [1]


@pytest.mark.parametrize("indent", [0, 12])
def test_numbers_in_the_contents_tell_depth_where_their_lines_stand_alike(tmp_path, indent):
    entries = ["1 Ships", "1.1 Hulls", "1.1.1 Keels", "1.2 Masts", "2 Cargo"]
    contents = [
        lines(f"{entry}{'.' * 60}{2}", top=700 - 20 * place, left=72 + indent * ("." in entry))
        for place, entry in enumerate(entries)
    ]
    body = [
        drawing
        for place, entry in enumerate(entries)
        for drawing in (heading(entry, 740 - 120 * place), text(715 - 120 * place))
    ]

    document = read(write_pdf(tmp_path / "a.pdf", [together(*contents), together(*body)]))

    levels = [section.level for section in detect_sections(document)]
    assert levels == [1, 2, 3, 2, 1]


def test_a_larger_title_over_the_contents_is_no_part_that_chapters_stand_under(tmp_path):
    contents = [lines("Contents", top=740, size=28)]
    contents += [
        lines(f"{n} {chapter}{'.' * 40}{n + 1}", top=720 - 40 * n)
        for n, chapter in enumerate(CHAPTERS, start=1)
    ]
    contents += [lines(f"1.1 Rules{'.' * 40}2", top=660, left=90)]
    pages = [
        together(heading(f"{n} {chapter}", 720), text(690))
        for n, chapter in enumerate(CHAPTERS, start=1)
    ]
    pages[0] = together(pages[0], heading("1.1 Rules", 600, size=13), text(570))

    document = read(write_pdf(tmp_path / "a.pdf", [together(*contents), *pages]))

    levels = {section.title: section.level for section in detect_sections(document)}
    assert {levels[f"{n} {chapter}"] for n, chapter in enumerate(CHAPTERS, start=1)} == {1}
    assert levels["1.1 Rules"] == 2


def test_parts_that_the_contents_list_beside_their_chapters_are_told_by_their_size(tmp_path):
    outline = [("At sea", 20), *((title, 15) for title in CHAPTERS[:3])]
    outline += [("Ashore", 20), *((title, 15) for title in CHAPTERS[3:])]
    contents = [
        lines(f"{title}{'.' * 40}{place + 2}", top=720 - 20 * place)
        for place, (title, _) in enumerate(outline)
    ]
    contents += [lines(f"Rules of {CHAPTERS[0]}{'.' * 40}3", top=500, left=90)]
    pages = [together(heading(title, 720, size=size), text(690)) for title, size in outline]
    pages[1] = together(pages[1], heading(f"Rules of {CHAPTERS[0]}", 600, size=13), text(570))

    document = read(write_pdf(tmp_path / "a.pdf", [together(*contents), *pages]))

    assert [section.level for section in detect_sections(document)] == [1, 2, 3, 2, 2, 1, 2, 2, 2]


def test_sizes_of_one_typeface_may_have_names_of_their_own():
    body = Style(size=10, font="LMRoman10")
    title = Style(size=12, bold=True, font="LMRoman12", space_before=9)
    part = Style(size=10, bold=True, font="LMRoman10", space_before=4)
    draft = Draft("a.pdf")
    draft.pages = draft.pages_read = len(CHAPTERS)
    for number, chapter in enumerate(CHAPTERS, start=1):
        for text, style in ((chapter, title), (f"Rules of {chapter}", part)):
            draft.add(BlockKind.PARAGRAPH, text, page=number, style=style)
            draft.add(BlockKind.PARAGRAPH, f"{LINE} {LINE}", page=number, style=body)

    document = draft.finish(media_type="application/pdf", sha256="0" * 64, bytes=1)
    sections = detect_sections(document)

    assert [section.level for section in sections] == [1, 2] * len(CHAPTERS)


def test_the_label_of_a_chapter_gives_its_number_to_the_title_below(tmp_path):
    pages = [
        together(
            *(heading(f"Chapter {number}.", 740, size=18), heading(chapter, 700, size=20)),
            text(660),
        )
        for number, chapter in enumerate(CHAPTERS, start=1)
    ]

    sections = detect_sections(read(write_pdf(tmp_path / "a.pdf", pages)))

    assert [section.title for section in sections] == CHAPTERS
    assert [section.number for section in sections] == ["1", "2", "3", "4", "5", "6"]


def test_words_in_figures_are_no_headings(titles):
    pages = [
        together(
            *(heading(f"{number} {chapter}", 720), text(690)),
            *(in_another_typeface("start here", 560), in_another_typeface("x", 520), text(450)),
        )
        for number, chapter in enumerate(CHAPTERS, start=1)
    ]

    assert titles(*pages) == [f"{n} {title}" for n, title in enumerate(CHAPTERS, start=1)]


def test_numbered_lines_of_code_are_no_headings(titles):
    def page(number, chapter):
        code = [lines(f"{5 * number + k} end", top=560 - 30 * k, bold=True) for k in range(5)]
        return together(heading(chapter, 720), text(690), *code, text(380))

    assert titles(*(page(n, chapter) for n, chapter in enumerate(CHAPTERS))) == CHAPTERS


def test_statements_notes_and_examples_are_no_headings(titles):
    labels = ["Theorem 1.2: Of tides", "Warning", "Example 3.1. A cargo", "Definition 4", "Note:"]

    def page(chapter, label):
        return together(heading(chapter, 720), text(690), heading(label, 560, size=13), text(540))

    pages = [page(chapter, label) for chapter, label in zip(CHAPTERS, labels, strict=False)]

    assert titles(*pages) == CHAPTERS[: len(labels)]


def test_one_large_line_in_the_middle_is_no_part_that_chapters_stand_under(tmp_path):
    pages = [together(heading("The Harbour Book", 740, size=24), text(690))]
    pages += [together(heading(chapter, 740, size=18), text(700)) for chapter in CHAPTERS]
    pages.insert(3, together(text(740), heading("Mind the gap", 600, size=30), text(500)))

    sections = detect_sections(read(write_pdf(tmp_path / "a.pdf", pages)))

    assert {section.title: section.level for section in sections if section.title in CHAPTERS} == (
        dict.fromkeys(CHAPTERS, 2)
    )


def test_the_second_line_of_a_title_stands_under_its_first_word(titles):
    def page(letter):
        title = f"{letter} Ships and boats and all that has to be said of them in these"
        second = lines("very long years", top=702, left=90, size=14, bold=True)
        return together(heading(title, 720, size=14), second, text(660))

    found = titles(*(page(letter) for letter in "ABCDEF"))

    assert [title.endswith("these very long years") for title in found] == [True] * 6


def test_a_chapter_is_not_as_deep_as_a_section_of_the_same_title(tmp_path):
    entries = [
        ("1 Scope", 72),
        ("1.1 Ships", 90),
        ("2 Pay", 72),
        ("2.1 Scope", 90),
        ("2.2 Tax", 90),
    ]
    contents = [
        lines(f"{entry} ................ {place + 2}", top=700 - 20 * place, left=left)
        for place, (entry, left) in enumerate(entries)
    ]
    pages = [together(heading("Contents", 740), *contents)]
    for entry, left in entries:
        title = entry if left > 72 else f"Chapter {entry}"
        pages.append(together(heading(title, 740), text(700)))

    sections = detect_sections(read(write_pdf(tmp_path / "a.pdf", pages)))

    levels = [section.level for section in sections if section.title != "Contents"]
    assert levels == [1, 2, 1, 2, 2]


def recognised(*lines_):
    """Return a document of one recognised page: of each line the text, size and space above."""
    draft = Draft("scan.pdf")
    draft.pages = draft.pages_read = 1
    for words, size, space in lines_:
        draft.add(BlockKind.PARAGRAPH, words, page=1, style=Style(size=size, space_before=space))
    return draft.finish(media_type="application/pdf", sha256="0" * 64, bytes=1)


def test_on_a_recognised_page_space_tells_and_sizes_are_rough():
    text = (f"{LINE} {LINE}", 11.8, 6.0)
    sizes = (13.4, 12.6, 13.2, 12.4)
    chapters = [
        block
        for chapter, size in zip(CHAPTERS, sizes, strict=False)
        for block in ((chapter, size, 12.0), text, text)
    ]
    document = recognised(
        ("The Harbour Book", 18.0, 0.0), *chapters, (CHAPTERS[4], 11.8, 12.0), text
    )

    assert [(section.title, section.level) for section in detect_sections(document)] == [
        ("The Harbour Book", 1),
        *((chapter, 2) for chapter in CHAPTERS[:5]),
    ]
