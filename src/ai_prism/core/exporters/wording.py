"""Sentences that every readable export says alike."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from ai_prism.core.model import (
    Anchor,
    Answer,
    Answered,
    Baseline,
    Decision,
    Departed,
    Document,
    Driver,
    Fate,
    Finding,
    Level,
    Receipt,
    Review,
    Section,
)

#: Words of a quote that are shown; the whole of it stands in the JSON.
QUOTE_WORDS: Final = 30

#: What a document must not do where it is shown: move the cursor, colour, turn the line around.
#: The last are no characters at all: they can be put neither into UTF-8 nor into XML.
_ACTING: Final = dict.fromkeys(
    [
        *(*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)),
        *(*range(0xD800, 0xE000), 0xFFFE, 0xFFFF),
    ],
    "\ufffd",
)


def verdict(review: Review) -> str:
    """Return in one sentence what the review found, and whether it saw everything."""
    counts = Counter(finding.severity for finding in review.findings)
    by_level = ", ".join(f"{counts[level]} {level.value}" for level in Level if counts[level])
    found = f"{_counted(len(review.findings), 'finding')}: {by_level}"
    if not review.findings:
        found = "Nothing found"
    if missed := len(unseen(review)):
        return f"{found}; {_counted(missed, 'thing')} could not be read or checked."
    return f"{found}; everything was read and checked."


def reviewer(receipt: Receipt) -> str:
    """Return in one sentence who read beside the rules, what left the machine, what was proven."""
    told = [receipt.reviewer, receipt.outbound]
    if receipt.remarks_offered:
        told.append(f"{receipt.remarks_verified} of {receipt.remarks_offered} quotes verified")
    if receipt.redacted:
        told.append(f"{receipt.redacted} secrets or personal data kept back")
    if receipt.passages_reused:
        told.append(f"{_counted(receipt.passages_reused, 'passage')} known from before")
    return "; ".join(told)


def unseen(review: Review) -> list[str]:
    """Return a sentence for each thing that was not read or not checked."""
    problems = [f"{p.message}{_at(p.where)} [{p.code}]" for p in review.problems]
    not_read = [f"{part.what}{_at(part.where)}: {part.why}" for part in review.coverage.not_read]
    return problems + not_read


def size(document: Document) -> str:
    """Return how long *document* is, and in what language."""
    parts = [_counted(document.words, "word")]
    if document.pages is not None:
        parts.insert(0, _counted(document.pages, "page"))
    if document.language != "und":
        parts.append(document.language)
    return ", ".join(parts)


def place(finding: Finding, sections: dict[str, Section]) -> str:
    """Return where *finding* is: its section and its page, as far as known."""
    section = sections.get(finding.section_id or "")
    anchor = finding.anchors[0] if finding.anchors else None
    parts = [heading(section)] if section else []
    if anchor and anchor.page is not None:
        parts.append(f"page {anchor.page}{' (recognised)' if anchor.recognised else ''}")
    return ", ".join(parts)


def heading(section: Section) -> str:
    """Return the title of *section* with its number, where the title does not show it."""
    # Typed numbers are part of the title: "4.1 Overview", "Schedule 2: Service levels".
    shown = {word.strip(".:()") for word in section.title.split(maxsplit=2)[:2]}
    if section.number.strip(".:()") in {"", *shown}:
        return one_line(section.title)
    return one_line(f"{section.number} {section.title}")


def share(driver: Driver) -> str:
    """Return the share of *driver* in whole percent, never as nothing."""
    return f"{driver.share:.0%}" if driver.share >= 0.005 else "<1%"


def quotes(anchors: Iterable[Anchor]) -> list[str]:
    """Return the quotes of *anchors*, long ones cut."""
    return [_cut(anchor.quote) for anchor in anchors]


def weighed(finding: Finding) -> str:
    """Return the words that weighed most in *finding*; empty where its message says them anyway."""
    told = (_cut(anchor.quote) for anchor in finding.weighed)
    return ", ".join(f"“{words}”" for words in dict.fromkeys(told) if words not in finding.message)


def hidden(finding: Finding) -> str:
    """Return how many more places *finding* has than it shows; empty when it shows all."""
    more = finding.occurrences - len(finding.anchors)
    return f"and {_counted(more, 'more place')}" if finding.anchors and more > 0 else ""


def decision(finding: Finding) -> str:
    """Return what a person said of *finding*, with the reason; empty while it is open."""
    if finding.decision is Decision.OPEN:
        return ""
    said = finding.decision.value.capitalize()
    if finding.carried:
        said += " in an earlier draft"
    return f"{said}: {finding.reason}" if finding.reason else said


def since(review: Review) -> str:
    """Return in one sentence what has changed since the earlier draft; empty without one."""
    comparison = review.comparison
    if comparison is None:
        return ""
    counts = f"{comparison.fixed} fixed, {comparison.new} new, {comparison.unchanged} unchanged"
    unknown = sum(one.fate is Fate.UNKNOWN for one in comparison.departed)
    more = f"; of {unknown} more nobody can tell" if unknown else ""
    return f"Since the draft “{comparison.name}”: {counts}{more}."


def novelty(finding: Finding, review: Review) -> str:
    """Return whether the earlier draft had *finding*; empty where there was none."""
    if review.comparison is None:
        return ""
    word = "New" if finding.baseline is Baseline.NEW else "Unchanged"
    return f"{word} since the last draft"


#: What to call the findings of an earlier draft that a review no longer has.
FATES: Final = {
    Fate.FIXED: "Fixed since the last draft",
    Fate.UNKNOWN: "No longer found, but nobody can tell whether it was fixed",
    Fate.GONE: "No longer there",
}


def departed(review: Review) -> dict[str, list[Departed]]:
    """Return what the earlier draft had and this one has not, by what to call it; none is empty."""
    gone = review.comparison.departed if review.comparison else ()
    by_fate = {title: [one for one in gone if one.fate is fate] for fate, title in FATES.items()}
    return {title: those for title, those in by_fate.items() if those}


def what_departed(one: Departed) -> str:
    """Return in one line what *one* was: its title, with what it quoted."""
    said = "".join(f" “{quote}”" for quote in quotes(one.finding.anchors[:1]))
    return f"{one.finding.title}{':' if said else ''}{said}"


#: What people made of a comment of ours, in words.
ANSWERS: Final = {
    Answer.REPLIED: "answered",
    Answer.RESOLVED: "resolved",
    Answer.DELETED: "the comment was deleted",
    Answer.WORDS_GONE: "the words it stood on are gone",
    Answer.WORDS_CHANGED: "the words it stood on were changed",
    Answer.IGNORED: "left as it was",
}


def answers(review: Review) -> list[str]:
    """Return in a line each what came back of the comments in the earlier draft."""
    told = review.comparison.answered if review.comparison else ()
    return [answer(one) for one in told]


def answer(one: Answered) -> str:
    """Return what people made of our comment, with what they wrote."""
    said = "".join(f" {reply.author or 'Somebody'}: “{reply.text}”" for reply in one.replies)
    and_resolved = " and resolved" if one.replies and one.is_resolved else ""
    return f"{one.title}: {ANSWERS[one.answer]}{and_resolved}.{said}"


def one_line(words: str) -> str:
    """Return *words* with every run of white space as one space, and nothing that acts."""
    return " ".join(words.split()).translate(_ACTING)


def _at(where: str) -> str:
    return f" ({where})" if where else ""


def _cut(quote: str) -> str:
    # The split is bounded, so that a quote as long as a chapter costs no more than a short one.
    words = quote.split(maxsplit=QUOTE_WORDS)
    return " ".join(words[:QUOTE_WORDS]) + (" …" if len(words) > QUOTE_WORDS else "")


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
