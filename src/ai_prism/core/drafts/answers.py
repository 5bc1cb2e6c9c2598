"""What people made of our comments in a copy of the earlier draft that has come back."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from ai_prism.core.model import Answer, Answered, Decision, Finding, Returned, ReturnedCopy
from ai_prism.core.rules import normalised
from ai_prism.core.signature import code


def answers_in(
    copy: ReturnedCopy, before: Sequence[Finding], now: Mapping[str, str]
) -> tuple[Answered, ...]:
    """Return what came back for each finding that the *copy* had comments on.

    A comment is called deleted only if the copy itself says that it was there.

    Args:
        copy: our comments in this draft, with what was answered.
        before: the findings of the earlier draft.
        now: the ids of the same findings in this draft, by their ids in the earlier one.
    """
    by_finding: defaultdict[str, list[Returned]] = defaultdict(list)
    for comment in copy.comments:
        by_finding[comment.finding].append(comment)
    codes = Counter(code(finding.id) for finding in before)
    carried = {name for name in copy.carried if codes[name] == 1}
    told = [_of_whole(by_finding.get("", []))]
    for finding in before:
        comments = by_finding.get(finding.id, [])
        if comments:
            told.append(_answered(finding, comments, now.get(finding.id, "")))
        elif finding.anchors and code(finding.id) in carried:
            told.append(_deleted(finding, now.get(finding.id, "")))
    return tuple(one for one in told if one)


def _of_whole(comments: Sequence[Returned]) -> Answered | None:
    """Return what was answered to what we say of the document as a whole, if anything was."""
    replies = tuple(reply for comment in comments for reply in comment.replies)
    title = "The document as a whole"
    made = Answered(finding="", title=title, answer=Answer.REPLIED, replies=replies)
    return made if replies else None


def _deleted(finding: Finding, now: str) -> Answered:
    return Answered(finding=finding.id, title=finding.title, answer=Answer.DELETED, now=now)


def _answered(finding: Finding, comments: Sequence[Returned], now: str) -> Answered:
    replies = tuple(reply for comment in comments for reply in comment.replies)
    # What somebody rejected, we have marked as resolved ourselves.
    is_resolved = finding.decision is not Decision.REJECTED and all(
        comment.is_resolved for comment in comments
    )
    words = [_words(finding, comment) for comment in comments]
    answer = next(
        (answer for answer in (Answer.WORDS_GONE, Answer.WORDS_CHANGED) if answer in words),
        Answer.IGNORED,
    )
    if is_resolved:
        answer = Answer.RESOLVED
    if replies:
        answer = Answer.REPLIED
    return Answered(
        finding=finding.id,
        title=finding.title,
        answer=answer,
        is_resolved=is_resolved,
        replies=replies,
        now=now,
    )


def _words(finding: Finding, comment: Returned) -> Answer:
    """Return what became of the words that *comment* stands on; as they were: it was ignored."""
    stands_on = "".join(normalised(comment.words).split())
    if not stands_on:
        return Answer.WORDS_GONE
    quotes = [anchor.quote for anchor in finding.anchors[comment.place - 1 : comment.place]]
    # Where no comment can begin at the very words, ours stands on more of them.
    same = all("".join(normalised(quote).split()) in stands_on for quote in quotes)
    return Answer.IGNORED if same else Answer.WORDS_CHANGED
