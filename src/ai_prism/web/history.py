"""One's reviews by document: drafts of the same stand together, the newest on top."""

from collections import defaultdict
from collections.abc import Sequence

from ai_prism.storage.summaries import ReviewSummary


def by_document(reviews: Sequence[ReviewSummary]) -> list[list[ReviewSummary]]:
    """Return *reviews* with the drafts of one document together, the newest of them first.

    A document stands where the first of its drafts stood.
    """
    drafts: defaultdict[str, list[ReviewSummary]] = defaultdict(list)
    for review in reviews:
        drafts[review.first_draft].append(review)
    return [sorted(those, key=_created, reverse=True) for those in drafts.values()]


def _created(review: ReviewSummary) -> float:
    return review.created_at.timestamp()
