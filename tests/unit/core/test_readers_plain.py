"""Plain text becomes paragraphs, list items and underlined headings."""

import pytest

from ai_prism.core.errors import UnsupportedFormat
from ai_prism.core.model import BlockKind
from ai_prism.core.readers.plain import decode
from ai_prism.testing import a_document


def test_paragraphs_stand_between_empty_lines():
    document = a_document("One.\n\n\n  \nTwo.\n", name="sample.txt")

    assert document.text == "One.\n\nTwo."


def test_bullets_make_list_items():
    document = a_document("Things:\n- one and\n  more\n- two\n", name="sample.txt")

    assert [(b.kind, document.text_of(b)) for b in document.blocks] == [
        (BlockKind.PARAGRAPH, "Things:"),
        (BlockKind.LIST_ITEM, "one and more"),
        (BlockKind.LIST_ITEM, "two"),
    ]


def test_an_underlined_line_is_a_heading():
    document = a_document("Plan\n====\n\nText.\n", name="sample.txt")

    assert document.blocks[0].kind is BlockKind.HEADING
    assert document.text == "Plan\n\nText."


@pytest.mark.parametrize(
    "data", ["naïve".encode(), "naïve".encode("utf-16"), "naïve".encode("cp1252")]
)
def test_the_encoding_is_told_from_the_bytes(data):
    assert decode(data, "sample.txt") == "naïve"


@pytest.mark.parametrize("code_page", ["cp437", "cp850", "cp1252", "latin-1"])
def test_old_code_pages_are_told_apart(code_page):
    assert decode("Größe für die Prüfung\n".encode(code_page), "a.txt") == "Größe für die Prüfung\n"


def test_an_old_mac_ends_its_lines_otherwise():
    assert decode("Größe\rfür\r".encode("mac_roman"), "a.txt") == "Größe\rfür\r"


def test_bytes_with_zeros_are_not_text():
    with pytest.raises(UnsupportedFormat):
        decode(b"abc\x00def", "sample.txt")


def test_wrapped_lines_are_joined_and_meant_breaks_stay():
    wrapped = "The supplier keeps a record of every\ndelivery and of what was in the boxes."
    address = "Brackwater Ltd\n12 Mill Lane\nHalden"

    document = a_document(f"{wrapped}\n\n{address}\n", name="sample.txt")

    assert document.text == f"{wrapped.replace(chr(10), ' ')}\n\n{address}"
