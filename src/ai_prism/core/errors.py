"""Everything that can keep a document from being reviewed, each with a code that never changes.

PrismError
├── Unreadable                the document cannot be read
│   ├── UnsupportedFormat         unsupported
│   ├── EmptyDocument             empty
│   ├── TooLarge                  too_large
│   ├── Encrypted                 encrypted
│   ├── Corrupt                   corrupt
│   ├── NoText                    no_text
│   └── ReaderLost                reader_lost
├── InvalidPlaybook           playbook
├── UnknownPlaybook           unknown_playbook
├── ReviewerUnavailable       reviewer
│   └── BudgetSpent               budget
├── StorageUnavailable        storage
├── Cancelled                 cancelled
├── TimedOut                  timed_out
├── WorkerLost                worker_lost
└── AnalysisFailed            internal

The code crosses process boundaries: the database, the API, the exit of the command line and the
page all carry it. `advice` says what the person can do about it, in one sentence.
"""

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:  # errors are below everything else
    from ai_prism.core.model import Sent


class PrismError(Exception):
    """Anything that AI-Prism itself reports, as opposed to a fault in its code."""

    code: ClassVar[str] = "error"
    advice: ClassVar[str] = ""

    def __init__(self, message: str) -> None:
        """Keep *message*, a whole sentence written for the person who sees it."""
        super().__init__(message)
        self.message = message


class Unreadable(PrismError):
    """The document cannot be read, whoever tries."""

    code = "unreadable"


class UnsupportedFormat(Unreadable):
    """The file is of a kind that no reader knows."""

    code = "unsupported"
    advice = "Save it as Word (.docx), OpenDocument (.odt) or PDF and upload it again."


class EmptyDocument(Unreadable):
    """The file has no bytes."""

    code = "empty"
    advice = "Choose the file again: what arrived has no content."


class TooLarge(Unreadable):
    """The file, or what it unpacks to, is over a limit."""

    code = "too_large"
    advice = "Split the document, or ask whoever runs this service to raise the limit."


class Encrypted(Unreadable):
    """The file asks for a password."""

    code = "encrypted"
    advice = "Save a copy without the password and upload that."


class Corrupt(Unreadable):
    """The file is damaged, or is not what its name says."""

    code = "corrupt"
    advice = "Open it in the program that made it, save it anew and upload that."


class NoText(Unreadable):
    """The file can be opened but holds no text: a scan, most often."""

    code = "no_text"
    advice = (
        "A scan is recognised where Tesseract is installed; else run text recognition (OCR) on it"
        " first, then upload the result."
    )


class ReaderLost(Unreadable):
    """The program that reads documents ended on this one, or used up what it may use."""

    code = "reader_lost"
    advice = "Open it in the program that made it, save it anew and upload that."


class InvalidPlaybook(PrismError):
    """A playbook breaks its format; the message names file, line and what is allowed."""

    code = "playbook"
    advice = "Mend the line that the message names, or choose a built-in playbook."


class UnknownPlaybook(PrismError):
    """No playbook has the name asked for."""

    code = "unknown_playbook"
    advice = "Choose a built-in playbook or name a playbook file."


class ReviewerUnavailable(PrismError):
    """The configured reviewer cannot be loaded or reached."""

    code = "reviewer"
    advice = "The rules still work: the review says what the reviewer did not read."

    def __init__(self, message: str, sent: "tuple[Sent, ...]" = ()) -> None:
        """Keep *message*, and what was *sent* in vain."""
        super().__init__(message)
        self.sent = sent


class BudgetSpent(ReviewerUnavailable):
    """What the reviewer may cost, for one review or for one day, has been spent."""

    code = "budget"
    advice = "Ask whoever runs this service to raise the budget, or try again tomorrow."


class StorageUnavailable(PrismError):
    """The database or the file store does not answer."""

    code = "storage"
    advice = "Try again in a moment; nothing was kept of this attempt."


class Cancelled(PrismError):
    """The review was cancelled while it ran; what was found is kept."""

    code = "cancelled"


class TimedOut(PrismError):
    """The review took longer than its time limit; what was found is kept."""

    code = "timed_out"
    advice = "Split the document, or ask whoever runs this service to raise the time limit."


class WorkerLost(PrismError):
    """The worker died on this document as often as it may be tried."""

    code = "worker_lost"
    advice = "The document ends the program that reads it: save it anew, or in another format."


class AnalysisFailed(PrismError):
    """A fault in our own code; what was found until then is kept."""

    code = "internal"
    advice = "Try again; if it fails again, tell whoever runs this service."


def kinds_of_error(root: type[PrismError] = PrismError) -> dict[str, type[PrismError]]:
    """Return every class of error by its code, for errors that crossed a process boundary."""
    kinds = {root.code: root}
    for kind in root.__subclasses__():
        kinds |= kinds_of_error(kind)
    return kinds
