"""Grammar and spelling by harper, in a child process that may die without harm.

Harper aborts the process on some inputs (a token of 20,000 letters is enough), and an abort cannot
be caught. So it runs in a child with a limit of memory and of time: what is lost with it is this
pass, which becomes a problem of the review, and nothing else.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from weakref import WeakKeyDictionary

from ai_prism.core.language.child_process import Lint, Pass, PassLost, keep_loaded, kept_loaded
from ai_prism.core.language.passages import passages_of
from ai_prism.core.subject import Subject

__all__ = ["Lint", "Pass", "PassLost", "beside", "keep_loaded", "kept_loaded", "pass_over"]

#: A document is looked at once, however many rules ask.
_passes: Final[WeakKeyDictionary[Subject, Pass]] = WeakKeyDictionary()


def pass_over(subject: Subject) -> Pass:
    """Return the pass over *subject*; the first call starts it."""
    if subject not in _passes:
        _passes[subject] = Pass(passages_of(subject))
    return _passes[subject]


@contextmanager
def beside(subject: Subject) -> Iterator[None]:
    """Have the pass over *subject* run beside what is done here; it ends with it at the latest."""
    started = pass_over(subject)
    try:
        yield
    finally:
        started.close()
