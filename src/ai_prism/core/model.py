"""What a document, its sections, the findings about it and the review of it are.

All of it is frozen data without behaviour of its own beyond look-ups. Every `start` and `end` is
a code-point offset into `Document.text`, and `text[start:end]` is exactly what is spoken of.
The field names are those of the JSON report, `ai-prism/review/1`.
"""

from enum import StrEnum
from typing import Final, TypeAlias, dataclass_transform

import msgspec

SCHEMA: Final = "ai-prism/review/1"
#: What the receipt says where no reviewer was asked over a network.
NOTHING_SENT: Final = "nothing left this machine"

#: Values a check computed, for the reader of a finding: numbers, words, or lists of words.
Evidence: TypeAlias = str | int | float | bool | tuple[str, ...]


# msgspec hands `frozen` down to subclasses; the decorator says so to type checkers.
@dataclass_transform(frozen_default=True, field_specifiers=(msgspec.field,))
class Data(msgspec.Struct, frozen=True, kw_only=True):
    """The base of all data here: immutable, compared by value, written as JSON by field name."""


class BlockKind(StrEnum):
    """What a block of a document is."""

    HEADING = "heading"  #: set as a heading by the author's style or found to be one
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    CELL = "cell"  #: one cell of a table
    CODE = "code"  #: preformatted text; checks leave it alone
    QUOTE = "quote"  #: somebody else's words; checks leave it alone
    FOOTNOTE = "footnote"
    CONTENTS = "contents"  #: a line of a table of contents
    FURNITURE = "furniture"  #: running heads, page numbers


class Cell(Data):
    """The place of a cell in its table; all three count from 0."""

    table: int
    row: int
    column: int
    header: bool = False


class Style(Data):
    """How a block looks, as far as its format tells; evidence for finding headings."""

    name: str = ""  #: the author's style, such as "Heading 2"
    size: float = 0.0  #: font size in points; 0 when the format does not say
    bold: bool = False
    italic: bool = False
    underlined: bool = False
    capitals: bool = False  #: shown in capitals, however it was typed
    centred: bool = False
    font: str = ""
    colour: str = ""
    indent: float = 0.0  #: left edge in points
    space_before: float = 0.0  #: white space above, in points


class Block(Data):
    """A paragraph, heading, list item or table cell of a document, with its place."""

    kind: BlockKind
    start: int
    end: int
    level: int = 0  #: a heading's or a list item's depth, from 1; 0 where there is none
    page: int | None = None  #: from 1; None where the format has no pages
    number: str = ""  #: the number or bullet its author or numbering scheme gives it
    cell: Cell | None = None
    style: Style = Style()
    #: From where to where code stands inside the words of the block; checks leave it alone.
    verbatim: tuple[tuple[int, int], ...] = ()
    #: Where the links in it lead, as far as the reader tells: a ticket may be no more than that.
    links: tuple[str, ...] = ()


class NotRead(Data):
    """A part of the document that was not read, and why."""

    what: str
    why: str
    where: str = ""


class Recognised(Data):
    """A page that is a picture, whose words were recognised and may be wrong."""

    page: int
    confidence: float  #: 0-1: how sure its words are, on average


class Coverage(Data):
    """How much of the document was read."""

    read: float = 1.0  #: share of the pages, or of the parts, that were read
    not_read: tuple[NotRead, ...] = ()
    recognised: tuple[Recognised, ...] = ()


class Problem(Data):
    """Something that could not be read or checked; a review with one is never called clean."""

    code: str
    message: str
    where: str = ""


class Reply(Data):
    """What somebody answered to a comment of ours."""

    author: str  #: as the file has it; empty where it does not say
    text: str
    at: str = ""  #: as the file has it


class Returned(Data):
    """A comment of ours in a document that has come back."""

    finding: str  #: its id in the review whose copy this was; empty: of the document as a whole
    place: int  #: which of the finding's places, from 1
    words: str  #: what it stands on now
    is_resolved: bool
    replies: tuple[Reply, ...] = ()


class ReturnedCopy(Data):
    """What an edited copy brings back: our comments, and what people made of them."""

    comments: tuple[Returned, ...]
    #: What the findings are called that the copy had comments on: see `core.signature`.
    carried: tuple[str, ...] = ()


