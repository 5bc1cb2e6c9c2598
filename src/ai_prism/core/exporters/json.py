"""A review as JSON, `ai-prism/review/1`: one line, so that several make JSON Lines."""

from typing import Any, Self

import msgspec

from ai_prism.core.model import (
    SCHEMA,
    Coverage,
    Data,
    Document,
    Finding,
    PlaybookUsed,
    Problem,
    Receipt,
    Review,
    Risk,
    Section,
)


class DocumentReport(Data):
    """What is told of a document; its blocks are an inner affair."""

    name: str
    media_type: str
    sha256: str
    bytes: int
    pages: int | None
    words: int
    language: str
    text: str

    @classmethod
    def of(cls, document: Document) -> Self:
        """Return what is told of *document*."""
        return cls(**{name: getattr(document, name) for name in cls.__struct_fields__})


class ReviewReport(Data):
    """The review as its readers get it; the order of the fields is that of the JSON."""

    schema: str
    document: DocumentReport
    playbook: PlaybookUsed
    sections: tuple[Section, ...]
    findings: tuple[Finding, ...]
    risk: Risk
    coverage: Coverage
    problems: tuple[Problem, ...]
    receipt: Receipt


class OutlineReport(Data):
    """The sections alone, without a review."""

    schema: str
    document: DocumentReport
    sections: tuple[Section, ...]


def export(review: Review) -> bytes:
    """Return *review* as one line of JSON."""
    report = ReviewReport(
        schema=review.schema,
        document=DocumentReport.of(review.document),
        playbook=review.playbook,
        sections=review.sections,
        findings=review.findings,
        risk=review.risk,
        coverage=review.coverage,
        problems=review.problems,
        receipt=review.receipt,
    )
    return msgspec.json.encode(report) + b"\n"


def schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of what `export` gives."""
    made = msgspec.json.schema(ReviewReport)
    facts: dict[str, Any] = made["$defs"]["ReviewReport"]
    facts["properties"]["schema"] = {"const": SCHEMA}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:{SCHEMA.replace('/', ':')}",
        **made,
    }


def export_outline(document: Document, sections: tuple[Section, ...]) -> bytes:
    """Return the *sections* of *document* as one line of JSON."""
    report = OutlineReport(schema=SCHEMA, document=DocumentReport.of(document), sections=sections)
    return msgspec.json.encode(report) + b"\n"
