"""Checks of words and sentences: what they see, and what they must leave alone."""

import pytest

from ai_prism.core.model import Level
from ai_prism.core.number_words import number_of
from ai_prism.core.sentences import split_sentences
from support.rules import found


@pytest.mark.parametrize(
    "text",
    [
        "We keep a TODO-list and the to-do list.",
        "The field shows “TBD” until somebody fills it in.",
        "Signed by: ____________ Date: ____________",
        "The snake_case_name and __init__ are code.",
        "Arrays [0] and notes [1] and [sic] stay.",
        "See [the guide](https://example.org/add).",
        "It remains to be seen what is to be done.",
        "Figures are to be confirmed by the auditor in May.",
    ],
)
def test_words_that_only_look_like_placeholders_pass(text: str) -> None:
    assert found("placeholder", text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Owner: TBC.",
        "It ends on 2026-??-??.",
        "Start at ??:?? sharp.",
        "Between [COMPANY NAME] and [Customer name].",
        "The court of [●] decides.",
        "Dear \\<your name\\>,",
        "Hello {{ first_name }}!",
        "The fee is still to be decided.",
    ],
)
def test_what_is_left_to_fill_in_is_flagged(text: str) -> None:
    assert found("placeholder", text) != ()


def test_placeholders_of_one_make_are_one_finding() -> None:
    text = "# A\n\nThe fee is TBD. The date is TBD.\n\n# B\n\nThe place is TBD, [insert name]."

    places = [[anchor.start for anchor in f.anchors] for f in found("placeholder", text)]

    assert [len(starts) for starts in places] == [3, 1]


def test_the_fields_of_a_template_are_a_small_matter() -> None:
    fields = "{{a}} and {{b}} meet. {{#is_late}}{{c}} is late.{{/is_late}}"

    assert [f.severity for f in found("placeholder", fields)] == [Level.LOW]
    assert [f.severity for f in found("placeholder", "Dear {{name}}, all is well.")] == [
        Level.MEDIUM
    ]


@pytest.mark.parametrize(
    "text",
    [
        "She had had it, and that that is wrong was clear.",
        "A very very long wait, a so so result, a long long integer.",
        "They flew to Pago Pago and to New York, New York.",
        "Version 1 1 and the 10 10 rule.",
        "| yes | yes |\n|---|---|\n| no | no |",
        "- the\n- the list",
        "It was in-in-house, the, the comma.",
    ],
)
def test_words_doubled_on_purpose_pass(text: str) -> None:
    assert found("repeated-word", text) == ()


def test_a_doubled_word_comes_with_its_mend() -> None:
    [finding] = found("repeated-word", "We restarted the the database.")

    [fix] = finding.fixes
    assert (fix.anchor.quote, fix.replacement) == ("the the", "the")


@pytest.mark.parametrize(
    "text",
    [
        "The total of one hundred and twenty-five (125) units.",
        "Two thousand five hundred (2,500) euros and ten percent (10 %).",
        "In the first two (2024) releases.",
        "Someone (1) said that no one (2) came.",
        "All requests were merged except the last one (44).",
        "The points are (1) cost and (2) time.",
        "Twenty-four (24) hours a day, seven (7) days a week.",
    ],
)
def test_numbers_that_agree_pass(text: str) -> None:
    assert found("number-word", text) == ()


def test_a_mismatch_says_both_numbers() -> None:
    [finding] = found("number-word", "Within thirty (60) days.")

    assert finding.anchors[0].quote == "thirty (60)"
    assert finding.message == "“thirty” is 30, the figures beside it say 60."


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("zero", 0),
        ("twenty-one", 21),
        ("a hundred", 100),
        ("one hundred and five", 105),
        ("two thousand three hundred forty", 2340),
        ("one million two hundred thousand", 1_200_000),
        ("and", None),
        ("many", None),
    ],
)
def test_numbers_are_read_from_words(words: str, number: int | None) -> None:
    assert number_of(words) == number


@pytest.mark.parametrize(
    "text",
    [
        "ALL RIGHTS RESERVED. THE ACME CORP IS NOT LIABLE. THE ACME CORP IS GREAT.",
        "The URL, the API and the PDF. The URL, the API and the PDF.",
        "TMS: the transport system. The TMS is old, the TMS is slow.",
        "The “TMS” is old. The TMS is slow.",
        "| Term | Meaning |\n|---|---|\n| TMS | transport system |\n\nThe TMS and the TMS.",
        "The path is /opt/TMS/bin and $TMS is set. Set TMS=1, TMS_HOME too.",
        "Tickets TMS-1 and TMS-2 are open.",
        "We run the pods. The PODs and the PODs again.",
    ],
)
def test_acronyms_that_need_no_explaining_pass(text: str) -> None:
    assert found("undefined-acronym", text) == ()