class Document(Data):
    """A file and the text read from it."""

    name: str
    media_type: str
    sha256: str
    bytes: int
    text: str
    blocks: tuple[Block, ...]
    pages: int | None = None
    words: int = 0
    language: str = "und"  #: BCP 47; "und" when it cannot be told
    title: str = ""
    coverage: Coverage = Coverage()
    problems: tuple[Problem, ...] = ()
    returned: ReturnedCopy | None = None  #: if it is a copy of ours that somebody edited

    def text_of(self, block: Block) -> str:
        """Return the text of *block*."""
        return self.text[block.start : block.end]


class Level(StrEnum):
    """How much is at stake, of a finding (its severity) and of a risk."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """Return 0 for high, 1 for medium, 2 for low: the order people read in."""
        return list(Level).index(self)


class Party(StrEnum):
    """Whose eyes an agreement is read with: what is a risk for one side serves the other."""

    NEUTRAL = "neutral"
    SUPPLIER = "supplier"
    CUSTOMER = "customer"
    CONSUMER = "consumer"


class Driver(Data):
    """One reason for a risk, with its share of the score."""

    title: str
    share: float  #: 0-1; the shares of all drivers add up to 1
    findings: tuple[str, ...] = ()  #: ids


class RegisterEntry(Data):
    """One risk of a document, as a risk register lists it."""

    risk: str  #: what can happen
    evidence: tuple[str, ...]  #: ids of the findings that tell of it
    likelihood: Level
    impact: Level
    level: Level  #: of likelihood and impact together
    mitigation: str  #: what would make it smaller
    owner: str = ""  #: for the reader to fill in


class Risk(Data):
    """How much a section or a document can hurt, and why."""

    level: Level
    score: int  #: 0-100; more findings never lower it
    drivers: tuple[Driver, ...] = ()
    register: tuple[RegisterEntry, ...] = ()  #: of the document; sections have none


class Section(Data):
    """A node of the outline: from its heading to the next of the same or a higher level."""

    id: str
    title: str  #: stands in the text at `start`
    level: int  #: from 1
    start: int
    end: int
    number: str = ""
    page: int | None = None
    confidence: float = 1.0
    why: str = ""  #: what told that this is a heading
    risk: Risk | None = None


class Anchor(Data):
    """A span of the text with its words, findable again after the document has changed."""

    start: int
    end: int
    quote: str
    prefix: str = ""
    suffix: str = ""
    page: int | None = None
    recognised: bool = False  #: its words were recognised in a picture: compare them with the page


class Fix(Data):
    """A replacement that mends a finding."""

    anchor: Anchor
    replacement: str


class FindingKind(StrEnum):
    """What sort of remark a finding is."""

    PROBLEM = "problem"
    MISSING = "missing"
    INCONSISTENCY = "inconsistency"
    QUESTION = "question"


class Source(Data):
    """Who made a finding."""

    engine: str = "rules"  #: rules | language | model | llm | person
    name: str = "ai-prism"
    version: str = ""


class Decision(StrEnum):
    """What a person said of a finding."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Baseline(StrEnum):
    """What became of a finding between two drafts of a document."""

    NEW = "new"  #: the earlier draft has no such finding; also where there is no earlier draft
    UNCHANGED = "unchanged"
    FIXED = "fixed"  #: only of the earlier draft's findings


class Finding(Data):
    """One remark: what, where word for word, why it matters, what to do."""

    id: str
    fingerprint: str  #: rule, normalised quote and section; the same in every draft
    rule_id: str
    rule_version: int
    kind: FindingKind
    category: str
    severity: Level  #: how much the remark insists
    confidence: float
    title: str
    message: str
    why: str
    suggestion: str
    fixes: tuple[Fix, ...] = ()
    section_id: str | None = None
    anchors: tuple[Anchor, ...] = ()  #: empty only when `kind` is missing
    weighed: tuple[Anchor, ...] = ()  #: the words in the anchors that weighed most
    related: tuple[Anchor, ...] = ()  #: the places it conflicts with
    evidence: dict[str, Evidence] = {}
    occurrences: int = 1
    #: How likely it is to come true, for what can also stay without consequence.
    likelihood: Level = Level.MEDIUM
    #: What is at stake in its section, where `severity` is less because another section said it.
    impact: Level | None = None
    source: Source = Source()
    decision: Decision = Decision.OPEN
    reason: str = ""
    decided_at: str | None = None
    carried: bool = False  #: whether it was decided on an earlier draft, and that still stands
    baseline: Baseline = Baseline.NEW
    #: What is at stake, where the remark insists less than that because its like were often wrong.
    stake: Level | None = None

    @property
    def at_stake(self) -> Level:
        """What is lost if the remark is right, by which the risk is weighed."""
        return self.stake or self.severity


