"""Asking a reviewer about a whole document in this process: every passage, then the whole."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

from ai_prism.core.examination import Examination
from ai_prism.core.llm import Brief, NoReviewer, Passage, Reviewer
from ai_prism.core.llm.passages import passages
from ai_prism.core.llm.telling import Asked, attempt, brief_of, overview_of, proven
from ai_prism.core.progress import FindingsFound, Progress, Stage, StageReached


def ask_all(
    reviewer: Reviewer, examination: Examination, progress: Progress, at_once: int
) -> tuple[Asked, ...]:
    """Return what *reviewer* has to say of each passage and of the whole, in reading order.

    What it cannot say is in the answer, too. *at_once* passages are asked about at a time;
    *progress* is called in this thread.
    """
    if isinstance(reviewer, NoReviewer):
        return ()
    subject = examination.subject
    brief = brief_of(examination.standard, subject.document)
    parts = passages(subject)
    total = len(parts) + 1
    progress(StageReached(stage=Stage.REVIEWER, done=0, total=total))
    asked: dict[int, Asked] = {}
    for place, one in _answers(reviewer, parts, brief, at_once):
        asked[place] = one
        if found := proven(one, subject, reviewer.version).findings:
            progress(FindingsFound(findings=found))
        progress(StageReached(stage=Stage.REVIEWER, done=len(asked), total=total))
    in_order = [asked[place] for place in sorted(asked)]
    if overview := overview_of(subject.document, in_order):
        in_order.append(attempt(None, lambda: reviewer.conclude(overview, brief)))
    progress(StageReached(stage=Stage.REVIEWER, done=total, total=total))
    return tuple(in_order)


def _answers(
    reviewer: Reviewer, parts: Sequence[Passage], brief: Brief, at_once: int
) -> Iterator[tuple[int, Asked]]:
    """Return the answers as they come, with the place of the passage that each is about."""
    if at_once == 1:  # in this thread: a reviewer need not be able to work in several
        for place, part in enumerate(parts):
            yield place, _ask(reviewer, part, brief)
        return
    pool = ThreadPoolExecutor(at_once, thread_name_prefix="reviewer")
    try:
        begun = {pool.submit(_ask, reviewer, part, brief): n for n, part in enumerate(parts)}
        for future in as_completed(begun):
            yield begun[future], future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _ask(reviewer: Reviewer, part: Passage, brief: Brief) -> Asked:
    return attempt(part, lambda: reviewer.read(part, brief))
