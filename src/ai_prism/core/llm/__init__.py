"""The optional reviewer behind our own protocol; the default does nothing and costs nothing.

A reviewer is handed words and hands back remarks. It never says where a remark stands: `evidence`
looks the quote up in the document, and a remark whose quote is not there is dropped and counted.
"""

from typing import Annotated, Final, Protocol

import msgspec

from ai_prism.core.model import Data, FindingKind, Level, Sent

#: What remarks are about; the words that the playbooks use for what every document is checked for.
CATEGORIES: Final = (
    "accountability",
    "clarity",
    "completeness",
    "compliance",
    "consistency",
    "evidence",
    "legal",
    "resilience",
    "security",
)


class Passage(Data):
    """A section's own words, or a part of them where they are many: what is read in one piece."""

    section_id: str | None  #: None: before the first section, or there are none
    path: tuple[str, ...]  #: the titles that it stands under, the outermost first
    start: int
    end: int
    text: str

    @property
    def title(self) -> str:
        """What to call it."""
        return self.path[-1] if self.path else ""


class Brief(Data):
    """What a reviewer is told of the document that is not its words."""

    kind: str  #: what the playbook calls documents like it
    expectations: tuple[str, ...]  #: what rules look for already
    language: str


class Overview(Data):
    """What a reviewer is told of a whole document: its outline, with a summary of each section."""

    sections: tuple[tuple[str, str], ...]  #: title and summary
    statements: tuple[str, ...]  #: word for word from the document


def _told(what: str) -> msgspec.Meta:
    return msgspec.Meta(description=what)


class Remark(Data):
    """What a reviewer says of a passage, unproven as yet. The descriptions are for the model."""

    quote: Annotated[
        str,
        _told("The words that the remark is about, copied from the text letter by letter."),
    ]
    category: Annotated[
        str,
        msgspec.Meta(description="What it is about.", extra_json_schema={"enum": list(CATEGORIES)}),
    ]
    severity: Level
    kind: FindingKind
    title: Annotated[str, _told("The remark in at most ten words.")]
    message: Annotated[str, _told("What is wrong, in one or two sentences.")]
    why: Annotated[str, _told("What harm it does if it stays.")]
    suggestion: Annotated[str, _told("What the author should do.")]
    confidence: Annotated[
        float, msgspec.Meta(ge=0, le=1, description="How sure you are that this is a fault.")
    ]
    conflicts_with: Annotated[
        str, _told("Other words of the text that it contradicts, copied; else empty.")
    ] = ""


class Answer(Data):
    """All that a model may say of a passage or of a document, and the shape it has to have."""

    remarks: tuple[Remark, ...]
    summary: Annotated[str, _told("What the text says, in at most two sentences.")]
    statements: Annotated[
        tuple[str, ...],
        msgspec.Meta(
            description="At most five sentences of the text that say what was promised, decided,"
            " measured or caused, with names, dates and figures: copied letter by letter.",
        ),
    ]


class Reading(Data, tag="reading"):
    """What a reviewer brought back from one passage, or from the whole document."""

    remarks: tuple[Remark, ...] = ()
    summary: str = ""
    statements: tuple[str, ...] = ()
    reviewer: str = ""  #: the model that answered
    sent: tuple[Sent, ...] = ()  #: what left the machine for it, vain attempts included
    redacted: int = 0  #: secrets and personal data that were kept back


class Reviewer(Protocol):
    """Reads as a careful person would and says what it would remark on, with quotes."""

    @property
    def name(self) -> str:
        """What the receipt calls it."""

    @property
    def version(self) -> str:
        """What changes whenever its answers may: its model, its prompt, its settings."""

    def read(self, passage: Passage, brief: Brief) -> Reading:
        """Return what there is to say of *passage*.

        Raises:
            ReviewerUnavailable: it cannot be asked; the review goes on and says so.
        """

    def conclude(self, overview: Overview, brief: Brief) -> Reading:
        """Return what there is to say of the document as a whole.

        Raises:
            ReviewerUnavailable: it cannot be asked; the review goes on and says so.
        """


class NoReviewer:
    """The default: no model reads the document."""

    name = "none"
    version = ""

    def read(self, passage: Passage, brief: Brief) -> Reading:
        """Return nothing."""
        return Reading()

    def conclude(self, overview: Overview, brief: Brief) -> Reading:
        """Return nothing."""
        return Reading()
