"""Kinds of documents: told by what they show, and left open where they show little."""

import pytest

from ai_prism.core import playbook
from ai_prism.testing import a_subject


def chosen(markdown: str) -> playbook.Choice:
    subject = a_subject(markdown)
    return playbook.choose(subject.document, subject.sections)


@pytest.mark.parametrize(
    ("markdown", "kind"),
    [
        (
            "# Post-mortem of 4 May\n\n## Timeline\n\n- 10:00 Alert\n\n## Root cause",
            "incident-report",
        ),
        (
            "# Services agreement\n\n## 1. Definitions\n\nBy and between us.",
            "contract",
        ),
        (
            "# Mutual non-disclosure agreement\n\n## 1. Definitions\n\nBy and between us."
            "\n\n## 2. Governing law\n\nSpain.\n\n## 3. Entire agreement\n\nThis is all.",
            "nda",
        ),
        (
            "# Data processing addendum\n\n## 1. Definitions\n\nThe Processor works for the"
            " Controller.\n\n## 2. Subprocessors\n\nNone.\n\n## 3. Governing law\n\nSpain.",
            "data-processing",
        ),
        (
            "# Services agreement\n\n## 1. Definitions\n\nBy and between us."
            "\n\n## 2. Confidential information\n\nThe receiving party keeps it secret.",
            "contract",
        ),
        (
            "# Terms of service\n\nBy using the service you agree to them.\n\n## Account terms",
            "terms-of-service",
        ),
        (
            "# Privacy policy\n\n## What we collect\n\nNames.",
            "privacy-policy",
        ),
        (
            "# Travel policy\n\n## Purpose\n\nThis policy applies to all.\n\n## Scope\n\nAll.",
            "policy",
        ),
        (
            "# RFC 7: Lists\n\n## Motivation\n\nSpeed.\n\n## Alternatives\n\nNone.",
            "design-document",
        ),
        (
            "# Audit of the stores\n\n## Findings\n\nWe audited six.",
            "audit-report",
        ),
    ],
)
def test_a_document_that_says_what_it_is_gets_its_playbook(markdown: str, kind: str) -> None:
    choice = chosen(markdown)

    assert choice.playbook.name == kind
    assert 0.5 <= choice.confidence <= 1


@pytest.mark.parametrize(
    "markdown", ["", "# Lunch\n\nSoup on Monday.", "# Minutes\n\n## Who came\n\nKim."]
)
def test_a_document_that_shows_no_kind_is_held_to_what_any_is_held_to(markdown: str) -> None:
    assert chosen(markdown).playbook.name == "general"


def test_one_special_kind_of_agreement_is_no_rival_of_another() -> None:
    choice = chosen(
        "# Non-disclosure agreement\n\nBy and between us.\n\n## 1. Definitions\n\nWords."
        "\n\n## 2. Governing law\n\nSpain.\n\n## 3. Entire agreement\n\nThis is all."
    )

    assert (choice.playbook.name, choice.confidence) == ("nda", 1.0)
