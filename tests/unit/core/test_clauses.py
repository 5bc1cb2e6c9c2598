import subprocess
import sys
from itertools import pairwise

import pytest

from ai_prism.core.risk import clauses
from ai_prism.core.risk.clauses import Clause, ClauseModel
from ai_prism.core.risk.clauses.tokens import tokens_of
from ai_prism.testing import a_subject

CONTRACT = """# Services Agreement

## 1. Liability

In no event shall either party's total liability exceed the fees paid in the preceding year.

## 2. Law

This Agreement shall be governed by and construed in accordance with the laws of Spain.

## 3. Work

The boxes are green.
"""
TERMS = """# Terms of Service

## Disputes

Any dispute shall be settled by binding arbitration, and you waive any class action.

## Changes

We may change these terms at any time without notice.
"""
NDA = """# Non-Disclosure Agreement

## Duties

The Receiving Party shall not reverse engineer any samples of the Disclosing Party.

## Return

On termination the Receiving Party shall return or destroy all Confidential Information.
"""

every_kind = pytest.mark.parametrize(
    ("kind", "text"), [("contract", CONTRACT), ("terms-of-service", TERMS), ("nda", NDA)]
)


def a_model(kind: str) -> ClauseModel:
    model = clauses.load(kind)
    assert model is not None
    return model


def told(kind: str, text: str) -> dict[str, str]:
    """Return the category told of each sentence of *text*, by the words that weighed most."""
    model = a_model(kind)
    subject = a_subject(text)
    return {
        category: " … ".join(subject.document.text[a:b] for a, b in clause.words[category])
        for clause in model.clauses(subject)
        for category, chance in clause.probabilities.items()
        if chance >= model.thresholds[category]
    }


def test_clauses_of_a_contract_are_found() -> None:
    found = told("contract", CONTRACT)

    assert {"cuad:cap-on-liability", "cuad:governing-law"} <= set(found)
    assert "liability" in found["cuad:cap-on-liability"]
    assert "laws of" in found["cuad:governing-law"]


def test_clauses_of_terms_of_service_are_found() -> None:
    found = told("terms-of-service", TERMS)

    assert {"tos:Arbitration", "tos:Unilateral change"} <= set(found)
    assert "arbitration" in found["tos:Arbitration"]


def test_an_nda_is_asked_what_it_says_of_each_hypothesis() -> None:
    subject = a_subject(NDA)
    model = a_model("nda")

    said = model.standpoints(subject, model.clauses(subject))

    assert set(said) == set(model.thresholds)
    assert said["nda:nda-11"].entailed > said["nda:nda-18"].entailed
    for standpoint in said.values():
        chances = (standpoint.entailed, standpoint.contradicted, standpoint.absent)
        assert sum(chances) == pytest.approx(1)


def test_how_grave_a_term_of_service_is_is_told() -> None:
    subject = a_subject(TERMS)

    grave = {
        subject.document.text[clause.start : clause.end]: clause.levels
        for clause in a_model("terms-of-service").clauses(subject)
    }

    change = grave["We may change these terms at any time without notice."]
    assert max(change, key=change.__getitem__) in ("medium", "high")
    for levels in grave.values():
        assert set(levels) == {"none", "low", "medium", "high"}
        assert sum(levels.values()) == pytest.approx(1, abs=0.001)


def test_only_terms_of_service_have_levels() -> None:
    found = a_model("contract").clauses(a_subject(CONTRACT))

    assert all(clause.levels == {} for clause in found)


def test_only_ndas_have_standpoints() -> None:
    model = a_model("contract")
    subject = a_subject(CONTRACT)

    assert model.standpoints(subject, model.clauses(subject)) == {}


@every_kind
def test_places_are_exact(kind: str, text: str) -> None:
    subject = a_subject(text)
    text = subject.document.text

    found = a_model(kind).clauses(subject)

    assert found
    assert list(found) == sorted(found, key=lambda clause: clause.start)
    for clause in found:
        assert text[clause.start : clause.end].strip()
        assert set(clause.words) == set(clause.probabilities)
        for words in clause.words.values():
            assert len(words) <= 3
            assert all(clause.start <= a < b <= clause.end for a, b in words)
            assert all(one[1] <= other[0] for one, other in pairwise(words))


@every_kind
def test_the_same_text_is_judged_the_same(kind: str, text: str) -> None:
    model = a_model(kind)

    assert model.clauses(a_subject(text)) == model.clauses(a_subject(text))


@every_kind
@pytest.mark.parametrize(
    "odd",
    [
        "",
        "\x00",
        "\u202e\u0301" * 50,
        "ſﬁ½ İstanbul 𝔏𝔦𝔞𝔟𝔦𝔩𝔦𝔱𝔶 n't can't.",
        "x" * 200_000,
        "a. " * 5_000,
    ],
    ids=["empty", "control", "combining", "folding", "one word", "many"],
)
def test_odd_text_is_normal_text(kind: str, text: str, odd: str) -> None:
    found = a_model(kind).clauses(a_subject(odd))

    assert all(0 <= chance <= 1 for clause in found for chance in clause.probabilities.values())


def test_a_sentence_of_a_megabyte_costs_no_more_than_its_length() -> None:
    sentence = "the supplier shall be liable for " * 31_000

    found = a_model("contract").clauses(a_subject(sentence))

    assert all(clause.end - clause.start <= 2_000 for clause in found)


def test_a_document_without_clauses_lacks_them_all() -> None:
    model = a_model("contract")

    assert all(chance < 0.5 for chance in model.presence(()).values())


def test_a_clear_clause_is_present() -> None:
    model = a_model("contract")
    sure = Clause(start=0, end=1, probabilities={"cuad:governing-law": 0.97}, words={})

    assert model.presence([sure])["cuad:governing-law"] > 0.5
    assert clauses.presence("contract", [sure]) == model.presence([sure])


def test_other_kinds_have_no_model() -> None:
    assert clauses.load("incident-report") is None
    assert clauses.presence("incident-report", ()) == {}


def test_words_are_spelt_one_way_and_keep_their_places() -> None:
    text = "We can't pay £1,250; you cannot DON’T"

    words, places = tokens_of(text, 0, len(text))

    assert words == ["we", "ca", "n't", "pay", "0", "000", "you", "can", "not", "do", "n't"]
    assert [text[a:b] for a, b in places][-2:] == ["DO", "N’T"]


def test_a_process_that_reviews_no_agreement_loads_no_numpy() -> None:
    code = (
        "import sys, ai_prism.app, ai_prism.tasks, ai_prism.cli, ai_prism.core.document_analyzer;"
        "import ai_prism.core.risk.clauses;"
        "sys.exit(any(m in sys.modules for m in ('numpy', 'sklearn', 'scipy')))"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_clauses_are_found_without_what_training_needs() -> None:
    code = (
        "import sys; from ai_prism.core.risk import clauses;"
        "from ai_prism.testing import a_subject;"
        "[clauses.load(k).clauses(a_subject('Hello.')) for k in clauses.FAMILIES];"
        "sys.exit(any(m in sys.modules for m in ('sklearn', 'scipy', 'torch')))"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
