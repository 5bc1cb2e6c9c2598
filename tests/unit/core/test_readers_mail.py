"""E-mails: the head, the text in its form, quotations, and what is attached."""

import time
from email.message import EmailMessage

import pytest

from ai_prism.core.errors import Corrupt, Encrypted, Unreadable
from ai_prism.core.model import BlockKind
from ai_prism.core.readers import read
from ai_prism.core.sections import detect_sections


@pytest.fixture
def received(tmp_path):
    def read_mail(mail):
        path = tmp_path / "a.eml"
        path.write_bytes(mail if isinstance(mail, bytes) else bytes(mail))
        return read(path)

    return read_mail


def a_mail(text="Dear all,\n\nwe begin on Monday.\n", **options):
    mail = EmailMessage()
    mail["Subject"] = "Begin of the köln project"
    mail["From"] = "Änne Ott <anne@example.org>"
    mail["To"] = "team@example.org"
    mail["Date"] = "Mon, 23 Nov 2026 10:00:00 +0000"
    mail.set_content(text, **options)
    return mail


def kinds_and_texts(document):
    return [(block.kind, document.text_of(block)) for block in document.blocks]


def test_the_subject_is_the_heading_and_the_head_a_block_of_fields(received):
    document = received(a_mail())

    assert kinds_and_texts(document) == [
        (BlockKind.HEADING, "Begin of the köln project"),
        (
            BlockKind.PARAGRAPH,
            "From: Änne Ott <anne@example.org>\nTo: team@example.org\n"
            "Date: Mon, 23 Nov 2026 10:00:00 +0000",
        ),
        (BlockKind.PARAGRAPH, "Dear all,"),
        (BlockKind.PARAGRAPH, "we begin on Monday."),
    ]
    assert document.title == "Begin of the köln project"
    assert detect_sections(document)[0].title == document.title


def test_plain_text_is_preferred_and_read_once(received):
    mail = a_mail()
    mail.add_alternative("<p>Dear all,</p><p>we begin on <b>Monday</b>.</p>", subtype="html")

    document = received(mail)

    assert document.text.count("Monday") == 1
    assert document.coverage.not_read == ()


def test_html_is_read_where_there_is_nothing_else(received):
    document = received(a_mail("<h1>Plan</h1><ul><li>One</li></ul>", subtype="html"))

    assert kinds_and_texts(document)[-2:] == [
        (BlockKind.HEADING, "Plan"),
        (BlockKind.LIST_ITEM, "One"),
    ]


def test_words_of_others_are_quotations(received):
    document = received(
        a_mail(
            "I agree.\n\nOn Monday, Ann Ott wrote:\n> We begin.\n>> When?\n\nBen\n"
            "-----Original Message-----\nFrom: Cy\nLong ago.\n"
        )
    )

    kinds = dict.fromkeys(text for kind, text in kinds_and_texts(document)[2:])
    assert list(kinds) == [
        "I agree.",
        "On Monday, Ann Ott wrote:\nWe begin.\nWhen?",
        "Ben",
        "-----Original Message-----\nFrom: Cy\nLong ago.",
    ]
    assert [kind for kind, _ in kinds_and_texts(document)[2:]] == [
        BlockKind.PARAGRAPH,
        BlockKind.QUOTE,
        BlockKind.PARAGRAPH,
        BlockKind.QUOTE,
    ]


def test_a_signature_is_furniture(received):
    document = received(a_mail("Yours\n-- \nAnn, Example Ltd\n"))

    assert kinds_and_texts(document)[-1] == (BlockKind.FURNITURE, "-- \nAnn, Example Ltd")


def test_flowed_lines_are_joined(received):
    mail = a_mail("We begin \non Monday.\n", params={"format": "flowed"})

    assert received(mail).text.endswith("\n\nWe begin on Monday.")


def test_text_that_is_marked_as_inline_is_the_text(received):
    assert received(a_mail(disposition="inline")).text.endswith("we begin on Monday.")


def test_attachments_are_listed_by_name(received):
    mail = a_mail()
    mail.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="plan.pdf")
    mail.add_attachment(a_mail("Within"))

    document = received(mail)

    assert "Within" not in document.text
    assert [(part.what, part.where) for part in document.coverage.not_read] == [
        ("attachment", "plan.pdf"),
        ("attachment", "message/rfc822"),
    ]


@pytest.mark.parametrize("charset", ["iso-8859-1", "utf-8", "no-such-charset"])
def test_the_text_is_decoded_as_well_as_can_be(received, charset):
    encoding = "iso-8859-1" if charset == "iso-8859-1" else "utf-8"
    head = f"Subject: =?utf-8?q?Caf=C3=A9?=\nContent-Type: text/plain; charset={charset}\n\n"

    document = received(head.encode() + "Straße".encode(encoding))

    assert document.text.startswith("Café\n\nStra")
    assert ("ß" in document.text) == (charset != "no-such-charset")


def test_a_broken_head_is_taken_as_it_is_written(received):
    document = received(b"Subject: a\nFrom: <\nTo: =?utf-8?q?\nDate: x\n\nText.\n")

    assert document.text.endswith("Text.")


def test_a_field_without_measure_is_read_in_time(received):
    receivers = ", ".join(f"team{number}@example.org" for number in range(20_000))
    started = time.process_time()

    document = received(f"Subject: a\nTo: {receivers}\n\nText.\n".encode())

    assert document.text == f"a\n\nTo: {receivers}\n\nText."
    assert time.process_time() - started < 2


def test_an_encrypted_mail_is_refused(received):
    with pytest.raises(Encrypted):
        received(b"Subject: a\nContent-Type: application/pkcs7-mime; name=smime.p7m\n\nAAAA\n")


def test_text_without_a_head_is_no_mail(received):
    with pytest.raises(Corrupt):
        received(b"\nJust text.\n")


def test_deep_nesting_ends_with_a_code(received):
    mail = b"Subject: a\n" + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (depth, depth)
        for depth in range(3_000)
    )

    with pytest.raises(Unreadable):
        received(mail.replace(b"Subject: a\n", b"", 1))
