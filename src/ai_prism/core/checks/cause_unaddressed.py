"""An incident report whose actions mend something else than the cause that it names."""

import re
from collections.abc import Iterator
from typing import Annotated, Final

import msgspec

from ai_prism.core.actions import find_actions
from ai_prism.core.model import Finding
from ai_prism.core.phrases import phrases_of
from ai_prism.core.rules import BaseRule
from ai_prism.core.subject import Subject
from ai_prism.core.word_lists import words

_WORD: Final = re.compile(r"[^\W\d_][\w-]{2,40}")
#: Words that share so many letters are taken for forms of one: deploy, deployed, deployment.
_STEM_LETTERS: Final = 5
#: A cause in fewer words than this gives too little to compare with.
_LEAST_WORDS: Final = 6
_COMMON: Final = words(
    "about above after again against also and any are because been before being below between",
    "both but can cause caused causes could did does due during each from further had has have",
    "having here how into its itself just lead led made make more most not now off once only",
    "other our out over own root same should since some such than that the their them then there",
    "these they this those through too under until was were what when where which while who why",
    "will with would was incident issue issues problem problems add use used using need needs new",
    "via were been happened",
)


class Rule(BaseRule, frozen=True, kw_only=True):
    """Flags a cause, told `under` such titles, of which no action speaks."""

    evidence_names = ("actions", "section_title")

    under: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    least_actions: Annotated[int, msgspec.Meta(ge=1, le=100)] = 1

    def __post_init__(self) -> None:
        """Refuse phrases that nobody can look for."""
        phrases_of(self.under)


def check(rule: Rule, subject: Subject) -> Iterator[Finding]:
    """Return a finding at the title of the cause, if no action shares a word with it."""
    actions = find_actions(subject)
    titles = phrases_of(rule.under)
    if len(actions) < rule.least_actions:
        return
    promised = _stems(" ".join(subject.document.text[a.start : a.end] for a in actions))
    for section in subject.sections:
        if len(section.title.split()) > 4 or not titles.stand_in(section.title):
            continue
        told = "\n".join(subject.document.text_of(block) for block in subject.blocks_of(section))
        cause = _stems(told)
        if len(cause) >= _LEAST_WORDS and not cause & promised:
            yield rule.finding(
                subject,
                [(section.start, section.start + len(section.title))],
                actions=len(actions),
                section_title=section.title,
            )
        return


def _stems(text: str) -> frozenset[str]:
    found = (match[0].casefold() for match in _WORD.finditer(text))
    return frozenset(word[:_STEM_LETTERS] for word in found if word not in _COMMON)
