"""What left the machine, added up and said."""

import msgspec

from ai_prism.core.exporters import wording
from ai_prism.core.llm.ledger import said, together
from ai_prism.core.model import NOTHING_SENT, Receipt, Sent

ONE = Sent(
    to="llm.example",
    model="small",
    requests=1,
    characters=1200,
    tokens_in=300,
    tokens_out=40,
    price=0.25,
)
VAIN = Sent(to="llm.example", model="small", requests=1, characters=1200)


def test_what_one_model_got_is_one_entry() -> None:
    other = msgspec.structs.replace(ONE, model="large")

    assert together([ONE, other, ONE]) == (
        msgspec.structs.replace(
            ONE, requests=2, characters=2400, tokens_in=600, tokens_out=80, price=0.5
        ),
        other,
    )


def test_a_request_without_an_answer_costs_nothing_and_is_counted() -> None:
    (sum_,) = together([ONE, VAIN])

    assert (sum_.requests, sum_.price) == (2, 0.25)


def test_an_unknown_price_makes_the_sum_unknown() -> None:
    (sum_,) = together([ONE, msgspec.structs.replace(ONE, price=None)])

    assert sum_.price is None


def test_nothing_sent_is_said_so() -> None:
    assert said([]) == NOTHING_SENT


def test_the_receipt_says_who_read_what_left_and_what_was_proven() -> None:
    receipt = Receipt(
        ai_prism="1",
        python="3",
        playbook_sha256="",
        reviewer="small",
        started_at="",
        seconds={},
        rules_run=1,
        outbound=said([ONE]),
        sent=(ONE,),
        remarks_offered=43,
        remarks_verified=41,
        redacted=2,
        passages_reused=7,
    )

    assert wording.reviewer(receipt) == (
        "small; 1,200 characters in 1 request to llm.example (small), 300 tokens in and 40 out,"
        " $0.2500; 41 of 43 quotes verified; 2 secrets or personal data kept back;"
        " 7 passages known from before"
    )
