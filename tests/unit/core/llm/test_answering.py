"""A question about a document, and an answer that is held to its words."""

import pytest

from ai_prism.core.llm import Answer, Brief, Passage
from ai_prism.core.llm.answering import Answering, GroundedAnswer, Piece, pieces
from ai_prism.core.llm.ranking import chosen
from ai_prism.core.llm.redaction import Redacted, redact
from support.models import OpenGate, ScriptedModel

TEXT = "The gateway failed at night. Write to k.lee@example.com. Nobody was told."
PLAIN = Redacted((TEXT,), {})
WHOLE = [(0, len(TEXT))]
BRIEF = Brief(kind="Incident report", expectations=(), language="en")


def a_passage(text: str, start: int = 0, *path: str) -> Passage:
    return Passage(section_id=None, path=path, start=start, end=start + len(text), text=text)


def test_quotes_are_the_documents_own_words_at_their_place() -> None:
    said = "It did: <q>the   gateway FAILED</q>, <q>The gateway failed</q> it says."

    found = pieces(said, PLAIN, TEXT, WHOLE)

    assert found == (
        Piece(text="It did: "),
        Piece(text="", left_out=True),  # capitals are other words
        Piece(text=", "),
        Piece(text="The gateway failed", start=0, end=18),
        Piece(text=" it says."),
    )


def test_words_that_the_model_was_not_shown_prove_nothing() -> None:
    (quote,) = pieces("<q>Nobody was told.</q>", PLAIN, TEXT, [(0, 28)])

    assert quote.left_out


@pytest.mark.parametrize("end", ["<", "<q", "<q>", "<q>The gate", "<q>The gateway failed</q"])
def test_a_quote_that_is_still_being_written_is_not_there_yet(end: str) -> None:
    assert pieces(f"It says {end}", PLAIN, TEXT, WHOLE, is_done=False) == (Piece(text="It says "),)


def test_marks_that_are_no_pair_are_left_out() -> None:
    found = pieces("a <q>b\x1b[31m</q> c</q> <q>d", PLAIN, TEXT, WHOLE)

    assert "".join(piece.text for piece in found) == "a  c d"


def test_what_was_kept_back_comes_back_in_quotes_and_words() -> None:
    kept = redact([TEXT])
    mark = next(iter(kept.kept_back))

    found = pieces(f"Ask {mark}: <q>Write to {mark}</q>", kept, TEXT, WHOLE)

    assert found[0].text == "Ask k.lee@example.com: "
    assert found[1].text == TEXT[found[1].start : found[1].end] == "Write to k.lee@example.com"


def test_a_model_sees_neither_in_the_question_nor_in_the_document_what_is_kept_back() -> None:
    said = Answer(remarks=(), summary="<q>Nobody was told.</q>", statements=())
    model = ScriptedModel([said])
    heard: list[GroundedAnswer] = []

    reply = Answering([model], OpenGate(), seconds=9).answer(
        "Was k.lee@example.com told?", [a_passage(TEXT)], BRIEF, TEXT, heard.append
    )

    assert "k.lee" not in model.asked[0].question
    assert model.asked[0].question.count("[e-mail address 1]") == 2
    assert (reply.proven, reply.left_out, reply.redacted) == (1, 0, 1)
    assert heard
    assert reply.reviewer == "one"


def test_what_fits_is_shown_whole_and_of_more_what_the_question_is_about() -> None:
    parts = [
        a_passage("Nothing to see here, move on. " * 4, 0, "Weather"),
        a_passage("The deadline for all invoices is Friday. " * 3, 200, "Invoices"),
        a_passage("Invoices are paper. Dogs bark. Cats do not. " * 3, 400, "Animals"),
    ]

    assert chosen(parts, "When are invoices due?") == tuple(parts)
    assert chosen(parts, "What is the deadline of an invoice?", most=130) == (parts[1],)
    assert chosen(parts, "Wer da?", most=130) == (parts[0],)
    assert [part.title for part in chosen(parts, "invoice", most=280)] == ["Invoices", "Animals"]