class PlaybookUsed(Data):
    """The playbook of a review."""

    name: str
    version: str
    chosen: str = "user"  #: user | detected
    confidence: float = 1.0  #: how sure it is that this is the kind of document
    party: Party = Party.NEUTRAL  #: for whom it was read


class Sent(Data):
    """What left the machine for one reader of it, in all requests together."""

    to: str  #: the host, with its port where that is not the usual one
    model: str
    requests: int  #: those without an answer included
    characters: int
    tokens_in: int = 0  #: as the reader counts them
    tokens_out: int = 0
    price: float | None = None  #: US dollars; None where nobody said what it costs


class Receipt(Data):
    """What produced a review: enough to repeat it and to know what left the machine."""

    ai_prism: str
    python: str
    playbook_sha256: str
    reviewer: str
    started_at: str  #: ISO 8601, UTC
    seconds: dict[str, float]  #: by stage
    rules_run: int
    rules_not_applied: int = 0  #: made for other languages than the document's
    findings_held_back: int = 0  #: too unsure for the playbook, or said by a graver one already
    outbound: str = NOTHING_SENT
    sent: tuple[Sent, ...] = ()  #: the same for programs
    reviewer_version: str = ""  #: of its prompt and settings
    remarks_offered: int = 0  #: by the reviewer
    remarks_verified: int = 0  #: of these, those whose quotes stand in the document
    redacted: int = 0  #: secrets and personal data that were kept back from it
    passages_reused: int = 0  #: read before in the same words, and not sent again


class Fate(StrEnum):
    """What became of a finding that an earlier draft had and this one has not."""

    FIXED = "fixed"
    #: A rejected finding, or a person's own, whose words are no longer there.
    GONE = "gone"
    #: It is not found, but nobody looked as before: it may still be there.
    UNKNOWN = "unknown"


class Departed(Data):
    """A finding of the earlier draft that this one has not."""

    finding: Finding  #: as it was; its offsets count in the earlier draft's text
    fate: Fate
    why: str  #: what tells so


class Answer(StrEnum):
    """What people made of our comment on a finding of the earlier draft."""

    REPLIED = "replied"
    RESOLVED = "resolved"
    DELETED = "deleted"  #: the comment is no longer there
    WORDS_GONE = "words gone"  #: the comment stands on none of its words
    WORDS_CHANGED = "words changed"
    IGNORED = "ignored"  #: as it was, on the same words


class Answered(Data):
    """What came back of our comments on one finding."""

    finding: str  #: its id in the earlier review; empty: of the document as a whole
    title: str
    answer: Answer
    is_resolved: bool = False
    replies: tuple[Reply, ...] = ()
    #: The id of the same finding in this review; empty where it has it no more.
    now: str = ""


class Comparison(Data):
    """A review set beside that of an earlier draft of the document."""

    name: str  #: of the earlier draft's file
    sha256: str
    started_at: str  #: when its review began, ISO 8601, UTC
    new: int = 0
    unchanged: int = 0
    fixed: int = 0
    departed: tuple[Departed, ...] = ()
    #: What came back of our comments, if this draft is an edited copy with them.
    answered: tuple[Answered, ...] = ()


class Review(Data):
    """One analysis of one document with one playbook."""

    document: Document
    playbook: PlaybookUsed
    sections: tuple[Section, ...]
    findings: tuple[Finding, ...]
    risk: Risk
    coverage: Coverage
    problems: tuple[Problem, ...]
    receipt: Receipt
    comparison: Comparison | None = None  #: with an earlier draft, where one was named
    schema: str = SCHEMA

    @property
    def is_clean(self) -> bool:
        """Whether there is nothing to remark and everything was read and checked."""
        return not (self.findings or self.problems or self.coverage.not_read)