def test_all_long_sentences_are_one_finding_with_the_longest_first() -> None:
    short, long, longer = (" ".join(["word"] * n).capitalize() + "." for n in (39, 45, 60))

    [finding] = found("long-sentence", f"{long} {short} {longer}")

    assert finding.occurrences == 2
    assert finding.message == "2 sentences have more than 40 words; the longest has 60."
    assert finding.anchors[0].quote == longer


def test_the_rows_of_a_table_are_no_sentence() -> None:
    rows = "\n".join(f"| {n} | some words in a cell |" for n in range(30))

    assert found("long-sentence", f"| No | What |\n|---|---|\n{rows}") == ()


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One. Two! Three? Four", 4),
        ("Dr. Lee met Mr. Kim, i.e. the lead, at 10 a.m. on Monday.", 1),
        ("See Fig. 3 and Art. 6. Then stop.", 2),
        ("We pay 3.50 a day. It is v1.2.3 now.", 2),
        ("1. Item one. 2. Item two.", 2),
        ("J. R. Smith wrote it. It is good.", 2),
        ("He said “Stop.” Then he left.", 2),
        ("Acme Inc. is old. Beta Ltd. We met.", 3),
        ("", 0),
    ],
)
def test_sentences_end_where_people_end_them(text: str, count: int) -> None:
    spans = list(split_sentences(text, 0, len(text)))

    assert len(spans) == count
    assert all(text[start:end].strip() for start, end in spans)


@pytest.mark.parametrize(
    "text",
    [
        "There are at least three reasons:\n\n- one\n- two",
        "In the last two weeks of the month:\n\n- one\n- two\n- three",
        "One of three things happens:\n\n- one\n- two",
        "See section 4 for the following:\n\n- one\n- two",
        "The producers deliver in three ways. They are old.\n\n- one\n- two",
        "There are three ways:\n\nThey are old.",
        "- We need two things:\n  - a plan\n  - a budget\n- And time",
        "There are three ways:\n\n- one\n\nMore on it.\n\n- two\n- three",
    ],
)
def test_lists_that_hold_what_they_announce_pass(text: str) -> None:
    assert found("count-mismatch", text) == ()


def test_a_miscounted_list_shows_its_items() -> None:
    [finding] = found("count-mismatch", "It fails in three ways:\n\n- by day\n- by night")

    assert finding.message == "“three ways” is followed by 2 items."
    assert [place.quote for place in finding.related] == ["by day", "by night"]


def test_a_repeated_paragraph_points_at_its_first_place() -> None:
    text = " ".join(f"word{n}" for n in range(30))

    [finding] = found("duplicate-paragraph", f"{text}\n\nElse.\n\n{text.upper()}\n\n{text}")

    assert finding.occurrences == 2
    assert finding.related[0].start == 0
    assert finding.evidence["times"] == 3


@pytest.mark.parametrize(
    "text",
    [
        "The commit 1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d7e8f9a0b is good.",
        "Use AKIAIOSFODNN7EXAMPLE in examples.",
        "Tokens begin with ghp_ or xoxb- or sk_live_.",
        "See https://example.org:8080/path and mailto:a@example.org.",
        "-----BEGIN PUBLIC KEY-----",
        "Set it to AKIAAAAAAAAAAAAAAAAA for now.",
        "The password: ask Kim. The token: see section 4.2 of the guide.",
        "password=${DB_PASSWORD_1} and token: <YOUR_TOKEN_123>",
        "Secret: NIST-compliant; token=get_token(Session1)",
        "Call https://api.example.com/v1 with AKIA2E0A8F3B244C9986.",
        "Set DB to postgres://app:s3cretWord9@db.example.org/app.",
        "The log held AKIA2E0A8F3B244C9986[redacted]5 and more.",
        "Send token: eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9 first.",
        'GET /secrets\nHost: localhost:3500\n\n{"redis-password":"z7eIp0aMqP"}',
    ],
)
def test_what_only_looks_like_a_key_passes(text: str) -> None:
    assert found("secret", text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Password: tR0ub4dor&3xyz",
        "```\napi_key = 'sd87F6sdf87Ysd'\n```",
        "Write to ops@example.com for access, or use Password: tR0ub4dor&3xyz",
    ],
)
def test_a_password_beside_its_name_is_found(text: str) -> None:
    assert len(found("secret", text)) == 1


def test_a_key_is_found_in_code_and_never_said_again() -> None:
    key = "AKIA2E0A8F3B244C9986"

    [finding] = found("secret", f"```\nexport KEY={key}\n```")

    assert finding.anchors[0].quote == key
    assert key not in finding.message + finding.title + finding.suggestion
    assert key not in str(finding.evidence)


def test_the_key_of_a_provider_is_found_beside_ones_own_machine() -> None:
    text = "Call http://localhost:8000 with AKIA2E0A8F3B244C9986."

    assert len(found("secret", text)) == 1


def test_the_same_slip_is_one_finding_wherever_it_stands() -> None:
    (finding,) = found("wrong-word", "It is an user.\n\nWe saw an user. Then came an user.")

    assert finding.occurrences == 3
