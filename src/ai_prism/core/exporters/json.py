"""A review as JSON, `ai-prism/review/1`: one line, so that several make JSON Lines."""

from typing import Any, Final, Self

import msgspec

from ai_prism.core.decoding import prepared
from ai_prism.core.errors import PrismError
from ai_prism.core.model import (
    SCHEMA,
    Comparison,
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


class NoReport(PrismError):
    """What was given as the report of an earlier draft is none."""

    code = "no_report"
    advice = "Name a file that `ai-prism review --format json`, or report.json, has made."


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
    comparison: Comparison | None = None


_DECODER: Final = msgspec.json.Decoder(prepared(ReviewReport))


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
        comparison=review.comparison,
    )
    return msgspec.json.encode(report) + b"\n"


def parse(data: bytes) -> tuple[Review, ...]:
    """Return the reviews that `export` made *data* of, one a line; their documents lack blocks.

    Raises:
        NoReport: a line is no such review.
    """
    try:
        reports = [_DECODER.decode(line) for line in data.splitlines() if line.strip()]
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NoReport(f"It is no report of a review: {error}.") from None
    if any(report.schema != SCHEMA for report in reports):
        raise NoReport(f"It is a report of another kind than “{SCHEMA}”.")
    return tuple(_review(report) for report in reports)


def _review(report: ReviewReport) -> Review:
    facts = msgspec.structs.asdict(report)
    told = msgspec.structs.asdict(report.document)
    document = Document(**told, blocks=(), coverage=report.coverage)
    return Review(**{**facts, "document": document})


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
